"""Revisions, corrigenda, addenda, amendments, known by their symbols (UN Editorial Manual, "Symbols")."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["Later", "Modification", "Relation", "Revisions", "modification"]

_MODIFIED = re.compile(r"(?P<base>.+)/(?P<kind>Add|Amend|Corr|Rev)\.?(?P<number>\d{0,3})\*{0,2}")

Relation = Literal["superseded", "corrected", "amended", "supplemented"]
"""What the later document does to the earlier one. An addendum supplements it: nothing in it changes."""

_RELATIONS: Mapping[str, Relation] = {
    "Rev": "superseded",
    "Corr": "corrected",
    "Amend": "amended",
    "Add": "supplemented",
}
_CHANGES = ("Amend", "Corr")


@dataclass(frozen=True, slots=True)
class Modification:
    """The last modification that a symbol states: ``A/64/202/Rev.1`` is revision 1 of ``A/64/202``."""

    base: str
    kind: str
    number: int


def modification(symbol: str) -> Modification | None:
    """What a symbol modifies; ``None`` where it names an original."""
    match = _MODIFIED.fullmatch(symbol)
    return None if match is None else Modification(match["base"], match["kind"], int(match["number"] or 1))


@dataclass(frozen=True, slots=True)
class Later:
    """A document to be read instead of another (``superseded``) or beside it; its languages, in order.

    Of :meth:`Revisions.earlier`: the one that stands before, and what was done to it.
    """

    symbol: str
    relation: Relation
    languages: tuple[str, ...]


class Revisions:
    """Which documents of a collection change which others. ``documents``: symbol → its languages."""

    def __init__(self, documents: Mapping[str, Collection[str]]) -> None:
        self._languages = {symbol: tuple(sorted(languages)) for symbol, languages in documents.items()}
        self._modified: dict[str, list[tuple[str, Modification]]] = {}
        for symbol in documents:
            found = modification(symbol)
            if found is not None:
                self._modified.setdefault(found.base, []).append((symbol, found))

    def later(self, symbol: str, language: str) -> tuple[Later, ...]:
        """What changes the text of a document in one language: its newest revision, then what else, in order.

        A revision replaces the earlier text in every language. A corrigendum or an amendment concerns the
        languages it is issued in. An addendum changes nothing.
        """
        return (
            *self._newest(symbol),
            *(one for one in self._beside(symbol, _CHANGES) if language in one.languages),
        )

    def following(self, symbol: str) -> tuple[Later, ...]:
        """All that came after a document, in whichever languages: its newest revision, amendments,
        corrigenda, addenda.
        """
        return (*self._newest(symbol), *self._beside(symbol, (*_CHANGES, "Add")))

    def earlier(self, symbol: str) -> tuple[Later, ...]:
        """What a document revises, corrects, amends or adds to: of a revision, all that it replaces, newest
        first.
        """
        known = modification(symbol)
        if known is None:
            return ()
        before = [known.base]
        if known.kind == "Rev":
            others = sorted(
                (found.number, other)
                for other, found in self._modified[known.base]
                if found.kind == "Rev" and found.number < known.number
            )
            before = [*(other for _, other in reversed(others)), known.base]
        relation = _RELATIONS[known.kind]
        return tuple(
            Later(other, relation, self._languages[other]) for other in before if other in self._languages
        )

    def replaced(self, symbol: str) -> tuple[str, ...]:
        """The documents that a revision replaces, newest first; none where ``symbol`` is no revision's."""
        return tuple(one.symbol for one in self.earlier(symbol) if one.relation == "superseded")

    @property
    def superseded(self) -> frozenset[str]:
        """The documents that a revision replaces."""
        revisions = [
            symbol
            for modified in self._modified.values()
            for symbol, found in modified
            if found.kind == "Rev"
        ]
        return frozenset(one.symbol for symbol in revisions for one in self.earlier(symbol))

    def _newest(self, symbol: str) -> tuple[Later, ...]:
        known = modification(symbol)
        revised, number = (known.base, known.number) if known and known.kind == "Rev" else (symbol, 0)
        revisions = [
            (found.number, other)
            for other, found in self._modified.get(revised, ())
            if found.kind == "Rev" and found.number > number
        ]
        return tuple(
            Later(other, "superseded", self._languages[other]) for _, other in sorted(revisions)[-1:]
        )

    def _beside(self, symbol: str, kinds: Collection[str]) -> Iterator[Later]:
        for kind in kinds:
            made = sorted(
                (found.number, other) for other, found in self._modified.get(symbol, ()) if found.kind == kind
            )
            for _, other in made:
                yield Later(other, _RELATIONS[kind], self._languages[other])
