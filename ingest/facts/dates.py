"""Dates and periods in Chinese and English text, as ISO 8601 values with their spans.

Where a date prints no year, the year is looked for in this order:

1. a day that comes every year (宣布 6 月 17 日为…, "World … Day", 每年) has none: ``--06-17``;
2. the last year printed before it in the same paragraph, unless that year stands alone as a goal
   (到2030年) or belongs to a period of years;
3. the document's own date, in English only if the sentence tells of something past or to come; where
   it is known to the month, what has happened lies before it and what will happen after it.

A year found by rule 2 or 3 is dropped again where it would put something past ("was held", 举行了) after
the document's date or after something that the paragraph calls future (将于 2009 年 11 月 2 日…): then
the text does not say the year. Impossible dates (2008-1018 年) are kept without a value.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Literal

from ingest.facts import dates_en, dates_zh
from ingest.facts.folding import clause, fold
from ingest.facts.isodates import Point, interval, parse_value
from ingest.facts.spots import Joint, Period, Qualifier, Relation, Spot, YearFrom
from ingest.scanning import words

__all__ = ["Date", "Language", "find_dates"]

Language = Literal["en", "zh"]

_ENGLISH_IN_CHINESE = re.compile(r"\d{4}-\d\d|\d [A-Z][a-z]{2}|[a-z] \d{4}")
_DIGIT = re.compile(r"\d")
_NO_DIGIT_EN = frozenset(("year", *map(str.lower, dates_en.MONTHS)))
_HAS_DATE_ZH = re.compile(r"年|月|\d{4} ?-")


@dataclass(frozen=True, slots=True)
class Date:
    """A date or period: ``text[start:end]`` of its paragraph, offsets in code points.

    ``value`` is ISO 8601 as in :mod:`ingest.facts.isodates`, ``None`` where the text names no day that
    exists. ``anchor`` is the span of the date that lent its year (``year_from == "paragraph"``): a
    quote that is to prove the year must hold both.
    """

    start: int
    end: int
    text: str
    value: str | None
    relation: Relation = "on"
    qualifier: Qualifier | None = None
    period: Period | None = None
    year_from: YearFrom = "text"
    anchor: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Link:
    """A spot or several joined to one: what becomes one :class:`Date`."""

    start: int
    end: int
    first: Point
    last: Point | None
    qualifier: Qualifier | None
    period: Period | None
    year_from: YearFrom
    shift: int
    grammar: ModuleType

    @property
    def is_interval(self) -> bool:
        return self.last is not None


def find_dates(text: str, language: Language, *, document_date: str | None = None) -> tuple[Date, ...]:
    """The dates of one paragraph, in order, none overlapping another.

    ``document_date`` (ISO 8601, whole or shortened) resolves 今年, "last year" and days without a year.

    :raises ValueError: if ``document_date`` is no ISO 8601 date.
    """
    folded = fold(text)
    links: list[_Link] = []
    if language == "zh":
        if _HAS_DATE_ZH.search(folded):
            links = _links(folded, dates_zh.spots(folded), dates_zh)
        if _ENGLISH_IN_CHINESE.search(folded):
            taken = {at for link in links for at in range(link.start, link.end)}
            others = _links(folded, dates_en.spots(folded, bare_years=False), dates_en)
            links += [link for link in others if link.start not in taken and link.end - 1 not in taken]
            links.sort(key=lambda link: link.start)
    elif _DIGIT.search(folded) or not _NO_DIGIT_EN.isdisjoint(words(folded).known):
        links = _links(folded, dates_en.spots(folded), dates_en)
    if not links:
        return ()
    return _resolve(text, folded, links, document_date)


def _links(text: str, found: Iterable[Spot], grammar: ModuleType) -> list[_Link]:
    """Spots joined into chains (21 日至 23 日, "30 November to 2 December 2009"), chains into dates."""
    waiting = list(found)
    links: list[_Link] = []
    at = 0
    while at < len(waiting):
        chain, joints = [waiting[at]], list[Joint]()
        at += 1
        while (joined := grammar.joint(text, chain[-1].end)) is not None:
            kind, start = joined
            if at < len(waiting) and waiting[at].start == start:
                chain.append(waiting[at])
                at += 1
            elif (
                grammar is dates_zh
                and chain[-1].first.day is not None
                and (day := dates_zh.spot_after(text, start)) is not None
                and (at == len(waiting) or day.end <= waiting[at].start)
            ):
                chain.append(day)
            else:
                break
            joints.append(kind)
        links.extend(_join(_inherit(chain, joints, backward=grammar is dates_en), joints, grammar))
    return links


def _inherit(chain: list[Spot], joints: Sequence[Joint], *, backward: bool) -> list[tuple[Spot, bool]]:
    """The chain with years and months lent between neighbours; the flag marks a bare day (``23日``)."""
    spots = list(chain)
    bare = [spot.first.month is None and spot.first.day is not None for spot in spots]

    def forward() -> None:
        for at in range(1, len(spots)):
            spot, before = spots[at], spots[at - 1]
            if spot.year_from != "text":
                continue
            lender = before.last or before.first
            if bare[at]:
                first = Point(lender.year, lender.month, spot.first.day)
                last = None if spot.last is None else Point(lender.year, lender.month, spot.last.day)
                spots[at] = replace(
                    spot, first=first, last=last, year_from=before.year_from, shift=before.shift
                )
            elif spot.first.year is None and lender.year is not None:
                turns = joints[at - 1] == "to" and (spot.first.month or 0) < (before.first.month or 0)
                spots[at] = _dated(spot, lender.year + turns)
            elif spot.first.year is None and before.year_from != "text":
                spots[at] = replace(spot, year_from=before.year_from, shift=before.shift)

    def back() -> None:
        for at in range(len(spots) - 2, -1, -1):
            spot, after = spots[at], spots[at + 1]
            if spot.year_from != "text" or spot.first.year is not None or after.first.year is None:
                continue
            if backward or joints[at] == "to":
                turns = joints[at] == "to" and (spot.first.month or 0) > (after.first.month or 0)
                spots[at] = _dated(spot, after.first.year - turns)

    for step in (back, forward) if backward else (forward, back):
        step()
    return list(zip(spots, bare, strict=True))


def _dated(spot: Spot, year: int) -> Spot:
    return replace(spot, first=spot.first.dated(year), last=spot.last and spot.last.dated(year))


def _join(
    chain: Sequence[tuple[Spot, bool]], joints: Sequence[Joint], grammar: ModuleType
) -> Iterable[_Link]:
    at = 0
    while at < len(chain):
        spot = chain[at][0]
        start, end, first, last = spot.start, spot.end, spot.first, spot.last
        if last is None and at + 1 < len(chain):
            other, is_bare = chain[at + 1]
            same_kind = (first.day is None) == (other.first.day is None)
            if joints[at] == "to" and other.last is None and same_kind:
                last, end = other.first, other.end
                at += 1
            elif (
                joints[at] == "and"
                and is_bare
                and other.last is None
                and other.first.day == (first.day or 0) + 1
            ):
                last, end = other.first, other.end  # 9日和10日: two days running
                at += 1
        qualifier = spot.qualifier if last is None else None
        yield _Link(start, end, first, last, qualifier, spot.period, spot.year_from, spot.shift, grammar)
        at += 1


def _resolve(text: str, folded: str, links: Sequence[_Link], document_date: str | None) -> tuple[Date, ...]:
    document = None if document_date is None else parse_value(document_date)[0]
    horizon = _horizon(folded, links, document)
    dates: list[Date] = []
    year: int | None = None
    anchor: tuple[int, int] | None = None
    for link in links:
        relation = link.grammar.relation(folded, link.start, link.end, is_interval=link.is_interval)
        first, last, year_from, lent = link.first, link.last, link.year_from, None
        if first.year is None:
            first, last, year_from = _with_year(folded, link, year, document, horizon)
            lent = anchor if year_from == "paragraph" else None
        value = interval(first, last)
        dates.append(
            Date(
                start=link.start,
                end=link.end,
                text=text[link.start : link.end],
                value=value,
                relation=relation,
                qualifier=link.qualifier,
                period=link.period,
                year_from=year_from,
                anchor=lent,
            )
        )
        ending = last or first
        lends = ending.month is not None or (last is None and relation in ("on", "since", "as_of"))
        if value is not None and ending.year is not None and lends:
            year = ending.year
            anchor = lent or (link.start, link.end)
    return tuple(dates)


def _horizon(folded: str, links: Sequence[_Link], document: Point | None) -> datetime.date | None:
    """The day before which everything past lies, as far as the paragraph or the document tells."""
    days = [document.last] if document is not None and document.month is not None else []
    for link in links:
        if link.first.year is not None and link.first.month is not None and link.first.valid:
            before = folded[max(0, link.start - 16) : link.start]
            if link.grammar.future(before):
                days.append(link.first.first)
    return min(days, default=None)


def _with_year(
    folded: str, link: _Link, year: int | None, document: Point | None, horizon: datetime.date | None
) -> tuple[Point, Point | None, YearFrom]:
    if link.year_from != "text":
        base = year if link.year_from == "paragraph" else None if document is None else document.year
        if base is None:
            return link.first, link.last, "none"
        return (*_ends(link, base + link.shift), link.year_from)
    start, end = clause(folded, link.start, link.end)
    told = folded[start:end]
    if not link.first.valid or link.grammar.recurring(told):
        return link.first, link.last, "none"
    source: YearFrom = "paragraph" if year is not None else "document"
    if year is None and document is not None:
        year = document.year
    if year is None:
        return link.first, link.last, "none"
    first, last = _ends(link, year)
    near = folded[max(start, link.start - 24) : min(end, link.end + 64)]
    is_future = link.grammar.future(near)
    is_past = not is_future and link.grammar.past(near)
    if source == "document" and link.grammar is dates_en and not (is_past or is_future):
        return link.first, link.last, "none"  # a rule or a timetable, not an event of that year
    if is_past and horizon is not None and first.valid and first.first > horizon:
        if source == "paragraph":
            return link.first, link.last, "none"
        first, last = _ends(link, year - 1)
    elif (
        source == "document"
        and document is not None
        and document.month is not None
        and is_future
        and first.valid
        and first.last < document.first
    ):
        first, last = _ends(link, year + 1)
    return first, last, source


def _ends(link: _Link, year: int) -> tuple[Point, Point | None]:
    """The ends of ``link`` in ``year``; an interval that runs over the turn of the year ends in the next."""
    first = link.first.dated(year)
    if link.last is None:
        return first, None
    last = link.last.dated(year)
    turned = first.valid and last.valid and first.first > last.last
    return first, link.last.dated(year + 1) if turned else last
