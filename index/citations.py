"""What the paragraphs of an index cite and by which they are cited, resolved to what the index holds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from index.keys import key_range
from index.store import Store
from ingest.paragraphs import ParagraphId

__all__ = ["Cited", "CitedBy", "Citing", "Mention", "Target", "cited", "cited_by"]

_MOST: Final = 5_000
"""References to one document that are looked at to tell which of its paragraphs are meant."""
_SHOWN: Final = 100
"""Citing paragraphs that are told of one document or paragraph; of a document all are counted."""
_ITEMS: Final = re.compile(r"(?P<paragraph>[^()]+)(?P<items>(?:\([^()]+\))*)")


@dataclass(frozen=True, slots=True)
class Mention:
    """``text[start:end]`` names it: of the version in ``language``, or of its footnote at place ``note``."""

    language: str
    note: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference leads to: a document, and the paragraph or item of it that is meant, if one is."""

    symbol: str
    id: ParagraphId | None


@dataclass(frozen=True, slots=True)
class Cited:
    """One thing that a paragraph cites, in whichever languages it does.

    ``paragraph`` is as the text numbers it. ``target`` is ``None`` where the index does not hold it.
    """

    key: str
    kind: Literal["decision", "resolution", "document"]
    paragraph: str | None
    mentions: tuple[Mention, ...]
    target: Target | None


@dataclass(frozen=True, slots=True)
class Citing:
    """A paragraph that cites, and the paragraph or item that it cites; ``None``: the document as a whole."""

    id: ParagraphId
    target: ParagraphId | None


@dataclass(frozen=True, slots=True)
class CitedBy:
    """Who cites a document, each citing paragraph once, and its paragraphs (by their ids inside it).

    By document and reading order, at most :data:`_SHOWN` each; ``total`` counts all those of other documents.
    The document's own paragraphs are told with the paragraphs that they cite only.
    """

    document: tuple[Citing, ...]
    total: int
    paragraphs: Mapping[str, tuple[Citing, ...]]


def cited(store: Store, symbol: str, keys: Sequence[int] | None = None) -> dict[str, tuple[Cited, ...]]:
    """Paragraph (the id inside the document) → what it cites, its footnotes last, in the order of the text.

    Of the paragraphs with ``keys``, or all of the document's. A reference of a document to itself that leads
    to none of its paragraphs is left out.

    :raises UnknownIdError: if the index has no such document.
    """
    first, last = key_range(store.number(symbol))
    condition, values = "paragraph >= ? AND paragraph < ?", [first, last]
    if keys is not None:
        condition, values = f"paragraph IN ({', '.join('?' * len(keys))})", list(keys)
    rows = store.select(
        'SELECT paragraph, name, local, key, kind, language, note, "start", "end" '  # noqa: S608 (marks)
        f"FROM links WHERE {condition} ORDER BY paragraph, note IS NOT NULL, note, language, place",
        values,
    )
    where = store.ids(sorted({row[0] for row in rows}))
    told: dict[tuple[int, str, str | None], tuple[Any, list[Mention]]] = {}
    for key, name, local, cites, kind, *mention in rows:
        told.setdefault((key, name, local), ((cites, kind), []))[1].append(Mention(*mention))
    resolver = _Resolver(store)
    found: dict[str, list[Cited]] = {}
    for (key, name, local), ((cites, kind), mentions) in told.items():
        target = resolver.target(name, local, where[key])
        if target is None or target.symbol != symbol or target.id is not None:
            made = Cited(cites, kind, local, tuple(mentions), target)
            found.setdefault(where[key].local, []).append(made)
    return {local: tuple(cites) for local, cites in found.items()}


def cited_by(store: Store, symbol: str) -> CitedBy:
    """:raises UnknownIdError: if the index has no such document."""
    number = store.number(symbol)
    resolver = _Resolver(store)
    names = [
        name
        for (name,) in store.select(
            "SELECT DISTINCT name FROM names WHERE document = ? ORDER BY 1", (number,)
        )
        if resolver.symbol(name) == symbol
    ]
    marks = ", ".join("?" * len(names))
    ((total,),) = store.select(
        f"SELECT count(DISTINCT paragraph) FROM links WHERE name IN ({marks}) "  # noqa: S608 (marks)
        "AND NOT (paragraph >= ? AND paragraph < ?)",
        (*names, *key_range(number)),
    )
    rows = store.select(
        "SELECT DISTINCT symbol, paragraph, name, links.local FROM links "  # noqa: S608 (marks)
        "JOIN paragraphs ON paragraphs.key = paragraph JOIN documents ON documents.id = document "
        f"WHERE name IN ({marks}) ORDER BY symbol, paragraph, place LIMIT {_MOST}",
        names,
    )
    where = store.ids(sorted({row[1] for row in rows}))
    whole: dict[ParagraphId, Citing] = {}
    single: dict[str, dict[ParagraphId, Citing]] = {}
    for _, key, name, local in rows:
        citing = where[key]
        target = resolver.target(name, local, citing)
        made = Citing(citing, None if target is None else target.id)
        if citing.symbol != symbol:
            whole.setdefault(citing, made)
        if made.target is not None and made.target.paragraph != citing:
            single.setdefault(made.target.paragraph.local, {}).setdefault(citing, made)
    return CitedBy(
        tuple(whole.values())[:_SHOWN],
        total,
        {local: tuple(by.values())[:_SHOWN] for local, by in single.items()},
    )


@dataclass(frozen=True, slots=True)
class _Holder:
    """A document that goes by a name, and the keys of the paragraphs that the name covers."""

    document: int
    symbol: str
    first: int
    last: int
    whole: bool


class _Resolver:
    """Names and paragraph numbers → what the index holds, each looked up once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._holders: dict[str, _Holder | None] = {}
        self._numbers: dict[int, dict[str, list[tuple[int, ParagraphId]]]] = {}

    def symbol(self, name: str) -> str | None:
        """The document that goes by ``name``: by its symbol, else by another name, else by what it holds."""
        holder = self._holder(name)
        return None if holder is None else holder.symbol

    def target(self, name: str, local: str | None, citing: ParagraphId) -> Target | None:
        holder = self._holder(name)
        if holder is None:
            return None
        if local is not None:
            pid = self._paragraph(holder, local, citing)
            if pid is not None:
                return Target(holder.symbol, pid)
        opening = None if holder.whole else self._store.ids([holder.first]).get(holder.first)
        return Target(holder.symbol, opening)

    def _holder(self, name: str) -> _Holder | None:
        if name not in self._holders:
            rows = self._store.select(
                "SELECT document, symbol, first, last FROM names JOIN documents ON documents.id = document "
                "WHERE name = ? ORDER BY rank, symbol LIMIT 1",
                (name,),
            )
            self._holders[name] = None
            for number, symbol, first, last in rows:
                low, high = key_range(number)
                whole = first is None
                span = (low, high - 1) if whole else (first, last)
                self._holders[name] = _Holder(number, symbol, span[0], span[1], whole)
        return self._holders[name]

    def _paragraph(self, holder: _Holder, local: str, citing: ParagraphId) -> ParagraphId | None:
        match = _ITEMS.fullmatch(local)
        if match is None:
            return None
        try:
            wanted = ParagraphId.parse(f"{holder.symbol}#{match['paragraph']}")
        except ValueError:
            return None
        there = [
            (key, pid)
            for key, pid in self._numbered(holder.document).get(wanted.number, ())
            if holder.first <= key <= holder.last
        ]
        own = citing.part if citing.symbol == holder.symbol else None
        found = _chosen(there, wanted.part, own)
        if found is None:
            return None
        key, pid = found
        items = tuple(re.findall(r"\(([^()]+)\)", match["items"]))
        while items and not self._has_item(key, items):
            items = items[:-1]
        return ParagraphId(pid.symbol, pid.number, pid.part, items)

    def _numbered(self, document: int) -> dict[str, list[tuple[int, ParagraphId]]]:
        if document not in self._numbers:
            low, high = key_range(document)
            keys = self._store.select(
                "SELECT key, symbol, part, number FROM paragraphs JOIN documents ON documents.id = document "
                "WHERE key >= ? AND key < ? ORDER BY key",
                (low, high),
            )
            numbers: dict[str, list[tuple[int, ParagraphId]]] = {}
            for key, symbol, part, number in keys:
                numbers.setdefault(number, []).append((key, ParagraphId(symbol, number, part)))
            self._numbers[document] = numbers
        return self._numbers[document]

    def _has_item(self, key: int, items: tuple[str, ...]) -> bool:
        rows = self._store.select(
            "SELECT labels FROM items JOIN texts ON texts.id = items.text WHERE paragraph = ?", (key,)
        )
        return any(tuple(json.loads(labels)) == items for (labels,) in rows)


def _chosen(
    there: Sequence[tuple[int, ParagraphId]], part: str | None, own: str | None
) -> tuple[int, ParagraphId] | None:
    """Which of the paragraphs of one number is meant: in the part named, else in that of the citing text.

    A part counts only where the document's numbering restarts: "sect. II, para. 35" of one that numbers
    through is its paragraph 35.
    """
    by_part = {pid.part: (key, pid) for key, pid in there}
    if part is not None:
        for known, found in by_part.items():
            if known is not None and (known == part or known.endswith(f".{part}")):
                return found
        return by_part.get(None) if len(by_part) == 1 else None
    while own is not None:
        if own in by_part:
            return by_part[own]
        own = own.rpartition(".")[0] or None
    if None in by_part:
        return by_part[None]
    return there[0] if len(there) == 1 else None
