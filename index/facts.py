"""Facts in the store of a generation: read from each text at ingest, kept where it did not change.

Two tables over the facts themselves make them searchable: a record is one dated fact or one mandate of a
paragraph in all its languages, a quote is what one language version says of it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from index.links import LINK_SCHEMA, delete_links, put_links
from index.pairing import Placed, pair_dates, pair_mandates
from ingest.facts.dates import Date
from ingest.facts.extract import Facts, read_facts
from ingest.facts.folding import fold
from ingest.facts.glossary import Glossary
from ingest.facts.isodates import bounds
from ingest.facts.mandates import Mandate
from ingest.paragraphs import Document, Paragraph
from ingest.sentences import sentences
from ingest.symbols import Reference

__all__ = [
    "SCHEMA",
    "delete_facts",
    "facts_from_json",
    "facts_rules",
    "facts_to_json",
    "folded",
    "put_facts",
    "put_rules",
]

SCHEMA: Final = f"""{LINK_SCHEMA}
CREATE TABLE facts (
    text INTEGER PRIMARY KEY REFERENCES texts (id),
    basis BLOB NOT NULL,         -- SHA-256 over all that they were read from
    found TEXT NOT NULL          -- ingest.facts.extract.Facts as JSON, defaults left out
) STRICT;
CREATE TABLE records (
    kind TEXT NOT NULL,          -- date or mandate
    paragraph INTEGER NOT NULL REFERENCES paragraphs (key),
    place INTEGER NOT NULL,      -- among those of its kind in the paragraph
    name TEXT NOT NULL UNIQUE,   -- the same as long as the paragraph says the same
    value TEXT,                  -- ISO 8601; of a mandate: by when
    time TEXT,                   -- of a mandate: where its days are from: due, session or text
    first TEXT,                  -- first and last day, null where there is none or its year is unknown
    last TEXT,
    session TEXT,                -- of a mandate: key of the session at which
    held TEXT NOT NULL,          -- when the document says that session is: ISO 8601, between line breaks
    decisions TEXT NOT NULL,     -- keys, each between line breaks
    actors TEXT NOT NULL,        -- folded; of a mandate: who asks; all names of each
    addressees TEXT NOT NULL,    -- folded; of a mandate: who is asked
    actions TEXT NOT NULL,       -- folded; of a mandate: verb and action; of a date: its sentence
    PRIMARY KEY (kind, paragraph, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX records_by_day ON records (kind, first);
CREATE TABLE quotes (
    kind TEXT NOT NULL,
    paragraph INTEGER NOT NULL,
    place INTEGER NOT NULL,
    language TEXT NOT NULL,
    "start" INTEGER NOT NULL,    -- the quote is text[start:end] of the paragraph's version
    "end" INTEGER NOT NULL,
    fact INTEGER NOT NULL,       -- place in Facts.dates or Facts.mandates of that version
    PRIMARY KEY (kind, paragraph, place, language)
) STRICT, WITHOUT ROWID;
CREATE TABLE rules (
    fingerprint TEXT NOT NULL    -- of the rules that all facts here were read by
) STRICT;
"""

_FACTS: Final = TypeAdapter(Facts)
_NOT_ACTORS: Final = frozenset({"term", "article", "country", "region", "city"})


def facts_from_json(found: str) -> Facts:
    """Facts as they were stored."""
    return _FACTS.validate_json(found)


def facts_rules(glossary: Path | None = None) -> str:
    """SHA-256 over the rules by which facts are read and joined: the code and tables of
    :mod:`ingest.facts` and of references, the user's own ``glossary``, this module and those beside it.
    """
    total = hashlib.sha256()
    package = resources.files("ingest")
    files = [entry for entry in package.joinpath("facts").iterdir() if entry.name.endswith((".py", ".tsv"))]
    files += [package.joinpath(name) for name in ("symbols.py", "crossreferences.py", "pinpoints.py")]
    own = [resources.files("index").joinpath(name) for name in ("facts.py", "links.py", "pairing.py")]
    for file in (*sorted(files, key=lambda entry: entry.name), *own):
        content = file.read_bytes()
        total.update(f"{file.name} {len(content)}\n".encode() + content)
    if glossary is not None:
        total.update(b"glossary\n" + glossary.read_bytes())
    return total.hexdigest()


@lru_cache(maxsize=1 << 12)  # the same names come again and again
def folded(text: str) -> str:
    """``text`` as it is compared: case, width and the commonest traditional forms don't count."""
    return " ".join(fold(text).casefold().split())


def put_rules(connection: sqlite3.Connection, fingerprint: str) -> None:
    connection.execute("DELETE FROM rules")
    connection.execute("INSERT INTO rules (fingerprint) VALUES (?)", (fingerprint,))


def delete_facts(connection: sqlite3.Connection, document: int) -> None:
    """Remove the facts and links of a document, whose texts and paragraphs must still be there."""
    delete_links(connection, document)
    keys = "SELECT key FROM paragraphs WHERE document = ?"
    texts = f"SELECT id FROM texts WHERE paragraph IN ({keys})"  # noqa: S608 (fixed names)
    connection.execute(f"DELETE FROM facts WHERE text IN ({texts})", (document,))  # noqa: S608
    for table in ("records", "quotes"):
        for kind in ("date", "mandate"):
            connection.execute(
                f"DELETE FROM {table} WHERE kind = ? AND paragraph IN ({keys})",  # noqa: S608
                (kind, document),
            )


def put_facts(
    connection: sqlite3.Connection,
    document: int,
    versions: Mapping[str, Document],
    glossary: Glossary,
    known: Mapping[bytes, str],
) -> tuple[int, int]:
    """Write the facts and links of a document that was just put; the numbers of texts read and taken over.

    ``known`` holds facts as JSON by what they were read from. Versions in a language without rules have none.
    """
    where = {
        (language, local): (text, key)
        for language, local, text, key in connection.execute(
            "SELECT language, local, texts.id, key FROM texts JOIN paragraphs ON paragraph = key "
            "WHERE document = ?",
            (document,),
        )
    }
    read = kept = 0
    paragraphs: dict[int, dict[str, tuple[Paragraph, Facts]]] = {}
    rows: list[tuple[int, bytes, str]] = []
    references: dict[tuple[str, str], tuple[Reference, ...]] = {}
    for language in sorted({"en", "zh"} & versions.keys()):

        def before(basis: bytes) -> Facts | None:
            return facts_from_json(known[basis]) if basis in known else None

        for paragraph, basis, found in read_facts(versions[language], glossary, before):
            kept, read = (kept + 1, read) if basis in known else (kept, read + 1)
            text, key = where[language, paragraph.id.local]
            references[language, paragraph.id.local] = found.references
            rows.append((text, basis, known.get(basis) or facts_to_json(found)))
            if found.dates or found.mandates:
                paragraphs.setdefault(key, {})[language] = (paragraph, found)
    connection.executemany("INSERT INTO facts (text, basis, found) VALUES (?, ?, ?)", rows)
    put_links(
        connection, document, versions, {local: key for (_, local), (_, key) in where.items()}, references
    )
    names, sessions = _Names(glossary), _sessions(paragraphs)
    for key in sorted(paragraphs):
        records = [*_dates(paragraphs[key], names), *_mandates(paragraphs[key], names, sessions)]
        _put_records(connection, key, records)
    return read, kept


def facts_to_json(found: Facts) -> str:
    """Facts as they are stored: defaults left out."""
    return _FACTS.dump_json(found, exclude_defaults=True).decode()


@dataclass(frozen=True, slots=True)
class _Record:
    kind: str
    place: int
    name: str
    value: str | None
    days: tuple[str | None, str | None]
    decisions: Iterable[str]
    actors: Iterable[str]
    addressees: Iterable[str]
    actions: Iterable[str]
    quotes: Mapping[str, tuple[int, int, int]]
    """Language → start, end, fact."""
    time: str | None = None
    session: str | None = None
    held: Iterable[str] = ()


class _Names:
    """All names of what a text names, so that CST is found as 科技委 and as the committee."""

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, text: str) -> tuple[str, ...]:
        """``text`` itself, then all forms of the bodies and treaties in it."""
        if text not in self._known:
            mentions = self._glossary.find(text)
            forms = [
                form
                for mention in mentions
                for term in mention.terms
                if term.kind not in _NOT_ACTORS
                for form in term.forms
            ]
            self._known[text] = (text, *forms)
        return self._known[text]


def _dates(versions: Mapping[str, tuple[Paragraph, Facts]], names: _Names) -> Iterator[_Record]:
    dates = {language: found.dates for language, (_, found) in versions.items()}
    lengths = {language: len(paragraph.text) for language, (paragraph, _) in versions.items()}
    spans = {
        language: sentences(paragraph.text, language)
        for language, (paragraph, found) in versions.items()
        if found.dates
    }
    decisions = list(
        dict.fromkeys(
            reference.key
            for _, found in versions.values()
            for reference in found.references
            if reference.kind != "document"
        )
    )
    counted: dict[str, int] = {}
    for place, record in enumerate(pair_dates(dates, lengths)):
        value = _value(dates, record)
        counted[value] = counted.get(value, 0) + 1
        pid = next(iter(versions.values()))[0].id
        quotes: dict[str, tuple[int, int, int]] = {}
        said: list[str] = []
        actors: list[str] = []
        for language, fact in record.items():
            paragraph, found = versions[language]
            start, end = _sentence(spans[language], found.dates[fact])
            quotes[language] = (start, end, fact)
            said.append(paragraph.text[start:end])
            for entity in found.entities:
                if start <= entity.start and entity.end <= end and entity.kind not in _NOT_ACTORS:
                    actors += names.of(entity.text)
            for mandate in found.mandates:
                if mandate.actor and mandate.start < end and start < mandate.end:
                    actors += names.of(mandate.actor)
        name = _name("date", str(pid), value, counted[value])
        yield _Record("date", place, name, value, _days([value]), decisions, actors, (), said, quotes)


def _value(dates: Mapping[str, Sequence[Date]], record: Placed) -> str:
    return next(
        value for language, fact in record.items() if (value := dates[language][fact].value) is not None
    )


def _sentence(spans: Sequence[tuple[int, int]], date: Date) -> tuple[int, int]:
    """The sentence of a date; the date alone where it crosses the end of one."""
    at = bisect_right(spans, date.start, key=lambda span: span[0]) - 1
    return spans[at] if at >= 0 and date.end <= spans[at][1] else (date.start, date.end)


def _sessions(paragraphs: Mapping[int, Mapping[str, tuple[Paragraph, Facts]]]) -> dict[str, list[str]]:
    """Session → the dates that the document states for it, usually one."""
    stated: dict[str, list[str]] = {}
    for key in sorted(paragraphs):
        for _, found in paragraphs[key].values():
            for session in found.sessions:
                if session.value is not None and session.value not in stated.setdefault(session.key, []):
                    stated[session.key].append(session.value)
    return stated


def _mandates(
    versions: Mapping[str, tuple[Paragraph, Facts]], names: _Names, sessions: Mapping[str, Sequence[str]]
) -> Iterator[_Record]:
    mandates = {language: found.mandates for language, (_, found) in versions.items()}
    lengths = {language: len(paragraph.text) for language, (paragraph, _) in versions.items()}
    counted: dict[tuple[object, ...], int] = {}
    for place, record in enumerate(pair_mandates(mandates, lengths)):
        told: list[Mandate] = [mandates[language][fact] for language, fact in record.items()]
        pid = next(iter(versions.values()))[0].id
        leading = told[0]
        same = ("".join(f"({label})" for label in leading.item), leading.verb)
        counted[same] = counted.get(same, 0) + 1
        value = next((one.due.value for one in told if one.due is not None and one.due.value), None)
        session = next(
            filter(None, (_session(versions[k][1], mandates[k][n]) for k, n in record.items())), None
        )
        held = sessions.get(session, ()) if session else ()
        within = [
            date.value
            for language, fact in record.items()
            for date in versions[language][1].dates
            if date.value and mandates[language][fact].start <= date.start < mandates[language][fact].end
        ]
        times = {"due": [value] if value else [], "session": held, "text": within}
        time = next((origin for origin, days in times.items() if _days(days)[0]), None)
        actions: list[str] = [leading.verb]
        for one in told:
            actions += [one.verb, one.verb_span.text, one.action.text]
        yield _Record(
            kind="mandate",
            place=place,
            name=_name("mandate", str(pid), *same, counted[same]),
            value=value,
            days=_days(times[time]) if time else (None, None),
            decisions=dict.fromkeys(one.decision for one in told if one.decision),
            actors=[name for one in told if one.actor for name in names.of(one.actor)],
            addressees=[name for one in told if one.addressee for name in names.of(one.addressee.text)],
            actions=actions,
            quotes={
                language: (mandates[language][fact].start, mandates[language][fact].end, fact)
                for language, fact in record.items()
            },
            time=time,
            session=session,
            held=held,
        )


def _session(found: Facts, mandate: Mandate) -> str | None:
    """The key of the session at which a mandate shall be done."""
    part = mandate.session
    if part is None:
        return None
    return next((one.key for one in found.sessions if one.start < part.end and part.start < one.end), None)


def _name(kind: str, *parts: object) -> str:
    digest = hashlib.sha256(json.dumps([kind, *parts]).encode("ascii")).hexdigest()
    return f"{kind[:3]}_{digest[:20]}"


def _put_records(connection: sqlite3.Connection, key: int, records: Sequence[_Record]) -> None:
    connection.executemany(
        "INSERT INTO records (kind, paragraph, place, name, value, time, first, last, session, held, "
        "decisions, actors, addressees, actions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                record.kind,
                key,
                record.place,
                record.name,
                record.value,
                record.time,
                *record.days,
                record.session,
                _lines(record.held),
                _lines(record.decisions),
                _lines(map(folded, record.actors)),
                _lines(map(folded, record.addressees)),
                _lines(map(folded, record.actions)),
            )
            for record in records
        ],
    )
    connection.executemany(
        'INSERT INTO quotes (kind, paragraph, place, language, "start", "end", fact) '
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (record.kind, key, record.place, language, *quote)
            for record in records
            for language, quote in record.quotes.items()
        ],
    )


def _days(values: Iterable[str]) -> tuple[str | None, str | None]:
    """The first and the last day of all values together that have a year."""
    known = [days for value in values if (days := bounds(value)) is not None]
    if not known:
        return None, None
    return min(first for first, _ in known).isoformat(), max(last for _, last in known).isoformat()


def _lines(parts: Iterable[str]) -> str:
    lines = "".join(f"{part}\n" for part in dict.fromkeys(parts))
    return f"\n{lines}" if lines else ""
