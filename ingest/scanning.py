"""Where in a text something may start: patterns are tried there, and nowhere else.

A pattern that begins with a boundary or a look-behind is tried by :mod:`re` at each character, half a
microsecond each. The words of a text are split once, and all that look for something in it share them.
"""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

__all__ = ["Words", "figures", "lower", "matches", "words"]

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_BETWEEN = re.compile("([^A-Za-z0-9À-ÖØ-öø-ž]+)")


def lower(text: str) -> str:
    """``text`` in lower case, one code point for one."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text.translate(_LOWER)


@dataclass(frozen=True, slots=True)
class Words:
    """The runs of Latin letters and digits of a text, in lower case, and where each starts.

    ``known`` holds each of them once.
    """

    words: list[str]
    starts: list[int]
    known: frozenset[str]

    def where(self, wanted: Collection[str]) -> list[int]:
        """Where the words ``wanted`` start, in order."""
        return [at for word, at in zip(self.words, self.starts, strict=True) if word in wanted]


@lru_cache(maxsize=8)  # every finder of one paragraph asks for the same text
def words(text: str) -> Words:
    """The words of a text."""
    parts = _BETWEEN.split(lower(text))
    starts = list(accumulate(map(len, parts), initial=0))
    del starts[-1]
    return Words(parts[::2], starts[::2], frozenset(parts[::2]))


_FIGURE = re.compile(r"\d(?<!\d\d)")


def figures(text: str) -> list[int]:
    """Where runs of digits start."""
    return [found.start() for found in _FIGURE.finditer(text)]


def matches(pattern: re.Pattern[str], text: str, starts: Iterable[int]) -> Iterator[re.Match[str]]:
    """What ``pattern.finditer(text)`` finds, if all start at one of ``starts`` (in order), none empty."""
    match = pattern.match
    end = 0
    for start in starts:
        if start >= end and (found := match(text, start)) is not None:
            yield found
            end = found.end()
