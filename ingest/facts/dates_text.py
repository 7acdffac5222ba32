"""Dates written out in English and Chinese, as UN editors write them; each reads back as its value."""

from __future__ import annotations

from ingest.facts.dates import Language
from ingest.facts.dates_en import MONTHS
from ingest.facts.isodates import Point, parse_value
from ingest.facts.spots import Period, Qualifier, Relation

__all__ = ["render_date"]

_RELATION_EN: dict[Relation, str] = {
    "on": "{}",
    "by": "by {}",
    "before": "before {}",
    "until": "until {}",
    "since": "since {}",
    "after": "after {}",
    "as_of": "as at {}",
}
_RELATION_ZH: dict[Relation, str] = {
    "on": "{}",
    "by": "到{}",
    "before": "{}以前",
    "until": "直至{}",
    "since": "{}以来",
    "after": "{}以后",
    "as_of": "截至{}",
}
_PART_EN: dict[Qualifier, str] = {"early": "early ", "mid": "mid-", "late": "late ", "end": "the end of "}
_YEAR_PART_ZH: dict[Qualifier, str] = {"early": "初", "mid": "中期", "late": "末", "end": "底"}
_MONTH_PART_ZH: dict[Qualifier, str] = {"early": "初", "mid": "中旬", "late": "下旬", "end": "底"}


def render_date(
    value: str,
    language: Language,
    *,
    relation: Relation = "on",
    qualifier: Qualifier | None = None,
    period: Period | None = None,
) -> str:
    """``2017-03-21/2017-03-23`` as ``21–23 March 2017`` or ``2017年3月21日至23日``.

    ``qualifier`` is written for months and years, not for days or intervals.

    :raises ValueError: if ``value`` is no value of :mod:`ingest.facts.isodates`.
    """
    first, last = parse_value(value)
    if last is not None or first.day is not None:
        qualifier = None
    if language == "zh":
        return _RELATION_ZH[relation].format(_chinese(first, last, qualifier, period))
    return _RELATION_EN[relation].format(_english(first, last, qualifier, period))


def _english(first: Point, last: Point | None, qualifier: Qualifier | None, period: Period | None) -> str:
    if last is None:
        return ("" if qualifier is None else _PART_EN[qualifier]) + _point_en(first)
    if period == "decade" and first.year is not None:
        return f"{first.year}s"
    if first.month is None and last.month is None:
        return f"{'biennium ' if period == 'biennium' else ''}{first.year}–{last.year}"
    if first.year == last.year:
        if first.month == last.month and first.day is not None and last.day is not None:
            return f"{first.day}–{_point_en(last)}"
        return f"{_point_en(Point(None, first.month, first.day))} to {_point_en(last)}"
    return f"{_point_en(first)} to {_point_en(last)}"


def _point_en(point: Point) -> str:
    parts = (
        None if point.day is None else str(point.day),
        None if point.month is None else MONTHS[point.month - 1],
        None if point.year is None else str(point.year),
    )
    return " ".join(part for part in parts if part is not None)


def _chinese(first: Point, last: Point | None, qualifier: Qualifier | None, period: Period | None) -> str:
    if last is None:
        parts = _YEAR_PART_ZH if first.month is None else _MONTH_PART_ZH
        return _point_zh(first) + ("" if qualifier is None else parts[qualifier])
    if period == "decade" and first.year is not None:
        return f"{first.year}年代"
    if first.month is None and last.month is None:
        return f"{first.year}-{last.year}{'两年期' if period == 'biennium' else '年'}"
    rest = last
    if first.year == last.year:
        rest = Point(None, last.month, last.day)
        if first.month == last.month and first.day is not None and last.day is not None:
            rest = Point(None, None, last.day)
    return f"{_point_zh(first)}至{_point_zh(rest)}"


def _point_zh(point: Point) -> str:
    year = "" if point.year is None else f"{point.year}年"
    month = "" if point.month is None else f"{point.month}月"
    return year + month + ("" if point.day is None else f"{point.day}日")
