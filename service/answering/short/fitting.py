"""Which of the facts found are of the sort that a question asks for: a city, a country that acts, the date
beside the place that it names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from typing import Final

from ingest.facts.dates import Date
from ingest.facts.entities import Entity
from ingest.facts.extract import Facts
from ingest.facts.geography import with_countries
from service.answering.asking.question import Question
from service.answering.asking.wants import FACTS, Want
from service.answering.sentences.evidence import Passage
from service.answering.sentences.sought import PLACES, Sought
from service.answering.short.findings import Finding

__all__ = ["lasts", "of_the_sort"]

# The country that chairs or offers, not the one where it is.
_COUNTRY_ACTS: Final = re.compile(
    r"(?<!\bin )(?<!\bto )(?<!\bat )\b(?:which|what)\s+country(?!\s+(?:is|was|will|did|does))|"
    r"(?<![在到去于])哪[个一]?国家?(?![际内籍])",
    re.IGNORECASE,
)
# What a country hosted was held there: the city tells it, where the country isn't named beside it.
_COUNTRY_HOSTED: Final = re.compile(
    r"\bcountry\s+(?:has\s+|had\s+)?(?:hosted|hosts)\b|哪[个一]?国家?(?:曾|曾经)?(?:主办|承办|举办)",
    re.IGNORECASE,
)
_CITY: Final = re.compile(
    r"\b(?:which|what)\s+(?:\w+\s+)?(?:city|town)\b|哪[个一座]*(?:城市|城(?![区墙])|市(?!场))", re.IGNORECASE
)
_REGION: Final = re.compile(r"\b(?:regions?|continents?)\b|区域|地区|[哪个]洲", re.IGNORECASE)
_DAYS: Final = re.compile(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d")
_BRACKET: Final = re.compile(r"\s*[(（]\s*\Z")


def of_the_sort(
    question: Question,
    want: Want,
    found: list[Finding],
    sought: Sought,
    facts_of: Callable[[Passage], Facts],
) -> list[Finding]:
    """Those of the findings that can answer ``want``; all of them where none stands out."""
    if want.kind == "place":
        return _of_the_sort(question, _within(found, sought))
    if want.kind == "date":
        found = _at_the_place(found, sought, facts_of)
    return _of_the_body(found, sought, facts_of) if want.kind in FACTS else found


def _of_the_body(found: list[Finding], sought: Sought, facts_of: Callable[[Passage], Facts]) -> list[Finding]:
    """Without what sentences tell of another body, where they tell the like of one that the question names:
    "the Conference took seven decisions, and the Meeting six".
    """
    if not sought.named:
        return found
    return _only_of(found, [_body_before(one, facts_of) for one in found], sought.named)


def _body_before(one: Finding, facts_of: Callable[[Passage], Facts]) -> str:
    """The English name of the body last named before it in its sentence; empty where none is."""
    there = (
        entity.en
        for entity in reversed(facts_of(one.candidate.passage).entities)
        if one.candidate.start <= entity.start and entity.end <= one.start and entity.kind == "body"
    )
    return next(there, "")


def _within(found: list[Finding], sought: Sought) -> list[Finding]:
    """Only cities of the countries that the question names, if any is among the places found, or if those
    alone are asked for.
    """
    if not (sought.places or sought.within):
        return found
    wanted = sought.within or sought.places
    inside = [
        finding
        for finding in found
        if any(
            isinstance(fact, Entity)
            and fact.kind == "city"
            and (with_countries([fact.en]) - {fact.en}) & wanted
            for fact in finding.facts
        )
    ]
    return inside if sought.within else inside or found


def _of_the_sort(question: Question, found: list[Finding]) -> list[Finding]:
    """Those of the places ``found`` that are countries where one that acts is asked for, or cities; without
    regions in sentences that name a city, unless a region is asked for.
    """
    if _COUNTRY_ACTS.search(question.text):
        countries = [one for one in found if _names(one, "country")]
        if _COUNTRY_HOSTED.search(question.text):
            countries = [one for one in countries if one.candidate is found[0].candidate]
        return countries or found
    if _CITY.search(question.text):
        return [one for one in found if _names(one, "city")]
    if _REGION.search(question.text):
        return found
    in_cities = {id(one.candidate) for one in found if _names(one, "city")}
    return [one for one in found if id(one.candidate) not in in_cities or not _names(one, "region")]


def lasts(date: Finding) -> bool:
    """Whether it is from one day to another."""
    first = date.facts[0] if date.facts else None
    return isinstance(first, Date) and first.value is not None and _DAYS.fullmatch(first.value) is not None


def _at_the_place(
    found: list[Finding], sought: Sought, facts_of: Callable[[Passage], Facts]
) -> list[Finding]:
    """Without the dates in brackets behind other places, in sentences where one stands behind a place that
    the question names: four meetings, "in Berlin (November 2008), Nairobi (February 2009) and …".
    """
    if not sought.places:
        return found
    return _only_of(found, [_place_before(one, facts_of) for one in found], sought.places)


def _only_of(found: list[Finding], of: Sequence[str], named: Set[str]) -> list[Finding]:
    """Without those that are told ``of`` something else, by English names (empty: of nothing), in sentences
    that tell of what is ``named``.
    """
    there = {id(one.candidate) for one, name in zip(found, of, strict=True) if name in named}
    return [
        one
        for one, name in zip(found, of, strict=True)
        if id(one.candidate) not in there or not name or name in named
    ]


def _place_before(date: Finding, facts_of: Callable[[Passage], Facts]) -> str:
    """The English name of the place behind which ``date`` stands in brackets; empty where none does."""
    passage = date.candidate.passage
    bracket = _BRACKET.search(passage.text, max(0, date.start - 4), date.start)
    if bracket is None:
        return ""
    entities = facts_of(passage).entities
    return next((one.en for one in entities if one.end == bracket.start() and one.kind in PLACES), "")


def _names(finding: Finding, kind: str) -> bool:
    return any(isinstance(fact, Entity) and fact.kind == kind for fact in finding.facts)
