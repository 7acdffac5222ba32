"""How sure a figure is: bootstrap intervals and paired tests that draw facts, not questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Difference", "Estimate", "difference", "estimate"]

DRAWS: Final = 2000
SEED: Final = 20261120


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over ``n`` questions with its 95% interval (percentile bootstrap; Efron 1979)."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean of second minus first over ``n`` questions, its 95% interval, and ``p``.

    ``p`` is two-sided, from a permutation test that swaps the two systems at random for whole facts (Smucker,
    Allan and Carterette 2007 for retrieval).
    """

    value: float
    low: float
    high: float
    p: float
    n: int


def _by_fact(
    values: Sequence[float], facts: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum and count for each fact: shape (n_facts,) each."""
    _, places = np.unique(np.asarray(facts), return_inverse=True)
    sums = np.bincount(places, weights=np.asarray(values, np.float64)).astype(np.float64)
    return sums, np.bincount(places).astype(np.float64)


@lru_cache(maxsize=32)
def _draws(size: int) -> NDArray[np.float64]:
    """How often each of ``size`` facts is drawn, shape (DRAWS, size); always the same."""
    counts = np.random.default_rng(SEED).multinomial(size, np.full(size, 1 / size), size=DRAWS)
    return counts.astype(np.float64)


def _bootstrap(sums: NDArray[np.float64], counts: NDArray[np.float64]) -> tuple[float, float]:
    draws = _draws(len(sums))
    low, high = np.percentile((draws @ sums) / (draws @ counts), (2.5, 97.5))
    return float(low), float(high)


def estimate(values: Sequence[float], facts: Sequence[str]) -> Estimate:
    """The mean of ``values`` (one per question; ``facts`` says which share a fact) with its interval.

    :raises ValueError: if there are no values.
    """
    if not values:
        raise ValueError("expected at least one value, got none: choose a slice that has questions")
    low, high = _bootstrap(*_by_fact(values, facts))
    return Estimate(float(np.mean(values)), low, high, len(values))


def difference(
    first: Mapping[str, float], second: Mapping[str, float], facts: Mapping[str, str]
) -> Difference:
    """Compare two systems over the questions that both have a value for.

    :raises ValueError: if they share no question.
    """
    shared = sorted(first.keys() & second.keys())
    if not shared:
        raise ValueError(
            "expected two runs over the same questions, got runs that share none: run both on one split"
        )
    sums, counts = _by_fact([second[name] - first[name] for name in shared], [facts[name] for name in shared])
    low, high = _bootstrap(sums, counts)
    signs = np.random.default_rng(SEED).choice((-1.0, 1.0), size=(DRAWS * 5, len(sums)))
    # Half a unit of rounding: sums of floats in another order are not equal to the last bit.
    extreme = np.abs(signs @ sums) >= abs(sums.sum()) - 1e-9
    p = (extreme.sum() + 1) / (len(signs) + 1)
    return Difference(float(sums.sum() / counts.sum()), low, high, float(p), len(shared))
