"""Integers that name a paragraph and a passage in the engines that hold only ids.

A paragraph's key is its document's number and its place in the reading order; a passage's key adds
the window. So the paragraphs of one document are one range of integers, and a filter by document
is two comparisons, whichever engine applies it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "MAX_DOCUMENTS",
    "MAX_PARAGRAPHS",
    "MAX_WINDOWS",
    "PARAGRAPH_BITS",
    "WINDOW_BITS",
    "first_of_each",
    "key_range",
    "paragraph_key",
]

PARAGRAPH_BITS: Final = 20
"""A paragraph's key, shifted right by so many bits, is the number of its document."""
WINDOW_BITS: Final = 16

MAX_DOCUMENTS: Final = 1 << (63 - PARAGRAPH_BITS - WINDOW_BITS)
MAX_PARAGRAPHS: Final = 1 << PARAGRAPH_BITS
"""Paragraphs in one document."""
MAX_WINDOWS: Final = 1 << WINDOW_BITS
"""Passages in one language version of one paragraph."""


def paragraph_key(document: int, ordinal: int) -> int:
    """The key of the paragraph at place ``ordinal`` (from 0) of a document.

    A passage's key is ``paragraph_key << WINDOW_BITS | window``.
    """
    return document << PARAGRAPH_BITS | ordinal


def key_range(document: int) -> tuple[int, int]:
    """The half-open range of paragraph keys that belong to ``document``."""
    return document << PARAGRAPH_BITS, (document + 1) << PARAGRAPH_BITS


def first_of_each(keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of some keys, equals of which stand together, are other than the one before."""
    first = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    return first
