"""The check before anything is served: quotes stand in their paragraphs, values stand in the quotes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from ingest.facts.dates import Date, Language, find_dates
from ingest.facts.isodates import Point, parse_value
from ingest.facts.numbers import Number, find_numbers
from ingest.facts.numerals import chinese
from ingest.symbols import find_references
from service.answering.answer import Citation

__all__ = ["UnverifiedAnswerError", "defects", "verify"]

_MARK = re.compile(r"\[(\d+)\]")
_HAN = re.compile("[\u3400-\u9fff]")
# Digits with the separators that group or divide them: "1 186", "488", "12,000", "3.5".
_NUMBER = re.compile(r"(?:\d{1,3}(?:[, ]\d{3}(?!\d))+|\d+)(?:\.\d+)?")
_MONTHS = (
    ("january", "jan"),
    ("february", "feb"),
    ("march", "mar"),
    ("april", "apr"),
    ("may",),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sept", "sep"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
_NUMBER_OF = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
# Capitalised only: "may" and "march" are words of their own.
_MONTH = re.compile(rf"\b(?:{'|'.join(name.capitalize() for name in _NUMBER_OF)})\b")
_CHINESE_ARTICLE = re.compile(r"第\s?([一二三四五六七八九十百]{1,6})\s?条")
_CHINESE_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s*月")


class UnverifiedAnswerError(Exception):
    """An answer that does not stand up against its own citations. It must not be served."""


def verify(text: str, citations: Sequence[Citation]) -> None:
    """Pass ``text`` and its ``citations``, or refuse them.

    :raises UnverifiedAnswerError: naming every defect found.
    """
    found = defects(text, citations)
    if found:
        raise UnverifiedAnswerError("; ".join(found))


def defects(text: str, citations: Sequence[Citation]) -> list[str]:
    """What is wrong with an answer's text and citations; empty if nothing is.

    Checked are: each quote is what stands in the paragraph at its offsets, and is not empty; each mark
    ``[n]`` points to a citation and each citation has its mark; every day, month, year, number, document
    symbol and decision of the text stands in a quote. Dates are compared by their parts, which may stand in
    different quotes (the year in one, the day in another); numbers by what they say (``250亿`` and ``25
    billion``) or as they are written, without the signs that group their digits.
    """
    found = [
        f"quote {n} does not stand in {citation.id} at {citation.start}:{citation.end}"
        for n, citation in enumerate(citations, 1)
        if not citation.quote or citation.text[citation.start : citation.end] != citation.quote
    ]
    # A quote before its own mark needs no check; what looks like a mark inside it is the document's own.
    own = text
    for n, citation in enumerate(citations, 1):
        if citation.quote:
            own = own.replace(f"{citation.quote} [{n}]", f" [{n}]")
    marks = {int(mark) for mark in _MARK.findall(own)}
    expected = set(range(1, len(citations) + 1))
    found += [f"mark [{mark}] points to no citation" for mark in sorted(marks - expected)]
    found += [f"citation {n} has no mark in the text" for n in sorted(expected - marks)]

    claims = _MARK.sub(" ", own)
    if claims.strip():
        quoted = _written(" \n ".join(citation.quote for citation in citations))
        missing = _written(claims) - quoted
        if missing:
            missing = _written(_without_same(claims, citations)) - quoted
        found += [f"{value} stands in no quote" for value in sorted(missing)]
    return found


def _written(text: str) -> set[str]:
    """Every number, month and reference in ``text``, each in one spelling."""
    folded = unicodedata.normalize("NFKC", text)
    months = {f"month {int(number)}" for number in _CHINESE_MONTH.findall(folded)}
    months |= {f"month {_NUMBER_OF[name.lower()]}" for name in _MONTH.findall(folded)}
    rest = _CHINESE_ARTICLE.sub(_in_digits, _CHINESE_MONTH.sub(" ", folded))
    values = months | {number.replace(",", "").replace(" ", "") for number in _NUMBER.findall(rest)}
    values.update(reference.key for reference in find_references(folded))
    return values


def _in_digits(article: re.Match[str]) -> str:
    number = chinese(article[1])
    return article[0] if number is None else f"第{number}条"


def _without_same(claims: str, citations: Sequence[Citation]) -> str:
    """``claims`` without the numbers and dates that a quote states in other signs or words."""
    numbers: set[tuple[float, str | None]] = set()
    parts: set[tuple[str, int | None]] = set()
    for citation in citations:
        stated, dated = _facts(citation.quote)
        numbers.update(*map(_said, stated))
        for date in dated:
            parts.update(_date_parts(date))
    stated, dated = _facts(claims)
    same = [(number.start, number.end) for number in stated if _said(number) <= numbers]
    same += [(date.start, date.end) for date in dated if date.value and set(_date_parts(date)) <= parts]
    for start, end in same:
        claims = claims[:start] + " " * (end - start) + claims[end:]
    return claims


def _facts(text: str) -> tuple[tuple[Number, ...], tuple[Date, ...]]:
    language: Language = "zh" if _HAN.search(text) else "en"
    dates = find_dates(text, language)
    taken = [(date.start, date.end) for date in dates]
    taken += [(reference.start, reference.end) for reference in find_references(text)]
    return find_numbers(text, language, taken=taken), dates


def _said(number: Number) -> set[tuple[float, str | None]]:
    return {(value, number.unit) for value in (number.value, number.upper) if value is not None}


def _date_parts(date: Date) -> Iterator[tuple[str, int | None]]:
    """Its years, months, and days with their months; none if it has no value."""
    first, last = parse_value(date.value) if date.value else (Point(), None)
    for point in (first, last or first):
        if point.year is not None:
            yield "year", point.year
        if point.month is not None:
            yield "month", point.month
        if point.day is not None:
            yield f"day of month {point.month}", point.day
