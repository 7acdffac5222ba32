"""Dates as values: whole or shortened ISO 8601, and intervals of them.

Forms: ``2017-03-21``, ``2016-03``, ``2030``; without a year ``--06-17`` and ``--06`` (ISO 8601:2000,
5.2.1.3); intervals ``2017-03-21/2017-03-23``, ``2009-01/2009-06``, ``2016/2017``, ``--06-29/--07-03``,
both ends included.
"""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass, replace
from functools import lru_cache

__all__ = ["Point", "bounds", "interval", "parse_value"]

_POINT = re.compile(
    r"(?:(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?|--(?P<m>\d\d)(?:-(?P<d>\d\d))?)"
)


@dataclass(frozen=True, slots=True)
class Point:
    """A day, a month or a year; the year may be unknown, then the month is known."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def valid(self) -> bool:
        """Whether such a day or month exists. 29 February counts where the year is unknown."""
        if self.year is not None and not 1 <= self.year <= 9999:
            return False
        if self.month is None:
            return self.year is not None and self.day is None
        if not 1 <= self.month <= 12:
            return False
        longest = calendar.monthrange(2000 if self.year is None else self.year, self.month)[1]
        return self.day is None or 1 <= self.day <= longest

    @property
    def iso(self) -> str:
        """The value of a valid point."""
        month = "" if self.month is None else f"-{self.month:02d}"
        day = "" if self.day is None else f"-{self.day:02d}"
        return f"{self.year:04d}{month}{day}" if self.year is not None else f"-{month}{day}"

    @property
    def first(self) -> datetime.date:
        """The first day of a valid point; a point without a year counts as in the leap year 2000."""
        return datetime.date(2000 if self.year is None else self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> datetime.date:
        """The last day of a valid point."""
        year, month = 2000 if self.year is None else self.year, self.month or 12
        return datetime.date(year, month, self.day or calendar.monthrange(year, month)[1])

    def dated(self, year: int) -> Point:
        """This point in ``year``, if it has none yet."""
        return self if self.year is not None else replace(self, year=year)


def interval(first: Point, last: Point | None) -> str | None:
    """The value from ``first`` to ``last``, or of ``first`` alone; ``None`` if no such dates exist.

    An interval that ends before it begins is none. Without years, it may run over the turn of a year.
    """
    if not first.valid or (last is not None and not last.valid):
        return None
    if last is None or last == first:
        return first.iso
    if (first.year is None) != (last.year is None):
        return None
    if first.year is not None and first.first > last.last:
        return None
    return f"{first.iso}/{last.iso}"


@lru_cache(maxsize=1 << 12)  # the same years and days come again and again
def parse_value(value: str) -> tuple[Point, Point | None]:
    """The ends of a value; the second is ``None`` where it is no interval.

    :raises ValueError: if ``value`` is none of the forms of this module, or names no existing day.
    """
    points: list[Point] = []
    for part in value.split("/"):
        match = _POINT.fullmatch(part)
        if match is None or len(points) == 2:
            raise ValueError(
                f"expected a date such as 2017-03-21, 2016-03, --06-17 or an interval, got {value!r}"
            )
        found = (match["year"], match["month"] or match["m"], match["day"] or match["d"])
        points.append(Point(*(None if part is None else int(part) for part in found)))
    first, last = points[0], points[1] if len(points) == 2 else None
    if interval(first, last) is None:
        raise ValueError(f"expected days that exist, in order, got {value!r}")
    return first, last


def bounds(value: str) -> tuple[datetime.date, datetime.date] | None:
    """First and last day of a value, for sorting and filtering; ``None`` where the year is unknown.

    :raises ValueError: as :func:`parse_value`.
    """
    first, last = parse_value(value)
    return None if first.year is None else (first.first, (last or first).last)
