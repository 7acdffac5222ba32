"""Paragraphs that disagree: the same session dated differently in two places."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ingest.facts.dates import Date
from ingest.facts.extract import Facts
from ingest.facts.isodates import bounds
from service.answering.evidence import Candidate, Passage
from service.answering.findings import FINDING_FEATURES, Finding
from service.answering.selection import Selected

__all__ = ["disagreements"]


def disagreements(
    answered: Selected, candidates: Sequence[Candidate], facts_of: Callable[[Passage], Facts]
) -> list[Finding]:
    """Dates in other paragraphs at which the session that ``answered`` dates is said to be, and can't be too.

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
    seen = {here.id}
    for candidate in candidates:
        if candidate.passage.id in seen or candidate.passage.language != here.language:
            continue
        facts = facts_of(candidate.passage)
        for session in facts.sessions:
            span = session.date_span
            if session.key not in keys or session.value is None or span is None:
                continue
            other = bounds(session.value)
            if other is None or (other[0] <= days[1] and days[0] <= other[1]):
                continue
            if not candidate.start <= span[0] < candidate.end:
                continue
            stated = next((one for one in facts.dates if (one.start, one.end) == span), None)
            if stated is not None:
                found.append(Finding(candidate, *span, (stated,), np.zeros(len(FINDING_FEATURES))))
                seen.add(candidate.passage.id)
                break
    return found
