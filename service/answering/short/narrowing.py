"""From the clauses that match best to the words in them that answer: who, what it is called, what for, all of
what shall be done.

A clause that matches the question is too much where a name is asked for, and too little where all of a
mandate's action is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import replace
from typing import Final

from ingest.facts.entities import Entity
from ingest.facts.extract import Facts
from service.answering.asking.question import Question
from service.answering.asking.roles import action_in, asks_action, role_asked
from service.answering.asking.wants import Want
from service.answering.sentences.evidence import Passage
from service.answering.sentences.sought import BODIES
from service.answering.short.enumerations import Enumeration, enumerations
from service.answering.short.findings import Finding
from service.answering.short.parties import named_by, parties
from service.answering.short.rendering import LONGEST
from service.answering.words.ordinals import asked_ordinal, ordinals
from service.answering.words.proper import asked_things, asks_title, proper_names, titles
from service.answering.words.purposes import asks_purpose, purpose

__all__ = ["body_asked", "new_names", "part_asking", "party_asked", "phrase", "whole_action", "whole_list"]

_ADJUNCT: Final = re.compile(
    r"\W*(?:as\s+appropriate|where\s+appropriate|taking\s+into\s+account|in\s+(?:accordance|line|consultation|"
    r"cooperation|collaboration|close)\b|with\s+a\s+view|inter\s+alia|"
    r"that\s+(?:can|could|may|will|would)\b|including|such\s+as|within|in\s+particular\s+(?!by))|"
    r"\W*(?:酌情|包括|同时考虑到|依照|按照|根据|尤其是|特别是)",
    re.IGNORECASE,
)

_OPENED: Final = re.compile(r"[“\"]\Z|\btheme\s+[“\"]?\w\Z")
_NOUN: Final = 70
"""Characters of an element that is still one noun with what belongs to it."""

_CLAUSE: Final = re.compile(
    r"[,，;；?？。]|\band\s+(?=(?:(?:by|to|at|in|on|for|with|of|from)\s+)?(?:which|what|who|whom|whose|when|where|how)\b)",
    re.IGNORECASE,
)

# What a body that is asked for is called by: "which group", 哪个小组.
_HEAD: Final = re.compile(
    r"\b(?:which|what)\s+(?:(?!is\b|was\b|are\b|were\b|did\b|does\b|do\b)[\w'-]+\s+){0,3}?"
    r"(?P<en>group|committee|commission|council|board|panel|unit|bureau|department|fund|facility|platform|forum|"
    r"university|institute|task force|network|alliance|consortium)\b|"
    r"哪(?:一|个|家)*[^，。？,?\s]{0,4}?(?P<zh>工作组|小组|委员会|理事会|平台|基金|论坛|网络|大学|研究所|联盟|检查组)",
    re.IGNORECASE,
)


def phrase(question: Question, want: Want, chosen: tuple[Finding, ...]) -> Finding | None:
    """The proper name, the title, the number in a series or the purpose that is asked for, in the clauses
    ``chosen``, else in their sentence.
    """
    asking = part_asking(question, want)
    things, noun = asked_things(asking), asked_ordinal(asking)
    titled = asks_title(asking) and not want.several
    purposive = want.kind == "text" and asks_purpose(asking)
    candidate = chosen[0].candidate
    text = candidate.passage.text
    said = question.text.lower()
    for span in ((chosen[0].start, chosen[-1].end), (candidate.start, candidate.end)):
        found = list(proper_names(text, span, things)) if things else []
        if not found and titled:
            found = list(titles(text, span))
        if not found and noun is not None:
            found = ordinals(text, span, noun, question.text)
        if not found and purposive and (told := purpose(text, span)) is not None:
            found = [told]
        found = [(start, end) for start, end in found if text[start:end].strip('《》“”"').lower() not in said]
        if len({text[start:end] for start, end in found}) == 1:
            return replace(chosen[0], start=found[0][0], end=found[0][1])
    return None


def whole_action(
    question: Question, chosen: tuple[Finding, ...], facts_of: Callable[[Passage], Facts]
) -> tuple[Finding, ...]:
    """All that shall be done, where that is asked and ``chosen`` are clauses of it."""
    candidate = chosen[0].candidate
    mandates = facts_of(candidate.passage).mandates
    if not mandates or not asks_action(question.text):
        return chosen
    action = action_in((chosen[0].start, chosen[-1].end), mandates)
    if action is None or not candidate.start <= action.start < action.end <= candidate.end:
        return chosen
    longest = LONGEST["zh" if candidate.passage.language == "zh" else "en"]
    if action.end - action.start > longest < chosen[-1].end - action.start:
        # It would be cut before what matches: worth it where that only says how.
        text = candidate.passage.text
        if _ADJUNCT.match(text, chosen[0].start, chosen[-1].end) is None:
            return chosen
    return (replace(chosen[0], start=action.start, end=action.end),)


def whole_list(chosen: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The clauses ``chosen``, with the rest of the nouns or titles in a row in the middle of which they break
    off or begin, where there is room; a title in quotation marks alone where there is room for that only.
    """
    candidate = chosen[0].candidate
    text = candidate.passage.text
    start, end = chosen[0].start, chosen[-1].end
    longest = LONGEST["zh" if candidate.passage.language == "zh" else "en"]
    for one in _rows_in(text):
        first, last = one.elements[0][0], one.end
        broken = first < end < last and _few(one, end)
        begun = first < start < last and any(a <= start < b for a, b in one.elements[1:])
        if not (broken or begun) or not candidate.start <= first < last <= candidate.end:
            continue
        whole = min(start, first), max(end, last)
        if whole[1] - whole[0] > longest and _OPENED.search(text, 0, first + 1) is not None:
            whole = (first, last)
        if whole[1] - whole[0] <= longest:
            return (replace(chosen[0], start=whole[0], end=whole[1]),)
    return chosen


def _few(one: Enumeration, end: int) -> bool:
    """Whether what follows of the row after ``end`` are nouns, not clauses."""
    return all(b - max(a, end) <= _NOUN for a, b in one.elements if b > end)


def _rows_in(text: str) -> Iterator[Enumeration]:
    """The rows of at least three nouns, or of titles, in a paragraph."""
    return (
        one
        for one in enumerations(text)
        if one.form == "quotes" or (one.form == "nouns" and len(one.elements) > 2)
    )


def party_asked(
    question: Question, want: Want, chosen: Sequence[Finding], facts: Facts, named: Sequence[Entity]
) -> Finding | None:
    """Who it is, where the question says in which role and the clauses ``chosen`` say who is in that."""
    role = role_asked(part_asking(question, want))
    if role is None:
        return None
    candidate = chosen[0].candidate
    span = parties(
        role,
        candidate.passage.text,
        (chosen[0].start, chosen[-1].end),
        (candidate.start, candidate.end),
        facts,
        {entity.en for entity in named},
    )
    if span is None:
        return None
    name = named_by(candidate.passage.text, span, facts)
    return replace(chosen[0], start=span[0], end=span[1], facts=() if name is None else (name,))


def body_asked(
    question: Question, want: Want, chosen: Sequence[Finding], facts: Facts, named: Sequence[Entity]
) -> Finding | None:
    """The one body in the sentence of ``chosen`` that is called what the question asks for ("within which
    inter-agency group?": the Environment Management Group) and that it doesn't name.
    """
    match = _HEAD.search(part_asking(question, want))
    if match is None:
        return None
    noun = (match["en"] or match["zh"]).lower()
    candidate = chosen[0].candidate
    found = {
        entity.en: entity
        for entity in new_names((candidate.start, candidate.end), facts, named, BODIES)
        if entity.en.lower().endswith(noun) or entity.zh.endswith(noun)
    }
    if len(found) != 1:
        return None
    (one,) = found.values()
    return replace(chosen[0], start=one.start, end=one.end, facts=(one,))


def new_names(
    span: tuple[int, int], facts: Facts, named: Sequence[Entity], kinds: Set[str]
) -> Iterator[Entity]:
    """Names of ``kinds`` that the span holds and the question, which names the things ``named``, doesn't."""
    known = {entity.en for entity in named}
    for entity in facts.entities:
        inside = span[0] <= entity.start and entity.end <= span[1]
        if inside and entity.kind in kinds and entity.en not in known:
            yield entity


def part_asking(question: Question, want: Want) -> str:
    """The clause of the question that asks for ``want``, where one of several does, else all of it."""
    if want.at is None or len(question.wants) < 2:
        return question.text
    breaks = [match.end() for match in _CLAUSE.finditer(question.text)]
    start = max((at for at in breaks if at <= want.at), default=0)
    return question.text[start : min((at for at in breaks if at > want.at), default=None)]
