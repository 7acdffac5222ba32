"""Which sentence of the retrieved paragraphs supports an answer, and how well.

The score of a sentence is a weighted sum of the features below; both the weights and the conditions
under which they were fitted stand in ``weights.json``.
"""

from __future__ import annotations

import math
import threading
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import repeat
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from index.analysis import query_terms, tokens
from index.encoder import StaticEncoder
from index.interpreter import Interpreter
from index.late import Asked, Distinct, LateInteraction, Likeness, Spread
from index.vocabulary import Rows, end_to_end
from index.wording import Variant, Wording
from ingest.facts.extract import Facts
from ingest.paragraphs import ParagraphId
from service.answering.answer import AnswerKind
from service.answering.asking.question import Question
from service.answering.asking.wants import Want
from service.answering.sentences.cues import KINDS, holds
from service.answering.sentences.features import FEATURES
from service.answering.sentences.reading import Reading, Version, coverages, take_apart, take_clauses
from service.answering.sentences.sought import MARKS, Sought
from service.answering.sentences.wordsigns import (
    Around,
    Signs,
    asked_at,
    of_clauses,
    of_sentences,
    surroundings,
)
from service.answering.sentences.wordwise import CLAUSE_KINDS, SENTENCE_KINDS, Wordwise
from service.answering.words.figures import figures
from service.answering.words.paraphrases import Paraphrases
from service.answering.words.traits import asked_traits, told_traits

__all__ = ["Candidate", "Frequencies", "Matched", "Passage", "Reader", "log_odds"]

_LEAST: Final = 0.00034
"""e⁻⁸: keeps log-odds within ±8."""

_REMEMBERED_PARAGRAPHS: Final = 4096
_REMEMBERED_QUESTIONS: Final = 256


class Frequencies(Protocol):
    """Where a term's rarity is looked up."""

    def idf(self, term: str) -> float:
        """Inverse document frequency, > 0; larger for rarer terms and largest for unknown ones."""

    def holds(self, term: str) -> bool:
        """Whether any paragraph holds the term."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One language version of a retrieved paragraph, as the reader needs it.

    ``score`` is the retrieval score, 0..1; ``rank`` counts from 1. ``origin`` is where it is from
    (:mod:`service.answering.sentences.origin`).
    """

    id: ParagraphId
    language: str
    text: str
    headings: tuple[str, ...]
    score: float
    rank: int
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of ``passage.text``: ``text[start:end]``. ``features`` has shape (len(FEATURES),).

    ``around`` is how well each word of the question is matched there and around it, ``signs`` what the
    network was shown of them, with what each counts; ``None`` where the model knows no word of the question.
    """

    passage: Passage
    start: int
    end: int
    features: NDArray[np.float64]
    around: Around | None = None
    signs: Signs | None = None

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]

    def feature(self, name: str) -> float:
        return float(self.features[FEATURES.index(name)])


@dataclass(frozen=True, slots=True)
class Matched:
    """How well each clause of a sentence matches a question, all of shape (number of clauses,), 0..1.

    ``alone``, ``with_previous``, ``with_next``: the words' interaction with the clause, and with it and its
    neighbour. ``coverage``: share of the question's terms, by weight × idf, that the clause holds. ``new``:
    the share of the clause's weight that no word of the question is like. ``words``: how well each word of
    the question is matched, shape (number of clauses, words).
    """

    alone: NDArray[np.float32]
    with_previous: NDArray[np.float32]
    with_next: NDArray[np.float32]
    coverage: Sequence[float]
    new: NDArray[np.float32]
    words: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Heard:
    """A question's words with the other names of what it names, and how alike they are to those of texts."""

    asked: Asked
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class _Words:
    """How well each word of a question is matched in and around sentences (:func:`surroundings`), and what
    the words weigh, 1 together.
    """

    around: NDArray[np.float32]
    weights: NDArray[np.float32]


class _LastHeard(threading.local):
    """The last question that this thread has asked."""

    last: tuple[str, _Heard] | None = None

    def of(self, text: str) -> _Heard | None:
        return self.last[1] if self.last is not None and self.last[0] == text else None


class Reader:
    """Takes paragraphs apart into candidate sentences and measures them against a question.

    Reads with the embedded model whatever model the index was built with: what its signals are worth is
    fitted. Remembers the paragraphs it has read, so it belongs to one generation. May be used by several
    threads.
    """

    def __init__(
        self,
        encoder: StaticEncoder,
        interpreter: Interpreter,
        interaction: LateInteraction,
        frequencies: Mapping[str, Frequencies],
        wordwise: Wordwise,
    ) -> None:
        """``frequencies`` by language of the paragraphs."""
        self._encoder = encoder
        self._interpreter = interpreter
        self._interaction = interaction
        self._frequencies = frequencies
        self._wordwise = wordwise
        self._paraphrases = Paraphrases(encoder.vocabulary)
        # Replaced as a whole when full, so that readers need no lock.
        self._known: dict[Version, Reading] = {}
        self._clauses = lru_cache(maxsize=_REMEMBERED_PARAGRAPHS)(partial(take_clauses, encoder))
        # The same question is read at several places of one answer.
        self._asked = lru_cache(maxsize=_REMEMBERED_QUESTIONS)(self._rows)
        self._weights = lru_cache(maxsize=_REMEMBERED_QUESTIONS)(self._shared)
        # An answer is made by one thread, so that what others are asked in between changes nothing in it.
        self._heard = _LastHeard()

    def paraphrased(self, text: str, variants: Sequence[Variant]) -> tuple[Variant, ...]:
        """``variants`` of the question ``text`` with how documents put what it says in everyday words."""
        return self._paraphrases.beside(text, variants)

    def candidates(
        self,
        question: Question,
        passages: Sequence[Passage],
        sought: Sought,
        facts_of: Callable[[Passage], Facts],
    ) -> list[Candidate]:
        """Every sentence of ``passages`` with its features, in reading order, best paragraph first."""
        versions = [(passage.language, passage.text, passage.headings) for passage in passages]
        readings = [
            (passage, read)
            for passage, read in zip(passages, self._readings(versions), strict=True)
            if read.spans
        ]
        if not readings:
            return []
        asked = self._asked(question.text)
        heard = self._hear(question, [read for _, read in readings])
        interactions = self._interactions(heard, [read for _, read in readings]).tolist()
        vector = self._encoder.pool(Rows(asked, np.array([0, len(asked)])))[0]
        similarities = (np.concatenate([read.vectors for _, read in readings]) @ vector).tolist()
        weights = {passage.language: self._weights(question.text, passage.language) for passage in passages}
        places: list[tuple[Passage, int, int]] = []
        features: list[tuple[float, ...]] = []
        words = self._words(heard, [read for _, read in readings])
        counts = [len(read.spans) for _, read in readings]
        lacking: list[float] = []
        later: list[bool] = []
        at = 0
        for passage, read in readings:
            wanted = weights[passage.language]
            whole = [w for term, w in wanted.items() if term in read.terms or term in read.heading_terms]
            count = len(read.spans)
            alone = interactions[2 * at : 2 * at + count]
            places += [(passage, start, end) for start, end in read.spans]
            features += zip(
                repeat(log_odds(passage.score)),
                repeat(1.0 / passage.rank),
                coverages(wanted, read.terms, count),
                coverages(wanted, read.pair_terms, count),
                repeat(sum(whole)),
                alone,
                interactions[2 * at + count : 2 * (at + count)],
                repeat(max(alone)),
                similarities[at : at + count],
                read.lengths,
                strict=False,
            )
            lacking += [_lacks(sentence, question.asks) for sentence in read.sentences]
            later += [place > 0 for place in range(count)]
            at += count
        rows = np.zeros((len(places), len(FEATURES)))
        rows[:, : len(features[0])] = features
        if question.asks in KINDS:
            rows[:, FEATURES.index(f"without_{question.asks}")] = lacking
        rows[:, FEATURES.index("not_first")] = later
        around: list[Around | None] = [None] * len(places)
        signs: list[Signs | None] = [None] * len(places)
        if not sought.nothing:
            rows[:, -len(MARKS) :] = [
                sought.signs(passage.text, start, end, partial(facts_of, passage))
                for passage, start, end in places
            ]
        if words is not None:
            rows[:, FEATURES.index("together") : FEATURES.index("next") + 1] = self._unfolding(words, counts)
            around = list(words.around)
            # The network sees all other features.
            rows[:, FEATURES.index("wordwise")], signs = self._judged(question, words, rows, places, counts)
        return [
            Candidate(passage, start, end, row, matched, shown)
            for (passage, start, end), row, matched, shown in zip(places, rows, around, signs, strict=True)
        ]

    def _hear(self, question: Question, readings: Sequence[Reading]) -> _Heard | None:
        """The words of ``question`` beside those of paragraphs, kept for a moment; ``None`` without any."""
        asked = self._with_names(question)
        tokens = np.concatenate([part for read in readings for part in (read.rows.rows, read.headings)])
        if not asked.size or not len(tokens):
            return None
        likeness = self._interaction.likeness(asked.rows, Distinct(tokens, len(self._encoder.vectors)))
        self._heard.last = question.text, _Heard(asked, likeness)
        return self._heard.last[1]

    def _with_names(self, question: Question) -> Asked:
        """The words of ``question`` with the other names, in either language, of what it names."""
        return self._interpreter.asked(Wording(question.text, question.variants), "en", "zh")

    def _interactions(self, heard: _Heard | None, readings: Sequence[Reading]) -> NDArray[np.float32]:
        """The interaction of the question with what is measured of each paragraph, one after the other."""
        measured = end_to_end([read.measured for read in readings])
        if heard is None:
            return np.zeros(len(measured), np.float32)
        spread = Spread(measured, heard.likeness.distinct)
        return self._interaction.scores_spread(heard.asked, spread, heard.likeness.values)

    def _words(self, heard: _Heard | None, readings: Sequence[Reading]) -> _Words | None:
        """How well each word of the question is matched in and around the sentences of paragraphs."""
        if heard is None:
            return None
        distinct = heard.likeness.distinct
        matched = self._own(heard, Spread(end_to_end([read.rows for read in readings]), distinct))
        ends = np.cumsum([0, *(len(read.headings) for read in readings)])
        heads = Rows(np.concatenate([read.headings for read in readings]), ends)
        headings = np.zeros((len(readings), heard.asked.size), np.float32)
        if len(heads.rows):
            headings = self._own(heard, Spread(heads, distinct))
        around = surroundings(matched, [len(read.spans) for read in readings], headings)
        return _Words(around, self._own_weights(heard.asked))

    def _own_weights(self, asked: Asked) -> NDArray[np.float32]:
        """What the question's own words weigh, 1 together."""
        weights = self._encoder.weights[asked.rows[: asked.size]]
        return np.asarray(weights / max(float(weights.sum()), 1e-9), np.float32)

    def _own(self, heard: _Heard, spread: Spread) -> NDArray[np.float32]:
        """How well each of the question's own words is matched in each text, shape (texts, words)."""
        best = spread.best_of_passages(spread.best(heard.likeness.values))
        return heard.asked.own(best, self._encoder.weights[heard.asked.rows])

    def _unfolding(self, words: _Words, counts: Sequence[int]) -> NDArray[np.float32]:
        """``together``, ``rest`` and ``next`` of all sentences of paragraphs, shape (sentences, 3)."""
        matched, before, weights = words.around[:, 0], words.around[:, 1], words.weights
        together = np.maximum(matched, before)
        unmatched = (1.0 - before) * weights
        rest = (unmatched * matched).sum(axis=1) / np.maximum(unmatched.sum(axis=1), 1e-9)
        after = np.zeros(len(matched), np.float32)
        after[:-1] = np.maximum(matched[1:] - matched[:-1], 0.0) @ weights
        # Nothing comes after the last sentence of a paragraph.
        after[np.cumsum(counts) - 1] = 0.0
        return np.stack([together @ weights, rest, after], axis=1)

    def _judged(
        self,
        question: Question,
        words: _Words,
        features: NDArray[np.float64],
        places: Sequence[tuple[Passage, int, int]],
        counts: Sequence[int],
    ) -> tuple[NDArray[np.float32], list[Signs | None]]:
        """What the network makes of each sentence, and what it was shown of its words; languages are judged
        apart.
        """
        found = np.zeros(len(places), np.float32)
        shown: list[Signs | None] = [None] * len(places)
        kind = SENTENCE_KINDS.index(question.asks)
        traits = asked_traits(question.text)
        asked = self._asked_word(question, question.wants[0])
        languages = np.array([passage.language for passage, _, _ in places])
        firsts = np.cumsum([0, *counts[:-1]])
        for language in dict.fromkeys(languages.tolist()):
            chosen = (languages == language).nonzero()[0]
            own = [count for count, first in zip(counts, firsts, strict=True) if languages[first] == language]
            signs, shares = of_sentences(words.around[chosen], own, words.weights, asked)
            told = told_traits([places[place][0].text[slice(*places[place][1:])] for place in chosen])
            same = language == question.language
            found[chosen] = self._wordwise.sentences.scores(
                signs, shares, features[chosen], told, traits, kind, same
            )
            for place, one, tells in zip(chosen.tolist(), signs, told, strict=True):
                shown[place] = Signs(one, shares, tells, traits)
        return found, shown

    def _asked_word(self, question: Question, want: Want) -> int:
        """Which of the question's words asks for ``want``."""
        at = asked_at(question.text)
        if len(question.wants) > 1 and want.at is not None:
            at = want.at
        return len(self._rows(question.text[:at]))

    def judged_clauses(
        self,
        question: Question,
        want: Want,
        found: Sequence[tuple[Candidate, str, NDArray[np.float32]]],
        features: NDArray[np.float64],
    ) -> tuple[NDArray[np.float32], list[Signs | None]]:
        """What the network makes of what might answer ``want``, and what it was shown of its words.

        ``found`` has for each its sentence, its clause, and how well each word of the question is matched in
        that, before it and after it, shape (3, words); ``features`` all other features, shape
        (len(found), len(FINDING_FEATURES)).
        """
        arounds = [candidate.around for candidate, *_ in found if candidate.around is not None]
        if len(arounds) < len(found) or not found:
            return np.zeros(len(found), np.float32), [None] * len(found)
        heard = self._heard.of(question.text)
        asked = self._with_names(question) if heard is None else heard.asked
        signs, shares = of_clauses(
            np.array([clauses for *_, clauses in found]),
            np.array(arounds),
            self._own_weights(asked),
            self._asked_word(question, want),
        )
        same = found[0][0].passage.language == question.language
        kind = CLAUSE_KINDS.index(want.weighed)
        told = np.concatenate(
            [told_traits([clause for _, clause, _ in found]), told_traits([one.text for one, *_ in found])],
            axis=1,
        )
        traits = asked_traits(question.text)
        scores = self._wordwise.clauses.scores(signs, shares, features, told, traits, kind, same)
        return scores, [Signs(one, shares, tells, traits) for one, tells in zip(signs, told, strict=True)]

    def likeness(self, question: Question) -> Likeness | None:
        """How alike the words of ``question`` are to those of the paragraphs that it was last read with.

        For a moment only: ``None`` when other questions have come in between, or nothing is known.
        """
        heard = self._heard.of(question.text)
        return None if heard is None else heard.likeness

    def clauses(self, candidate: Candidate) -> list[tuple[int, int]]:
        """The spans in its paragraph of the candidate's clauses."""
        start = candidate.start
        return [(start + first, start + last) for first, last in self._clauses(candidate.text).spans]

    def match(self, question: Question, candidates: Sequence[Candidate]) -> list[Matched]:
        """How well the clauses of each of some sentences match ``question``."""
        if not candidates:
            return []
        parts = [self._clauses(candidate.text) for candidate in candidates]
        measured = end_to_end([part.measured for part in parts])
        none = np.zeros(len(measured), np.float32)
        scores, new, words = none, none + 1.0, np.zeros((len(measured), 0), np.float32)
        laid = self._laid_out(question, measured)
        if laid is not None:
            heard, spread = laid
            scores = self._interaction.scores_spread(heard.asked, spread, heard.likeness.values)
            new = self._new(heard, measured)
            words = self._own(heard, spread)
        found: list[Matched] = []
        at = 0
        for candidate, part in zip(candidates, parts, strict=True):
            count = len(part.spans)
            alone, with_previous = scores[at : at + count], scores[at + count : at + 2 * count]
            unasked, own = new[at : at + count], words[at : at + count]
            at += 2 * count
            weights = self._weights(question.text, candidate.passage.language)
            found.append(
                Matched(
                    alone=alone,
                    with_previous=with_previous,
                    with_next=np.concatenate([with_previous[1:], alone[-1:]]),
                    coverage=coverages(weights, part.terms, count),
                    new=unasked,
                    words=own,
                )
            )
        return found

    def matches(self, question: Question, texts: Sequence[str]) -> NDArray[np.float32]:
        """How well each of ``texts``, pieces of paragraphs just read, matches ``question``, 0..1."""
        laid = self._laid_out(question, self._encoder.vocabulary.encode(texts))
        if laid is None:
            return np.zeros(len(texts), np.float32)
        heard, spread = laid
        return self._interaction.scores_spread(heard.asked, spread, heard.likeness.values)

    def _new(self, heard: _Heard, texts: Rows) -> NDArray[np.float32]:
        """How much of each of ``texts`` is new beside the question, 0..1."""
        known = heard.likeness
        weights = self._encoder.weights[texts.rows]
        unlike = 1.0 - known.values.max(axis=1).take(known.distinct.places(texts.rows))
        # An empty text would take its neighbour's sum.
        filled = (texts.starts[1:] > texts.starts[:-1]).nonzero()[0]
        new = np.ones(len(texts), np.float32)
        begins = texts.starts[filled]
        total = np.add.reduceat(weights, begins)
        new[filled] = np.add.reduceat(weights * unlike, begins) / np.maximum(total, 1e-9)
        return new

    def _laid_out(self, question: Question, texts: Rows) -> tuple[_Heard, Spread] | None:
        """The words of ``question`` beside those of ``texts``, and these laid out; ``None`` without any."""
        if not len(texts.rows):
            return None
        heard = self._heard.of(question.text)
        if heard is None or not heard.likeness.distinct.holds(texts.rows):
            asked = self._with_names(question)
            if not asked.size:
                return None
            distinct = Distinct(texts.rows, len(self._encoder.vectors))
            heard = _Heard(asked, self._interaction.likeness(asked.rows, distinct))
        return heard, Spread(texts, heard.likeness.distinct)

    def words(self, passage: Passage) -> NDArray[np.int32]:
        """The rows of the passage and its headings."""
        read = self._read(passage.language, passage.text, passage.headings)
        return np.concatenate([read.rows.rows, read.headings])

    def words_with_previous(self, candidate: Candidate) -> NDArray[np.int32]:
        """The rows of the sentence and the one before it."""
        read, place = self._placed(candidate)
        return read.measured[len(read.spans) + place]

    def cosine(self, one: Candidate, other: Candidate) -> float:
        """The cosine of two sentences, -1..1."""
        return float(self._vector(one) @ self._vector(other))

    def _vector(self, candidate: Candidate) -> NDArray[np.float32]:
        read, place = self._placed(candidate)
        vector: NDArray[np.float32] = read.vectors[place]
        return vector

    def _placed(self, candidate: Candidate) -> tuple[Reading, int]:
        """The candidate's paragraph taken apart, and which of its sentences it is."""
        passage = candidate.passage
        read = self._read(passage.language, passage.text, passage.headings)
        return read, read.spans.index((candidate.start, candidate.end))

    def neighbours(self, candidate: Candidate) -> tuple[int, int]:
        """The span in the passage from the sentence before to the sentence after."""
        read, place = self._placed(candidate)
        spans = read.spans
        return spans[max(0, place - 1)][0], spans[min(len(spans) - 1, place + 1)][1]

    def figures(self, passage: Passage) -> frozenset[str]:
        """Numbers and ordinals of the passage, its headings and its origin."""
        whole = self._read(passage.language, passage.text, passage.headings).whole
        return figures(whole) | figures(passage.origin)

    def named(self, nouns: Sequence[str], question: Question) -> dict[str, float]:
        """How well the words of each noun are matched in the question, 0..1."""
        rows = self._encoder.vocabulary.encode(nouns)
        scores = self._interaction.scores_of_questions(rows, self._asked(question.text))
        return dict(zip(nouns, scores.tolist(), strict=True))

    def covered(self, words: str, texts: Sequence[str]) -> list[float]:
        """How well ``words`` are matched in each text, in either language, 0..1."""
        covered = self._interaction.covered(self._rows(words), self._encoder.vocabulary.encode(texts))
        found: list[float] = covered.tolist()
        return found

    def heard_of(self, name: str) -> bool:
        """Whether the paragraphs of one language hold all terms of ``name``, the headings' counted."""
        terms = tokens(name)
        return any(all(map(known.holds, terms)) for known in self._frequencies.values())

    def _rows(self, text: str) -> NDArray[np.int32]:
        return self._encoder.vocabulary.encode([text])[0]

    def _shared(self, text: str, language: str) -> dict[str, float]:
        """What share of the weight of the question ``text`` each of its terms has in ``language``."""
        idf = self._frequencies[language].idf
        return _shares({term: weight * idf(term) for term, weight in query_terms(text).items()})

    def sentence_at(self, passage: Passage, at: int) -> tuple[int, int]:
        """The sentence of the passage that the character at ``at`` stands in."""
        spans = self._read(passage.language, passage.text, passage.headings).spans
        return spans[max(0, bisect_right(spans, at, key=lambda span: span[0]) - 1)]

    def counterpart(self, passage: Passage, at: int, language: str, text: str) -> tuple[int, int]:
        """The span in ``text``, the same paragraph in ``language``, of what the sentence at ``at`` says.

        Sentence by sentence where both versions have equally many; else the nearest in meaning.
        """
        there = self._read(language, text, ())
        here = self._read(passage.language, passage.text, passage.headings)
        place = here.spans.index(self.sentence_at(passage, at))
        if len(there.spans) == len(here.spans):
            return there.spans[place]
        return there.spans[int(np.argmax(there.vectors @ here.vectors[place]))]

    def _read(self, language: str, text: str, headings: tuple[str, ...]) -> Reading:
        version = (language, text, headings)
        return self._known.get(version) or self._readings([version])[0]

    def _readings(self, versions: Sequence[Version]) -> list[Reading]:
        """Paragraphs taken apart; those not known yet all at once, which is several times as fast."""
        known = self._known
        found = [known.get(version) for version in versions]
        unread = list(
            dict.fromkeys(version for version, there in zip(versions, found, strict=True) if there is None)
        )
        if unread:
            read = dict(zip(unread, take_apart(self._encoder, unread), strict=True))
            if len(known) > _REMEMBERED_PARAGRAPHS:
                self._known = known = {}
            known |= read
            found = [there or read[version] for version, there in zip(versions, found, strict=True)]
        return [there for there in found if there is not None]


def log_odds(probability: float) -> float:
    """ln(p / (1 - p)), kept within -8..8."""
    return math.log((probability + _LEAST) / (1.0 - probability + _LEAST))


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    """Each term's share of the whole weight."""
    total = sum(weights.values())
    return {term: weight / total for term, weight in weights.items()} if total else {}


@lru_cache(maxsize=1 << 16)
def _lacks(sentence: str, asks: AnswerKind) -> bool:
    """Whether no sign of what is asked for stands in the sentence."""
    return not holds(sentence, asks)
