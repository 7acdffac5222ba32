"""What a question turns on — an act, an attribute, a person, a sum — and whether it is stated at all.

A near miss is answered from the paragraph about the right thing although what is asked of it isn't there: who
sponsored the meeting, how many pages the report has. The words that state a concept are many
(:mod:`service.answering.words.lexicon`): where none of them stands in a paragraph, it doesn't state it in
either language. Whether it states it of the right thing is another question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from index.analysis import fold
from service.answering.words.lexicon import Concept, read_concepts
from service.answering.words.phrases import Finder
from service.answering.words.signs import COUNTED, PERSON, SIGNS, asked_signs, counting

__all__ = ["UNSTATED", "Turn", "turns_on", "unstated"]

UNSTATED: Final = ("unstated_act", "unstated_attribute")
"""What :func:`unstated` returns, in order.

Each is 1 if a concept of the sort that the question turns on is nowhere in the paragraph and its headings,
one half if it is only elsewhere than around the sentence, 0 otherwise and where none of it is asked for.
Attributes are also persons, sums of money, countries and organizations that are asked for.
"""

_ELSEWHERE: Final = 0.5
_LONGEST: Final = 20_000
"""Characters of a paragraph that are looked through."""
_QUOTED: Final = re.compile('《[^》]{1,60}》|“[^”]{1,60}”|"[^"]{1,60}"|「[^」]{1,60}」')
_POLITE: Final = re.compile(
    r"各位老师好?|我在?准备发言稿?|\bpreparing\s+a\s+statement(?:\s+for\s+my\s+delegation)?|\bsorry\s+to\s+trouble\s+you|"
    r"\bmy\s+minister\b|\bthank(?:s|\s+you)?\b|非常?感谢|谢谢"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a question turns on. ``concepts`` are numbers of rows of the table; ``named`` says how many
    countries and organizations (``country``, ``body``) are asked for by name.
    """

    concepts: frozenset[int]
    person: bool
    money: bool
    named: Mapping[str, int]


@lru_cache(maxsize=1)
def _asking() -> Finder:
    return Finder((form, number) for number, one in enumerate(read_concepts()) for form in one.asked)


@lru_cache(maxsize=1)
def _stating() -> Finder:
    return Finder((form, number) for number, one in enumerate(read_concepts()) for form in one.forms)


def turns_on(text: str, named: Collection[tuple[int, int]] = ()) -> Turn:
    """What the question ``text`` turns on; what is in the spans ``named`` or in quotes is a name."""
    folded = fold(text)
    plain = _POLITE.sub(lambda match: " " * len(match[0]), folded)
    spans = [match.span() for match in _QUOTED.finditer(plain)]
    if len(folded) == len(text):
        spans += named
    concepts = frozenset(
        concept
        for concept, start, end in _asking().places(plain, mend=True)
        if all(end <= first or last <= start for first, last in spans)
    )
    return Turn(concepts, *asked_signs(plain))


def unstated(
    turn: Turn, around: str, paragraph: str, near: Mapping[str, int], there: Mapping[str, int]
) -> tuple[float, ...]:
    """Of length len(UNSTATED). ``around`` is the sentence that is quoted with its neighbours, ``paragraph``
    the whole with its headings; ``near`` and ``there`` say how many countries and organizations are named
    in them that the question doesn't name.
    """
    found = {"act": 0.0, "attribute": 0.0}
    if turn.concepts:
        unheard = _missing(turn.concepts, around)
        gone = _missing(unheard, paragraph) if unheard else unheard
        table = read_concepts()
        for number in unheard:
            sort = table[number].sort
            found[sort] = max(found[sort], 1.0 if number in gone else _ELSEWHERE)
    rest = found["attribute"]
    if turn.person:
        rest = max(rest, _told(lambda text: PERSON.search(text) is not None, around, paragraph))
    if turn.money:
        rest = max(rest, _told(lambda text: SIGNS["money"].search(fold(text)) is not None, around, paragraph))
    for kind, many in turn.named.items():
        # Two of those asked for are enough to say that they are named.
        wanted = min(many, 2)
        rest = max(rest, 0.0 if near[kind] >= wanted else _ELSEWHERE if there[kind] >= wanted else 1.0)
    return found["act"], rest


def _told(tells: Callable[[str], bool], around: str, paragraph: str) -> float:
    return 0.0 if tells(around) else _ELSEWHERE if tells(paragraph[:_LONGEST]) else 1.0


def _missing(concepts: Collection[int], text: str) -> frozenset[int]:
    """Those of ``concepts`` that ``text`` does not state."""
    folded = fold(text[:_LONGEST])
    table = read_concepts()
    stated = _stating().find(folded, concepts)
    return frozenset(
        number
        for number in concepts
        if not _signed(table[number], folded) and (number not in stated or table[number].alone)
    )


def _signed(concept: Concept, folded: str) -> bool:
    if concept.evidence == COUNTED:
        return counting(concept.forms).search(folded) is not None
    return bool(concept.evidence) and SIGNS[concept.evidence].search(folded) is not None
