"""The fitted numbers of answering, read from ``weights.json`` beside this file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from service.answering.evidence import FEATURES
from service.answering.findings import FINDING_FEATURES

__all__ = ["FINDING_KINDS", "FITTED", "Regime", "Weights"]

FINDING_KINDS: Final = ("date", "number", "decision", "place", "text")
"""Kinds of findings that have weights."""

FITTED: Final = Path(__file__).with_name("weights.json")


class _RegimeFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    choice: dict[str, float]
    confidence: dict[str, float]
    threshold: float


class _WeightsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    conditions: dict[str, object]
    same_language: _RegimeFile
    across_languages: _RegimeFile
    findings: dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Regime:
    """Weights for questions in the paragraph's language, or for those in another.

    ``choice`` has shape (len(FEATURES),): the sentence with the largest sum is chosen. ``confidence`` names
    the terms of a logistic model, with ``bias``. Below ``threshold`` (0..1) of confidence nothing is served.
    """

    choice: NDArray[np.float64]
    confidence: Mapping[str, float]
    threshold: float


@dataclass(frozen=True, slots=True)
class Weights:
    same_language: Regime
    across_languages: Regime
    findings: Mapping[str, NDArray[np.float64]]
    """By kind of thing asked for, each of shape (len(FINDING_FEATURES),)."""

    @classmethod
    def load(cls, path: Path = FITTED) -> Weights:
        """Read fitted weights.

        :raises OSError: if the file can't be read.
        :raises ValueError: if it is not of the form that the fitting script writes.
        """
        file = _WeightsFile.model_validate_json(path.read_bytes())
        return cls(
            _regime(file.same_language),
            _regime(file.across_languages),
            {kind: _ordered(file.findings.get(kind, {}), FINDING_FEATURES) for kind in FINDING_KINDS},
        )


def _regime(file: _RegimeFile) -> Regime:
    return Regime(_ordered(file.choice, FEATURES), file.confidence, file.threshold)


def _ordered(weights: Mapping[str, float], names: Sequence[str]) -> NDArray[np.float64]:
    if set(weights) != set(names):
        raise ValueError(
            f"expected one weight for each of {', '.join(names)}, got {', '.join(weights)}: fit again"
        )
    return np.array([weights[name] for name in names])
