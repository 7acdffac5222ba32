"""The fitted numbers of answering, read from ``weights.json`` beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from service.answering.evidence import FEATURES

__all__ = ["FITTED", "Regime", "Weights"]

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

    @classmethod
    def load(cls, path: Path = FITTED) -> Weights:
        """Read fitted weights.

        :raises OSError: if the file can't be read.
        :raises ValueError: if it is not of the form that the fitting script writes.
        """
        file = _WeightsFile.model_validate_json(path.read_bytes())
        return cls(_regime(file.same_language), _regime(file.across_languages))


def _regime(file: _RegimeFile) -> Regime:
    if set(file.choice) != set(FEATURES):
        raise ValueError(
            f"expected one weight for each of {', '.join(FEATURES)}, got {', '.join(file.choice)}: fit again"
        )
    return Regime(np.array([file.choice[name] for name in FEATURES]), file.confidence, file.threshold)
