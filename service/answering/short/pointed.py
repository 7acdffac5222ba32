"""The sentences that a question points at, whatever their words: of the very day or place that it names, the
recommendation of its number, a list of as many things as it asks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

from ingest.facts.dates import Date, find_dates
from ingest.facts.extract import Facts
from ingest.facts.geography import place_sort
from ingest.facts.ordinals import ordinals
from service.answering.answer import AnswerKind
from service.answering.asking.question import Question
from service.answering.sentences.evidence import Candidate, Passage
from service.answering.sentences.sought import PLACES, places_meant
from service.answering.short.enumerations import enumerations
from service.answering.short.listed import APART
from service.answering.short.several import expected
from service.answering.words.items import items

__all__ = ["Pointer"]

_AS_MANY: Final = 1.5
"""What it adds to the score of a sentence to list as many things as are asked for."""

_SAID: Final = 3.0
"""What it adds to say that they are so many, too."""

_EXACTLY: Final = 4.0
"""What it adds to be the numbered thing, or of the very day, that the question names."""

_THERE: Final = 3.0
"""What it adds to say when something was held in the place that the question names, or where for it."""

# "During the Lisbon conference", "after Lisbon", "moved from Lisbon": that isn't where and when it was.
_ONLY_BESIDE: Final = re.compile(
    r"期间|那次?之?[前后]|之[前后]|以[前后]|\b(?:during|while|alongside|after|before|following|since|from|"
    r"on\s+the\s+(?:margins|sidelines))\b|['’]s\b",
    re.IGNORECASE,
)

_AHEAD: Final = re.compile(
    r"(?<![之以])前(?!几)|\b(?:ahead\s+of|prior\s+to|preparing|preparatory)\b", re.IGNORECASE
)

_WHOLE: Final = len("2009-09-21")

_LEAD: Final = 200
"""Characters of a sentence before the list that it ends in, at most."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """How many things a question asks for, the recommendations or the like of which it gives the number, and
    the days that it names; ``places`` are the cities and regions that it names where it ``asks`` for a date
    or for another place.
    """

    count: int | None
    numbered: frozenset[tuple[str, int]]
    days: frozenset[str]
    places: frozenset[str]
    asks: AnswerKind

    @classmethod
    def of(cls, question: Question, places: Iterable[str] = ()) -> Self:
        """What ``question``, which names the ``places``, points at."""
        several = any(want.several for want in question.wants)
        return cls(
            count=expected(question.text) if several else None,
            numbered=items(question.text),
            days=_days(find_dates(question.text, question.language)),
            places=frozenset(place for place in places if place_sort(place) != "country")
            if _asks_there(question)
            else frozenset(),
            asks=question.asks,
        )

    def is_numbered(self, one: Candidate) -> bool:
        """Whether the sentence is a recommendation or the like of the number that the question names."""
        return bool(self.numbered) and not self.numbered.isdisjoint(items(one.text))

    def is_at(self, one: Candidate, facts_of: Callable[[Passage], Facts]) -> bool:
        """Whether the sentence is the numbered thing, or tells of a day, that the question names."""
        if self.is_numbered(one):
            return True
        return bool(self.days) and not self.days.isdisjoint(_days(_inside(one, facts_of(one.passage).dates)))

    def is_there(self, one: Candidate, facts_of: Callable[[Passage], Facts]) -> bool:
        """Whether the sentence says of a place that the question names when it was, or where else."""
        if not self.places:
            return False
        facts = facts_of(one.passage)
        named = [
            place
            for entity in facts.entities
            if one.start <= entity.start and entity.end <= one.end and entity.kind in PLACES
            for place in places_meant(entity)
        ]
        if self.places.isdisjoint(named):
            return False
        return any(_inside(one, facts.dates)) if self.asks == "date" else not self.places.issuperset(named)

    def order(
        self,
        order: list[tuple[Candidate, float]],
        facts_of: Callable[[Passage], Facts],
        among: int,
    ) -> list[tuple[Candidate, float]]:
        """``order``, best first, with what sentences gain that list as many things as are asked for
        (:data:`_AS_MANY`, :data:`_SAID`, looked for in the best ``among``), that the question names
        (:data:`_EXACTLY`) or whose place it does, in the paragraph of the best (:data:`_THERE`).
        """
        if self.count is None and not (self.numbered or self.days or self.places):
            return order
        found = []
        for place, (one, score) in enumerate(order):
            gain = 0.0
            if self.count is not None and place < among:
                gain += _listing(one, self.count)
            if self.is_at(one, facts_of):
                gain += _EXACTLY
            elif one.passage.id == order[0][0].passage.id and self.is_there(one, facts_of):
                gain += _THERE
            found.append((one, score + gain))
        return sorted(found, key=lambda one: -one[1])


def _asks_there(question: Question) -> bool:
    """Whether the places that ``question`` names are where something was that it asks about."""
    if question.asks != "date":
        return question.asks == "place"
    # A numbered session is known by its number, but what goes ahead of it isn't.
    numbered = bool(ordinals(question.text)) and _AHEAD.search(question.text) is None
    return not numbered and _ONLY_BESIDE.search(question.text) is None


def _days(dates: Iterable[Date]) -> frozenset[str]:
    """The dates that are whole days, or from one to another."""
    return frozenset(date.value for date in dates if date.value and len(date.value) >= _WHOLE)


def _inside(one: Candidate, dates: Sequence[Date]) -> Iterator[Date]:
    return (date for date in dates if one.start <= date.start and date.end <= one.end)


def _listing(one: Candidate, count: int) -> float:
    """What the sentence gains where it introduces, or is part of, a list of ``count`` things: told apart by
    signs, or said to be so many (围绕三大主题：…).
    """
    text = one.passage.text
    gain = 0.0
    for each in enumerations(text):
        if len(each.elements) != count or each.start >= one.end or one.start >= each.end:
            continue
        if one.end - one.start >= each.end - each.start + _LEAD:
            continue
        lead = text[slice(*each.lead)].lower()
        if count > 2 and each.form in (*APART, "nouns") and expected(lead) == count:
            return _SAID
        if each.form in APART:
            gain = _AS_MANY
    return gain
