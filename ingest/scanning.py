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

__all__ = ["Words", "figures", "lower", "matches", "words"]

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_WORD = re.compile("[a-z0-9À-ÖØ-öø-ž]+")
_LETTERS = frozenset(character for character in map(chr, range(0x17F)) if _WORD.match(character))


def lower(text: str) -> str:
    """``text`` in lower case, one code point for one."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text.translate(_LOWER)


@dataclass(frozen=True, slots=True)
class Words:
    """The runs of Latin letters and digits of ``text``, which is in lower case: ``known`` holds each once."""

    text: str
    known: frozenset[str]

    def places(self, wanted: Collection[str]) -> list[tuple[int, str]]:
        """Where the words ``wanted`` start, in order, each with the word.

        They are few and the words of a text many, so they are looked for and not taken from a list of all.
        """
        text, found = self.text, list[tuple[int, str]]()
        for word in self.known.intersection(wanted):
            at = text.find(word)
            while at >= 0:
                end = at + len(word)
                if text[at - 1 : at] not in _LETTERS and text[end : end + 1] not in _LETTERS:
                    found.append((at, word))
                at = text.find(word, end)
        found.sort()
        return found

    def where(self, wanted: Collection[str]) -> list[int]:
        """Where the words ``wanted`` start, in order."""
        return [at for at, _ in self.places(wanted)]


@lru_cache(maxsize=8)  # every finder of one paragraph asks for the same text
def words(text: str) -> Words:
    """The words of a text."""
    lowered = lower(text)
    return Words(lowered, frozenset(_WORD.findall(lowered)))


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
