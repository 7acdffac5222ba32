"""How sure an answer is: the estimated probability that the paragraph cited answers, judged by signals.

The signals (:data:`service.answering.choice.CONFIDENCE`) are many, and what one means depends on others: that
no word of the question is like "who" matters where a person is asked for. So the log-odds are a weighted sum
with a hidden layer beside it::

    log-odds = x · w + relu(x H + h) · u + b

``confidence.json`` holds the numbers, for questions in the paragraphs' language and for others, with the
conditions of their fit (``python -m eval.answer_fit``) and scale (``python -m eval.confidence_fit``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

__all__ = ["FITTED_CONFIDENCE", "Confidence", "probability"]

FITTED_CONFIDENCE: Final = Path(__file__).with_name("confidence.json")

_LARGEST: Final = 30.0
"""Log-odds are kept within ± this."""


def probability(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + e^-x), element by element."""
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)), np.float64)


class _Numbers(BaseModel):
    model_config = ConfigDict(extra="forbid")
    weights: dict[str, float]
    hidden: list[list[float]]
    hidden_bias: list[float]
    out: list[float]
    bias: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Confidence:
    """``signals`` names what it is judged by. ``weights`` has shape (signals,), ``hidden`` (signals, width),
    ``hidden_bias`` and ``out`` (width,). Below ``threshold`` (0..1) nothing is served.
    """

    signals: tuple[str, ...]
    weights: NDArray[np.float64]
    hidden: NDArray[np.float64]
    hidden_bias: NDArray[np.float64]
    out: NDArray[np.float64]
    bias: float
    threshold: float

    @classmethod
    def read(cls, numbers: object) -> Self:
        """From what :meth:`numbers` returns.

        :raises ValueError: if it is not of that form.
        """
        file = _Numbers.model_validate(numbers)
        hidden = np.array(file.hidden)
        if hidden.shape != (len(file.weights), len(file.out)) or len(file.hidden_bias) != len(file.out):
            raise ValueError(
                f"expected a hidden layer of {len(file.weights)} signals and {len(file.out)} units, got "
                f"numbers of shape {hidden.shape}: fit again (python -m eval.answer_fit)"
            )
        return cls(
            tuple(file.weights),
            np.array(list(file.weights.values())),
            hidden,
            np.array(file.hidden_bias),
            np.array(file.out),
            file.bias,
            file.threshold,
        )

    def numbers(self) -> dict[str, Any]:
        """What is written to a file."""
        return {
            "weights": dict(zip(self.signals, self.weights.round(5).tolist(), strict=True)),
            "hidden": self.hidden.round(5).tolist(),
            "hidden_bias": self.hidden_bias.round(5).tolist(),
            "out": self.out.round(5).tolist(),
            "bias": round(self.bias, 5),
            "threshold": round(self.threshold, 4),
        }

    def of(self, signals: Mapping[str, float]) -> float:
        """The probability, 0..1. ``signals`` holds those that it is judged by, others too perhaps."""
        return float(self.of_rows(np.array([[signals[name] for name in self.signals]]))[0])

    def of_rows(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probabilities of many answers, shape (n,); ``rows`` has shape (n, signals)."""
        return probability(self.log_odds(rows))

    def log_odds(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of shape (n,), within ±30."""
        read = np.maximum(rows @ self.hidden + self.hidden_bias, 0.0)
        return np.clip(rows @ self.weights + read @ self.out + self.bias, -_LARGEST, _LARGEST)

    def with_signals(self, names: Sequence[str]) -> Self:
        """The same, judged by the signals ``names``, in their order; any that is new to it weighs nothing."""
        known = {name: place for place, name in enumerate(self.signals)}
        weights = np.array([self.weights[known[name]] if name in known else 0.0 for name in names])
        nothing = np.zeros(len(self.out))
        hidden = np.array([self.hidden[known[name]] if name in known else nothing for name in names])
        return replace(self, signals=tuple(names), weights=weights, hidden=hidden)

    def drawn(self, slope: float, weights: NDArray[np.float64], constant: float) -> Self:
        """The confidence whose log-odds are ``slope`` times these, ``weights``, shape (signals,), times the
        signals more, and ``constant`` more.
        """
        scaled = self.scaled(slope, constant, self.threshold)
        return replace(scaled, weights=scaled.weights + weights)

    def scaled(self, slope: float, constant: float, threshold: float) -> Self:
        """The confidence whose log-odds are ``slope`` times these and ``constant`` more."""
        return replace(
            self,
            weights=self.weights * slope,
            out=self.out * slope,
            bias=self.bias * slope + constant,
            threshold=threshold,
        )
