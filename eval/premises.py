"""Questions with an answer → questions on something that never was: another city, year or session in them.

Practice has near misses that people thought of; of such plain ones there can be any number. What is put in
stands nowhere in the documents that are asked, so nothing in them answers.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from typing import Final

from index.training.practice import PracticeQuestion
from ingest.facts.glossary import Glossary, Term
from ingest.facts.ordinals import ORDINAL_WORDS

__all__ = ["misled"]

_YEAR: Final = re.compile(r"(?<![\d/.-])(?:19|20)\d\d(?![\d/.-])")
_FARTHEST: Final = 6
"""How far a year that is put in may lie from the one that was there."""
_SESSION: Final = re.compile(
    r"第[一二三四五六七八九十]{1,3}(?=[届次])|"
    rf"\b(?:{'|'.join(ORDINAL_WORDS)})\b(?=\s+(?:\w+\s+)?(?:session|meeting|conference))",
    re.IGNORECASE,
)
_SESSIONS_ZH: Final = tuple(f"第{ten}{one}" for ten in ("", "十") for one in "一二三四五六七八九")
_PLACES: Final = ("city", "country")


def misled(
    questions: Iterable[PracticeQuestion], texts: Iterable[str], glossary: Glossary, chance: random.Random
) -> list[str]:
    """Those of ``questions`` with an answer that name a city, a country, a year or a session, with another in
    its place.

    ``texts`` are all paragraphs of the documents that the questions are about, in both languages.
    """
    said = "\n".join(texts).casefold()
    unsaid = [
        term
        for term in glossary.terms
        if term.kind in _PLACES and not any(form.casefold() in said for form in term.forms)
    ]
    found = []
    for question in questions:
        swaps = _swaps(question, said, unsaid, glossary) if question.gold else []
        if swaps:
            start, end, others = chance.choice(swaps)
            text = question.question
            found.append(text[:start] + chance.choice(others) + text[end:])
    return found


def _swaps(
    question: PracticeQuestion, said: str, unsaid: Sequence[Term], glossary: Glossary
) -> list[tuple[int, int, list[str]]]:
    """Where something could be put in, and what: at least one thing each."""
    text = question.question
    found: list[tuple[int, int, list[str]]] = []
    for mention in glossary.find(text):
        kind = mention.terms[0].kind
        names = [term.en if question.language == "en" else term.zh for term in unsaid if term.kind == kind]
        if kind in _PLACES:
            found.append((mention.start, mention.end, [forms[0] for forms in names if forms]))
    for match in _YEAR.finditer(text):
        year = int(match[0])
        years = [str(other) for other in range(year - _FARTHEST, year + _FARTHEST + 1)]
        found.append((*match.span(), years))
    found += [
        (*match.span(), list(_SESSIONS_ZH if match[0].startswith("第") else ORDINAL_WORDS))
        for match in _SESSION.finditer(text)
    ]
    return [
        (start, end, unheard)
        for start, end, others in found
        if (unheard := [other for other in others if other.casefold() not in said])
    ]
