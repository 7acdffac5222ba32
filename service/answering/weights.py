"""The fitted numbers of answering, read from ``weights.json`` and ``confidence.json`` beside this file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from service.answering.confidence import FITTED_CONFIDENCE, Confidence
from service.answering.sentences.features import FEATURES, FINDING_FEATURES

__all__ = ["FINDING_KINDS", "FITTED", "Regime", "Weights"]

FINDING_KINDS: Final = ("date", "number", "decision", "place", "text")
"""Kinds of findings that have weights."""

FITTED: Final = Path(__file__).with_name("weights.json")


class _RegimeFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    choice: dict[str, float]


class _WeightsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    conditions: dict[str, object]
    same_language: _RegimeFile
    across_languages: _RegimeFile
    findings: dict[str, dict[str, float]]


class _ConfidenceFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    conditions: dict[str, object]
    same_language: dict[str, object]
    across_languages: dict[str, object]


@dataclass(frozen=True, slots=True)
class Regime:
    """Weights for questions in the paragraph's language, or for those in another.

    ``choice`` has shape (len(FEATURES),): the sentence with the largest sum is chosen.
    """

    choice: NDArray[np.float64]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Weights:
    same_language: Regime
    across_languages: Regime
    findings: Mapping[str, NDArray[np.float64]]
    """By kind of thing asked for, each of shape (len(FINDING_FEATURES),)."""

    @classmethod
    def load(cls, path: Path = FITTED, confidence: Path = FITTED_CONFIDENCE) -> Weights:
        """Read fitted weights.

        :raises OSError: if a file can't be read.
        :raises ValueError: if one is not of the form that the fitting scripts write.
        """
        file = _WeightsFile.model_validate_json(path.read_bytes())
        sure = _ConfidenceFile.model_validate_json(confidence.read_bytes())
        return cls(
            Regime(_ordered(file.same_language.choice, FEATURES), Confidence.read(sure.same_language)),
            Regime(_ordered(file.across_languages.choice, FEATURES), Confidence.read(sure.across_languages)),
            {kind: _ordered(file.findings.get(kind, {}), FINDING_FEATURES) for kind in FINDING_KINDS},
        )


def _ordered(weights: Mapping[str, float], names: Sequence[str]) -> NDArray[np.float64]:
    if set(weights) != set(names):
        raise ValueError(
            f"expected one weight for each of {', '.join(names)}, got {', '.join(weights)}: fit again"
        )
    return np.array([weights[name] for name in names])
