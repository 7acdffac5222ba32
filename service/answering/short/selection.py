"""Which findings are the short answer to each thing that was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.facts.dates import Date
from ingest.facts.entities import Entity
from ingest.facts.extract import Facts
from ingest.facts.numbers import Number
from ingest.facts.ordinals import ordinals
from ingest.facts.sessions import Session
from ingest.symbols import Reference, find_references
from service.answering.asking.question import Question
from service.answering.asking.roles import action_in, asks_more, role_asked
from service.answering.asking.wants import FACTS, Want
from service.answering.sentences.evidence import Candidate, Passage, Reader
from service.answering.sentences.sought import BODIES, Sought
from service.answering.short.findings import Fact, Finding, findings
from service.answering.short.fitting import lasts, of_the_sort
from service.answering.short.listed import Listed
from service.answering.short.listing import listed
from service.answering.short.narrowing import (
    body_asked,
    new_names,
    part_asking,
    party_asked,
    phrase,
    whole_action,
    whole_list,
)
from service.answering.short.parties import ANYBODY
from service.answering.short.rendering import LONGEST
from service.answering.short.several import expected
from service.answering.words.figures import figures
from service.answering.words.purposes import asks_purpose, purpose

__all__ = ["Selected", "beside", "echoed", "select"]

_BESIDE: Final = 2.0
_FAR: Final = 20.0
"""What it adds to the score of a finding to stand beside what answers another part of the question; of it
half is left at so many characters.
"""

_GOVERNMENTS: Final = re.compile(
    r"\b(?:which|what|whose)\s+(?:\w+\s+){0,2}?(?:governments|countries)\b|哪\w{0,3}(?:国家|国|政府)",
    re.IGNORECASE,
)
_UNTIL: Final = re.compile(
    r"\b(?:terminat|end|finish|clos|conclud|until|to)\w*\b|结束|至|到|闭幕", re.IGNORECASE
)
# "Lisbon (May), Oslo (June) and Dakar", "5月在里斯本，6月在奥斯陆", "in Lisbon in May, in Oslo in June".
_IN_A_ROW: Final = re.compile(
    r"\s*(?:[(（][^()（）]*[)）]|\s(?:in|from|on)\s+[\w\s–-]{3,30}\d{4})?\s*(?:[,，、;；]\s*)?(?:and|和|及|以及|与)?\s*"
    r"(?:in\s+|(?:\d[\d年月日至和 ]{1,20}[年月日])?\s*在)?"
)
_BARE_SESSION: Final = re.compile(r"(?:the\s+)?[\w-]+\s+session|第 ?[\u3400-\u9fff\d]{1,4} ?届(?:会议)?")
_PAUSE: Final = re.compile(r"[,，;；]\s*(?:and\s+(?:to\s+)?|并且?|以及)?|\s+and\s+to\s+")
_NEXT_BELOW: Final = 1.5
"""A further fact belongs to a list unless its score lies this far below the best one's."""


@dataclass(frozen=True, slots=True)
class Selected:
    """What answers ``want``: findings of one sentence in reading order, or one of each of several sentences
    of a paragraph; at least one, best score ``score``.

    ``names`` are bodies named in the clauses found, where a body is asked for and the question names others;
    ``named_alone`` is whether they are what is asked for.
    ``margin`` is how far the best one's score is above the best of another value (10 where there is none).
    ``typed`` is whether they are facts of the kind asked for. ``listed`` is the enumeration of the paragraph
    that answers in their place, where several things are asked for.
    """

    want: Want
    found: tuple[Finding, ...]
    score: float
    margin: float
    typed: bool
    names: tuple[Entity, ...] = ()
    named_alone: bool = False
    listed: Listed | None = None
    told: bool = False

    @property
    def span(self) -> tuple[int, int]:
        """From the first of them to the last, in their paragraph."""
        return self.found[0].start, self.found[-1].end

    @property
    def lacking(self) -> bool:
        """Whether a fact is asked for and none was found."""
        return not self.typed and (self.want.kind in FACTS or self.want.of == "frequency")


def select(
    question: Question,
    want: Want,
    sentences: Sequence[tuple[Candidate, float]],
    reader: Reader,
    sought: Sought,
    facts_of: Callable[[Passage], Facts],
    named: Sequence[Entity],
    weights: Mapping[str, NDArray[np.float64]],
    near: tuple[int, int] | None = None,
    taken: Sequence[Finding] = (),
) -> Selected | None:
    """The findings in ``sentences`` (with their scores) that answer ``want`` best; ``None`` without any.

    Where nothing of the kind asked for stands in them, the clause that matches best. ``named`` are the
    things that the question names; ``weights`` by kind, each of shape (len(FINDING_FEATURES),). ``near`` is
    the span in the one sentence of what answers another part of the question: what stands beside it is of
    the same occasion. What is ``taken`` answers another part too, and not this one.
    """

    def stated(fact: Fact) -> bool:
        return echoed(fact, question, named)

    found = findings(question, want, sentences, reader, sought, facts_of, stated)
    found = of_the_sort(question, want, found, sought, facts_of)
    if want.measure == "time" and not any(one.feature("measure") > 0 for one in found):
        # "How long did it last?" is told by when it began and ended, too.
        lasting = Want("date", at=want.at, part=want.part)
        periods = findings(question, lasting, sentences, reader, sought, facts_of, stated)
        if periods := [one for one in periods if lasts(one)]:
            want, found = lasting, periods
    if not found:
        words = Want("list" if want.kind == "list" or want.several else "text")
        found = findings(question, words, sentences, reader, sought, facts_of, stated)
    if taken:
        places = {(one.candidate.passage.id, one.start) for one in taken}
        found = [one for one in found if (one.candidate.passage.id, one.start) not in places]
    if not found:
        return None
    typed = bool(found[0].facts)
    scores = np.array([finding.features for finding in found]) @ weights[want.weighed if typed else "text"]
    if near is not None:
        scores = scores + [_BESIDE / (1.0 + _gap(finding, near) / _FAR) for finding in found]
    best = int(np.argmax(scores))
    kept = _to_whom(question, want, found, best, facts_of, named) if want.of == "session" and typed else None
    if isinstance(kept, list):
        found, scores = [found[place] for place in kept], scores[kept]
        best = int(np.argmax(scores))
    # What was kept apart from what is taken must not grow together with it again.
    chosen = (found[best],) if taken else _with_more(want, found, scores, best)
    count = expected(question.text) if want.several and typed else None
    if count is not None and len(chosen) < count:
        chosen = _over_sentences(found, scores, best, count) or chosen
    names: tuple[Entity, ...] = ()
    meant, told = typed, False
    if isinstance(kept, Finding):
        chosen = (kept,)
    elif not typed:
        chosen, names, meant, told = _narrowed(question, want, chosen, facts_of, named)
    alone = meant or bool(taken) or want.kind in FACTS
    together = (
        None if alone and not _all_countries(names) else _enumerated(question, want, chosen, reader, facts_of)
    )
    if together is not None:
        names, meant = (), False
    return Selected(
        want=want,
        found=chosen,
        names=names,
        named_alone=meant and bool(names),
        score=float(scores[best]),
        margin=_margin(found, scores, best),
        typed=typed,
        listed=together,
        told=told,
    )


def _narrowed(
    question: Question,
    want: Want,
    chosen: tuple[Finding, ...],
    facts_of: Callable[[Passage], Facts],
    named: Sequence[Entity],
) -> tuple[tuple[Finding, ...], tuple[Entity, ...], bool, bool]:
    """The words in the clauses ``chosen`` that answer, the bodies named beside them, whether one of these
    is who is asked for, and whether the words say the very thing.
    """
    said = phrase(question, want, chosen)
    if said is not None:
        return (said,), (), False, True
    if want.kind != "body":
        acted = whole_action(question, chosen, facts_of)
        return whole_list(chosen) if acted is chosen else acted, (), False, False
    candidate = chosen[0].candidate
    facts = facts_of(candidate.passage)
    clauses = chosen[0].start, chosen[-1].end
    count = expected(question.text)
    for span in () if count is None else (clauses, (candidate.start, candidate.end)):
        counted = _bodies(span, facts, named, _of_kinds(question))
        if len(counted) == count:
            return chosen, counted, True, True
    party = party_asked(question, want, chosen, facts, named) or body_asked(
        question, want, chosen, facts, named
    )
    if party is not None:
        return (party,), (), True, True
    return chosen, _bodies(clauses, facts, named, BODIES)[:2], False, False


def beside(
    part: Question,
    want: Want,
    first: Selected,
    facts_of: Callable[[Passage], Facts],
    named: Sequence[Entity],
) -> Selected | None:
    """What the sentence of ``first`` says of who, what for or what else, where ``part`` of a question asks
    that; ``None`` where it asks something else, or the sentence says nothing new.
    """
    found = first.found[0]
    sentence = found.candidate
    if asks_more(part.text):
        more = _rest_of_action(first, facts_of(sentence.passage))
        one = None if more is None else replace(found, start=more[0], end=more[1], facts=())
    elif asks_purpose(part.text):
        told = purpose(sentence.passage.text, (sentence.start, sentence.end))
        one = None if told is None else replace(found, start=told[0], end=told[1], facts=())
    elif want.kind == "body":
        # Whom another part names may be asked for here: "who is to report to the Board, and to whom?"
        here = [entity for entity in named if entity.text in part.text]
        one = party_asked(part, want, [found], facts_of(sentence.passage), here)
    else:
        return None
    if one is None or (one.start < first.span[1] and first.span[0] < one.end):
        return None
    return replace(first, want=want, found=(one,), typed=False, names=(), named_alone=False, listed=None)


def _rest_of_action(first: Selected, facts: Facts) -> tuple[int, int] | None:
    """What shall be done beside what ``first`` says of it: the clauses of the mandate's action after it."""
    action = action_in(first.span, facts.mandates)
    text = first.found[0].candidate.passage.text
    if action is None:
        return None
    pause = _PAUSE.search(text, first.span[1], action.end)
    return None if pause is None else (pause.end(), action.end)


def _to_whom(
    question: Question,
    want: Want,
    found: Sequence[Finding],
    best: int,
    facts_of: Callable[[Passage], Facts],
    named: Sequence[Entity],
) -> list[int] | Finding:
    """Which of ``found`` are the session in the sentence of ``found[best]`` that gets a report, where that is
    asked for; all of them where it isn't, or where the sentence doesn't say. The words that name it where it
    isn't said whose it is: "the eighth session … to the ninth session".
    """
    candidate = found[best].candidate
    everything = list(range(len(found)))
    if role_asked(part_asking(question, want)) != "recipient":
        return everything
    party = party_asked(question, want, [found[best]], facts_of(candidate.passage), named)
    if party is None:
        return everything
    inside = [
        place
        for place, one in enumerate(found)
        if one.candidate is candidate and party.start <= one.start and one.end <= party.end
    ]
    text = candidate.passage.text[party.start : party.end]
    return inside or (party if _BARE_SESSION.fullmatch(text) is not None else everything)


def _enumerated(
    question: Question,
    want: Want,
    chosen: Sequence[Finding],
    reader: Reader,
    facts_of: Callable[[Passage], Facts],
) -> Listed | None:
    passage = chosen[0].candidate.passage
    found = (chosen[0].start, chosen[-1].end)
    return listed(question, want, passage, found, reader, facts_of(passage).entities)


def _gap(finding: Finding, near: tuple[int, int]) -> int:
    """Characters between the finding and the span; 0 where they overlap."""
    return max(0, finding.start - near[1], near[0] - finding.end)


def _with_more(
    want: Want, found: Sequence[Finding], scores: NDArray[np.float64], best: int
) -> tuple[Finding, ...]:
    """The best finding with those beside it that belong to the answer."""
    sentence = found[best].candidate
    first = last = best
    if found[best].facts:
        if want.edge == "both":
            return _with_end(found, best)
        if not want.several:
            return (found[best],)
        there = [place for place, finding in enumerate(found) if finding.candidate is sentence]
        near = {place for place in there if scores[place] >= scores[best] - _NEXT_BELOW}
        rows = _rows([found[place] for place in there], sentence.passage.text)
        kept = [place for place, row in zip(there, rows, strict=True) if near & {there[at] for at in row}]
        return tuple(found[place] for place in kept)
    longest = LONGEST["zh" if sentence.passage.language == "zh" else "en"] * (2 if want.several else 1)
    while True:
        grown = [
            (scores[at], at)
            for at in (first - 1, last + 1)
            if 0 <= at < len(found)
            and found[at].candidate is sentence
            and max(found[at].end, found[last].end) - min(found[at].start, found[first].start) <= longest
        ]
        if not grown:
            return tuple(found[first : last + 1])
        _, at = max(grown)
        first, last = min(first, at), max(last, at)


def _over_sentences(
    found: Sequence[Finding], scores: NDArray[np.float64], best: int, count: int
) -> tuple[Finding, ...]:
    """One of each of ``count`` sentences of the best one's paragraph that tell of the first, the second and
    so on: "The first, held in Lisbon, … The second, held in Oslo, …". None where there are no such sentences.
    """
    passage = found[best].candidate.passage
    likeliest = {
        found[place].candidate.start: found[place]
        for place in np.argsort(scores, kind="stable")
        if found[place].candidate.passage is passage
    }
    in_order = [likeliest[start] for start in sorted(likeliest)]
    numbers = [ordinals(one.candidate.text) for one in in_order]
    for first in range(len(in_order) - count + 1):
        run = in_order[first : first + count]
        if any(
            all(number + step in numbers[first + step] for step in range(count)) for number in numbers[first]
        ):
            return tuple(run)
    return ()


def _with_end(found: Sequence[Finding], best: int) -> tuple[Finding, ...]:
    """The date found with the one after it in its sentence, where that is when it ends: "to commence on
    22 March 2018 and terminate on 22 March 2028".
    """
    first = found[best].facts[0]
    after = found[best + 1] if best + 1 < len(found) else None
    if not isinstance(first, Date) or "/" in (first.value or "") or after is None:
        return (found[best],)
    text = found[best].candidate.passage.text[found[best].end : after.start]
    ends = after.candidate is found[best].candidate and _UNTIL.search(text) is not None
    return (found[best], after) if ends else (found[best],)


def _rows(found: Sequence[Finding], text: str) -> list[range]:
    """For each finding, in reading order, the places of those that it stands in a row with, its own too."""
    starts = [
        place
        for place in range(len(found))
        if not place or _IN_A_ROW.fullmatch(text, found[place - 1].end, found[place].start) is None
    ]
    ends = [*starts[1:], len(found)]
    return [range(start, end) for start, end in zip(starts, ends, strict=True) for _ in range(start, end)]


def _all_countries(names: Sequence[Entity]) -> bool:
    """Whether it is countries that were counted: in a row they are told as a list."""
    return bool(names) and all(name.kind == "country" for name in names)


def _of_kinds(question: Question) -> Set[str]:
    """The kinds of names of those who act: countries, where governments are asked for."""
    return {"country"} if _GOVERNMENTS.search(question.text) else BODIES


def _bodies(
    span: tuple[int, int], facts: Facts, named: Sequence[Entity], kinds: Set[str]
) -> tuple[Entity, ...]:
    """Names of ``kinds`` that the span holds and the question doesn't."""
    bodies: dict[str, Entity] = {}
    for entity in new_names(span, facts, named, kinds):
        if entity.en not in ANYBODY:
            bodies.setdefault(entity.en, entity)
    return tuple(bodies.values())


def _margin(found: Sequence[Finding], scores: NDArray[np.float64], best: int) -> float:
    def value(finding: Finding) -> object:
        if not finding.facts:
            return finding.candidate.passage.id
        fact = finding.facts[0]
        if isinstance(fact, Session):
            return fact.key
        if isinstance(fact, Date | Number):
            return fact.value
        return fact.key if isinstance(fact, Reference) else fact.en

    others = [
        score
        for finding, score in zip(found, scores.tolist(), strict=True)
        if value(finding) != value(found[best])
    ]
    return min(10.0, float(scores[best]) - max(others)) if others else 10.0


def echoed(fact: Fact, question: Question, named: Sequence[Entity]) -> bool:
    """Whether ``question``, which names the things ``named``, itself states ``fact``."""
    if isinstance(fact, Entity):
        return any(fact.en == entity.en for entity in named)
    if isinstance(fact, Session):
        return str(fact.number) in figures(question.text) and any(fact.body == one.en for one in named)
    if isinstance(fact, Reference):
        return any(fact.key == reference.key for reference in find_references(question.text))
    asked = figures(question.text)
    said = figures(fact.text)
    return bool(said) and said <= asked
