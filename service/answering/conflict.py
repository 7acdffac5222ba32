"""Paragraphs that disagree: the same session dated differently in two places."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ingest.facts.dates import Date
from ingest.facts.extract import Facts
from ingest.facts.isodates import bounds
from service.answering.evidence import FEATURES, Candidate, Passage, Reader
from service.answering.findings import FINDING_FEATURES, Finding
from service.answering.selection import Selected

__all__ = ["disagreements"]


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
    keys = {session.key for session in facts_of(here).sessions if session.date_span == (date.start, date.end)}
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
