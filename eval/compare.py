"""Two runs over the same questions: which is better, by how much, and how sure that is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from eval.intervals import Difference, difference
from eval.judgement import HIGHER_IS_BETTER

__all__ = ["Run", "RunError", "compare", "read_run", "show_comparison"]


class RunError(ValueError):
    """A file is not a report written with ``--json``."""


@dataclass(frozen=True, slots=True)
class Run:
    """The scores of a run: question → measure → value; and which fact each question asks for."""

    name: str
    scores: Mapping[str, Mapping[str, float]]
    facts: Mapping[str, str]


def read_run(path: Path) -> Run:
    """A run from the file that ``--json`` wrote.

    :raises RunError: if it is not such a file.
    """
    try:
        questions = json.loads(path.read_text(encoding="utf-8"))["questions"]
        return Run(
            name=path.stem,
            scores={question["id"]: question["scores"] for question in questions},
            facts={question["id"]: question["fact"] for question in questions},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(
            f"expected a report written by rapporteur eval --json, got {path.name} ({error!r})"
        ) from error


def compare(first: Run, second: Run) -> dict[str, Difference]:
    """Second minus first by measure, over the questions for which both have the measure.

    :raises ValueError: if the runs share no question.
    """
    if not first.scores.keys() & second.scores.keys():
        raise ValueError(
            "expected two runs over the same questions, got runs that share none: run both on one split"
        )
    facts = {**first.facts, **second.facts}
    result = {}
    for measure in HIGHER_IS_BETTER:
        columns = [
            {name: row[measure] for name, row in run.scores.items() if measure in row}
            for run in (first, second)
        ]
        if columns[0].keys() & columns[1].keys():
            result[measure] = difference(columns[0], columns[1], facts)
    return result


def show_comparison(first: Run, second: Run, console: Console) -> None:
    """A table of differences; a star marks p < 0.05, not corrected for looking at many measures."""
    table = Table("measure", f"{second.name} − {first.name} (95% interval)", "p", "n")
    for measure, found in compare(first, second).items():
        scale = 1 if measure.endswith(" ms") else 100
        text = f"{scale * found.value:+.1f} ({scale * found.low:+.1f} to {scale * found.high:+.1f})"
        table.add_row(measure, text, f"{found.p:.3f}{'*' if found.p < 0.05 else ''}", str(found.n))
    console.print(table)
