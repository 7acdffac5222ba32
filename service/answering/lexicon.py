"""Concepts with the words that ask for them and the words that state them, and a finder of those in a text.

The table, ``concepts.tsv``, is our own compiling. In it ``; `` parts forms. In English ``*`` at a word's
end stands for any ending and ``..`` for up to three words between; in Chinese ``…`` for up to five
characters. What asks for a concept also states it. ``evidence`` names a sign
(:mod:`service.answering.signs`) that states it too, or, after ``=``, that alone does: ``=counted`` a number
before one of its forms.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, get_args

from index.remembering import remembered
from service.answering.signs import COUNTED, SIGNS

__all__ = ["CONCEPTS", "Concept", "Finder", "Sort", "read_concepts"]

CONCEPTS: Final = Path(__file__).with_name("concepts.tsv")

Sort = Literal["act", "attribute"]
"""What is said to have happened, or what is asked of it."""

_COLUMNS: Final = ("name", "sort", "asked_en", "asked_zh", "stated_en", "stated_zh", "evidence")
_GAP: Final = 3
_HAN_GAP: Final = 5
_LONG: Final = 6
"""Letters that a word has at least that is mended, and a beginning of words that it is mended to."""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_WORD: Final = re.compile("[a-z]+")


@dataclass(frozen=True, slots=True)
class Concept:
    """A row of the table. ``asked`` ask for it, ``forms`` state it, those of ``asked`` among them.

    ``evidence``, unless empty, states it too; if ``alone``, nothing else does.
    """

    name: str
    sort: Sort
    asked: tuple[str, ...]
    forms: tuple[str, ...]
    evidence: str
    alone: bool


@lru_cache(maxsize=1)
def read_concepts(path: Path = CONCEPTS) -> tuple[Concept, ...]:
    """:raises OSError: if the table can't be read. :raises ValueError: if it is no table of concepts."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(next(rows, ())) != _COLUMNS:
            raise ValueError(f"{path}: expected the columns {', '.join(_COLUMNS)} in the first line")
        return tuple(_concept(row, f"{path}, line {rows.line_num}") for row in rows)


def _concept(row: Sequence[str], place: str) -> Concept:
    if len(row) != len(_COLUMNS):
        raise ValueError(f"{place}: expected {len(_COLUMNS)} columns between tabs, found {len(row)}")
    name, sort, *columns, evidence = row
    asked_en, asked_zh, stated_en, stated_zh = (
        [form for form in column.split("; ") if form] for column in columns
    )
    if sort not in get_args(Sort):
        raise ValueError(f"{place}: expected a sort among {', '.join(get_args(Sort))}, found {sort!r}")
    sign = evidence.removeprefix("=")
    if sign and sign != COUNTED and sign not in SIGNS:
        raise ValueError(f"{place}: expected evidence among {COUNTED}, {', '.join(SIGNS)}, found {sign!r}")
    asked = (*asked_en, *asked_zh)
    forms = tuple(dict.fromkeys((*asked, *stated_en, *stated_zh)))
    return Concept(name, sort, asked, forms, sign, evidence.startswith("="))  # type: ignore[arg-type]


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
                if owner in wanted and owner not in found and _follows(rest, words, place + 1):
                    found.add(owner)
        if not text.isascii():
            for owner in wanted:
                if any(_stands(begin, end, text) for begin, end in self._han_of.get(owner, ())):
                    found.add(owner)
        return found

    def places(self, text: str, *, mend: bool = False) -> Iterator[tuple[int, int, int]]:
        """Owner, start and end of the (first word of the) forms in ``text``.

        ``mend`` is whether long English words with a slip of the pen are understood.
        """
        found = list(_WORD.finditer(text))
        words = [match[0] for match in found]
        for place, match in enumerate(found):
            entries = self._first(words[place]) or (self._slipped(words[place]) if mend else ())
            for rest, owner in entries:
                if _follows(rest, words, place + 1):
                    yield owner, match.start(), match.end()
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

    def _begins(self, word: str, shortest: int = 1) -> tuple[_Entry, ...]:
        """Of the forms whose first word is ``word``; where they give but its beginning, one of ``shortest``
        letters or more.
        """
        found = list(self._exact.get(word, ()))
        for end in range(shortest, len(word) + 1):
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
                if found := self._begins(other, _LONG):
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


def _follows(rest: tuple[str, ...], words: Sequence[str], place: int) -> bool:
    if not rest:
        return True
    if rest[0] == "..":
        return any(_follows(rest[1:], words, place + skipped) for skipped in range(_GAP + 1))
    if place >= len(words):
        return False
    form, word = rest[0], words[place]
    fits = word.startswith(form[:-1]) if form.endswith("*") else word == form
    return fits and _follows(rest[1:], words, place + 1)
