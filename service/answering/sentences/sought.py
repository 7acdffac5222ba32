"""What shows in a sentence or clause that it is the one asked about, whatever its other words.

A question may be tied to an occasion by the number of a session or by a year: reports tell of the first
meeting and the second in one breath, in words that hardly differ. And what is asked for leaves a mark of its
own: somebody named who isn't in the question, a reason, a person's name, a purpose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeVar

from ingest.facts.dates_en import MONTHS
from ingest.facts.entities import Entity
from ingest.facts.extract import Facts
from ingest.facts.geography import countries, place_sort, with_countries
from ingest.facts.numerals import chinese
from ingest.facts.ordinals import ORDINAL_WORDS, ordinals
from ingest.facts.sessions import Session, find_sessions
from service.answering.asking.question import Question
from service.answering.words.items import counted_items, items
from service.answering.words.telling import (
    DEADLINE,
    DENIAL,
    OUTCOME,
    PURPOSE,
    REASON,
    SAYING,
    TITLE,
    asks_person,
    shows_person,
    takes_denial_for_granted,
)

__all__ = [
    "AT_ODDS",
    "BODIES",
    "MARKS",
    "PLACES",
    "UNTOLD",
    "Sought",
    "places_meant",
]

MARKS: Final = (
    "ordinal",
    "year",
    "month",
    "place",
    "shows_body",
    "shows_reason",
    "shows_person",
    "shows_purpose",
    "shows_outcome",
    "shows_title",
    "shows_deadline",
)
"""What :meth:`Sought.signs` returns, in order, each 0 where the question asks for nothing of the kind.

``ordinal``: the share of the question's numbers of sessions, rounds and editions that stand there, -1 if only
others do; ``year``, ``month``, ``place``: the same for its years, months and places. ``shows_body``: 1 if a
body is asked for and one is named that the question doesn't name; ``shows_reason``, ``shows_person``,
``shows_purpose``, ``shows_title``, ``shows_deadline``: 1 if one is asked for and told; ``shows_outcome``: 1
if the question is to be answered by yes or no, and it is told what was or wasn't agreed, adopted or done.
"""

UNTOLD: Final = ("untitled", "undated", "undecided", "undenied", "unsaid")
"""What :meth:`Sought.untold` returns, in order, each 0 or 1: a title, a deadline or an outcome is asked for,
and nothing in the text tells of one; ``undenied``: it is taken for granted that something was rejected,
withheld, called off or moved elsewhere ("why did the Parties turn it down?"), and nothing there says no.
``unsaid``: it is asked what somebody said, found or concluded, and the sentence that is quoted tells nothing
of the kind.
"""

AT_ODDS: Final = (
    *("no_place", "other_place", "no_year", "no_month", "other_ordinal", "other_session", "no_item"),
)
"""What :meth:`Sought.at_odds` returns, in order, each 0 or 1.

``no_place``, ``no_year``, ``no_month``: the question names one that the paragraph, its headings and the title
don't; ``other_place``: the same where the sentence that answers or one beside it names another city for a
city, or another country for a country;
``other_ordinal``: it numbers a session, and only others are numbered there; ``other_session``: it says whose,
and only sessions of that number of other bodies are told of there. ``no_item``: it numbers a recommendation,
an objective or the like that isn't there.
"""

# An ordinal with the meeting that it numbers, or the abbreviation of a body before a number.
_OF_A_MEETING: Final = re.compile(
    r"第 ?[一二三四五六七八九十百〇零\d]{1,5} ?[届次屆]\S{0,8}?(?:会|會|论坛|论壇|研讨|讲习|磋商)|"
    r"[A-Z]{3,} ?-?\d{1,3}\b|"
    rf"\b(?:\d{{1,3}}(?:st|nd|rd|th)|(?:\w+-)?(?:{'|'.join(ORDINAL_WORDS)}))\s+(?:[\w-]+\s+){{0,3}}?"
    r"(?:sessions?|meetings?|conferences?|rounds?|workshops?|forums?|symposi\w+|assembl\w+|congress\w*|summits?|cops?)\b",
    re.IGNORECASE,
)
_MONTHS: Final = {name: number for number, name in enumerate(MONTHS, 1)}
_MONTH: Final = re.compile(
    rf"(?<!\d)(?P<n>1[0-2]|0?[1-9])月|(?P<zh>十[一二]?|[一二三四五六七八九])月|\b(?P<en>{'|'.join(MONTHS)})\b"
)
# What else was going on: "on the margins of the ninth session", "during the ninth session", 在第九届会议期间.
_BACKDROP: Final = re.compile(
    r"在[^，。；]{0,40}?(?:会议|大会|届会)的?(?:空档|间隙|会外|会场外|场外|会场之外|期间|之[前后]|以[前后])|"
    r"\b(?:(?:on|at|in)\s+the\s+(?:margins?|sidelines?|fringes?)\s+of|during|before|after|following|prior\s+to|ahead\s+of)\s+[^,.;]+",
    re.IGNORECASE,
)
_BACKDROP_ASKED: Final = re.compile(
    r"空档|间隙|会外|场外|期间|\b(?:margins?|sidelines?|fringes?|during)\b", re.IGNORECASE
)
PLACES: Final = frozenset({"city", "country", "region"})
"""Kinds of names that are places."""
BODIES: Final = frozenset({"body", "convention", "fund", "mechanism"})
"""Kinds of names that are bodies, or have offices."""
_ACTING: Final = BODIES | {"country"}

# The Kyoto parties, 巴厘路线图: where something was once agreed, not where it is.
_IN_A_NAME: Final = re.compile(
    r"的?(?:议定书|协[定议]|公约|路线图|框架|宣言|工作方案|授权|机制|单位)|"
    r"\s+(?:protocol|treaty|agreement|accord|convention|road\s*map|framework|declaration|mandate|work(?:ing)?\s+(?:group|programme)|"
    r"part(?:y|ies)|targets|units|mechanisms?|process)\b",
    re.IGNORECASE,
)
# "Which city in Spain", 哥伦比亚的哪座城市.
_CITY_AFTER: Final = re.compile(r"的?(?:哪|什么)[一个座]*(?:城市|城|市|地方)")
# 在哥伦比亚的会是在哪个城市: what is held in a country is held in a city of it.
_HELD_IN: Final = re.compile(
    r"[在于](?P<country>[^,，。;；?？]{2,8})(?:举行|召开|举办|开)?的[^,，。;；?？]{1,16}?(?:是)?在(?:哪|什么)[一个座]*(?:城市|城|市)"
)
_CITY_BEFORE: Final = re.compile(
    r"\b(?:which|what)\s+(?:city|town)\s+(?:in|of)\s+(?:the\s+)?$", re.IGNORECASE
)

_OF_TREATIES: Final = frozenset(
    ("Basel", "Cartagena", "Kyoto", "Minamata", "Montreal", "Nagoya", "Ramsar", "Rotterdam", "Stockholm")
)
_BRACKETED: Final = re.compile(r"[(（][^()（）]+[)）]")

_YEAR: Final = re.compile(r"(?<![\d/.,])(?:19|20)\d\d(?![\d/])")


_T = TypeVar("_T", int, str)


@dataclass(frozen=True, slots=True)
class Sought:
    """What signs a question makes worth looking for. ``named`` are the English names of what it names,
    ``meetings`` those of its ordinals that number a meeting, ``sessions`` the keys of the sessions of known
    bodies, without their conventions. ``within`` are the countries in which a city is asked for ("in which
    Colombian city").
    """

    ordinals: frozenset[int]
    meetings: frozenset[int]
    sessions: frozenset[str]
    years: frozenset[int]
    months: frozenset[int]
    items: frozenset[tuple[str, int]]
    places: frozenset[str]
    within: frozenset[str]
    named: frozenset[str]
    body: bool
    reason: bool
    person: bool
    purpose: bool
    outcome: bool
    title: bool
    saying: bool
    deadline: bool
    denied: bool
    occasion: bool

    @classmethod
    def of(cls, question: Question, named: Sequence[Entity]) -> Sought:
        text = question.text
        return cls(
            ordinals=ordinals(text),
            meetings=frozenset().union(*(ordinals(match[0]) for match in _OF_A_MEETING.finditer(text))),
            sessions=frozenset(
                _without_convention(session.key)
                for session in find_sessions(text, question.language, named, ())
                # "The working group" may be any.
                if session.body[0].isupper()
            ),
            years=_years(text),
            months=_months(text),
            items=items(text),
            places=frozenset(
                entity.en
                for entity in named
                if entity.kind in PLACES
                and not _IN_A_NAME.match(text, entity.end)
                and not _names_a_treaty(text, entity)
            ),
            within=_countries_asked_within(text, named),
            named=frozenset(entity.en for entity in named),
            body=question.asks == "body",
            reason=REASON.is_asked(text),
            person=asks_person(text),
            purpose=PURPOSE.is_asked(text),
            outcome=question.asks == "text" and OUTCOME.is_asked(text),
            title=TITLE.is_asked(text),
            saying=SAYING.is_asked(text),
            deadline=question.asks == "date" and DEADLINE.is_asked(text),
            denied=takes_denial_for_granted(text),
            occasion=question.asks == "date" and _BACKDROP_ASKED.search(text) is None,
        )

    @property
    def nothing(self) -> bool:
        """Whether no sign says anything."""
        return not (
            self.ordinals
            or self.years
            or self.months
            or self.places
            or self.body
            or self.reason
            or self.person
            or self.purpose
            or self.outcome
            or self.title
            or self.deadline
        )

    def signs(self, text: str, start: int, end: int, facts: Callable[[], Facts]) -> tuple[float, ...]:
        """The signs in ``text[start:end]``, of length len(MARKS). ``facts`` gives those of ``text``."""
        part = text[start:end]
        return (
            _agreement(self.ordinals, self._numbered(part) - self._others(start, end, facts))
            if self.ordinals
            else 0.0,
            _agreement(self.years, _stated(_years, start, end, facts())) if self.years else 0.0,
            _agreement(self.months, _stated(_months_of, start, end, facts())) if self.months else 0.0,
            _agreement(self.places, _stated_places(start, end, facts())) if self.places else 0.0,
            float(self.body and self._other_body(start, end, facts())),
            float(self.reason and REASON.is_told(part)),
            float(self.person and shows_person(part)),
            float(self.purpose and PURPOSE.is_told(part)),
            float(self.outcome and OUTCOME.is_told(part)),
            float(self.title and TITLE.is_told(part)),
            float(self.deadline and DEADLINE.is_told(part)),
        )

    def backdrop(self, text: str) -> bool:
        """Whether ``text`` tells what took place in or beside the session whose date is asked for, only."""
        if not (self.occasion and self.ordinals):
            return False
        there = self.ordinals & ordinals(text)
        return bool(there) and not there & self._numbered(text)

    def numbers(self, session: Session) -> bool:
        """Whether ``session`` is one that the question numbers, as far as it says whose."""
        if session.number not in self.ordinals:
            return False
        return not self.sessions or _without_convention(session.key) in self.sessions

    def dates(self, start: int, end: int, facts: Facts) -> bool:
        """Whether what stands there is when a session of a body was held that the question numbers."""
        return bool(self.sessions) and any(
            self.numbers(session)
            and session.date_span is not None
            and session.date_span[0] < end
            and start < session.date_span[1]
            for session in facts.sessions
        )

    def _others(self, start: int, end: int, facts: Callable[[], Facts]) -> frozenset[int]:
        """The numbers of sessions there that the question gives to another body, and to none there."""
        if not self.sessions:
            return frozenset()
        there = [session for session in facts().sessions if start <= session.start < end]
        own = {session.number for session in there if self.numbers(session)}
        return frozenset(session.number for session in there if session.number in self.ordinals) - own

    def _numbered(self, part: str) -> frozenset[int]:
        """The sessions and rounds that ``part`` numbers, without those that it names as a backdrop only: when
        something took place on the margins of a session isn't when that was.
        """
        return ordinals(_BACKDROP.sub(" ", part) if self.occasion else part)

    def untold(self, text: str, sentence: str) -> tuple[float, ...]:
        """Of length len(UNTOLD): what is asked for that nothing in ``text`` tells of, or nothing in the
        ``sentence`` of it that is quoted.
        """
        return (
            float(self.title and not TITLE.is_told(text)),
            float(self.deadline and not DEADLINE.is_told(text)),
            float(self.outcome and not OUTCOME.is_told(text)),
            float(self.denied and not DENIAL.is_told(text)),
            float(self.saying and not SAYING.is_told(sentence)),
        )

    def at_odds(
        self, whole: str, facts: Facts, names: frozenset[str], around: tuple[int, int]
    ) -> tuple[float, ...]:
        """Of length len(AT_ODDS): what the question says of the occasion that a paragraph doesn't.

        ``whole`` is the paragraph with its headings and the title, ``names`` the English names of what is
        named there, ``facts`` are the paragraph's, ``around`` is the span in it of the sentence that answers
        and those beside it.
        """
        dates = [date.value for date in facts.dates if date.value] if self.years or self.months else []
        years = self.years and self.years - _years(whole).union(*map(_years, dates))
        months = self.months and self.months - _months(whole).union(*map(_months_of, dates))
        stated = ordinals(whole) if self.ordinals else frozenset()
        no_place = not self.places <= with_countries(names)
        return (
            float(no_place),
            float(no_place and _elsewhere(self.places, _stated_places(*around, facts))),
            float(bool(years)),
            float(bool(months)),
            float(bool(stated and self.meetings) and not self.meetings & stated),
            float(bool(self.ordinals & self._others(0, len(whole), lambda: facts))),
            float(bool(self.items) and not self.items & (items(whole) | counted_items(whole))),
        )

    def _other_body(self, start: int, end: int, facts: Facts) -> bool:
        return any(
            start <= entity.start < end and entity.kind in _ACTING and entity.en not in self.named
            for entity in facts.entities
        )


def _names_a_treaty(text: str, place: Entity) -> bool:
    """Whether the place stands for the treaty that is named after it: "liability and redress (Cartagena)"."""
    return place.en in _OF_TREATIES and _BRACKETED.fullmatch(text, place.start - 1, place.end + 1) is not None


def _countries_asked_within(text: str, named: Sequence[Entity]) -> frozenset[str]:
    """The countries in which the question ``text`` asks for a city."""
    found = {
        entity.en
        for entity in named
        if entity.kind == "country"
        and (_CITY_AFTER.match(text, entity.end) or _CITY_BEFORE.search(text, 0, entity.start))
    }
    held = _HELD_IN.search(text)
    if held is not None:
        found.update(one.en for one in named if one.kind == "country" and one.start == held.start("country"))
    pattern, country_of = _said_of_cities()
    return frozenset(found.union(country_of[match["said"]] for match in pattern.finditer(text)))


@cache
def _said_of_cities() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """ "Which Colombian city", and of which country each word is said."""
    said = {word: country.name for country in countries().values() for word in country.demonyms}
    longest_first = sorted(map(re.escape, said), key=len, reverse=True)
    return re.compile(
        rf"\b(?:[Ww]hich|[Ww]hat)\s+(?P<said>{'|'.join(longest_first)})\s+(?:city|town)\b"
    ), said


def _without_convention(key: str) -> str:
    return key.rpartition(", ")[2]


def _agreement(asked: frozenset[_T], stated: frozenset[_T]) -> float:
    if not stated:
        return 0.0
    common = len(asked & stated)
    return common / len(asked) if common else -1.0


def _stated_places(start: int, end: int, facts: Facts) -> frozenset[str]:
    there = [entity for entity in facts.entities if start <= entity.start < end and entity.kind in PLACES]
    return with_countries(name for entity in there for name in places_meant(entity))


def places_meant(entity: Entity) -> tuple[str, ...]:
    """The English names of the places that one name may be of: 突尼斯 is a country and its city."""
    return entity.en, *(en for en, _, kind in entity.also if kind in PLACES)


def _elsewhere(asked: frozenset[str], stated: frozenset[str]) -> bool:
    """Whether ``stated`` are other places of a sort that is ``asked`` for: another city, another country."""
    sorts = {place_sort(name) for name in asked} - {"region"}
    return any(place_sort(name) in sorts for name in stated - asked)


def _stated(part_of: Callable[[str], frozenset[int]], start: int, end: int, facts: Facts) -> frozenset[int]:
    """The years or months of the dates there."""
    return frozenset().union(
        *(part_of(date.value) for date in facts.dates if start <= date.start < end and date.value)
    )


def _years(text: str) -> frozenset[int]:
    return frozenset(int(year) for year in _YEAR.findall(text))


def _months(text: str) -> frozenset[int]:
    found = set()
    for match in _MONTH.finditer(text):
        value = (
            int(match["n"]) if match["n"] else chinese(match["zh"]) if match["zh"] else _MONTHS[match["en"]]
        )
        if value is not None:
            found.add(value)
    return frozenset(found)


def _months_of(value: str) -> frozenset[int]:
    """The months of an ISO 8601 date or interval."""
    points = (end.split("-") for end in value.split("/") if not end.startswith("-"))
    return frozenset(int(point[1]) for point in points if len(point) > 1 and point[1].isdecimal())
