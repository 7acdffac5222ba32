"""Signals → one score: how what several rankers say about a paragraph becomes its score.

A signal is a ranker's opinion of one language version of one paragraph, on a scale that is the same for
all queries. A ranker that knows nothing about a query gets no vote for it: its weight goes to the others,
in the measure of what it knows. So the blind ranker can't dilute the seeing one, and scores stay
comparable across queries and languages.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["FITTED_WEIGHTS", "Signal", "fuse"]

FITTED_WEIGHTS: Final[Mapping[str, float]] = json.loads(
    Path(__file__).with_name("fusion.json").read_text(encoding="utf-8")
)["weights"]
"""How much each ranker counts: chosen on rows set aside from training, over an index of both languages."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One ranker's scores for the candidates, shape (n,), 0 to 1; ``trust`` (0 to 1) is how much it knows
    here.
    """

    scores: NDArray[np.float32]
    trust: float


def fuse(signals: Mapping[str, Signal], weights: Mapping[str, float]) -> NDArray[np.float32]:
    """The weighted mean of the signals, by weight × trust; shape (n,), 0 to 1. Zeros where no ranker knows
    anything.
    """
    votes = {name: weights[name] * signal.trust for name, signal in signals.items()}
    total = sum(votes.values())
    shapes = {signal.scores.shape for signal in signals.values()}
    if len(shapes) != 1:
        raise ValueError(f"expected signals over the same candidates, got shapes {sorted(shapes)}")
    fused = np.zeros(shapes.pop(), np.float32)
    if total > 0:
        for name, signal in signals.items():
            fused += np.float32(votes[name] / total) * signal.scores
    return fused
