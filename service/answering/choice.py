"""What answers a question among the candidates, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import combinations
from typing import Final

import numpy as np

from ingest.facts.entities import Entity, find_entities
from ingest.facts.extract import Facts
from ingest.facts.geography import cities_in, with_countries
from ingest.facts.glossary import Glossary, Term
from ingest.paragraphs import ParagraphId
from service.answering.asking.question import Question
from service.answering.asking.roles import role_asked
from service.answering.asking.wants import FACTS, Want, stands_alone
from service.answering.conflict import disagreements
from service.answering.sentences.demands import DEMANDS, decisions, unmet
from service.answering.sentences.evidence import Candidate, Passage, Reader, log_odds
from service.answering.sentences.features import FEATURES, FINDING_FEATURES
from service.answering.sentences.sought import AT_ODDS, BODIES, PLACES, UNTOLD, Sought, places_meant
from service.answering.sentences.support import SUPPORT, Support
from service.answering.sentences.wordwise import SENTENCE_KINDS
from service.answering.short.findings import Finding
from service.answering.short.pointed import Pointer
from service.answering.short.selection import Selected, beside, select
from service.answering.weights import Regime, Weights
from service.answering.words.concepts import UNSTATED, turns_on, unstated
from service.answering.words.counted import asked_noun
from service.answering.words.purposes import asks_purpose
from service.answering.words.signs import described_countries, organizations
from service.answering.words.traits import TRAITS, asked_traits

__all__ = ["CONFIDENCE", "SENTENCES", "Choice", "Chooser", "ranked"]

SENTENCES: Final = 12
"""Sentences that are looked through for short answers."""

_OTHERS: Final = 8
"""Paragraphs besides the chosen one that are searched for the question's words."""

_FAINT: Final = 0.4
"""An interaction below this is one with hardly a paragraph that answers."""

_NUMBERED: Final = 2.0
"""The least margin of a sentence that dates the session asked for, or that the question names."""

_TOGETHER: Final = 2.0
"""What it adds to the score of a sentence for a part of a question that it answers another part."""

_KNOWN_BY_NAME: Final = PLACES | BODIES - {"mechanism"}
"""Kinds of what is told of by its name, if at all."""

_COUNCIL: Final = re.compile("^[AE]/RES/")
"""What a text leaves out of a resolution's symbol: "resolution 63/218"."""

_SAME: Final = 0.8
"""The cosine of two sentences from which on they say the same, as resolutions do from year to year."""

CONFIDENCE: Final = (
    *FEATURES,
    "margin",
    "margin_over_1",
    "margin_over_3",
    "lead",
    *SUPPORT,
    *DEMANDS,
    *UNSTATED,
    *AT_ODDS,
    *UNTOLD,
    "clause_wordwise",
    "nowhere",
    "unknown",
    "unheard",
    "faint",
    "lacking",
    "numberless",
    "clash",
    "typed_clause",
    "miscounted",
    "inexact",
    "told",
    "whom_untold",
    *(f"finding_{name}" for name in FINDING_FEATURES),
    "finding_margin",
    *(f"asks_{kind}" for kind in SENTENCE_KINDS),
    *(f"asked_{trait}" for trait in TRAITS),
)
"""What the confidence may be judged by: the features of the chosen sentence, and these.

``margin``: how far its score is above that of the best sentence of any other paragraph that doesn't say the
same (at most 10, which also stands for "there is no other"; at least :data:`_NUMBERED` where the session
whose date is asked for is named by its number and body, or the sentence by its own number or its day);
``margin_over_…``: what of it is above 1 and 3, 0 if nothing. ``lead``: how far the log-odds of its
paragraph's retrieval score are
above the best of the others (within ±10). Those of :mod:`service.answering.sentences.support`,
:mod:`service.answering.sentences.demands` and :mod:`service.answering.words.concepts`, and those of
:mod:`service.answering.sentences.sought` that set question and paragraph at odds, or that say what isn't
told. ``nowhere``: the share of the things named in the question that none of the paragraphs read names;
``unknown``: 1 if it names a place, a body or a decision whose name stands nowhere in the index.
``clause_wordwise``: what the network makes of the short answer. ``unheard``: how far ``missed`` is above one
half, 0..1; ``faint``: how far the paragraph's interaction is below 0.4, 0..0.4: what is asked is strange to
the documents. ``lacking``: 1 if a date, number, place or decision is asked for and none was found;
``numberless``: 1 if that is a number. ``clash``: 1 if the number found counts something else.
``typed_clause``: how well the clause of the short answer matches the question where it holds a fact of the
kind asked for, else 0; ``miscounted``: how far what its number counts is from the thing whose number is asked
for, 0..1; ``inexact``: 1 if a day is asked for and its date has none. ``told``: 1 if the short answer is the
very words that say who, what it is called or what for; ``whom_untold``: 1 if it is asked who it is in which
role, and no words say so. ``finding_…``: the features of the short answer; ``finding_margin``: how far its
score is above that of the best of another value, at most 10. ``asks_…``, ``asked_…``: 1 where that kind of
thing, that trait (:mod:`service.answering.words.traits`) is asked for.
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """The sentence that answers, and in it what answers each thing asked for (``None``: nothing).

    ``disagreeing`` are dates in other paragraphs that contradict the first, and what a revision changed.
    ``paragraphs`` are those of all candidates as :meth:`Chooser.paragraphs` has them.

    ``confidence`` is the estimated probability, 0..1, that it answers, judged by ``signals``; ``enough``
    whether that suffices to serve it.
    """

    best: Candidate
    selected: Sequence[Selected | None]
    disagreeing: Sequence[Finding]
    paragraphs: Sequence[Sequence[ParagraphId]]
    signals: Mapping[str, float]
    confidence: float
    enough: bool


_Group = tuple[Regime, list[tuple[Candidate, float]]]
"""Candidates with their scores, best first, and the weights that they are scored with."""


class Chooser:
    """Chooses with fitted weights. May be used by several threads."""

    def __init__(self, reader: Reader, support: Support, glossary: Glossary, weights: Weights) -> None:
        self._reader, self._support = reader, support
        self._glossary, self._weights = glossary, weights
        self._named = lru_cache(maxsize=4096)(self._names)
        self._heard_of = lru_cache(maxsize=4096)(self._speaks_of)
        # A question is asked for what it names more than once.
        self._asked = lru_cache(maxsize=256)(partial(find_entities, glossary=glossary))

    def choose(
        self,
        question: Question,
        candidates: Sequence[Candidate],
        facts_of: Callable[[Passage], Facts],
        passages: Sequence[Passage] = (),
    ) -> Choice | None:
        """What answers best; ``None`` without candidates. ``passages`` are those that may contradict it.

        The scores of candidates in the question's language and in others are comparable only within each
        group. Retrieval compares across languages: of the two best sentences, the one whose paragraph it
        ranks higher is taken (by confidence, a small language is hidden: eval/RESULTS.md).
        """
        sought = self.sought(question)
        pointer = Pointer.of(question, sought.places)
        groups = self._ranked(question, candidates, facts_of, pointer)
        if not groups:
            return None
        regime, order = min(groups, key=lambda group: group[1][0][0].passage.rank)
        named = self._asked(question.text)
        return self._of(
            question, sought, named, order, regime, facts_of, passages, _paragraphs(groups), pointer
        )

    def sought(self, question: Question) -> Sought:
        """What signs ``question`` makes worth looking for."""
        return Sought.of(question, self._asked(question.text))

    def paragraphs(
        self,
        question: Question,
        candidates: Sequence[Candidate],
        facts_of: Callable[[Passage], Facts],
    ) -> list[list[ParagraphId]]:
        """The paragraphs of ``candidates``, best sentence first: those in the question's language, others."""
        pointer = Pointer.of(question, self.sought(question).places)
        return _paragraphs(self._ranked(question, candidates, facts_of, pointer))

    def _ranked(
        self,
        question: Question,
        candidates: Sequence[Candidate],
        facts_of: Callable[[Passage], Facts],
        pointer: Pointer,
    ) -> list[_Group]:
        """Candidates in the question's language, and others, each with their scores, best first; no group
        that is empty.
        """
        groups: list[_Group] = []
        for same in (True, False):
            group = [one for one in candidates if (one.passage.language == question.language) == same]
            if group:
                regime = self._weights.same_language if same else self._weights.across_languages
                groups.append((regime, pointer.order(ranked(group, regime), facts_of, SENTENCES)))
        return groups

    def _of(
        self,
        question: Question,
        sought: Sought,
        named: Sequence[Entity],
        order: Sequence[tuple[Candidate, float]],
        regime: Regime,
        facts_of: Callable[[Passage], Facts],
        passages: Sequence[Passage],
        paragraphs: Sequence[Sequence[ParagraphId]],
        pointer: Pointer,
    ) -> Choice:
        sentences = order[:SENTENCES]
        if question.asks not in FACTS:
            # "What does recommendation 3 say?" is told by that alone.
            sentences = [one for one in sentences if pointer.is_numbered(one[0])] or sentences
        selected = self._select(question, sought, named, sentences, regime, facts_of)
        first = selected[0]
        best = first.found[0].candidate if first is not None else order[0][0]
        signals = self._signals(question, sought, named, order, best, first, facts_of, pointer)
        confidence = regime.confidence.of(signals)
        disagreeing = [] if first is None else disagreements(first, passages, facts_of, self._reader)
        # Where no word of the question is matched at all, there is nothing to be sure of.
        enough = confidence >= regime.confidence.threshold and signals["missed"] < 1.0
        return Choice(best, selected, disagreeing, paragraphs, signals, confidence, enough)

    def _select(
        self,
        question: Question,
        sought: Sought,
        named: Sequence[Entity],
        sentences: Sequence[tuple[Candidate, float]],
        regime: Regime,
        facts_of: Callable[[Passage], Facts],
    ) -> list[Selected | None]:
        """What answers each thing asked for; what comes first leads the rest to its own sentence, where
        something of their kind stands there, else to its paragraph. Where two things of a kind are asked for,
        each part of the question is read for itself.
        """
        selected: list[Selected | None] = []
        weights = self._weights.findings
        first: Selected | None = None
        for want in question.wants:
            one: Selected | None = None
            taken = [
                finding
                for other in selected
                if other is not None and other.want.kind == want.kind and other.want.of == want.of
                for finding in other.found
            ]
            if want.part is not None:
                part = _part_of(question, want, want.part)
                one = None if first is None else beside(part, want, first, facts_of, named)
                if one is None and (first is None or not _leans(part.text)):
                    one = self._of_part(part, want, named, sentences, regime, facts_of, taken, first)
            elif first is not None and not taken:
                own = [(each, score) for each, score in sentences if each is first.found[0].candidate]
                one = select(question, want, own, self._reader, sought, facts_of, named, weights, first.span)
            if want.part is None and (one is None or one.lacking):
                one = select(
                    question, want, sentences, self._reader, sought, facts_of, named, weights, taken=taken
                )
            if one is not None and first is None:
                first = one
                pid = one.found[0].candidate.passage.id
                sentences = [(each, score) for each, score in sentences if each.passage.id == pid]
            selected.append(one)
        return self._in_order(selected)

    def _in_order(self, selected: list[Selected | None]) -> list[Selected | None]:
        """What answers two parts that ask for the like, in the order in which one clause tells it: nothing
        else there tells which is which.
        """
        for place, later in combinations(range(len(selected)), 2):
            one, other = selected[place], selected[later]
            if one is None or other is None or not (one.typed and other.typed):
                continue
            if one.want != other.want or one.want.part is None or other.span >= one.span:
                continue
            sentence = one.found[0].candidate
            clauses = self._reader.clauses(sentence) if other.found[0].candidate is sentence else ()
            if any(start <= other.span[0] and one.span[1] <= end for start, end in clauses):
                selected[place] = replace(one, found=other.found)
                selected[later] = replace(other, found=one.found)
                return selected
        return selected

    def _of_part(
        self,
        part: Question,
        want: Want,
        named: Sequence[Entity],
        sentences: Sequence[tuple[Candidate, float]],
        regime: Regime,
        facts_of: Callable[[Passage], Facts],
        taken: Sequence[Finding],
        first: Selected | None,
    ) -> Selected | None:
        """What answers a part of the question, among ``sentences`` as that part scores them; rather in the
        sentence of what answers the ``first`` part.
        """

        def place(one: Candidate) -> tuple[ParagraphId, str, int]:
            return one.passage.id, one.passage.language, one.start

        known = {place(one): one for one, _ in sentences}
        passages = list({one.passage.rank: one.passage for one, _ in sentences}.values())
        sought = self.sought(part)
        read = self._reader.candidates(part, passages, sought, facts_of)
        order = ranked([one for one in read if place(one) in known], regime)
        if first is not None:
            there = place(first.found[0].candidate)
            order = [(one, score + (_TOGETHER if place(one) == there else 0.0)) for one, score in order]
        weights = self._weights.findings
        one = select(part, want, order, self._reader, sought, facts_of, named, weights, taken=taken)
        if one is None:
            return None
        found = tuple(replace(each, candidate=known[place(each.candidate)]) for each in one.found)
        return replace(one, found=found)

    def _signals(
        self,
        question: Question,
        sought: Sought,
        named: Sequence[Entity],
        order: Sequence[tuple[Candidate, float]],
        best: Candidate,
        first: Selected | None,
        facts_of: Callable[[Passage], Facts],
        pointer: Pointer,
    ) -> dict[str, float]:
        passage = best.passage
        found = dict(zip(FEATURES, map(float, best.features), strict=True))
        score = next(score for candidate, score in order if candidate is best)
        margin = self._margin(order, best, score)
        if first is not None and first.typed and sought.dates(*first.span, facts_of(passage)):
            # The number and the body say which sentence it is, whatever others match better.
            margin = max(margin, _NUMBERED)
        if pointer.is_at(best, facts_of):
            margin = max(margin, _NUMBERED)
        found["margin"] = margin
        found["margin_over_1"], found["margin_over_3"] = max(0.0, margin - 1.0), max(0.0, margin - 3.0)
        passages = {candidate.passage.rank: candidate.passage for candidate, _ in order}
        rest = [other for _, other in sorted(passages.items()) if other is not passage]
        lead = log_odds(passage.score) - log_odds(max(other.score for other in rest)) if rest else 10.0
        found["lead"] = max(-10.0, min(10.0, lead))
        names = self._named_in(passage, facts_of)
        measured = self._support.measure(
            self._support.asked(question.text, named, question.variants),
            self._reader.words_with_previous(best),
            self._reader.words(passage),
            [self._reader.words(other) for other in rest[:_OTHERS]],
            self._reader.figures(passage),
            names,
            self._reader.likeness(question),
        )
        found.update(zip(SUPPORT, measured.tolist(), strict=True))
        whole = "\n".join((passage.text, *passage.headings, passage.origin))
        before, after = self._reader.neighbours(best)
        at_odds = sought.at_odds(whole, facts_of(passage), names, (before, after))
        found.update(zip(AT_ODDS, at_odds, strict=True))
        found["nowhere"] = self._nowhere(named, [passage, *rest], facts_of)
        found["unknown"] = float(self._unknown(question))
        found["unheard"] = max(0.0, found["missed"] - 0.5) * 2.0
        found["faint"] = max(0.0, _FAINT - found["paragraph_interaction"])
        found["lacking"] = float(first is None or first.lacking)
        asked_number = first is not None and first.want.kind == "number"
        found["numberless"] = found["lacking"] if asked_number else 0.0
        found["clash"] = float(first is not None and first.found[0].feature("clash"))
        around, said = passage.text[before:after], _said(best, first)
        found.update(zip(UNTOLD, sought.untold(around, said), strict=True))
        found.update(zip(DEMANDS, unmet(question, around, said, whole), strict=True))
        found.update(
            zip(
                UNSTATED,
                _unstated(question, named, around, whole, (before, after), facts_of(passage).entities),
                strict=True,
            )
        )
        found["clause_wordwise"] = first.found[0].feature("wordwise") if first is not None else 0.0
        found["miscounted"] = _miscounted(question, first)
        found["inexact"] = float(_inexact(first))
        found["told"] = float(first is not None and first.told)
        found["whom_untold"] = float(
            first is not None
            and first.want.kind == "body"
            and not first.told
            and role_asked(question.text) is not None
        )
        found["typed_clause"] = first.found[0].feature("clause") if first is not None and first.typed else 0.0
        shown = first.found[0].features.tolist() if first is not None else [0.0] * len(FINDING_FEATURES)
        found.update(zip((f"finding_{name}" for name in FINDING_FEATURES), shown, strict=True))
        found["finding_margin"] = first.margin if first is not None else 10.0
        found.update((f"asks_{kind}", float(question.asks == kind)) for kind in SENTENCE_KINDS)
        traits = asked_traits(question.text).tolist()
        found.update(zip((f"asked_{trait}" for trait in TRAITS), traits, strict=True))
        return found

    def _nowhere(
        self, named: Sequence[Entity], passages: Sequence[Passage], facts_of: Callable[[Passage], Facts]
    ) -> float:
        """The share of ``named`` that none of ``passages`` (at least one), their headings and titles name."""
        asked = {entity.en for entity in named}
        missing = asked
        for passage in passages:
            if not missing:
                return 0.0
            missing = missing - self._named_in(passage, facts_of)
        return len(missing) / len(asked)

    def _unknown(self, question: Question) -> bool:
        """Whether ``question`` names a place or a body that the index speaks of by none of its names, or a
        decision that it doesn't name.
        """
        return any(
            not any(map(self._heard_of, mention.terms))
            for mention in self._glossary.find(question.text)
            if any(term.kind in _KNOWN_BY_NAME for term in mention.terms)
        ) or any(
            key not in question.documents and not self._reader.heard_of(_COUNCIL.sub("", key))
            for key in decisions(question.text)
        )

    def _speaks_of(self, term: Term) -> bool:
        """Whether the index speaks of it, or of a city of that country."""
        cities = cities_in(term.name("en")) if term.kind == "country" else ()
        known = [
            term,
            *(one for city in cities for mention in self._glossary.find(city) for one in mention.terms),
        ]
        return any(self._reader.heard_of(form) for one in known for form in one.forms)

    def _named_in(self, passage: Passage, facts_of: Callable[[Passage], Facts]) -> frozenset[str]:
        """English names of what a passage, its headings and its origin name; countries of its cities too."""
        entities = facts_of(passage).entities
        there = with_countries(name for entity in entities for name in places_meant(entity))
        return there | self._named((*passage.headings, passage.origin))

    def _margin(self, order: Sequence[tuple[Candidate, float]], best: Candidate, score: float) -> float:
        for other, below in order:
            if other.passage is not best.passage and self._reader.cosine(best, other) < _SAME:
                return max(-10.0, min(10.0, score - below))
        return 10.0

    def _names(self, headings: tuple[str, ...]) -> frozenset[str]:
        """English names of what the headings name."""
        return frozenset(
            entity.en for heading in headings for entity in find_entities(heading, self._glossary)
        )


def _unstated(
    question: Question,
    named: Sequence[Entity],
    around: str,
    whole: str,
    span: tuple[int, int],
    entities: Sequence[Entity],
) -> tuple[float, ...]:
    """As :func:`unstated`; ``span`` is where ``around`` stands in the paragraph of ``entities``."""
    turn = turns_on(question.text, [(entity.start, entity.end) for entity in named])
    asked = {entity.en for entity in named}
    new = [one for one in entities if one.en not in asked]
    beside = [one for one in new if span[0] <= one.start < span[1]]

    def told(found: Sequence[Entity], text: str) -> dict[str, int]:
        names = {kind: _names_of(kind, found) for kind in turn.named}
        if "country" in names:
            # A city says in which country.
            names["country"] |= _countries_of_cities(found) | described_countries(text)
        if "body" in names:
            names["body"] |= organizations(text, question.text)
        return {kind: len(of_kind) for kind, of_kind in names.items()}

    return unstated(turn, around, whole, told(beside, around), told(new, whole))


def _countries_of_cities(entities: Sequence[Entity]) -> frozenset[str]:
    cities = _names_of("city", entities)
    return with_countries(cities) - cities


def _names_of(kind: str, entities: Sequence[Entity]) -> frozenset[str]:
    """The English names of those of ``entities`` that are of ``kind``."""
    kinds = ("body", "fund", "mechanism") if kind == "body" else (kind,)
    return frozenset(entity.en for entity in entities if entity.kind in kinds)


def _leans(part: str) -> bool:
    """Whether a part of a question is about what the sentence of the first part tells, and nothing else: what
    for, or who in so few words.
    """
    return asks_purpose(part) or (role_asked(part) is not None and not stands_alone(part))


def _part_of(question: Question, want: Want, part: tuple[int, int]) -> Question:
    """The part of the question that asks for ``want``, one of two things of a kind, as a question."""
    start, end = part
    variants = tuple(
        replace(one, start=one.start - start, end=one.end - start)
        for one in question.variants
        if start <= one.start and one.end <= end
    )
    return replace(question, text=question.text[start:end], wants=(want,), variants=variants)


def _said(best: Candidate, first: Selected | None) -> str:
    """The sentence that is quoted, or all that is where a list answers."""
    listed = None if first is None else first.listed
    return best.text if listed is None else listed.passage.text[listed.start : listed.end]


def _miscounted(question: Question, first: Selected | None) -> float:
    """How far what the number found counts is from what is asked for, 0..1; 0 if that can't be told."""
    if first is None or not first.typed or first.want.kind != "number" or not asked_noun(question.text):
        return 0.0
    return 0.0 if first.found[0].feature("same_sort") else 1.0 - first.found[0].feature("counted")


def _inexact(first: Selected | None) -> bool:
    """Whether a day is asked for, and only the month or the year of it was found."""
    if first is None or not first.typed or first.want.grain != "day":
        return False
    return first.found[0].feature("exact") < 0


def _paragraphs(groups: Sequence[_Group]) -> list[list[ParagraphId]]:
    by_rank = [{one.passage.rank: one.passage.id for one, _ in order} for _, order in groups]
    return [list(ids.values()) for ids in by_rank]


def ranked(candidates: Sequence[Candidate], regime: Regime) -> list[tuple[Candidate, float]]:
    """``candidates`` with their scores, best first."""
    scores = (np.array([candidate.features for candidate in candidates]) @ regime.choice).tolist()
    return sorted(zip(candidates, scores, strict=True), key=lambda one: -one[1])
