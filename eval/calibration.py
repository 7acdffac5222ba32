"""Whether confidence means something: reliability, calibration error, and what refusing more would gain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from eval.questions import Question
from eval.service import Response

__all__ = [
    "Bin",
    "Calibration",
    "Point",
    "calibration_error",
    "measure_calibration",
    "reliability",
    "risk_coverage",
]

BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of similar confidence: their mean confidence, the share of them that is right, how many."""

    confidence: float
    right: float
    n: int


@dataclass(frozen=True, slots=True)
class Point:
    """Serving only what is at least as sure as ``threshold``: share answered, share of those wrong."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """``error``: expected calibration error; ``area``: mean risk over coverage (AURC). Both 0 to 1."""

    error: float
    area: float
    bins: tuple[Bin, ...]
    curve: tuple[Point, ...]


def reliability(served: Sequence[tuple[float, bool]]) -> list[Bin]:
    """Bins of equally many answers (the last ones may have one fewer), least sure first.

    ``served``: confidence and whether it was right, for each answer.
    """
    ordered = sorted(served)
    bins = min(BINS, len(ordered))
    edges = [round(place * len(ordered) / bins) for place in range(bins + 1)] if bins else []
    groups = [ordered[start:end] for start, end in pairwise(edges)]
    return [
        Bin(sum(c for c, _ in group) / len(group), sum(right for _, right in group) / len(group), len(group))
        for group in groups
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Mean distance of confidence from the share that is right (Naeini et al. 2015); 0 without bins."""
    total = sum(each.n for each in bins)
    return sum(each.n * abs(each.confidence - each.right) for each in bins) / total if total else 0.0


def risk_coverage(served: Sequence[tuple[float, bool]], asked: int) -> list[Point]:
    """One point for each confidence that occurs, surest first (El-Yaniv and Wiener 2010).

    ``asked`` is the number of questions, those refused included.
    """
    points: list[Point] = []
    wrong = 0
    ordered = sorted(served, key=lambda each: -each[0])
    for count, (confidence, right) in enumerate(ordered, start=1):
        wrong += not right
        if count == len(ordered) or ordered[count][0] < confidence:
            points.append(Point(confidence, count / asked, wrong / count))
    return points


def measure_calibration(questions: Sequence[Question], responses: Sequence[Response]) -> Calibration:
    """Calibration of what was answered: right is an answer whose first citation is a gold paragraph."""
    gold = {question.id: question.paragraphs for question in questions}
    served = [
        (
            response.confidence,
            bool(response.citations) and response.citations[0].paragraph in gold[response.question],
        )
        for response in responses
        if response.answered and response.confidence is not None
    ]
    bins, curve = reliability(served), risk_coverage(served, len(questions))
    shares = [0.0, *(point.coverage for point in curve)]
    widths = [after - before for before, after in pairwise(shares)]
    area = sum(width * point.risk for width, point in zip(widths, curve, strict=True))
    return Calibration(
        error=calibration_error(bins),
        area=area / shares[-1] if shares[-1] else 0.0,
        bins=tuple(bins),
        curve=tuple(curve),
    )
