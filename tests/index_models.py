"""A real encoder small enough for tests: random vectors per term, averaged. Texts that share terms are
near.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.analysis import query_terms

__all__ = ["TermVectors"]


class TermVectors:
    """Static term vectors drawn by hashing, weighted mean, normalised; zero where the text has no term."""

    def __init__(self, dimensions: int = 64, name: str = "term-vectors") -> None:
        self.id = name
        self.dimensions = dimensions
        self.fingerprint = hashlib.sha256(f"{name} {dimensions}".encode()).hexdigest()
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += texts
        return np.stack([self._mean(text) for text in texts])

    def _mean(self, text: str) -> NDArray[np.float32]:
        total = np.zeros(self.dimensions, np.float32)
        for term, weight in query_terms(text).items():
            seed = int.from_bytes(hashlib.sha256(term.encode()).digest()[:8], "big")
            total += np.float32(weight) * np.random.default_rng(seed).standard_normal(
                self.dimensions, np.float32
            )
        norm = np.linalg.norm(total)
        return total / norm if norm else total
