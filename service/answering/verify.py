"""The check before anything is served: quotes stand in their paragraphs, values stand in the quotes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ingest.symbols import find_references
from service.answering.answer import Citation

__all__ = ["UnverifiedAnswerError", "defects", "verify"]

_MARK = re.compile(r"\[(\d+)\]")
# Digits with the separators that group or divide them: "1 186", "488", "12,000", "3.5".
_NUMBER = re.compile(r"(?:\d{1,3}(?:[, ]\d{3}(?!\d))+|\d+)(?:\.\d+)?")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
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
        ),
        start=1,
    )
    for name in names
}
# Capitalised only: "may" and "march" are words of their own.
_MONTH = re.compile(rf"\b(?:{'|'.join(name.capitalize() for name in _MONTHS)})\b")
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
    ``[n]`` points to a citation and each citation has its mark; every number, month, document symbol and
    decision of the text stands in a quote. Numbers are compared as they are written, without the signs that
    group their digits; a month's name in English equals its number (``March`` and ``3月``).
    """
    found = [
        f"quote {n} does not stand in {citation.id} at {citation.start}:{citation.end}"
        for n, citation in enumerate(citations, 1)
        if not citation.quote or citation.text[citation.start : citation.end] != citation.quote
    ]
    quoted = " \n ".join(citation.quote for citation in citations)
    # What looks like a mark inside a quote is the document's own.
    own = text
    for citation in citations:
        own = own.replace(citation.quote, " ")
    marks = {int(mark) for mark in _MARK.findall(own)}
    expected = set(range(1, len(citations) + 1))
    found += [f"mark [{mark}] points to no citation" for mark in sorted(marks - expected)]
    found += [f"citation {n} has no mark in the text" for n in sorted(expected - marks)]

    claims = _MARK.sub(" ", own)
    found += [f"{value} stands in no quote" for value in sorted(_values(claims) - _values(quoted))]
    return found


def _values(text: str) -> set[str]:
    """Every number, month and reference in ``text``, each in one spelling."""
    folded = unicodedata.normalize("NFKC", text)
    months = {f"month {int(number)}" for number in _CHINESE_MONTH.findall(folded)}
    months |= {f"month {_MONTHS[name.lower()]}" for name in _MONTH.findall(folded)}
    rest = _CHINESE_MONTH.sub(" ", folded)
    values = months | {number.replace(",", "").replace(" ", "") for number in _NUMBER.findall(rest)}
    values.update(reference.key for reference in find_references(folded))
    return values
