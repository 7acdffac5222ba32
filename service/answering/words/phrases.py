"""Phrases written as a table writes them, found in a text.

In English ``*`` at a word's end stands for any ending and ``..`` for up to three words between; in Chinese
``…`` stands for up to five characters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from index.remembering import remembered

__all__ = ["Finder"]

_GAP: Final = 3
_HAN_GAP: Final = 5
_LONG: Final = 6
"""Letters that a word has at least that is mended, and a beginning of words that it is mended to."""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
# What may end a mended word: "details" is no slip for "detainls".
_INFLECTED: Final = re.compile(r"(?:e?s|e?d|ing|[eo]rs?|[at]?ions?|ments?|als?|e|y|ies)?")
_WORD: Final = re.compile("[a-z]+")

_Entry = tuple[tuple[str, ...], int]
"""The words that follow the first of a form, and the number of what it belongs to."""


class Finder:
    """Finds whose forms stand in a folded text, in time linear in its length. For any number of threads."""

    def __init__(self, forms: Iterable[tuple[str, int]]) -> None:
        """``forms`` come with the number of what they belong to."""
        self._exact: dict[str, list[_Entry]] = {}
        self._begun: dict[str, list[_Entry]] = {}
        self._han: dict[str, list[tuple[str, str, int]]] = {}
        self._han_of: dict[int, list[tuple[str, str]]] = {}
        for form, owner in forms:
            first, *rest = form.split(" ")
            if not form[0].isascii():
                begin, _, end = form.partition("…")
                self._han.setdefault(form[0], []).append((begin, end, owner))
                self._han_of.setdefault(owner, []).append((begin, end))
            elif first.endswith("*"):
                self._begun.setdefault(first[:-1], []).append((tuple(rest), owner))
            else:
                self._exact.setdefault(first, []).append((tuple(rest), owner))
        self._first = remembered(self._begins, 1 << 14)
        self._slipped = remembered(self._mended, 1 << 12)

    def find(self, text: str, wanted: Collection[int]) -> set[int]:
        """Those ``wanted`` that a form in ``text`` belongs to: as :meth:`places`, for long texts."""
        found: set[int] = set()
        words = _WORD.findall(text)
        for place, word in enumerate(words):
            for rest, owner in self._first(word):
                if owner in wanted and owner not in found and _follows(rest, words, place + 1) is not None:
                    found.add(owner)
        if not text.isascii():
            for owner in wanted:
                if any(_stands(begin, end, text) for begin, end in self._han_of.get(owner, ())):
                    found.add(owner)
        return found

    def places(self, text: str, *, mend: bool = False) -> Iterator[tuple[int, int, int]]:
        """Owner, start and end of the forms in ``text``; what follows a gap in a form is no part of it.

        ``mend`` is whether long English words with a slip of the pen are understood.
        """
        found = list(_WORD.finditer(text))
        words = [match[0] for match in found]
        for place, match in enumerate(found):
            entries = self._first(words[place]) or (self._slipped(words[place]) if mend else ())
            for rest, owner in entries:
                last = _follows(rest, words, place + 1)
                if last is not None:
                    yield owner, match.start(), found[last - 1].end()
        if text.isascii():
            return
        for start, character in enumerate(text):
            for begin, rest_of_it, owner in self._han.get(character, ()):
                end = start + len(begin)
                # 哪几个 asks which, not how many.
                if character == "几" and start and text[start - 1] == "哪":
                    continue
                if text.startswith(begin, start) and _near(rest_of_it, text, end):
                    yield owner, start, end

    def _begins(self, word: str) -> tuple[_Entry, ...]:
        """Of the forms whose first word, or its beginning where they give no more, is that of ``word``."""
        found = list(self._exact.get(word, ()))
        for end in range(1, len(word) + 1):
            found += self._begun.get(word[:end], ())
        return tuple(found)

    def _mended(self, word: str) -> tuple[_Entry, ...]:
        """The same once two letters have changed places, a double one is single, or one is put back."""
        if len(word) < _LONG:
            return ()
        for place in range(1, len(word)):
            others = [word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]]
            if word[place] == word[place - 1]:
                others.append(word[:place] + word[place + 1 :])
            others += [word[:place] + letter + word[place:] for letter in _LETTERS]
            for other in others:
                found = tuple(
                    entry
                    for end in range(_LONG, len(other) + 1)
                    if _INFLECTED.fullmatch(other, end)
                    for entry in self._begun.get(other[:end], ())
                )
                if found := (*self._exact.get(other, ()), *found):
                    return found
        return ()


def _stands(begin: str, end: str, text: str) -> bool:
    """Whether ``begin`` stands in ``text``, soon followed by ``end``."""
    place = text.find(begin)
    while place >= 0:
        if _near(end, text, place + len(begin)):
            return True
        place = text.find(begin, place + 1)
    return False


def _near(wanted: str, text: str, place: int) -> bool:
    return not wanted or text.find(wanted, place, place + _HAN_GAP + len(wanted)) >= 0


def _follows(rest: tuple[str, ...], words: Sequence[str], place: int) -> int | None:
    """How far the words from ``place`` on go with ``rest`` of a form, up to a gap in it; ``None`` where they
    don't.
    """
    if not rest:
        return place
    if rest[0] == "..":
        there = (_follows(rest[1:], words, place + skipped) for skipped in range(_GAP + 1))
        return place if any(end is not None for end in there) else None
    if place >= len(words):
        return None
    form, word = rest[0], words[place]
    fits = word.startswith(form[:-1]) if form.endswith("*") else word == form
    return _follows(rest[1:], words, place + 1) if fits else None
