"""Whether a question asks for several things, how many, and of which kind of name."""

from __future__ import annotations

import re
from typing import Final, Literal

from ingest.facts.numerals import small
from service.answering.asking.question import Question
from service.answering.asking.wants import Want
from service.answering.sentences.sought import BODIES, PLACES

__all__ = ["NAMES", "expected", "kinds_of", "several"]

NAMES: Final = BODIES | PLACES
"""Kinds of names that a list may be of."""

_COUNTED: Final = re.compile(
    r"(?:哪|(?<![第\d一二三四五六七八九十百千]))(?P<zh>[两二三四五六七八九十])(?:个|项|条|点|种|类|份|家|位|处|国|大|件|样|方面)(?!月|年|星期|小时|百|千)|"
    r"\b(?P<en>two|three|four|five|six|seven|eight|nine|ten)\s+(?!(?:years?|months?|weeks?|days?|hours?|times|per)\b)"
)
# What asks for several things in so many words …
_SEVERAL: Final = re.compile(
    r"哪[几些两二三四五六七八九十]|几[点条项类种样家](?!时)|分别|列[出举一]|"
    r"\b(?:which|what)\s+(?:the\s+)?(?:two|three|four|five|six|seven|eight)\b|\bwhat\s+(?:are|were)\b|"
    r"\blist\b|\bname\s+the\b|\bwho\s+(?:are|were)\b|"
    r"\b(?:which|what|whose)\s+(?:[a-z-]+\s+){0,2}?(?:bodies|organi[sz]ations|countries|agencies|partners|institutions|"
    r"governments|states|parties|entities|groups|donors|people|members|cities|towns)\b",
    re.IGNORECASE,
)
# … and what makes it likely: a noun in the plural, bodies that act as one.
_PLURAL: Final = re.compile(
    r"\b(?:which|what|describe|whose)\s+(?:(?!(?:is|was|does|has|did|do|this|us)\b)[a-z-]+\s+){0,2}?"
    r"(?!(?:is|was|does|has|its|this|less|unless|status|basis|consensus|process|progress|access|crisis|focus|"
    r"congress|address|business|always|perhaps|across|towards|news|series|analysis|emphasis|class|headquarters|"
    r"means|needs|says|wants|happens|remains|comes|goes|makes|takes|gives|seems|follows|matters)\b)"
    r"[a-z-]{3,}(?<![sui])s\b|要点|特点|哪\S{0,4}方面",
    re.IGNORECASE,
)
# All that somebody recommends, unless one thing is meant.
_RECOMMENDED: Final = re.compile(
    r"\bwhat\s+(?:do|does|did|would|should)\s.*\b(?:recommend|propos|suggest|advis)", re.IGNORECASE
)
_TOGETHER: Final = re.compile(
    r"一起|共同|联合|合[办作]|\bco-?(?:organi|host|chair|sponsor|lead|led)|\bjointly\b|\btogether\b|\btook\s+part\b|"
    r"\bparticipat|[谁参].*(?:参加|参与|出席)",
    re.IGNORECASE,
)
# Where the figure may be of something else: "the two bids".
_FIGURE: Final = re.compile(r"\b(?:two|three|four|five)\s+\w+s\b", re.IGNORECASE)
_WHY: Final = re.compile(r"为什么|为何|\bwhy\b|\bhow\s+come\b", re.IGNORECASE)
# One of several, or one thing.
_ONE: Final = re.compile(
    r"第[一二三四五六七八九十\d]+[项条点个](?!月)|最后[一那][项条点个]|哪[个家一]|"
    r"\b(?:recommendation|item|point|objective|component|task)\s+\d|\b(?:first|second|third|last)\s+(?:recommendation|item|point)|"
    r"\b(?:which|what)\s+(?:[a-z-]+\s+){0,2}?(?:body|organi[sz]ation|agency|committee|federation|institution|panel|board|"
    r"country|unit|group|secretariat|organ|meeting|session)\b",
    re.IGNORECASE,
)
_COUNTRY: Final = re.compile(r"国家|[几些两三四五]国|\bcountr|\bnations?\b", re.IGNORECASE)
_PLACE: Final = re.compile(r"城市|[几些两三四五]地|\bcit(?:y|ies)\b|\btowns?\b|\bwhere\b", re.IGNORECASE)


def expected(text: str) -> int | None:
    """How many things a question says that there are; ``None`` where it doesn't."""
    match = _COUNTED.search(text)
    return small(match["zh"] or match["en"]) if match else None


def several(question: Question, want: Want) -> Literal[0, 1, 2]:
    """Whether more than one thing is asked for: 2 where the words say so, 1 where that is likely."""
    if _WHY.search(question.text) or _ONE.search(question.text):
        return 0
    if _SEVERAL.search(question.text) or (want.kind == "list" and not _FIGURE.search(question.text)):
        return 2
    likely = _TOGETHER if want.kind == "body" else _PLURAL
    recommended = want.kind == "text" and _RECOMMENDED.search(question.text)
    return 1 if want.kind == "list" or likely.search(question.text) or recommended else 0


def kinds_of(question: Question) -> frozenset[str]:
    """The kinds of names that answer, :data:`NAMES` where that isn't said."""
    if _COUNTRY.search(question.text):
        return frozenset({"country"})
    return frozenset({"city", "country"}) if _PLACE.search(question.text) else NAMES
