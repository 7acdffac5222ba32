"""Dated facts and mandates as records over all documents: filtered, in order, a page at a time."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from index.analysis import tokens
from index.facts import folded
from index.store import Store, StoredParagraph
from ingest.facts.dates import Date
from ingest.facts.extract import Facts
from ingest.facts.mandates import Mandate
from ingest.paragraphs import ParagraphId

__all__ = ["Page", "Quote", "Record", "RecordFilter", "find_dates", "find_mandates"]

Fact = TypeVar("Fact", Date, Mandate)
_Kind = Literal["date", "mandate"]

_ORDERS: Final = {
    "date": "first IS NULL, first, last, symbol, paragraph, place",
    "mandate": "symbol, paragraph, place",
}


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What records must fit; ``None`` fits all.

    ``actor`` and ``addressee`` are looked for in every name of who is meant, abbreviations and the other
    language included; of a dated fact, in what its sentence names. ``action`` is looked for in verb and
    action, a single English word in all its forms; of a dated fact, in its sentence. ``decision`` is a
    key (:func:`ingest.symbols.decision_key`).
    ``since`` and ``until`` are days, both included, that the record's time touches: a record without a time
    fits neither. ``language``: only what a version in this language says.
    """

    actor: str | None = None
    addressee: str | None = None
    action: str | None = None
    decision: str | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    documents: Sequence[str] | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Quote(Generic[Fact]):
    """What one language version says: ``text[start:end]`` of it, the fact read there, and all its facts."""

    start: int
    end: int
    fact: Fact
    found: Facts


@dataclass(frozen=True, slots=True)
class Record(Generic[Fact]):
    """One fact in all languages that state it.

    ``name`` stays the same as long as the paragraph says the same. ``value`` is ISO 8601 (of a mandate: by
    when). ``first`` and ``last`` are its first and last day, ``None`` where there is none or its year is
    unknown. A mandate that names no date by which has the days of its ``session``, where the document says
    when that is (``held``, ISO 8601), or of the dates that it names: ``time`` tells which, ``due``,
    ``session`` or ``text``. ``quotes`` goes by language, ``decisions`` holds keys.
    """

    name: str
    paragraph: StoredParagraph
    value: str | None
    time: Literal["due", "session", "text"] | None
    first: datetime.date | None
    last: datetime.date | None
    session: str | None
    held: tuple[str, ...]
    decisions: tuple[str, ...]
    quotes: Mapping[str, Quote[Fact]]

    def leading(self, language: str | None = None) -> str:
        """``language`` if the record has it, else English, else what there is."""
        if language is not None and language in self.quotes:
            return language
        return "en" if "en" in self.quotes else min(self.quotes)

    def id(self, language: str) -> ParagraphId:
        """The paragraph, or its item where the fact lies in one of the version in ``language``."""
        pid, fact = self.paragraph.id, self.quotes[language].fact
        inside = [
            item.labels
            for item in self.paragraph.versions[language].items
            if item.start <= fact.start and fact.end <= item.end
        ]
        return ParagraphId(pid.symbol, pid.number, pid.part, max(inside, key=len, default=()))


@dataclass(frozen=True, slots=True)
class Page(Generic[Fact]):
    """Some of the records that fit; ``total`` counts all of them."""

    records: tuple[Record[Fact], ...]
    total: int


def find_dates(store: Store, wanted: RecordFilter, *, offset: int = 0, limit: int = 100) -> Page[Date]:
    """Dates and periods with a value by first and last day; those without a year at the end.

    :raises UnknownIdError: if a document is asked for that is not in the index.
    """
    return _page(store, "date", lambda found: found.dates, wanted, offset, limit)


def find_mandates(store: Store, wanted: RecordFilter, *, offset: int = 0, limit: int = 100) -> Page[Mandate]:
    """Mandates by document and reading order.

    :raises UnknownIdError: if a document is asked for that is not in the index.
    """
    return _page(store, "mandate", lambda found: found.mandates, wanted, offset, limit)


def _page(
    store: Store,
    kind: _Kind,
    facts_of: Callable[[Facts], Sequence[Fact]],
    wanted: RecordFilter,
    offset: int,
    limit: int,
) -> Page[Fact]:
    conditions: list[str]
    values: list[object]
    conditions, values = _conditions(store, kind, wanted)
    source = (
        "FROM records JOIN paragraphs ON key = paragraph JOIN documents ON id = document "
        f"WHERE {' AND '.join(conditions)}"
    )
    total = int(store.select(f"SELECT count(*) {source}", values)[0][0])
    rows = store.select(
        f"SELECT paragraph, place, name, records.value, time, first, last, session, held, decisions {source} "
        f"ORDER BY {_ORDERS[kind]} LIMIT ? OFFSET ?",
        (*values, limit, offset),
    )
    keys = sorted({row[0] for row in rows})
    paragraphs, facts = store.at(keys), store.facts_at(keys)
    quotes: dict[tuple[int, int], dict[str, Quote[Fact]]] = {}
    for key in keys:
        for place, language, start, end, at in store.select(
            'SELECT place, language, "start", "end", fact FROM quotes WHERE kind = ? AND paragraph = ?',
            (kind, key),
        ):
            found = facts[key][language]
            quote = Quote(start, end, facts_of(found)[at], found)
            quotes.setdefault((key, place), {})[language] = quote
    records = (
        Record(
            name=name,
            paragraph=paragraphs[key],
            value=value,
            time=time,
            first=None if first is None else datetime.date.fromisoformat(first),
            last=None if last is None else datetime.date.fromisoformat(last),
            session=session,
            held=tuple(filter(None, held.split("\n"))),
            decisions=tuple(filter(None, decisions.split("\n"))),
            quotes=quotes[key, place],
        )
        for key, place, name, value, time, first, last, session, held, decisions in rows
    )
    return Page(tuple(records), total)


def _forms(part: str) -> list[str]:
    """``part``, and for a single English word what its other forms begin with."""
    if not (part.isascii() and part.isalpha()):
        return [part]
    return [part, *(before + stem for stem in tokens(part) for before in ("\n", " "))]


def _conditions(store: Store, kind: _Kind, wanted: RecordFilter) -> tuple[list[str], list[object]]:
    conditions: list[str] = ["kind = ?"]
    values: list[object] = [kind]
    words = {"actors": wanted.actor, "addressees": wanted.addressee, "actions": wanted.action}
    for column, part in words.items():
        if part is not None:
            forms = _forms(folded(part)) if column == "actions" else [folded(part)]
            conditions.append("(" + " OR ".join([f"instr({column}, ?) > 0"] * len(forms)) + ")")
            values += forms
    if wanted.decision is not None:
        conditions.append("instr(decisions, ?) > 0")
        values.append(f"\n{wanted.decision}\n")
    if wanted.since is not None:
        conditions.append("last >= ?")
        values.append(wanted.since.isoformat())
    if wanted.until is not None:
        conditions.append("first <= ?")
        values.append(wanted.until.isoformat())
    if wanted.language is not None:
        conditions.append(
            "EXISTS (SELECT 1 FROM quotes WHERE quotes.kind = records.kind AND language = ? "
            "AND quotes.paragraph = records.paragraph AND quotes.place = records.place)"
        )
        values.append(wanted.language)
    if wanted.documents is not None:
        numbers = json.dumps([store.number(symbol) for symbol in wanted.documents])
        conditions.append("documents.id IN (SELECT j.value FROM json_each(?) AS j)")
        values.append(numbers)
    return conditions, values
