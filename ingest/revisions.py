"""Revisions, corrigenda, addenda, amendments, known by their symbols (UN Editorial Manual, "Symbols")."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["Later", "Modification", "Relation", "Revisions", "modification"]

_MODIFIED = re.compile(r"(?P<base>.+)/(?P<kind>Add|Amend|Corr|Rev)\.?(?P<number>\d{0,3})\*{0,2}")

Relation = Literal["superseded", "corrected", "amended"]
_RELATIONS: Mapping[str, Relation] = {"Corr": "corrected", "Amend": "amended"}


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
    """A document to be read instead of another (``superseded``) or beside it; its languages, in order."""

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
        known = modification(symbol)
        revised = known.base if known is not None and known.kind == "Rev" else symbol
        number = known.number if known is not None and known.kind == "Rev" else 0
        revisions = [
            (found.number, other)
            for other, found in self._modified.get(revised, ())
            if found.kind == "Rev" and found.number > number
        ]
        made: list[Later] = []
        if revisions:
            newest = max(revisions)[1]
            made.append(Later(newest, "superseded", self._languages[newest]))
        changes = sorted(
            (found.kind, found.number, other)
            for other, found in self._modified.get(symbol, ())
            if found.kind in _RELATIONS and language in self._languages[other]
        )
        made += [Later(other, _RELATIONS[kind], self._languages[other]) for kind, _, other in changes]
        return tuple(made)
