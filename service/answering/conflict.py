"""Paragraphs that disagree: the same session dated differently in two places, and what a revision changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.facts.dates import Date
from ingest.facts.extract import Facts
from ingest.facts.isodates import bounds
from ingest.facts.numbers import Number
from ingest.facts.sessions import Session
from service.answering.sentences.evidence import Candidate, Passage, Reader
from service.answering.sentences.features import FEATURES, FINDING_FEATURES
from service.answering.short.findings import Finding
from service.answering.short.selection import Selected

__all__ = ["before_revision", "disagreements"]

_TAKES_UP = re.compile(
    r"\s*(?:该|这|此|本|它|(?:the|this|that)\s+(?:session|meeting|conference)\b|it\b)", re.IGNORECASE
)
_FACT = "\0"
"""Stands for a date or number in a sentence."""


def disagreements(
    answered: Selected, passages: Sequence[Passage], facts_of: Callable[[Passage], Facts], reader: Reader
) -> list[Finding]:
    """Dates in other ``passages`` at which the session that ``answered`` dates is said to be, and can't be
    too.

    At most one for each paragraph; none where the answer is no date, or not that of a session. Dates that
    overlap agree.
    """
    chosen = answered.found[0]
    date = chosen.facts[0] if len(answered.found) == 1 and chosen.facts else None
    if not isinstance(date, Date) or date.value is None:
        return []
    here = chosen.candidate.passage
    sessions = facts_of(here).sessions
    keys = {session.key for session in sessions if session.date_span == (date.start, date.end)}
    keys = keys or {session.key for session in _taken_up(chosen, sessions, reader)}
    days = bounds(date.value)
    if not keys or days is None:
        return []
    found: list[Finding] = []
    for passage in passages:
        if passage.id == here.id or passage.language != here.language:
            continue
        facts = facts_of(passage)
        for session in facts.sessions:
            span = session.date_span
            if session.key not in keys or session.value is None or span is None:
                continue
            other = bounds(session.value)
            if other is None or (other[0] <= days[1] and days[0] <= other[1]):
                continue
            stated = next((one for one in facts.dates if (one.start, one.end) == span), None)
            if stated is not None:
                sentence = Candidate(passage, *reader.sentence_at(passage, span[0]), np.zeros(len(FEATURES)))
                found.append(Finding(sentence, *span, (stated,), np.zeros(len(FINDING_FEATURES))))
                break
    return found


def _taken_up(chosen: Finding, sessions: Sequence[Session], reader: Reader) -> list[Session]:
    """The one session named in the sentence before that of ``chosen``, if this takes it up (该会议, it)."""
    passage = chosen.candidate.passage
    start, _ = reader.sentence_at(passage, chosen.start)
    if not start or _TAKES_UP.match(passage.text, start) is None:
        return []
    first, last = reader.sentence_at(passage, start - 1)
    found = [session for session in sessions if first <= session.start < last]
    return found if len({session.key for session in found}) == 1 else []


def before_revision(
    answered: Selected,
    passages: Sequence[Passage],
    facts_of: Callable[[Passage], Facts],
    reader: Reader,
    replaced: Sequence[str],
) -> Finding | None:
    """The date or number that stood in the place of ``answered`` in the text that a revision ``replaced``.

    These are documents, newest first; the first of them with the sentence decides. It is the sentence if it
    says the same under the same headings, word for word, but for its dates and numbers. Where two such
    sentences stand there, or one that states what the answer states, nothing is said to have changed.
    """
    chosen = answered.found[0]
    fact = chosen.facts[0] if len(answered.found) == 1 and len(chosen.facts) == 1 else None
    if not isinstance(fact, Date | Number):
        return None
    here = chosen.candidate.passage
    said = [one for one in _sentences(here, facts_of, reader) if fact in one.facts]
    if len(said) != 1:
        return None
    place = said[0].facts.index(fact)
    for symbol in replaced:
        same = [
            (passage, one)
            for passage in passages
            if (passage.id.symbol, passage.language) == (symbol, here.language)
            and passage.headings[1:] == here.headings[1:]
            for one in _sentences(passage, facts_of, reader)
            if one.words == said[0].words
        ]
        if len(same) == 1:
            passage, one = same[0]
            before = one.facts[place]
            if not _other_value(fact, before):
                return None
            sentence = Candidate(passage, *one.span, np.zeros(len(FEATURES)))
            features = np.zeros(len(FINDING_FEATURES))
            return Finding(sentence, before.start, before.end, (before,), features)
        if same:
            return None
    return None


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with its dates and numbers, in order, and its words without them."""

    span: tuple[int, int]
    facts: Sequence[Date | Number]
    words: tuple[str, ...]


def _sentences(passage: Passage, facts_of: Callable[[Passage], Facts], reader: Reader) -> Iterator[_Sentence]:
    """The sentences of a passage that state a date or number."""
    facts = facts_of(passage)
    stated: list[Date | Number] = [*facts.dates, *facts.numbers]
    stated.sort(key=lambda fact: fact.start)
    for span in dict.fromkeys(reader.sentence_at(passage, fact.start) for fact in stated):
        inside = [fact for fact in stated if span[0] <= fact.start and fact.end <= span[1]]
        text, end = "", span[0]
        for fact in inside:
            text += passage.text[end : fact.start] + _FACT
            end = fact.end
        yield _Sentence(span, inside, tuple((text + passage.text[end : span[1]]).casefold().split()))


def _other_value(now: Date | Number, before: Date | Number) -> bool:
    """Whether two facts that stand in the same place are of one kind and state different values."""
    if isinstance(now, Date) and isinstance(before, Date):
        return None not in (now.value, before.value) and now.value != before.value
    if isinstance(now, Number) and isinstance(before, Number):
        return now.unit == before.unit and (now.value, now.upper) != (before.value, before.upper)
    return False
