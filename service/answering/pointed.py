"""The sentences that a question points at, whatever their words: of the very day that it names, the
recommendation of its number, a list of as many things as it asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from ingest.facts.dates import Date, find_dates
from ingest.facts.extract import Facts
from service.answering.enumerations import enumerations
from service.answering.evidence import Candidate, Passage
from service.answering.items import items
from service.answering.listed import APART
from service.answering.question import Question
from service.answering.several import expected

__all__ = ["is_numbered", "pointed", "points_at"]

_AS_MANY: Final = 1.5
"""What it adds to the score of a sentence to list as many things as are asked for."""

_EXACTLY: Final = 4.0
"""What it adds to be the numbered thing, or of the very day, that the question names."""

_WHOLE: Final = len("2009-09-21")

_LEAD: Final = 200
"""Characters of a sentence before the list that it ends in, at most."""


def pointed(
    question: Question,
    order: list[tuple[Candidate, float]],
    facts_of: Callable[[Passage], Facts],
    among: int,
) -> list[tuple[Candidate, float]]:
    """``order``, best first, with what sentences gain that are pointed at: they list as many things as are
    asked for (:data:`_AS_MANY`), are the recommendation or the like of the number asked for, or tell of the
    very day (:data:`_EXACTLY`). Lists are looked for in the best ``among``.
    """
    count = expected(question.text) if any(want.several for want in question.wants) else None
    numbered = items(question.text)
    days = _days(find_dates(question.text, question.language))
    if count is None and not numbered and not days:
        return order
    found = []
    for place, (one, score) in enumerate(order):
        gain = 0.0
        if count is not None and place < among and _lists(one, count):
            gain += _AS_MANY
        if _named_by(one, numbered, days, facts_of):
            gain += _EXACTLY
        found.append((one, score + gain))
    return sorted(found, key=lambda one: -one[1])


def points_at(question: Question, one: Candidate, facts_of: Callable[[Passage], Facts]) -> bool:
    """Whether the number of a recommendation, or a day, in ``question`` says that it is this sentence."""
    days = _days(find_dates(question.text, question.language))
    return _named_by(one, items(question.text), days, facts_of)


def is_numbered(question: Question, one: Candidate) -> bool:
    """Whether the sentence is the recommendation or the like whose number ``question`` names."""
    return not items(question.text).isdisjoint(items(one.text))


def _named_by(
    one: Candidate,
    numbered: frozenset[tuple[str, int]],
    days: frozenset[str],
    facts_of: Callable[[Passage], Facts],
) -> bool:
    """Whether the sentence is the recommendation or the like ``numbered`` so, or tells of one of ``days``."""
    if numbered and not numbered.isdisjoint(items(one.text)):
        return True
    return bool(days) and not days.isdisjoint(_days(_inside(one, facts_of(one.passage).dates)))


def _days(dates: Iterable[Date]) -> frozenset[str]:
    """The dates that are whole days, or from one to another."""
    return frozenset(date.value for date in dates if date.value and len(date.value) >= _WHOLE)


def _inside(one: Candidate, dates: Sequence[Date]) -> Iterator[Date]:
    return (date for date in dates if one.start <= date.start and date.end <= one.end)


def _lists(one: Candidate, count: int) -> bool:
    """Whether the sentence introduces, or is part of, a list of ``count`` things told apart by signs."""
    return any(
        len(each.elements) == count
        and each.form in APART
        and each.start < one.end
        and one.start < each.end
        and one.end - one.start < each.end - each.start + _LEAD
        for each in enumerations(one.passage.text)
    )
