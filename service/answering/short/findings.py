"""What in the likeliest sentences could be the short answer: typed facts, else clauses.

A finding's score is a weighted sum of the features below. The weights stand in ``weights.json`` under
``findings``, by kind of thing asked for; they are fitted as those of sentences are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.facts.dates import Date
from ingest.facts.entities import Entity
from ingest.facts.extract import Facts
from ingest.facts.isodates import parse_value
from ingest.facts.numbers import Number
from ingest.facts.ordinals import ordinals, ordinals_in_order
from ingest.facts.sessions import Session
from ingest.paragraphs import ParagraphId
from ingest.symbols import Reference
from service.answering.asking.question import Question
from service.answering.asking.wants import Want
from service.answering.sentences.evidence import Candidate, Matched, Passage, Reader
from service.answering.sentences.features import FINDING_FEATURES
from service.answering.sentences.sought import MARKS, PLACES, Sought
from service.answering.sentences.wordsigns import Signs
from service.answering.words.counted import asked_noun, beside, same_sort
from service.answering.words.figures import figures
from service.answering.words.frequency import frequencies
from service.answering.words.periods import asks_period, of_a_plan

__all__ = ["Finding", "findings"]

_MOST_BELOW: Final = 8.0

_TIES: Final = 4
"""How many of the signs tie a question to an occasion: ordinal, year, month and place."""

_MEASURE_OF: Final[Mapping[str, str]] = {
    **dict.fromkeys(("USD", "EUR", "GBP", "CHF", "CNY", "JPY"), "money"),
    "%": "share",
    **dict.fromkeys(("year", "month", "week", "day", "hour"), "time"),
    **dict.fromkeys(("ha", "km2"), "area"),
}

_PEOPLE: Final = re.compile(
    r"[人名位]|专家|代表|成员|作者|与会|"
    r"\b(?:people|persons?|participants?|experts?|delegates?|members?|representatives?|authors?|scientists?|women|men)\b"
)

# "Resolution 70/1 of 25 September 2015", "the Convention of 1972": when that was adopted, and nothing else.
_OF_A_RESOLUTION: Final = re.compile(
    r"\b(?:resolutions?|decisions?)\s+(?:\S+(?:\s[A-Z](?=\s))?(?:,|\s+and)?\s+){1,3}?(?:adopted\s+)?(?:of|on)\s+(?:the\s+)?\Z|"
    r"\b(?:Convention|Protocol|Agreement|Treaty|Covenant|Declaration|Statute)(?:\s+(?:[A-Z][\w’-]*|of|on|the|and|for|to|by|in))*"
    r"\s+of\s+\Z"
)
_ADOPTED: Final = re.compile(r"adopt|\bpass(?:ed)?\b|\bdated?\b|通过|日期|作出", re.IGNORECASE)
_REACH: Final = 160
"""Characters before a date in which the resolution or the treaty is named whose date it is."""
# 温得和克宣言, the Bali Road Map: named after a place, and not there.
_IN_A_NAME: Final = re.compile(
    r"(?:(?!通过|举行|召开|发表|签署|举办|批准|商定|会议|[在的了])[\u3400-\u9fff]){0,9}?(?:宣言|议定书|路线图|行动计划|声明|承诺|共识|修正案?)|"
    r"(?:\s+[A-Z]\w+){0,3}\s+(?:Declaration|Protocol|Agreement|Convention|Platform|Plan|Road\s?[Mm]ap|Mandate|Amendment|"
    r"Principles|Pathway|Consensus|Commitment|Programme)\b"
)
_YEARS: Final = re.compile(r"\d{4}(?:/\d{4})?")

_RESPECTIVELY: Final = re.compile(r"分别|先后|依次|\brespectively\b")

_HAN: Final = re.compile("[\u3400-\u9fff]")

_UNCOUNTED: Final = (0.0, 0.0, 0.0)

Fact = Date | Number | Reference | Entity | Session


_Place = tuple[int, int, tuple[Fact, ...]]
_InSentence = tuple[Candidate, float, Sequence[tuple[int, int]], Sequence[_Place]]
"""A sentence with its score, the spans of its clauses, and where in it something of the kind stands."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``text[start:end]`` of the candidate's paragraph; ``facts`` are what stands there, none for a clause.

    Several facts are one finding where one thing is named by them (a city and its country).
    ``features`` has shape (len(FINDING_FEATURES),). ``signs`` is what the network was shown of its words.
    """

    candidate: Candidate
    start: int
    end: int
    facts: tuple[Fact, ...]
    features: NDArray[np.float64]
    signs: Signs | None = None

    def feature(self, name: str) -> float:
        return float(self.features[FINDING_FEATURES.index(name)])


def findings(
    question: Question,
    want: Want,
    sentences: Sequence[tuple[Candidate, float]],
    reader: Reader,
    sought: Sought,
    facts_of: Callable[[Passage], Facts],
    echoed: Callable[[Fact], bool],
) -> list[Finding]:
    """What could answer ``want`` in ``sentences``, which are given with their scores, in any order.

    ``facts_of`` gives the facts of a passage. ``echoed`` says whether the question
    itself states a fact.
    """
    if not sentences:
        return []
    best = max(score for _, score in sentences)
    asked = figures(question.text)
    events = want.kind == "date" and not asks_period(question.text)
    adopted = _ADOPTED.search(question.text) is not None
    with_places = []
    for candidate, score in sentences:
        spans = reader.clauses(candidate)
        places = list(
            _places(want, candidate, facts_of(candidate.passage), spans, events=events, adopted=adopted)
        )
        if places:
            with_places.append((candidate, score, spans, places))
    nouns = {_noun(facts) for *_, places in with_places for *_, facts in places} - {""}
    named = reader.named(sorted(nouns), question) if nouns else {}
    counted = _counted(question, want, with_places, reader)
    matches = reader.match(question, [candidate for candidate, *_ in with_places])
    found: list[tuple[Candidate, int, int, tuple[Fact, ...]]] = []
    features: list[tuple[float, ...]] = []
    for (candidate, score, spans, places), matched in zip(with_places, matches, strict=True):
        signs = _signs(sought, candidate, spans, facts_of)
        held = _of_its_number(want, sought, candidate, places, facts_of)
        for place, (start, end, facts) in enumerate(places):
            at = _clause_at(spans, start)
            inside = figures(candidate.passage.text[spans[at][0] : spans[at][1]]) if asked else asked
            measure = _measure(want, facts)
            found.append((candidate, start, end, facts))
            features.append(
                (
                    max(-_MOST_BELOW, score - best),
                    matched.alone[at],
                    matched.with_previous[at],
                    matched.with_next[at],
                    matched.coverage[at],
                    len(asked & inside) / len(asked) if asked else 0.0,
                    float(any(map(echoed, facts))),
                    float(place == 0),
                    _exact(want, facts),
                    float(measure > 0),
                    float(measure < 0),
                    named.get(_noun(facts), 0.0),
                    float(matched.new[at]),
                    0.0,
                    _length(candidate.passage.text[spans[at][0] : spans[at][1]]),
                    held.get((start, end), signs[at][0]),
                    *signs[at][1:],
                    *counted.get((candidate.passage.id, start), _UNCOUNTED),
                )
            )
    rows = np.array(features).reshape(-1, len(FINDING_FEATURES))
    # The network sees all other features.
    judged, shown = reader.judged_clauses(question, want, _matched_words(with_places, matches), rows)
    rows[:, FINDING_FEATURES.index("wordwise")] = judged
    return [Finding(*one, row, signs) for one, row, signs in zip(found, rows, shown, strict=True)]


def _matched_words(
    with_places: Sequence[_InSentence], matches: Sequence[Matched]
) -> list[tuple[Candidate, str, NDArray[np.float32]]]:
    """For each place its sentence, its clause, and how well each word of the question is matched in that, in
    those before it and in those after it in the sentence, shape (3, words).
    """
    found: list[tuple[Candidate, str, NDArray[np.float32]]] = []
    for (candidate, _, spans, places), matched in zip(with_places, matches, strict=True):
        count, words = matched.words.shape
        laid = np.zeros((count, 3, words), np.float32)
        laid[:, 0] = matched.words
        laid[1:, 1] = np.maximum.accumulate(matched.words, axis=0)[:-1]
        laid[:-1, 2] = np.maximum.accumulate(matched.words[::-1], axis=0)[::-1][1:]
        for start, _, _ in places:
            at = _clause_at(spans, start)
            found.append((candidate, candidate.passage.text[slice(*spans[at])], laid[at]))
    return found


def _clause_at(spans: Sequence[tuple[int, int]], start: int) -> int:
    """Which of the clauses holds what begins at ``start``."""
    return next((n for n, span in enumerate(spans) if start < span[1]), len(spans) - 1)


def _signs(
    sought: Sought,
    candidate: Candidate,
    spans: Sequence[tuple[int, int]],
    facts_of: Callable[[Passage], Facts],
) -> list[tuple[float, ...]]:
    """The signs in each clause of a sentence; what ties it to an occasion may stand elsewhere in that."""
    if sought.nothing:
        return [(0.0,) * len(MARKS)] * len(spans)
    facts = partial(facts_of, candidate.passage)
    text = candidate.passage.text
    whole = sought.signs(text, candidate.start, candidate.end, facts)
    return [
        (*(own or other for own, other in zip(found[:_TIES], whole[:_TIES], strict=True)), *found[_TIES:])
        for found in (sought.signs(text, start, end, facts) for start, end in spans)
    ]


def _counted(
    question: Question,
    want: Want,
    with_places: Sequence[_InSentence],
    reader: Reader,
) -> dict[tuple[ParagraphId, int], tuple[float, float, float]]:
    """For each number, by where it starts, how well what is counted is that asked for (:mod:`counted`)."""
    noun = asked_noun(question.text) if want.kind == "number" else ""
    if not noun:
        return {}
    places = [(one[0].passage, start, end) for one in with_places for start, end, _ in one[3]]
    said = [beside(passage.text, start, end) for passage, start, end in places]
    found = {}
    for (passage, start, _), words, covered in zip(places, said, reader.covered(noun, said), strict=True):
        same = same_sort(noun, words)
        found[passage.id, start] = (covered, float(same is True), float(same is False))
    return found


def _of_its_number(
    want: Want,
    sought: Sought,
    candidate: Candidate,
    places: Sequence[_Place],
    facts_of: Callable[[Passage], Facts],
) -> dict[tuple[int, int], float]:
    """For what is told of numbered meetings 1 where the question numbers that one, else -1."""
    match want.kind:
        case "date":
            return _held(sought, facts_of(candidate.passage)) | _respectively(sought, candidate, places)
        case "place":
            return _respectively(sought, candidate, places)
        case "number" if len(places) > 1:
            return _numbered(sought, candidate.passage.text, places)
        case _:
            return {}


def _held(sought: Sought, facts: Facts) -> dict[tuple[int, int], float]:
    """For the dates of numbered sessions whether they are those of a session that the question numbers."""
    if not sought.ordinals:
        return {}
    return {
        session.date_span: 1.0 if sought.numbers(session) else -1.0
        for session in facts.sessions
        if session.date_span is not None
    }


def _numbered(sought: Sought, text: str, places: Sequence[_Place]) -> dict[tuple[int, int], float]:
    """For numbers beside an ordinal ("10 sent their second communication, and one its third") whether that
    is one of the question's.
    """
    if not sought.ordinals:
        return {}
    there = {(start, end): ordinals(beside(text, start, end)) for start, end, _ in places}
    if not any(found & sought.ordinals for found in there.values()):
        return {}
    return {place: 1.0 if found & sought.ordinals else -1.0 for place, found in there.items()}


def _respectively(
    sought: Sought, candidate: Candidate, places: Sequence[_Place]
) -> dict[tuple[int, int], float]:
    """For the dates or places of a sentence that tells as many of them as numbered meetings ("the eighth and
    ninth … in Montreal and in Colombia, respectively") whether they are those of one of the question's.
    """
    numbers = ordinals_in_order(candidate.text) if sought.ordinals and len(places) > 1 else []
    if len(numbers) != len(places) or _RESPECTIVELY.search(candidate.text) is None:
        return {}
    return {
        (start, end): 1.0 if number in sought.ordinals else -1.0
        for number, (start, end, _) in zip(numbers, places, strict=True)
    }


def _places(
    want: Want,
    candidate: Candidate,
    facts: Facts,
    spans: Sequence[tuple[int, int]],
    *,
    events: bool,
    adopted: bool,
) -> Iterator[tuple[int, int, tuple[Fact, ...]]]:
    """Where in the candidate something of the kind asked for stands.

    Of ``events`` the years of a plan don't say when. The dates of resolutions only say when those were
    ``adopted``.
    """

    def inside(start: int, end: int) -> bool:
        return candidate.start <= start and end <= candidate.end

    match want.kind:
        case "date":
            for date in facts.dates:
                if not inside(date.start, date.end) or date.value is None:
                    continue
                # "This year" answers no question for a day or a month.
                vague = date.year_from == "document" and "-" not in date.value
                if vague and want.grain in ("day", "month"):
                    continue
                only_years = _YEARS.fullmatch(date.value) is not None
                if events and only_years and of_a_plan(candidate.passage.text, date.start, date.end):
                    continue
                if not adopted and _OF_A_RESOLUTION.search(
                    candidate.passage.text, max(0, date.start - _REACH), date.start
                ):
                    continue
                yield date.start, date.end, (date,)
        case "number":
            for number in facts.numbers:
                if inside(number.start, number.end):
                    yield number.start, number.end, (number,)
        case "decision":
            for reference in facts.references:
                if inside(reference.start, reference.end) and reference.kind != "document":
                    yield reference.start, reference.end, (reference,)
        case "place":
            yield from _joined(
                candidate.passage.text,
                [
                    e
                    for e in facts.entities
                    if inside(e.start, e.end)
                    and (e.kind in PLACES or any(k in PLACES for _, _, k in e.also))
                    and _IN_A_NAME.match(candidate.passage.text, e.end) is None
                ],
            )
        case _ if want.of == "session":
            for session in facts.sessions:
                if inside(session.start, session.end):
                    yield session.start, session.end, (session,)
        case _ if want.of == "frequency":
            for often in frequencies(candidate.passage.text, (candidate.start, candidate.end)):
                yield often.start, often.end, (often,)
        case _ if want.of == "document":
            for reference in facts.references:
                if inside(reference.start, reference.end) and reference.kind == "document":
                    yield reference.start, reference.end, (reference,)
        case _ if want.of == "article":
            for entity in facts.entities:
                if inside(entity.start, entity.end) and entity.kind == "article":
                    yield entity.start, entity.end, (entity,)
        case _:
            for start, end in spans:
                yield start, end, ()


def _joined(text: str, entities: Sequence[Entity]) -> Iterator[tuple[int, int, tuple[Entity, ...]]]:
    """Places that stand side by side (a country and its city, a city and its country) as one."""
    run: list[Entity] = []
    for entity in entities:
        if run and not (
            text[run[-1].end : entity.start] in ("", " ", ", ")
            and entity.kind != run[-1].kind
            and len(run) < 2
        ):
            yield run[0].start, run[-1].end, tuple(run)
            run = []
        run.append(entity)
    if run:
        yield run[0].start, run[-1].end, tuple(run)


@lru_cache(maxsize=1 << 14)
def _length(clause: str) -> float:
    """The natural logarithm of its characters, Chinese ones counted twice, over 5."""
    return math.log(1 + len(clause) + len(_HAN.findall(clause))) / 5.0


def _exact(want: Want, facts: Sequence[Fact]) -> float:
    date = facts[0] if facts else None
    if isinstance(date, Entity):
        kinds = {entity.kind for entity in facts if isinstance(entity, Entity)}
        return 1.0 if "city" in kinds else -1.0 if "region" in kinds else 0.0
    if not isinstance(date, Date) or date.value is None:
        return 0.0
    point, _ = parse_value(date.value)
    if want.grain is None:
        if point.month is None:
            return -1.0 if date.year_from == "document" else 0.0
        return 1.0 if point.day is not None else 0.5
    if want.grain == "day":
        return 1.0 if point.day is not None else -1.0
    if want.grain == "month":
        return 1.0 if point.month is not None else -1.0
    return 1.0 if point.year is not None else -1.0


def _measure(want: Want, facts: Sequence[Fact]) -> int:
    number = facts[0] if facts else None
    if not isinstance(number, Number):
        return 0
    counts = _MEASURE_OF.get(number.unit or "")
    if want.measure is None:
        return -1 if counts is not None else 0
    if want.measure == "people":
        if counts is None and _PEOPLE.search(number.noun or number.text):
            return 1
        # "A board of nine" doesn't say what it counts.
        return -1 if counts is not None or number.noun else 0
    if want.measure == "share" and counts is None:
        return 1 if 0 < number.value < 1 else -1
    return 1 if counts == want.measure else -1


def _noun(facts: Sequence[Fact]) -> str:
    """What the number counts; empty if it is none, or that isn't said."""
    number = facts[0] if facts else None
    return (number.noun or "") if isinstance(number, Number) else ""
