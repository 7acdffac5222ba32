"""Brings ``service/answering/confidence.json`` to the scale of questions as people ask them.

    python -m eval.confidence_fit [--out FILE]

Practice questions are harder than people's: what :mod:`eval.answer_fit` makes of them ranks answers well but
is too unsure of each. So the questions set aside for this (``eval/questions/aside.jsonl``, our own, none of
the fixed set) are put to the sample digest, in English and in Chinese by itself, and a slope and a constant
of the log-odds are fitted to whether the right paragraph was cited (Platt 1999), for questions in the
paragraphs' language and for others. The threshold then refuses :data:`REFUSED` of those that have an answer.
To be run after each :mod:`eval.answer_fit`; run again, it changes hardly anything.
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
from eval.answer_fit import ANSWERABLE, judged
from eval.fits import fit_logistic
from eval.questions import FOLDER, read_questions
from index.training.practice import PracticeQuestion
from ingest.corpus import SAMPLE, read_corpus
from ingest.paragraphs import ParagraphId
from service.answering.confidence import FITTED_CONFIDENCE, Confidence
from service.library import Models

__all__ = ["ASIDE", "REFUSED", "Scale", "main", "scaled"]

ASIDE: Final = FOLDER / "aside.jsonl"

REFUSED: Final = 0.05
"""Share of the questions with an answer that the threshold refuses."""


@dataclass(frozen=True, slots=True)
class Scale:
    """``slope`` and ``constant`` of the log-odds; ``threshold`` (0..1) of the confidence so scaled."""

    slope: float
    constant: float
    threshold: float


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=FITTED_CONFIDENCE)
    given = parser.parse_args(arguments)
    models = Models.load()
    examples = list(_asked(models))
    content: dict[str, Any] = json.loads(FITTED_CONFIDENCE.read_bytes())
    for name, same in (("same_language", True), ("across_languages", False)):
        found = [one for one in examples if one.same == same]
        there = np.array([one.present for one in found])
        confidence = Confidence.read(content[name])
        rows = judged(found, confidence.signals)
        scale = scaled(confidence.log_odds(rows.rows), rows.right, there)
        confidence = confidence.scaled(scale.slope, scale.constant, scale.threshold)
        content[name] = confidence.numbers()
        below = confidence.of_rows(rows.rows) < scale.threshold
        content["conditions"][name]["scaled_on"] = said = {
            "questions": len(found),
            "slope": round(scale.slope, 3),
            "constant": round(scale.constant, 3),
            "answerable_refused": round(float(below[there].mean()), 4),
            "unanswerable_refused": round(float(below[~there].mean()), 4),
        }
        print(name, json.dumps(said), file=sys.stderr)
    given.out.write_text(json.dumps(content) + "\n", encoding="utf-8")


def scaled(log_odds: NDArray[np.float64], right: NDArray[np.float64], there: NDArray[np.bool_]) -> Scale:
    """The scale under which ``log_odds`` say how often an answer is ``right`` (0 or 1), all of shape (n,).

    ``there`` is whether the documents answer; these count so that they are :data:`ANSWERABLE` of all.
    """
    share = float(there.mean())
    counts = np.where(there, ANSWERABLE / share, (1 - ANSWERABLE) / (1 - share))
    slope, constant = fit_logistic(log_odds[:, None], right, counts, prior=np.array([1.0])).tolist()
    confidences = 1 / (1 + np.exp(-(slope * log_odds + constant)))
    return Scale(slope, constant, float(np.quantile(confidences[there], REFUSED)))


def _asked(models: Models) -> Iterator[Example]:
    """The questions set aside, put to the sample in each language by itself."""
    questions = [
        PracticeQuestion(
            id=one.id,
            language=one.language,
            question=one.question,
            gold=tuple(map(ParagraphId.parse, one.gold)),
            evidence={},
            why=one.why,
        )
        for one in read_questions(ASIDE)
    ]
    for language in ("en", "zh"):
        documents = [one for one in read_corpus([SAMPLE]).documents if one.language == language]
        yield from practise(documents, questions, models)


if __name__ == "__main__":
    main()
