"""Signals → one score: how what several rankers say about a paragraph becomes its score.

A signal is a ranker's opinion of one language version of one paragraph, on a scale that is the same for all
queries. What it is worth depends on the languages of question and text, and counts twice: by its value, and
by its standing, how far it is above what the other candidates of that language reach (its z-score). Values
alone can't be set side by side where one language holds the answer and the other only what resembles it;
standings alone can't tell a good match from the best of bad ones. The weighted sum is the logarithm of the
odds that the version answers; a paragraph's odds are the sum of its versions' odds.

The weights are fitted by :mod:`index.training.fusion_fit` (listwise, after Cao et al. 2007, ListNet: the
softmax over all candidates of both languages) and turned into odds after Platt (1999).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from index.keys import first_of_each

__all__ = [
    "CROWD",
    "SPREAD_FLOOR",
    "Fusion",
    "Opinions",
    "Regime",
    "Weight",
    "paragraph_scores",
    "standing",
    "to_json",
]

Regime = Literal["en→en", "en→zh", "zh→en", "zh→zh"]
"""Language of the question → language of the text. Text that is not Chinese counts as English."""

REGIMES: Final[tuple[Regime, ...]] = ("en→en", "en→zh", "zh→en", "zh→zh")

SPREAD_FLOOR: Final = 0.02
"""Added to the standard deviation of a signal: where all candidates are alike, none stands out."""

CROWD: Final = 10
"""Candidates at which a standing counts half: to be the best of three says little."""


@dataclass(frozen=True, slots=True)
class Opinions:
    """What the rankers say about the candidates in one language.

    ``signals`` are scores by ranker, shape (n,), 0 to 1; a ranker that knows nothing about the query is left
    out. ``pool`` marks the candidates that standings are measured against. ``crowding`` is the logarithm of
    how many times as many paragraphs there are in the language as in the one with fewest, ≥ 0.
    """

    regime: Regime
    signals: Mapping[str, NDArray[np.float32]]
    pool: NDArray[np.bool_]
    crowding: float = 0.0


@dataclass(frozen=True, slots=True)
class Weight:
    """What a signal counts: by its value and by its standing."""

    value: float
    standing: float


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights for one set of signals, by regime. ``constants`` are added in a regime, before ``slope`` and
    ``intercept`` make odds of it. ``symbol`` is added to the logarithm of the odds of a version that names
    every decision, resolution or document named in the question, ``ordinal`` to those of one that numbers
    every session, meeting or edition that the question numbers. ``crowd`` times the crowding of its language
    is taken off it: the best of very many is good by chance. 0 holds every paragraph equally likely to
    answer, whatever its language, 1 every language equally likely, however few its paragraphs.
    """

    weights: Mapping[Regime, Mapping[str, Weight]]
    constants: Mapping[Regime, float]
    slope: float
    intercept: float
    symbol: float
    ordinal: float = 0.0
    crowd: float = 0.0

    @classmethod
    def load(cls, signals: Sequence[str], path: Path | None = None) -> Self:
        """The fitted weights for these signals.

        :raises ValueError: if there are none for just these.
        """
        path = path or Path(__file__).with_name("fusion.json")
        try:
            fitted = _FITTED.validate_json(path.read_text(encoding="utf-8"))
        except ValidationError as error:
            raise ValueError(f"{path} does not hold fusion weights: {error}; restore the file") from error
        for fusion in fitted.fusions:
            if set(fusion.weights["en→en"]) == set(signals):
                return cls(**{field.name: getattr(fusion, field.name) for field in fields(fusion)})
        raise ValueError(f"expected weights for {sorted(signals)} in {path}, found none: fit them")

    def log_odds(self, opinions: Opinions, symbols: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """The logarithm of the odds that each candidate answers, shape (n,).

        A signal that is left out has no vote: its weight goes to the others. ``symbols`` is the share of what
        the question names by symbol that each candidate names too. Minus infinity where no ranker knows
        anything.
        """
        weights = self.weights[opinions.regime]
        unknown = opinions.signals.keys() - weights.keys()
        if unknown:
            raise ValueError(f"expected signals {sorted(weights)}, got {sorted(unknown)} as well")
        total = np.full(len(opinions.pool), self.constants[opinions.regime], np.float32)
        if not opinions.signals:
            return np.full(len(total), -np.inf, np.float32)
        votes = _votes(weights, opinions.signals)
        pool = opinions.pool.nonzero()[0]
        signals = np.stack(list(opinions.signals.values()))
        for name, values, stand in zip(opinions.signals, signals, standing(signals, pool), strict=True):
            by_value, by_standing = votes[name]
            total += np.float32(by_value) * values
            total += np.float32(by_standing) * stand
        total = np.float32(self.slope) * total + np.float32(self.intercept)
        total -= np.float32(self.crowd * opinions.crowding)
        if symbols is not None:
            total += np.float32(self.symbol) * symbols
        return total


def _votes(
    weights: Mapping[str, Weight], signals: Mapping[str, NDArray[np.float32]]
) -> dict[str, tuple[float, float]]:
    """Weights of value and standing of the signals that are there, making up for those that aren't."""
    scales = []
    for part in ("value", "standing"):
        there = sum(abs(getattr(weights[name], part)) for name in signals)
        everything = sum(abs(getattr(weight, part)) for weight in weights.values())
        scales.append(everything / there if there else 0.0)
    return {name: (weights[name].value * scales[0], weights[name].standing * scales[1]) for name in signals}


def standing(values: NDArray[np.float32], pool: NDArray[np.bool_] | NDArray[np.int64]) -> NDArray[np.float32]:
    """How many standard deviations each value is above the mean of the pool; less where the pool is small.

    ``values`` has shape (…, n): each row by itself.
    """
    measured = values[..., pool]
    count = measured.shape[-1]
    if not count:
        return np.zeros_like(values)
    # What mean() and std() do, without what they do besides.
    means = np.add.reduce(measured, axis=-1, keepdims=True) / np.float32(count)
    measured -= means
    squares = np.add.reduce(measured * measured, axis=-1, keepdims=True).astype(np.float64)
    spreads = (np.sqrt(squares / count) + SPREAD_FLOOR) * (1 + CROWD / count)
    return np.asarray((values - means) / spreads.astype(np.float32), np.float32)


def paragraph_scores(
    keys: NDArray[np.int64], log_odds: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
    """Versions (paragraph keys and log odds, shape (n,)) → paragraphs, best first.

    Their keys, their scores (probabilities, 0 to 1) and where the best version of each stands in the input.
    Equals come in the order of their keys.
    """
    order = np.lexsort((-log_odds, keys))
    begins = first_of_each(keys[order])
    first = begins.nonzero()[0]
    best = order[first]
    if not len(best):
        return keys[best], log_odds[best], best
    highest = log_odds[best]
    owner = begins.cumsum() - 1
    together = np.log(np.add.reduceat(np.exp(log_odds[order] - highest[owner]), first)) + highest
    scores = (1.0 / (1.0 + np.exp(-together.astype(np.float64)))).astype(np.float32)
    ranked = np.lexsort((keys[best], -together))
    return keys[best][ranked], scores[ranked], best[ranked]


def to_json(note: str, fusions: Sequence[Fusion]) -> str:
    """What :meth:`Fusion.load` reads; ``note`` says how the weights came about."""
    return _FITTED.dump_json(_Fitted(note, tuple(fusions)), indent=1).decode() + "\n"


@dataclass(frozen=True, slots=True)
class _Fitted:
    note: str
    fusions: tuple[Fusion, ...]


_FITTED: Final = TypeAdapter(_Fitted)
