"""What was worked out of a word, remembered; never out of what is too long to be one."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeVar

__all__ = ["LONGEST_WORD", "remembered"]

LONGEST_WORD: Final = 64
"""Characters. A question may be one word of 2,000: remembered by the ten thousand, such words would fill the
memory with what nobody asks twice."""

_Made = TypeVar("_Made")


def remembered(make: Callable[[str], _Made], most: int) -> Callable[[str], _Made]:
    """``make``, with its results for the last ``most`` words kept; those of longer ones are made each time.

    For any number of threads, as :func:`functools.lru_cache` is.
    """
    kept = lru_cache(maxsize=most)(make)

    def look_up(word: str) -> _Made:
        return kept(word) if len(word) <= LONGEST_WORD else make(word)

    return look_up
