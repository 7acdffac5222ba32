"""What was measured, as a terminal table, JSON, TREC files and a markdown table for RESULTS.md."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from eval.calibration import measure_calibration
from eval.intervals import Estimate, estimate
from eval.judgement import HIGHER_IS_BETTER
from eval.metrics import Scores, qrels
from eval.questions import Question
from eval.service import Response

__all__ = ["Report", "floors_missed", "markdown", "percentile", "show", "write_json", "write_trec"]

_SLICES: Final[Mapping[str, Callable[[Question], str]]] = {
    "language": lambda question: question.language,
    "kind": lambda question: question.kind,
    "document": lambda question: question.document,
    "style": lambda question: question.style,
    "why": lambda question: question.why or "answerable",
}

_HEADLINES: Final = ("Success@1", "nDCG@10", "cited first", "right if answered", "short answer", "refused")
"""Measures shown for slices; the whole set is shown with all."""

_TIMES: Final = ("search ms", "answer ms")


@dataclass(frozen=True, slots=True)
class Report:
    """All scores of one run, with what is needed to read them: ``conditions`` are names and values,
    printable.
    """

    conditions: Mapping[str, str]
    questions: Sequence[Question]
    responses: Sequence[Response]
    scores: Scores

    def values(
        self, measure: str, where: Callable[[Question], bool] = lambda _: True
    ) -> tuple[list[float], list[str]]:
        """Values of a measure and the facts they belong to, where the measure applies."""
        rows = [
            (self.scores[question.id][measure], question.fact)
            for question in self.questions
            if where(question) and measure in self.scores[question.id]
        ]
        return [value for value, _ in rows], [fact for _, fact in rows]

    def summary(self, where: Callable[[Question], bool] = lambda _: True) -> dict[str, Estimate]:
        """Estimates by measure, without those that apply to no question."""
        columns = {measure: self.values(measure, where) for measure in HIGHER_IS_BETTER}
        return {measure: estimate(values, facts) for measure, (values, facts) in columns.items() if values}

    def slices(self) -> dict[str, dict[str, dict[str, Estimate]]]:
        """Slice → its value → measure → estimate."""
        result: dict[str, dict[str, dict[str, Estimate]]] = {}
        for name, key in _SLICES.items():
            groups: dict[str, set[str]] = defaultdict(set)
            for question in self.questions:
                groups[key(question)].add(question.id)
            result[name] = {
                group: self.summary(lambda question, ids=ids: question.id in ids)  # type: ignore[misc]
                for group, ids in sorted(groups.items())
            }
        return result


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` (0 to 1) of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _cell(measure: str, found: Estimate | None) -> str:
    if found is None:
        return "–"
    if measure in _TIMES:
        return f"{found.value:.1f}"
    return f"{100 * found.value:.1f} ({100 * found.low:.1f}–{100 * found.high:.1f})"


def _time_rows(report: Report) -> Iterable[tuple[str, str]]:
    for measure in _TIMES:
        values, _ = report.values(measure)
        if values:
            yield (
                measure,
                ", ".join(
                    f"p{share:.0%}"[:-1] + f" {percentile(values, share):.1f}" for share in (0.5, 0.95, 0.99)
                ),
            )


def show(report: Report, console: Console) -> None:
    """The report in a terminal: conditions, the whole set, then slices. Percentages with 95% intervals."""
    for name, value in report.conditions.items():
        console.print(f"[dim]{name}:[/dim] {value}", highlight=False)
    title = f"{len(report.questions)} questions"
    whole = Table("measure", "% (95% interval)", "n", title=title, title_justify="left")
    for measure, found in report.summary().items():
        if measure not in _TIMES:
            whole.add_row(measure, _cell(measure, found), str(found.n))
    for measure, text in _time_rows(report):
        whole.add_row(measure, text, str(len(report.values(measure)[0])))
    for name, text in _calibration_rows(report):
        whole.add_row(name, text, "")
    console.print(whole)
    for name, groups in report.slices().items():
        table = Table(name, "n", *_HEADLINES)
        for group, summary in groups.items():
            cells = [_cell(measure, summary.get(measure)).partition(" ")[0] for measure in _HEADLINES]
            table.add_row(group, str(summary["status"].n), *cells)
        console.print(table)


def markdown(report: Report) -> str:
    """A section for RESULTS.md: conditions, then one table with the languages side by side."""
    groups = {"all": report.summary(), **report.slices()["language"]}
    lines = [*(f"- {name}: {value}" for name, value in report.conditions.items()), ""]
    lines += ["| measure | " + " | ".join(groups) + " |", "|---|" + "---|" * len(groups)]
    for measure in groups["all"]:
        if measure not in _TIMES:
            lines.append(
                f"| {measure} | "
                + " | ".join(_cell(measure, found.get(measure)) for found in groups.values())
                + " |"
            )
    rows = [*_calibration_rows(report), *_time_rows(report)]
    lines += [f"| {measure} | {text} |" + " |" * (len(groups) - 1) for measure, text in rows]
    return "\n".join(lines) + "\n"


def _calibration_rows(report: Report) -> Iterable[tuple[str, str]]:
    found = measure_calibration(report.questions, report.responses)
    if found.curve:
        yield "calibration error", f"{100 * found.error:.1f}"
        yield "risk, mean over coverage", f"{100 * found.area:.1f}"


def _plain(summary: Mapping[str, Estimate]) -> dict[str, Any]:
    return {measure: asdict(found) for measure, found in summary.items()}


def write_json(report: Report, path: Path) -> None:
    """Everything, each question with what was served for it, so that runs can be compared and errors read."""
    served = {response.question: response for response in report.responses}
    record = {
        "conditions": dict(report.conditions),
        "summary": _plain(report.summary()),
        "calibration": asdict(measure_calibration(report.questions, report.responses)),
        "slices": {
            name: {group: _plain(found) for group, found in groups.items()}
            for name, groups in report.slices().items()
        },
        "questions": [
            {
                **asdict(question),
                "scores": report.scores[question.id],
                "served": asdict(served[question.id]) if question.id in served else None,
            }
            for question in report.questions
        ],
    }
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_trec(report: Report, folder: Path) -> None:
    """``qrels.txt`` and ``run.txt`` in TREC's formats, for trec_eval and its kin. Unanswerable questions
    have no qrels.
    """
    folder.mkdir(parents=True, exist_ok=True)
    gold = {question.id: question.paragraphs for question in report.questions if question.answerable}
    ranked = {
        response.question: response.ranked for response in report.responses if response.question in gold
    }
    judged = (f"{row.query_id} 0 {row.doc_id} {row.relevance}\n" for row in qrels(gold))
    (folder / "qrels.txt").write_text("".join(judged), encoding="utf-8")
    found = (
        f"{question} Q0 {name} {rank} {1 / rank:.6f} rapporteur\n"
        for question, names in ranked.items()
        for rank, name in enumerate(names, start=1)
    )
    (folder / "run.txt").write_text("".join(found), encoding="utf-8")


def floors_missed(report: Report, floors: Mapping[str, float]) -> list[str]:
    """One line for each measure below its floor (above it, where lower is better). Shares from 0 to 1,
    times in ms.

    :raises KeyError: if a measure is not known, or applies to no question.
    """
    summary = report.summary()
    missed = []
    for measure, floor in floors.items():
        value, higher = summary[measure].value, HIGHER_IS_BETTER[measure]
        if (value < floor) if higher else (value > floor):
            missed.append(
                f"{measure} is {value:.3f}, expected {'at least' if higher else 'at most'} {floor:g}"
            )
    return missed
