"""What was worked out of a word, remembered; never out of what is too long to be one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

__all__ = ["LONGEST_WORD", "remembered"]

LONGEST_WORD: Final = 64
"""Characters. A question may be one word of 2,000: remembered by the ten thousand, such words would fill the
memory with what nobody asks twice."""

_Made = TypeVar("_Made")


def remembered(make: Callable[[str], _Made], most: int) -> Callable[[str], _Made]:
    """``make``, with its results for up to ``most`` words kept, all forgotten when there would be more; those
    of longer words are made each time.

    For any number of threads. What is kept is looked up without a call into Python: half of what a document's
    terms took was the least recently used word being found.
    """
    return _Kept(make, most).__getitem__


class _Kept(dict[str, _Made]):
    def __init__(self, make: Callable[[str], _Made], most: int) -> None:
        super().__init__()
        self._make = make
        self._most = most

    def __missing__(self, word: str) -> _Made:
        made = self._make(word)
        if len(word) <= LONGEST_WORD:
            if len(self) >= self._most:
                self.clear()
            self[word] = made
        return made
