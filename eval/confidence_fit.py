"""Brings ``service/answering/confidence.json`` to questions as people ask them.

    python -m eval.confidence_fit [FILE ...] [--resolutions DIR] [--out FILE]

Practice questions differ from people's: they are harder, their documents are denser, and what misleads them
was made up. So the questions set aside for this (``eval/questions/aside.jsonl``, our own, none of the fixed
set) are put to the sample digest, in English and in Chinese by itself, and to the official texts (FILE);
those of ``aside_resolutions.jsonl`` to the resolutions in DIR that they are about, which are written
otherwise. What the signals weigh is drawn to what they mean there: a logistic regression on all of them
beside the log-odds, kept small (:data:`PENALTY`). Then a slope and a constant of the log-odds are fitted to
whether the right paragraph was cited (Platt 1999) and the threshold so that it refuses :data:`REFUSED` of
those that were answered rightly, by what is said of questions that were left out in turn. For questions in
the paragraphs' language and for others. Signals newer than the fit on practice questions weigh what they
mean here, and no more. To be run once after each :mod:`eval.answer_fit`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from eval.answer_examples import Example, practise
from eval.answer_fit import SHOWN, counted, judged
from eval.fits import fit_logistic
from eval.questions import FOLDER, read_questions
from index.training.practice import PracticeQuestion
from ingest.corpus import SAMPLE, read_corpus
from ingest.paragraphs import ParagraphId
from service.answering.asking.question import read_question
from service.answering.confidence import FITTED_CONFIDENCE, Confidence, probability
from service.library import Models

__all__ = [
    "ASIDE",
    "ASIDE_RESOLUTIONS",
    "PENALTY",
    "REFUSED",
    "Drawn",
    "Scale",
    "drawn",
    "left_out",
    "main",
    "scaled",
]

ASIDE: Final = FOLDER / "aside.jsonl"
ASIDE_RESOLUTIONS: Final = FOLDER / "aside_resolutions.jsonl"

REFUSED: Final = 0.025
"""Share of the right answers that the threshold refuses; wrong ones are refused gladly."""


PENALTY: Final = 25.0
"""On the squares of what is added to the weights of signals, each over its standard deviation (LOG.md)."""

_FOLDS: Final = 10
_AS_MUCH: Final = 10.0
"""What the log-odds are multiplied by, so that their own weight is hardly penalised."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """``slope`` times the log-odds, ``weights``, shape (signals,), times the signals, and ``constant``."""

    slope: float
    weights: NDArray[np.float64]
    constant: float

    def __call__(self, log_odds: NDArray[np.float64], rows: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(self.slope * log_odds + rows @ self.weights + self.constant, np.float64)


@dataclass(frozen=True, slots=True)
class Scale:
    """``slope`` and ``constant`` of the log-odds; ``threshold`` (0..1) of the confidence so scaled."""

    slope: float
    constant: float
    threshold: float


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "texts", type=Path, nargs="*", metavar="FILE", help="official texts beside the sample"
    )
    parser.add_argument("--resolutions", type=Path, metavar="DIR", help="folder of their official texts")
    parser.add_argument("--out", type=Path, default=FITTED_CONFIDENCE)
    given = parser.parse_args(arguments)
    models = Models.load()
    examples = list(_asked(models, given.texts, given.resolutions))
    content: dict[str, Any] = json.loads(FITTED_CONFIDENCE.read_bytes())
    for name, same in (("same_language", True), ("across_languages", False)):
        found = [one for one in examples if one.same == same]
        there = np.array([one.present for one in found])
        confidence = Confidence.read(content[name]).with_signals(SHOWN)
        shown = judged(found, confidence.signals)
        log_odds = confidence.log_odds(shown.rows)
        moved = drawn(log_odds, shown.rows, shown.right, shown.weights)
        fair = left_out(log_odds, shown.rows, shown.right, there, [one.question.text for one in found])
        scale = scaled(fair, shown.right, there)
        confidence = confidence.drawn(moved.slope, moved.weights, moved.constant)
        confidence = confidence.scaled(scale.slope, scale.constant, scale.threshold)
        content[name] = confidence.numbers()
        below = probability(scale.slope * fair + scale.constant) < scale.threshold
        content["conditions"][name]["scaled_on"] = said = {
            "questions": len({one.question.text for one in found}),
            "put": len(found),
            "penalty": PENALTY,
            "slope": round(moved.slope * scale.slope, 3),
            "answerable_refused": round(float(below[there].mean()), 4),
            "unanswerable_refused": round(float(below[~there].mean()), 4),
            "unanswerable_refused_before": round(_refused(log_odds, shown.right, there), 4),
        }
        print(name, json.dumps(said), file=sys.stderr)
    given.out.write_text(json.dumps(content) + "\n", encoding="utf-8")


def _refused(log_odds: NDArray[np.float64], right: NDArray[np.float64], there: NDArray[np.bool_]) -> float:
    """The share of the unanswerable below what :data:`REFUSED` of the right answers are below."""
    return float((log_odds[~there] < np.quantile(log_odds[right > 0], REFUSED)).mean())


def drawn(
    log_odds: NDArray[np.float64],
    rows: NDArray[np.float64],
    right: NDArray[np.float64],
    counts: NDArray[np.float64],
) -> Drawn:
    """What is added to the ``log_odds``, shape (n,), of the signals ``rows``, shape (n, signals), so that
    they say how often an answer is ``right`` (0 or 1); ``counts`` by answer.
    """
    mean, deviation = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-3)
    columns = np.column_stack([_AS_MUCH * log_odds, (rows - mean) / deviation])
    prior = np.zeros(columns.shape[1])
    prior[0] = 1 / _AS_MUCH
    slope, *own, constant = fit_logistic(columns, right, counts, PENALTY, prior).tolist()
    weights = np.array(own) / deviation
    return Drawn(slope * _AS_MUCH, weights, constant - float(mean @ weights))


def left_out(
    log_odds: NDArray[np.float64],
    rows: NDArray[np.float64],
    right: NDArray[np.float64],
    there: NDArray[np.bool_],
    asked: Sequence[str],
) -> NDArray[np.float64]:
    """The log-odds, shape (n,), that :func:`drawn` gives each question if it is fitted without it.

    ``asked`` are the questions: one put to several texts is left out of all of them.
    """
    place = {question: n for n, question in enumerate(dict.fromkeys(asked))}
    fold = np.array([place[question] % _FOLDS for question in asked])
    found = np.zeros(len(log_odds))
    for one in range(_FOLDS):
        out, rest = fold == one, fold != one
        if out.any():
            fitted = drawn(log_odds[rest], rows[rest], right[rest], counted(there[rest]))
            found[out] = fitted(log_odds[out], rows[out])
    return found


def scaled(log_odds: NDArray[np.float64], right: NDArray[np.float64], there: NDArray[np.bool_]) -> Scale:
    """The scale under which ``log_odds`` say how often an answer is ``right`` (0 or 1), all of shape (n,).

    ``there`` is whether the documents answer; these count as :func:`eval.answer_fit.counted` has it.
    """
    slope, constant = fit_logistic(log_odds[:, None], right, counted(there), prior=np.array([1.0])).tolist()
    confidences = probability(slope * log_odds + constant)
    return Scale(slope, constant, float(np.quantile(confidences[right > 0], REFUSED)))


def _asked(models: Models, texts: Sequence[Path], resolutions: Path | None) -> Iterator[Example]:
    """The questions set aside, put to the sample in each language by itself and to official ``texts``, and
    those on resolutions to theirs.
    """
    questions = _set_aside(ASIDE)
    sample = read_corpus([SAMPLE]).documents
    collections = [[one for one in sample if one.language == language] for language in ("en", "zh")]
    if texts:
        collections.append(list(read_corpus(texts).documents))
    for documents in collections:
        yield from practise(documents, questions, models)
    if resolutions is not None:
        questions = _set_aside(ASIDE_RESOLUTIONS)
        symbols = {gold.symbol for one in questions for gold in one.gold}
        documents = [one for one in read_corpus([resolutions]).documents if one.symbol in symbols]
        yield from practise(documents, questions, models)


def _set_aside(path: Path) -> list[PracticeQuestion]:
    """The questions of a file, without those that are refused before any evidence is looked at: what is no
    question, and what is asked of a document.
    """
    return [
        PracticeQuestion(
            id=one.id,
            language=one.language,
            question=one.question,
            gold=tuple(map(ParagraphId.parse, one.gold)),
            evidence={},
            why=one.why,
        )
        for one in read_questions(path)
        if one.why not in ("chitchat", "injection")
        and not (one.why == "symbol" and read_question(one.question).documents)
    ]


if __name__ == "__main__":
    main()
