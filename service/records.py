"""From mandates and dated facts in the index to what goes on the wire."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from index.records import Quote, Record, RecordFilter, find_dates, find_mandates
from ingest.facts.dates import Date, Language
from ingest.facts.dates_text import render_date
from ingest.facts.mandates import Mandate, Part
from service import record_schemas as schemas
from service.library import Desk, UnknownDocumentError
from service.presentation import item_of, labels, paragraph_url
from service.schemas import IndexInfo, Label

__all__ = ["mandate_list", "timeline"]


def mandate_list(desk: Desk, query: schemas.MandateQuery, limit: int) -> schemas.MandateList:
    """At most ``limit`` mandates that fit.

    :raises UnknownDocumentError: if documents are asked for and none of them is in the index.
    """
    known, unknown = _documents(desk, query)
    page = find_mandates(desk.store, _filter(query, known, query.addressee), offset=query.offset, limit=limit)
    return schemas.MandateList(
        mandates=[_mandate(record, query.language) for record in page.records],
        **_around(desk, "/v1/mandates", query, limit, len(page.records), page.total, unknown),
    )


def timeline(desk: Desk, query: schemas.TimelineQuery, limit: int) -> schemas.Timeline:
    """At most ``limit`` dated facts that fit.

    :raises UnknownDocumentError: if documents are asked for and none of them is in the index.
    """
    known, unknown = _documents(desk, query)
    page = find_dates(desk.store, _filter(query, known, None), offset=query.offset, limit=limit)
    return schemas.Timeline(
        facts=[_dated(record, query.language) for record in page.records],
        **_around(desk, "/v1/timeline", query, limit, len(page.records), page.total, unknown),
    )


def _documents(desk: Desk, query: schemas.RecordQuery) -> tuple[list[str] | None, list[str]]:
    """The documents asked for that are in the index, ``None`` for all; and those that are not."""
    if not query.documents:
        return None, []
    there = {document.symbol for document in desk.store.documents()}
    asked = list(dict.fromkeys(query.documents))
    known = [symbol for symbol in asked if symbol in there]
    unknown = [symbol for symbol in asked if symbol not in there]
    if not known:
        raise UnknownDocumentError(unknown)
    return known, unknown


def _filter(query: schemas.RecordQuery, documents: list[str] | None, addressee: str | None) -> RecordFilter:
    return RecordFilter(
        actor=query.actor,
        addressee=addressee,
        action=query.action,
        decision=query.decision,
        since=query.since,
        until=query.until,
        documents=documents,
        language=query.language,
    )


def _around(
    desk: Desk, path: str, query: schemas.RecordQuery, limit: int, shown: int, total: int, unknown: list[str]
) -> dict[str, Any]:
    after = query.offset + shown
    following = None
    if shown and after < total:
        asked = query.model_dump(by_alias=True, exclude_none=True) | {"offset": after, "limit": limit}
        following = f"{path}?{urlencode(asked, doseq=True)}"
    return {
        "total": total,
        "offset": query.offset,
        "limit": limit,
        "next": following,
        "unknown_documents": unknown,
        "index": IndexInfo(generation=desk.generation, model=desk.model),
    }


def _placed(record: Record[Any], language: str) -> dict[str, Any]:
    pid = record.id(language)
    return {
        "record": record.name,
        "id": str(pid),
        "label": labels(pid),
        "symbol": pid.symbol,
        "part": pid.part,
        "paragraph": pid.number,
        "item": item_of(pid),
        "section": list(record.paragraph.versions[language].section),
        "url": paragraph_url(pid),
    }


def _quoted(record: Record[Any], language: str) -> dict[str, Any]:
    quote, text = record.quotes[language], record.paragraph.versions[language].text
    return {
        "language": language,
        "quote": text[quote.start : quote.end],
        "start": quote.start,
        "end": quote.end,
        "text": text,
        "edition": record.paragraph.document.versions[language].edition,
    }


def _mandate(record: Record[Mandate], language: str | None) -> schemas.MandateRecord:
    leading = record.leading(language)
    texts = {known: _mandate_text(record, known) for known in record.quotes}
    return schemas.MandateRecord(
        **_placed(record, leading),
        **texts.pop(leading),
        due=record.value,
        session_key=record.session,
        session_dates=list(record.held),
        time_from=record.time,
        first=record.first,
        last=record.last,
        decision=next(iter(record.decisions), None),
        references=list(dict.fromkeys(key for q in record.quotes.values() for key in q.fact.references)),
        translations={known: schemas.MandateText(**text) for known, text in texts.items()},
    )


def _mandate_text(record: Record[Mandate], language: str) -> dict[str, Any]:
    mandate = record.quotes[language].fact
    return _quoted(record, language) | {
        "verb": mandate.verb,
        "verb_text": mandate.verb_span.text,
        "actor": mandate.actor,
        "addressee": _text(mandate.addressee),
        "action": mandate.action.text,
        "report_to": _text(mandate.report_to),
        "session": _text(mandate.session),
        "due_text": None if mandate.due is None else mandate.due.text,
        "proposed": mandate.proposed,
        "proposed_by": mandate.proposed_by,
    }


def _text(part: Part | None) -> str | None:
    return None if part is None else part.text


def _dated(record: Record[Date], language: str | None) -> schemas.DatedFact:
    leading = record.leading(language)
    date, value = record.quotes[leading].fact, record.value or ""
    texts = {known: _date_text(record, known) for known in record.quotes}
    return schemas.DatedFact(
        **_placed(record, leading),
        **texts.pop(leading),
        value=value,
        first=record.first,
        last=record.last,
        date=Label(en=_written(value, "en", date), zh=_written(value, "zh", date)),
        decisions=list(record.decisions),
        translations={known: schemas.DateText(**text) for known, text in texts.items()},
    )


def _written(value: str, language: Language, date: Date) -> str:
    return render_date(value, language, relation=date.relation, qualifier=date.qualifier, period=date.period)


def _date_text(record: Record[Date], language: str) -> dict[str, Any]:
    quote = record.quotes[language]
    date = quote.fact
    return _quoted(record, language) | {
        "date_text": date.text,
        "date_start": date.start,
        "date_end": date.end,
        "relation": date.relation,
        "qualifier": date.qualifier,
        "period": date.period,
        "year_from": date.year_from,
        "actors": _actors(quote, language),
        "sessions": [
            session.key for session in quote.found.sessions if session.date_span == (date.start, date.end)
        ],
    }


def _actors(quote: Quote[Date], language: str) -> list[str]:
    named = (
        entity.zh if language == "zh" else entity.en
        for entity in quote.found.entities
        if entity.may_act and quote.start <= entity.start and entity.end <= quote.end
    )
    return list(dict.fromkeys(named))
