"""What is stored of a document's facts, as rows: read from its versions, by whichever process, and numbered
when they are written (:mod:`index.facts`).
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from pydantic import TypeAdapter

from index.links import link_rows, name_rows
from index.order import ordered
from index.pairing import Placed, pair_dates, pair_mandates
from ingest.facts.dates import Date
from ingest.facts.entities import NO_ACTORS
from ingest.facts.extract import Facts, read_facts
from ingest.facts.folding import fold
from ingest.facts.glossary import Glossary
from ingest.facts.isodates import bounds
from ingest.facts.mandates import Mandate
from ingest.paragraphs import Document, Paragraph
from ingest.sentences import sentences
from ingest.symbols import Reference

__all__ = ["FactRows", "Names", "fact_rows", "facts_from_json", "facts_to_json", "folded"]

_FACTS: Final = TypeAdapter(Facts)
_REMEMBERED: Final = 1 << 12


def facts_from_json(found: str) -> Facts:
    """Facts as they were stored."""
    return _FACTS.validate_json(found)


def facts_to_json(found: Facts) -> str:
    """Facts as they are stored: defaults left out."""
    return _FACTS.dump_json(found, exclude_defaults=True).decode()


@lru_cache(maxsize=_REMEMBERED)
def folded(text: str) -> str:
    """``text`` as it is compared: case, width and the commonest traditional forms don't count."""
    return " ".join(fold(text).casefold().split())


Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class FactRows:
    """Rows of the tables of the same names, with a paragraph's place in the reading order of its document for
    its key, and no document. ``facts``: language, place in that version, basis, facts as JSON.
    """

    facts: Sequence[tuple[str, int, bytes, str]]
    links: Sequence[Row]
    names: Sequence[Row]
    records: Sequence[Row]
    quotes: Sequence[Row]

    def found(self) -> dict[bytes, str]:
        """Facts as JSON by what they were read from."""
        return {basis: found for _, _, basis, found in self.facts}

    def as_json(self) -> dict[str, Any]:
        """For :func:`json.dumps`, without the facts themselves, which :meth:`found` has."""
        return {
            "facts": [(language, place, basis.hex()) for language, place, basis, _ in self.facts],
            "links": self.links,
            "names": self.names,
            "records": self.records,
            "quotes": self.quotes,
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any], found: Mapping[bytes, str]) -> FactRows:
        """The reverse of :meth:`as_json`."""
        facts = [
            (language, place, key := bytes.fromhex(basis), found[key])
            for language, place, basis in given["facts"]
        ]
        return cls(facts, given["links"], given["names"], given["records"], given["quotes"])


def fact_rows(versions: Mapping[str, Document], names: Names, known: Mapping[bytes, str]) -> FactRows:
    """The rows of a document. ``known`` holds facts as JSON by what they were read from.

    :raises ValueError: if a version has one paragraph id twice.
    """
    ordinals = {local: place for place, local in enumerate(ordered(versions.values()))}
    paragraphs: dict[int, dict[str, tuple[Paragraph, Facts]]] = {}
    facts: list[tuple[str, int, bytes, str]] = []
    references: dict[tuple[str, str], tuple[Reference, ...]] = {}

    def before(basis: bytes) -> Facts | None:
        return facts_from_json(known[basis]) if basis in known else None

    for language in sorted({"en", "zh"} & versions.keys()):
        read = read_facts(versions[language], names.glossary, before)
        for place, (paragraph, basis, found) in enumerate(read):
            local = paragraph.id.local
            references[language, local] = found.references
            facts.append((language, place, basis, known.get(basis) or facts_to_json(found)))
            if found.dates or found.mandates:
                paragraphs.setdefault(ordinals[local], {})[language] = (paragraph, found)
    sessions = _sessions(paragraphs)
    records: list[Row] = []
    quotes: list[Row] = []
    for ordinal in sorted(paragraphs):
        told = paragraphs[ordinal]
        for record in (*_dates(told, names), *_mandates(told, names, sessions)):
            records.append(_record_row(ordinal, record))
            quotes += [
                (record.kind, ordinal, record.place, language, *quote)
                for language, quote in record.quotes.items()
            ]
    return FactRows(
        facts,
        link_rows(versions, ordinals, references),
        list(name_rows(versions, ordinals)),
        records,
        quotes,
    )


def _record_row(ordinal: int, record: _Record) -> Row:
    return (
        record.kind,
        ordinal,
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


class Names:
    """All names of what a text names, so that CST is found as 科技委 and as the committee."""

    def __init__(self, glossary: Glossary) -> None:
        self.glossary = glossary
        # The same names come again and again, in one document and the next.
        self.of = lru_cache(maxsize=_REMEMBERED)(self._of)

    def _of(self, text: str) -> tuple[str, ...]:
        """``text`` itself, then all forms of the bodies and treaties in it."""
        forms = [
            form
            for mention in self.glossary.find(text)
            for term in mention.terms
            if term.kind not in NO_ACTORS
            for form in term.forms
        ]
        return (text, *forms)


def _dates(versions: Mapping[str, tuple[Paragraph, Facts]], names: Names) -> Iterator[_Record]:
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
                if start <= entity.start and entity.end <= end and entity.may_act:
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
    versions: Mapping[str, tuple[Paragraph, Facts]], names: Names, sessions: Mapping[str, Sequence[str]]
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


def _days(values: Iterable[str]) -> tuple[str | None, str | None]:
    """The first and the last day of all values together that have a year."""
    known = [days for value in values if (days := bounds(value)) is not None]
    if not known:
        return None, None
    return min(first for first, _ in known).isoformat(), max(last for _, last in known).isoformat()


def _lines(parts: Iterable[str]) -> str:
    lines = "".join(f"{part}\n" for part in dict.fromkeys(parts))
    return f"\n{lines}" if lines else ""
