"""The best sentence among the candidates, and how sure it is that it answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from service.answering.evidence import FEATURES, Candidate, log_odds
from service.answering.question import Question
from service.answering.weights import Regime, Weights

__all__ = ["SENTENCES", "Choice", "choose", "ranked", "signals"]

SENTENCES: Final = 12
"""Sentences that are looked through for short answers."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The sentence with the highest score.

    ``sentences`` are the best ones with their scores, best first. ``confidence`` is the estimated
    probability, 0..1, that it answers; ``enough`` whether that suffices to serve it.
    """

    best: Candidate
    sentences: Sequence[tuple[Candidate, float]]
    confidence: float
    enough: bool


def choose(question: Question, candidates: Sequence[Candidate], weights: Weights) -> Choice | None:
    """The best of ``candidates``; ``None`` if there are none.

    The scores of candidates in the question's language and in others are comparable only within each group:
    a group is chosen by its confidence.
    """
    chosen: Choice | None = None
    for same in (True, False):
        group = [
            candidate for candidate in candidates if (candidate.passage.language == question.language) == same
        ]
        if not group:
            continue
        regime = weights.same_language if same else weights.across_languages
        best, found = signals(group, regime)
        confidence = _logistic(found, regime.confidence)
        if chosen is None or confidence > chosen.confidence:
            chosen = Choice(
                best, ranked(group, regime)[:SENTENCES], confidence, confidence >= regime.threshold
            )
    return chosen


def ranked(candidates: Sequence[Candidate], regime: Regime) -> list[tuple[Candidate, float]]:
    """``candidates`` with their scores, best first."""
    scores = (np.array([candidate.features for candidate in candidates]) @ regime.choice).tolist()
    return sorted(zip(candidates, scores, strict=True), key=lambda one: -one[1])


def signals(candidates: Sequence[Candidate], regime: Regime) -> tuple[Candidate, Mapping[str, float]]:
    """The best candidate and what its confidence is judged by: its features, ``margin`` and ``lead``.

    ``margin`` is how far its score is above that of the best sentence of any other paragraph (at most 10,
    which also stands for "there is no other"). ``lead`` is how far the log-odds of the best
    retrieval score are above those of the next (at most 10).
    """
    scores = np.array([candidate.features for candidate in candidates]) @ regime.choice
    first = int(np.argmax(scores))
    best = candidates[first]
    others = [
        score
        for score, candidate in zip(scores, candidates, strict=True)
        if candidate.passage.id != best.passage.id
    ]
    found = dict(zip(FEATURES, map(float, best.features), strict=True))
    found["margin"] = min(10.0, float(scores[first]) - max(others)) if others else 10.0
    retrieved = sorted({c.passage.id: log_odds(c.passage.score) for c in candidates}.values())
    found["lead"] = min(10.0, retrieved[-1] - retrieved[-2]) if len(retrieved) > 1 else 10.0
    return best, found


def _logistic(found: Mapping[str, float], weights: Mapping[str, float]) -> float:
    logit = sum(weight * (1.0 if name == "bias" else found[name]) for name, weight in weights.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))
