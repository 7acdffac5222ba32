"""Mandates and dated facts as files: CSV for spreadsheets, iCalendar for calendars."""

from __future__ import annotations

import csv
import datetime
import io
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from service.presentation import DIGEST, shortened
from service.record_schemas import DatedFact, MandateRecord

if TYPE_CHECKING:
    from icalendar import Event

__all__ = ["MEDIA_TYPES", "mandates_csv", "timeline_csv", "timeline_ics", "wanted_format"]

MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "ics": "text/calendar",
}

_FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so may be run by spreadsheets (OWASP, CSV Injection); an apostrophe makes it text."""

Row = TypeVar("Row", MandateRecord, DatedFact)


def wanted_format(accept: str | None, offered: Sequence[str]) -> str:
    """The format that an ``Accept`` header (RFC 9110, 12.5.1) ranks highest; the first offered where it
    doesn't say, or admits none.
    """
    ranges = [_range(part) for part in (accept or "*/*").split(",")]
    best, chosen = 0.0, offered[0]
    for name in offered:
        kind = MEDIA_TYPES[name]
        fitting = [
            (len(media), quality)
            for media, quality in ranges
            if media in (kind, "*/*") or (media.endswith("/*") and kind.startswith(media[:-1]))
        ]
        quality = max(fitting)[1] if fitting else 0.0
        if quality > best:
            best, chosen = quality, name
    return chosen


def _range(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = next((p.partition("=")[2] for p in parameters if p.partition("=")[0].strip() == "q"), "1")
    try:
        return media, float(quality)
    except ValueError:
        return media, 0.0


def mandates_csv(records: Iterable[MandateRecord]) -> bytes:
    """One row for each record, UTF-8 with a byte order mark, without which spreadsheets misread Chinese."""
    return _csv(records, _PLACE | _MANDATE | _QUOTE)


def timeline_csv(facts: Iterable[DatedFact]) -> bytes:
    """One row for each dated fact, in the form of :func:`mandates_csv`."""
    return _csv(facts, _PLACE | _DATE | _QUOTE)


def timeline_ics(facts: Iterable[DatedFact], made: datetime.datetime) -> bytes:
    """One all-day event (RFC 5545) for each dated fact; those without a year are left out.

    ``made``, UTC, is when the index was made. A fact keeps its UID as long as its paragraph says the same.
    """
    # Loading it takes longer than writing most calendars.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//rapporteur//timeline//EN")
    calendar.add("version", "2.0")
    calendar.add("name", "rapporteur")
    calendar.add("x-wr-calname", "rapporteur")
    for fact in facts:
        if fact.first is not None and fact.last is not None:
            calendar.add_component(_event(fact, fact.first, fact.last, made))
    return bytes(calendar.to_ical())


def _event(fact: DatedFact, first: datetime.date, last: datetime.date, made: datetime.datetime) -> Event:
    label = fact.label.zh if fact.language == "zh" else fact.label.en
    quotes = [fact.quote, *(other.quote for other in fact.translations.values())]
    notes = [DIGEST["zh" if fact.language == "zh" else "en"]] if fact.edition == "digest" else []
    from icalendar import Event

    event = Event()
    event.add("uid", f"{fact.record}@rapporteur")
    event.add("dtstamp", made)
    event.add("dtstart", first)
    if last < datetime.date.max:
        event.add("dtend", last + datetime.timedelta(days=1))  # exclusive
    event.add("summary", _plain(shortened(fact.quote, 120)))
    event.add("description", _plain("\n\n".join([*quotes, label, *notes])))
    event.add("categories", [_plain(fact.symbol)])
    event.add("transp", "TRANSPARENT")  # a year-long event must not make anyone busy
    event.add("x-rapporteur-id", _plain(fact.id))
    return event


def _plain(text: str) -> str:
    """``text`` without control characters, which neither format can hold; line ends as ``\\n``."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in lines if char in "\n\t" or unicodedata.category(char) != "Cc")


def _csv(records: Iterable[Row], columns: Mapping[str, Callable[[Row], object]]) -> bytes:
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(columns)
    rows.writerows([_cell(value(record)) for value in columns.values()] for record in records)
    return written.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        value = "; ".join(value)
    text = _plain(str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _quote_in(language: str) -> Callable[[MandateRecord | DatedFact], object]:
    def quote(record: MandateRecord | DatedFact) -> str | None:
        if record.language == language:
            return record.quote
        other = record.translations.get(language)
        return None if other is None else other.quote

    return quote


_PLACE: dict[str, Callable[[Any], object]] = {
    "record": lambda record: record.record,
    "id": lambda record: record.id,
    "label_en": lambda record: record.label.en,
    "label_zh": lambda record: record.label.zh,
}
_MANDATE: dict[str, Callable[[MandateRecord], object]] = {
    "actor": lambda record: record.actor,
    "verb": lambda record: record.verb,
    "addressee": lambda record: record.addressee,
    "action": lambda record: record.action,
    "report_to": lambda record: record.report_to,
    "session": lambda record: record.session,
    "due": lambda record: record.due,
    "session_dates": lambda record: record.session_dates,
    "first": lambda record: record.first,
    "last": lambda record: record.last,
    "time_from": lambda record: record.time_from,
    "decision": lambda record: record.decision,
    "references": lambda record: record.references,
    "proposed": lambda record: "yes" if record.proposed else "no",
}
_DATE: dict[str, Callable[[DatedFact], object]] = {
    "value": lambda fact: fact.value,
    "first": lambda fact: fact.first,
    "last": lambda fact: fact.last,
    "date_en": lambda fact: fact.date.en,
    "date_zh": lambda fact: fact.date.zh,
    "relation": lambda fact: fact.relation,
    "year_from": lambda fact: fact.year_from,
    "actors": lambda fact: fact.actors,
    "sessions": lambda fact: fact.sessions,
    "decisions": lambda fact: fact.decisions,
}
_QUOTE: dict[str, Callable[[Any], object]] = {
    "language": lambda record: record.language,
    "quote": lambda record: record.quote,
    "start": lambda record: record.start,
    "end": lambda record: record.end,
    "quote_en": _quote_in("en"),
    "quote_zh": _quote_in("zh"),
    "edition": lambda record: record.edition,
    "url": lambda record: record.url,
}
