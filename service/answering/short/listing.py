"""Which enumeration of a paragraph answers a question for several things."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

from ingest.facts.entities import Entity
from service.answering.asking.question import Question
from service.answering.asking.wants import Want
from service.answering.sentences.evidence import Passage, Reader
from service.answering.short.enumerations import Enumeration, Span, enumerations
from service.answering.short.listed import APART, Listed, listed_of
from service.answering.short.several import NAMES, expected, kinds_of, several

__all__ = ["listed"]

_LABEL: Final = re.compile(r"[\s:：]*(?:[(（]\w{1,4}[)）]|\d{1,2}[.、]|[•·●▪–—-])?\s*")
# What may stand after clauses that only introduce a list.
_OPEN: Final = re.compile(r"[:：]|.?\s*[:：(（“\n]")
# What speaks for an enumeration, and how much, was set by hand on practice questions (p1 to p4) for lists;
# a fit made the words count against it, for paragraphs with one list each (index/training/LOG.md).
_NEAR: Final = 3.0
"""What the question's words in it count, next to those in the clauses that were found."""
_READ: Final = 4
"""Enumerations of a paragraph that are read, the likeliest by what else speaks for them."""
_SHOWN: Final = 6
"""Elements of each that are read."""
_SIGHT: Final = 400
"""Characters of each, with what stands before it, that are read."""
_ALONE: Final = 6.0
"""How much it counts that one element alone matches better than what introduces it and every other."""
_AT_HAND: Final = 1.5
"""How much it counts for one of as many things as are asked for that it stands in the sentence found."""
_ELSEWHERE: Final = 1.5
"""How much it counts against one that the sentence found neither holds nor introduces."""
_MANDATE: Final = {"zh": 22, "en": 70}
_INSIDE: Final = 2.5
"""How much it counts against a list of mandates, of so many characters each and more on average, that what
was found stands in one of them.
"""
_LEAST: Final = 0.2
"""The score below which the clauses that match are served rather than a list."""

_MOST: Final = 6
"""Elements that speak for an enumeration."""


def listed(
    question: Question,
    want: Want,
    passage: Passage,
    found: Span,
    reader: Reader,
    entities: Sequence[Entity],
) -> Listed | None:
    """The enumeration of ``passage`` that answers ``want``; ``None`` where its clauses ``found`` do better.

    One thing is asked for, and the clauses only introduce a list: then the list is what is asked for.
    """
    text = passage.text
    sure = several(question, want)
    if not sure and _OPEN.match(text, max(0, found[1] - 1)) is None:
        return None
    there = enumerations(text)
    if not there:
        return None
    if not sure:
        return next(
            (listed_of(passage, one, entities, found) for one in there if _introduces(text, found, one)), None
        )
    scores = _scores(question, want, passage, found, there, reader, entities, sure=sure > 1)
    best = max(range(len(there)), key=scores.__getitem__)
    return listed_of(passage, there[best], entities, found) if scores[best] >= _LEAST else None


def _introduces(text: str, found: Span, one: Enumeration) -> bool:
    first = one.elements[0][0]
    return (
        one.form in APART
        and found[1] <= first
        and _LABEL.fullmatch(text, found[1], first) is not None
        and text[: found[1]].rstrip()[-1:] not in (*"。.；;！!？?",)
    )


def _scores(
    question: Question,
    want: Want,
    passage: Passage,
    found: Span,
    there: Sequence[Enumeration],
    reader: Reader,
    entities: Sequence[Entity],
    *,
    sure: bool,
) -> list[float]:
    text = passage.text
    count = expected(question.text)
    kinds = kinds_of(question)
    names = [(entity.start, entity.end) for entity in entities if entity.kind in kinds]
    asked = question.text.lower()
    plain = [_plainly(one, want, there, found, count, names, kinds, sure=sure) for one in there]
    sentence = reader.sentence_at(passage, found[0])[0], reader.sentence_at(passage, max(found[1] - 1, 0))[1]
    for place, one in enumerate(there):
        at_hand = sentence[0] <= one.start and one.end <= sentence[1]
        if at_hand and len(one.elements) == count and one.form != "pair":
            plain[place] += _AT_HAND
        elif one.form in APART and (one.end <= sentence[0] or sentence[1] <= one.start):
            plain[place] -= _ELSEWHERE
        # What the question says itself, it doesn't ask for.
        if plain[place] > 0 and all(text[start:end].lower() in asked for start, end in one.elements):
            plain[place] -= 2.0
    likely = sorted(range(len(there)), key=plain.__getitem__, reverse=True)[:_READ]
    elements = {place: [text[start:end] for start, end in there[place].elements[:_SHOWN]] for place in likely}
    apart = [place for place in likely if there[place].form in APART]
    befores = [_before(text, there[place]) for place in likely]
    matched = iter(
        reader.matches(
            question,
            [
                text[slice(*sentence)],
                *(
                    text[start : min(there[place].end, start + _SIGHT)]
                    for start, place in zip(befores, likely, strict=True)
                ),
                *(text[_before(text, there[place]) : there[place].elements[0][0]] or " " for place in apart),
                *(element for place in apart for element in elements[place]),
            ],
        ).tolist()
    )
    near = next(matched)
    scores = [-math.inf] * len(there)
    for place in likely:
        scores[place] = plain[place] + _NEAR * (next(matched) - near)
    leads = [next(matched) for _ in apart]
    for place, lead in zip(apart, leads, strict=True):
        # One of them may be what is asked for: then they aren't.
        *_, second, first = sorted(next(matched) for _ in elements[place])
        scores[place] -= _ALONE * max(0.0, first - max(second, lead))
        if want.kind == "body" and _inside_mandate(there[place], found, passage.language):
            scores[place] -= _INSIDE
    return scores


def _inside_mandate(one: Enumeration, found: Span, language: str) -> bool:
    """Whether what was found stands in one of the long elements of ``one``."""
    size = sum(end - start for start, end in one.elements) / len(one.elements)
    middle = (found[0] + found[1]) // 2
    return size >= _MANDATE["zh" if language == "zh" else "en"] and any(
        start <= middle < end for start, end in one.elements
    )


def _plainly(
    one: Enumeration,
    want: Want,
    there: Sequence[Enumeration],
    found: Span,
    count: int | None,
    names: Sequence[Span],
    kinds: frozenset[str],
    *,
    sure: bool,
) -> float:
    """What speaks for ``one`` besides its words."""
    size = len(one.elements)
    score = math.log(min(size, _MOST))
    if count is not None:
        score += 1.0 if size == count else -1.0
    if one.form == "pair":
        score -= 0.5 if count == 2 else 1.5 if sure else 2.0
    elif one.form == "clauses":
        score -= 0.7 if sure and want.kind != "body" else 2.0
    elif one.form in APART:
        score += 1.2
    if any(
        len(other.elements) != size and other.elements[0][0] <= one.elements[0][0] and one.end <= other.end
        for other in there
    ):
        score -= 0.5
    named = (
        sum(any(start <= first and last <= end for first, last in names) for start, end in one.elements)
        / size
    )
    if want.kind == "body" and not sure and named < 0.6:
        score -= 2.0
    score += (1.5 if want.kind == "body" or kinds is not NAMES else -1.0) * named
    return score - min(1.0, max(one.start - found[1], found[0] - one.end, 0) / 400)


def _before(text: str, one: Enumeration) -> int:
    """Where the sentence before what introduces the enumeration begins."""
    at = max(0, one.start - 1)
    return max(text.rfind(stop, 0, at) + len(stop) for stop in ("。", "\n", ". ")) if at else 0
