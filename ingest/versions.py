"""Language versions of one document joined by paragraph, and what does not agree between them.

Paragraphs are aligned in order by what they state and how long they are (Gale and Church, 1993, with numbers
and references for anchors), so that one that is missing or split is reported once, not as a difference in
every paragraph after it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from operator import eq
from typing import Literal

from ingest.facts.dates import find_dates
from ingest.figures import stated_numbers
from ingest.paragraphs import Document, Paragraph
from ingest.symbols import find_references

__all__ = ["Discrepancy", "DiscrepancyKind", "compare", "discrepancies"]

DiscrepancyKind = Literal[
    "unpaired",
    "split",
    "merged",
    "renumbered",
    "numbers",
    "dates",
    "references",
    "items",
    "footnotes",
    "headings",
]
"""``split``: one paragraph of the first language is two of the second; ``merged``: the reverse."""

_BAND = 40
"""Paragraphs that the two versions may be apart at any place."""
_GAP = 0.75
"""What it costs to leave a paragraph alone whose number the other version has too."""
_ABSENT = 0.65
"""The same, where the other version does not have its number."""
_SPLIT = 0.7
_SAME_ID = 0.15
_READ = frozenset({"en", "zh"})
"""Languages whose words for numbers and dates are read; of others only their figures."""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing that differs. ``first`` and ``second`` are the paragraphs concerned, by their ids inside the
    document; ``only_first`` and ``only_second`` what stands in one version only.
    """

    symbol: str
    kind: DiscrepancyKind
    languages: tuple[str, str]
    first: tuple[str, ...]
    second: tuple[str, ...]
    only_first: tuple[str, ...] = ()
    only_second: tuple[str, ...] = ()

    def __str__(self) -> str:
        one, other = self.languages
        here, there = _listed(self.first), _listed(self.second)
        if self.kind == "unpaired":
            where, missing = (here, other) if self.first else (there, one)
            return f"{self.symbol}#{where} has no counterpart in {missing}"
        if self.kind == "split":
            return f"{self.symbol}#{here} in {one} is split in {other}: {there}"
        if self.kind == "merged":
            return f"{self.symbol}#{here} in {one} are one paragraph in {other}: {there}"
        if self.kind == "renumbered":
            return f"{self.symbol}#{here} in {one} is numbered {there} in {other}"
        apart = "; ".join(
            f"only in {language}: {', '.join(values)}"
            for language, values in ((one, self.only_first), (other, self.only_second))
            if values
        )
        where = here if self.first == self.second else f"{here} ({there} in {other})"
        return f"{self.symbol}#{where}: {self.kind} differ ({apart})"


def _listed(ids: Sequence[str]) -> str:
    return ids[0] if len(ids) == 1 else f"{ids[0]} to {ids[-1]}" if len(ids) > 2 else " and ".join(ids)


def discrepancies(versions: Mapping[str, Document]) -> Iterator[Discrepancy]:
    """All that differs between the versions of a document, by language; English or the first one leads."""
    languages = sorted(versions, key=lambda language: (language != "en", language))
    for language in languages[1:]:
        yield from compare(versions[languages[0]], versions[language])


def compare(first: Document, second: Document) -> list[Discrepancy]:
    """What differs between two versions, in the order of the first.

    :raises ValueError: if they are versions of different documents, or in one language.
    """
    if first.symbol != second.symbol or first.language == second.language:
        raise ValueError(
            f"expected two languages of one document, got {first.symbol} in {first.language} "
            f"and {second.symbol} in {second.language}"
        )
    words = {first.language, second.language} <= _READ
    left, right = _units(first, words=words), _units(second, words=words)
    beads = _align(left, right)
    found: list[Discrepancy] = []
    shifted: list[tuple[str, str]] = []
    languages = (first.language, second.language)

    def report(
        kind: DiscrepancyKind, one: Sequence[_Unit], other: Sequence[_Unit], **only: tuple[str, ...]
    ) -> None:
        ids = tuple(unit.local for unit in one), tuple(unit.local for unit in other)
        found.append(Discrepancy(first.symbol, kind, languages, *ids, **only))

    def shift_ends() -> None:
        if shifted:
            ids = tuple(one for one, _ in shifted), tuple(other for _, other in shifted)
            found.append(Discrepancy(first.symbol, "renumbered", languages, *ids))
            shifted.clear()

    for one, other in beads:
        if len(one) == len(other) == 1 and one[0].local != other[0].local:
            shifted.append((one[0].local, other[0].local))
        else:
            shift_ends()
        if not one or not other:
            report("unpaired", one, other)
            continue
        if len(one) != len(other):
            report("split" if len(one) < len(other) else "merged", one, other)
        elif one[0].pieces != other[0].pieces:
            report("split" if one[0].pieces < other[0].pieces else "merged", one, other)
        for kind, mine, theirs in _values(one, other):
            only_first, only_second = mine - theirs, theirs - mine
            if kind == "dates":
                only_first, only_second = _dates_apart(only_first, only_second, one, other)
            if only_first or only_second:
                report(kind, one, other, only_first=_sorted(only_first), only_second=_sorted(only_second))
    shift_ends()
    return found


def _dates_apart(
    only_first: frozenset[str], only_second: frozenset[str], one: Sequence[_Unit], other: Sequence[_Unit]
) -> tuple[frozenset[str], frozenset[str]]:
    """Of dates that one version states, those that are not merely put in another way by the other.

    A date without a year is one with it; a date that stands alone is put in another way if the other version
    has all its figures, those aside that no text prints ("this year").
    """
    mine = frozenset(
        d for d in only_first if not (d[:2] == "--" and any(e.endswith(d[1:]) for e in only_second))
    )
    theirs = frozenset(
        d for d in only_second if not (d[:2] == "--" and any(e.endswith(d[1:]) for e in only_first))
    )
    if mine and theirs:
        return mine, theirs
    here = frozenset().union(*(unit.numbers for unit in one))
    there = frozenset().union(*(unit.numbers for unit in other))
    return (
        frozenset(date for date in mine if not _figures(date) & here <= there),
        frozenset(date for date in theirs if not _figures(date) & there <= here),
    )


def _figures(date: str) -> frozenset[str]:
    return frozenset(figure.lstrip("0") for figure in re.findall(r"\d+", date))


def _sorted(values: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(values, key=lambda value: (len(value), value)))


@dataclass(frozen=True, slots=True)
class _Unit:
    """A paragraph as it is compared. ``pieces`` are its lines that are no items."""

    local: str
    length: int
    numbers: frozenset[str]
    dates: frozenset[str]
    references: frozenset[str]
    items: frozenset[str]
    notes: frozenset[str]
    headings: frozenset[str]
    pieces: int

    @property
    def anchors(self) -> frozenset[str]:
        return self.numbers | self.references


def _units(document: Document, *, words: bool) -> list[_Unit]:
    made: list[_Unit] = []
    above: tuple[str, ...] = ()
    for paragraph in document.paragraphs:
        shared = sum(takewhile(bool, map(eq, above, paragraph.section)))
        made.append(_unit(paragraph, document, len(paragraph.section) - shared, words=words))
        above = paragraph.section
    return made


def _unit(paragraph: Paragraph, document: Document, headings: int, *, words: bool) -> _Unit:
    text = "\n".join([paragraph.text, *(note.text for note in paragraph.footnotes)])
    dates: frozenset[str] = frozenset()
    if words and document.language in ("en", "zh"):
        language: Literal["en", "zh"] = "en" if document.language == "en" else "zh"
        dates = frozenset(
            date.value
            for date in find_dates(paragraph.text, language, document_date=document.date)
            if date.value
        )
    lines = paragraph.text.count("\n") + 1
    return _Unit(
        local=paragraph.id.local,
        length=len(paragraph.text),
        numbers=stated_numbers(text, words=words),
        dates=dates,
        references=frozenset(reference.key for reference in find_references(text)) if words else frozenset(),
        items=frozenset("".join(f"({label})" for label in item.labels) for item in paragraph.items),
        notes=frozenset(note.mark for note in paragraph.footnotes),
        headings=frozenset({f"{headings} before it"}),
        pieces=max(1, lines - len(paragraph.items)) if "|" not in paragraph.text else 1,
    )


def _values(
    one: Sequence[_Unit], other: Sequence[_Unit]
) -> Iterator[tuple[DiscrepancyKind, frozenset[str], frozenset[str]]]:
    def joined(units: Sequence[_Unit], name: str) -> frozenset[str]:
        return frozenset().union(*(getattr(unit, name) for unit in units))

    named: tuple[tuple[DiscrepancyKind, str], ...] = (
        ("dates", "dates"), ("numbers", "numbers"), ("references", "references"), ("items", "items"),
        ("footnotes", "notes"), ("headings", "headings"),
    )  # fmt: skip
    for kind, name in named:
        yield kind, joined(one, name), joined(other, name)


_Bead = tuple[tuple[_Unit, ...], tuple[_Unit, ...]]


def _align(left: Sequence[_Unit], right: Sequence[_Unit]) -> list[_Bead]:
    """Paragraphs of one version with those of the other: one to one, one to two, two to one, or alone."""
    scale = (sum(u.length for u in right) or 1) / (sum(u.length for u in left) or 1)
    mine, theirs = frozenset(u.local for u in left), frozenset(u.local for u in right)
    slope = len(right) / max(1, len(left))
    steps = ((1, 1), (1, 0), (0, 1), (1, 2), (2, 1))
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    band = max(_BAND, abs(len(left) - len(right)) + 10)
    for i in range(len(left) + 1):
        middle = round(i * slope)
        for j in range(max(0, middle - band), min(len(right), middle + band) + 1):
            if (i, j) == (0, 0):
                continue
            choices = []
            for a, b in steps:
                before = best.get((i - a, j - b))
                if before is not None and i >= a and j >= b:
                    if a and b:
                        cost = _cost(left[i - a : i], right[j - b : j], scale)
                    else:
                        known = left[i - 1].local in theirs if a else right[j - 1].local in mine
                        cost = _GAP if known else _ABSENT
                    choices.append((before[0] + cost, (a, b)))
            if choices:
                best[i, j] = min(choices)
    beads: list[_Bead] = []
    i, j = len(left), len(right)
    while (i, j) != (0, 0):
        a, b = best[i, j][1]
        beads.append((tuple(left[i - a : i]), tuple(right[j - b : j])))
        i, j = i - a, j - b
    return beads[::-1]


def _cost(one: Sequence[_Unit], other: Sequence[_Unit], scale: float) -> float:
    """How badly two runs of paragraphs go together: 0 for equal statements and lengths."""
    mine = frozenset().union(*(unit.anchors for unit in one))
    theirs = frozenset().union(*(unit.anchors for unit in other))
    either = len(mine | theirs)
    apart = 1 - len(mine & theirs) / either if either else 0.0
    # Few anchors say little.
    weight = min(1.0, either / 3)
    length = abs(math.log(sum(u.length for u in one) * scale / max(1, sum(u.length for u in other)) or 1))
    cost = weight * apart + 0.5 * min(length, 2.0)
    if len(one) + len(other) > 2:
        return cost + _SPLIT
    return cost - (_SAME_ID if one[0].local == other[0].local else 0.0)
