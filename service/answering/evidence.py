"""Which sentence of the retrieved paragraphs supports an answer, and how well.

The score of a sentence is a weighted sum of the features below; both the weights and the conditions
under which they were fitted stand in ``weights.json``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from index.analysis import query_terms, tokens
from index.encoder import StaticEncoder
from index.late import LateInteraction
from index.vocabulary import Rows, end_to_end
from ingest.paragraphs import ParagraphId
from ingest.sentences import sentences
from service.answering.answer import AnswerKind
from service.answering.cues import KINDS, holds
from service.answering.figures import figures
from service.answering.question import Question

__all__ = ["FEATURES", "Candidate", "Frequencies", "Matched", "Passage", "Reader", "log_odds"]

FEATURES: Final = (
    "retrieval",
    "first",
    "coverage",
    "coverage_with_previous",
    "paragraph_coverage",
    "interaction",
    "interaction_with_previous",
    "paragraph_interaction",
    "similarity",
    "length",
    *(f"without_{kind}" for kind in KINDS),
)
"""In the order of the columns of ``Candidate.features``.

``retrieval``: :func:`log_odds` of the paragraph's retrieval score. ``first``: 1 / its rank. ``coverage``:
share of the question's terms, by weight × idf, that the sentence holds, 0..1; ``…_with_previous`` counts the
sentence before it too, ``paragraph_…`` the whole paragraph and its headings. ``interaction``: how well the
words of the question are matched in the sentence, in either language (:mod:`index.late`), 0..1;
``…_with_previous`` as above, ``paragraph_…`` the best of the paragraph. ``similarity``: cosine of question
and sentence, -1..1. ``length``: natural logarithm of 1 + the sentence's number of terms, over 5.
``without_…``: 1 where that kind of thing is asked for and no sign of it stands in the sentence, else 0.
"""

_LEAST: Final = 0.00034
"""e⁻⁸: keeps log-odds within ±8."""

_REMEMBERED_PARAGRAPHS: Final = 4096
_REMEMBERED_QUESTIONS: Final = 256


class Frequencies(Protocol):
    """Where a term's rarity is looked up."""

    def idf(self, term: str) -> float:
        """Inverse document frequency, > 0; larger for rarer terms and largest for unknown ones."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One language version of a retrieved paragraph, as the reader needs it.

    ``score`` is the retrieval score, 0..1; ``rank`` counts from 1.
    """

    id: ParagraphId
    language: str
    text: str
    headings: tuple[str, ...]
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of ``passage.text``: ``text[start:end]``. ``features`` has shape (len(FEATURES),)."""

    passage: Passage
    start: int
    end: int
    features: NDArray[np.float64]

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]

    def feature(self, name: str) -> float:
        return float(self.features[FEATURES.index(name)])


_Version = tuple[str, str, tuple[str, ...]]
"""Language, text and headings of a paragraph."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A paragraph taken apart once.

    ``terms`` and ``pair_terms`` say which sentences hold a term, and which of them or the one before.
    ``whole`` is the text with the headings, ``headings`` are the model's tokens of these. ``rows`` are the
    model's tokens of each sentence, ``measured`` these and then those of each with the one before it;
    ``vectors`` has shape (number of sentences, dimensions).
    """

    spans: tuple[tuple[int, int], ...]
    sentences: tuple[str, ...]
    terms: Mapping[str, tuple[int, ...]]
    pair_terms: Mapping[str, tuple[int, ...]]
    lengths: tuple[float, ...]
    heading_terms: frozenset[str]
    whole: str
    headings: NDArray[np.int32]
    rows: Rows
    measured: Rows
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Matched:
    """How well each of several clauses matches a question, all of shape (number of clauses,), 0..1.

    ``alone``, ``with_previous``, ``with_next``: the words' interaction with the clause, and with it and its
    neighbour. ``coverage``: share of the question's terms, by weight × idf, that the clause holds.
    """

    alone: NDArray[np.float32]
    with_previous: NDArray[np.float32]
    with_next: NDArray[np.float32]
    coverage: Sequence[float]


class Reader:
    """Takes paragraphs apart into candidate sentences and measures them against a question.

    Reads with the embedded model whatever model the index was built with: what its signals are worth is
    fitted. Remembers the paragraphs it has read, so it belongs to one generation. May be used by several
    threads.
    """

    def __init__(
        self, encoder: StaticEncoder, interaction: LateInteraction, frequencies: Mapping[str, Frequencies]
    ) -> None:
        """``frequencies`` by language of the paragraphs."""
        self._encoder = encoder
        self._interaction = interaction
        self._frequencies = frequencies
        # Replaced as a whole when full, so that readers need no lock.
        self._known: dict[_Version, _Read] = {}
        self._clauses = lru_cache(maxsize=_REMEMBERED_PARAGRAPHS)(self._take_clauses)
        # The same question is read at several places of one answer.
        self._asked = lru_cache(maxsize=_REMEMBERED_QUESTIONS)(self._rows)
        self._weights = lru_cache(maxsize=_REMEMBERED_QUESTIONS)(self._shared)

    def candidates(self, question: Question, passages: Sequence[Passage]) -> list[Candidate]:
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
        vector = self._encoder.pool(Rows(asked, np.array([0, len(asked)])))[0]
        scores = self._interaction.scores_ids(asked, end_to_end([read.measured for _, read in readings]))
        interactions = scores.tolist()
        places: list[tuple[Passage, int, int]] = []
        features: list[tuple[float, ...]] = []
        at = 0
        for passage, read in readings:
            wanted = self._weights(question.text, passage.language)
            count = len(read.spans)
            alone = interactions[at : at + count]
            joined = interactions[at + count : at + 2 * count]
            at += 2 * count
            strongest = max(alone)
            similarities = (read.vectors @ vector).tolist()
            coverage = _coverages(wanted, read.terms, count)
            with_previous = _coverages(wanted, read.pair_terms, count)
            whole = sum(
                [
                    weight
                    for term, weight in wanted.items()
                    if term in read.terms or term in read.heading_terms
                ]
            )
            odds, first = log_odds(passage.score), 1.0 / passage.rank
            for place, (start, end) in enumerate(read.spans):
                places.append((passage, start, end))
                features.append(
                    (
                        odds,
                        first,
                        coverage[place],
                        with_previous[place],
                        whole,
                        alone[place],
                        joined[place],
                        strongest,
                        similarities[place],
                        read.lengths[place],
                        *_lacks(read.sentences[place], question.asks),
                    )
                )
        return [
            Candidate(passage, start, end, row)
            for (passage, start, end), row in zip(places, np.array(features), strict=True)
        ]

    def match(
        self, question: Question, clauses: Sequence[tuple[Candidate, Sequence[tuple[int, int]]]]
    ) -> list[Matched]:
        """How well clauses match ``question``: for each candidate those at some spans of its paragraph."""
        parts = [
            self._clauses(tuple([candidate.passage.text[start:end] for start, end in spans]))
            for candidate, spans in clauses
        ]
        if not parts:
            return []
        scores = self._interaction.scores_ids(
            self._asked(question.text), end_to_end([part.measured for part in parts])
        )
        found: list[Matched] = []
        at = 0
        for (candidate, spans), part in zip(clauses, parts, strict=True):
            count = len(spans)
            alone, with_previous = scores[at : at + count], scores[at + count : at + 2 * count]
            at += 2 * count
            weights = self._weights(question.text, candidate.passage.language)
            found.append(
                Matched(
                    alone=alone,
                    with_previous=with_previous,
                    with_next=np.concatenate([with_previous[1:], alone[-1:]]),
                    coverage=_coverages(weights, part.terms, count),
                )
            )
        return found

    def words(self, passage: Passage) -> NDArray[np.int32]:
        """The rows of the passage and its headings."""
        read = self._read(passage.language, passage.text, passage.headings)
        return np.concatenate([read.rows.rows, read.headings])

    def words_with_previous(self, candidate: Candidate) -> NDArray[np.int32]:
        """The rows of the sentence and the one before it."""
        passage = candidate.passage
        read = self._read(passage.language, passage.text, passage.headings)
        return read.measured[len(read.spans) + read.spans.index((candidate.start, candidate.end))]

    def neighbours(self, candidate: Candidate) -> tuple[int, int]:
        """The span in the passage from the sentence before to the sentence after."""
        passage = candidate.passage
        spans = self._read(passage.language, passage.text, passage.headings).spans
        place = spans.index((candidate.start, candidate.end))
        return spans[max(0, place - 1)][0], spans[min(len(spans) - 1, place + 1)][1]

    def figures(self, passage: Passage) -> frozenset[str]:
        """Numbers and ordinals of the passage and its headings."""
        return figures(self._read(passage.language, passage.text, passage.headings).whole)

    def named(self, noun: str, question: Question) -> float:
        """How well the words of ``noun`` are matched in the question, 0..1."""
        asked = self._asked(question.text)
        there = Rows(asked, np.array([0, len(asked)]))
        return float(self._interaction.scores_ids(self._asked(noun), there)[0])

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

    def _take_clauses(self, texts: tuple[str, ...]) -> _Clauses:
        rows = self._encoder.vocabulary.encode(texts)
        return _Clauses(end_to_end([rows, _with_previous(rows)]), _holding([tokens(text) for text in texts]))

    def _read(self, language: str, text: str, headings: tuple[str, ...]) -> _Read:
        return self._readings([(language, text, headings)])[0]

    def _readings(self, versions: Sequence[_Version]) -> list[_Read]:
        """Paragraphs taken apart; those not known yet all at once, which is several times as fast."""
        known = self._known
        found = [known.get(version) for version in versions]
        unread = list(
            dict.fromkeys(version for version, there in zip(versions, found, strict=True) if there is None)
        )
        if unread:
            read = dict(zip(unread, self._take_apart(unread), strict=True))
            if len(known) > _REMEMBERED_PARAGRAPHS:
                self._known = known = {}
            known |= read
            found = [there or read[version] for version, there in zip(versions, found, strict=True)]
        return [there for there in found if there is not None]

    def _take_apart(self, versions: Sequence[_Version]) -> list[_Read]:
        spans = [
            tuple(
                _trimmed(text, start, end)
                for start, end in sentences(text, language)
                if text[start:end].strip()
            )
            for language, text, _ in versions
        ]
        inside = [
            tuple(text[start:end] for start, end in found)
            for (_, text, _), found in zip(versions, spans, strict=True)
        ]
        encode = self._encoder.vocabulary.encode
        rows = encode([sentence for found in inside for sentence in found])
        heads = encode([heading for _, _, headings in versions for heading in headings])
        vectors = self._encoder.pool(rows)
        read: list[_Read] = []
        at = head = 0
        for (_, text, headings), where, said in zip(versions, spans, inside, strict=True):
            found = [tokens(sentence) for sentence in said]
            own = rows.part(at, at + len(said))
            read.append(
                _Read(
                    spans=where,
                    sentences=said,
                    terms=_holding(found),
                    pair_terms=_holding(
                        [before + one for before, one in zip([[], *found], found, strict=False)]
                    ),
                    lengths=tuple(math.log1p(len(terms)) / 5.0 for terms in found),
                    heading_terms=frozenset().union(*map(_heading_terms, headings)),
                    whole=" ".join((text, *headings)),
                    headings=heads.part(head, head + len(headings)).rows,
                    rows=own,
                    measured=end_to_end([own, _with_previous(own)]),
                    vectors=vectors[at : at + len(said)],
                )
            )
            at += len(said)
            head += len(headings)
        return read


@lru_cache(maxsize=1 << 12)
def _heading_terms(heading: str) -> tuple[str, ...]:
    return tuple(tokens(heading))


@dataclass(frozen=True, slots=True)
class _Clauses:
    """``measured`` are the model's tokens of each clause, and then of each with the one before it; ``terms``
    says which of them hold a term.
    """

    measured: Rows
    terms: Mapping[str, tuple[int, ...]]


def log_odds(probability: float) -> float:
    """ln(p / (1 - p)), kept within -8..8."""
    return math.log((probability + _LEAST) / (1.0 - probability + _LEAST))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends."""
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), end - (len(inner) - len(inner.rstrip()))


def _with_previous(rows: Rows) -> Rows:
    """Each text's tokens after those of the text before it."""
    begins = [int(rows.starts[0]), *rows.starts[:-2].tolist()]
    ends = rows.starts[1:].tolist()
    return Rows(
        np.concatenate([rows.rows[begin:end] for begin, end in zip(begins, ends, strict=True)]),
        np.array([0, *accumulate(end - begin for begin, end in zip(begins, ends, strict=True))]),
    )


def _holding(texts: Sequence[Sequence[str]]) -> dict[str, tuple[int, ...]]:
    """Term → the places of the texts that hold it."""
    found: dict[str, list[int]] = {}
    for place, terms in enumerate(texts):
        for term in dict.fromkeys(terms):
            found.setdefault(term, []).append(place)
    return {term: tuple(places) for term, places in found.items()}


def _coverages(
    weights: Mapping[str, float], holding: Mapping[str, tuple[int, ...]], count: int
) -> list[float]:
    """For each of ``count`` texts the sum of the weights of the terms that it holds."""
    found = [0.0] * count
    for term, weight in weights.items():
        for place in holding.get(term, ()):
            found[place] += weight
    return found


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    """Each term's share of the whole weight."""
    total = sum(weights.values())
    return {term: weight / total for term, weight in weights.items()} if total else {}


@lru_cache(maxsize=1 << 16)
def _lacks(sentence: str, asks: AnswerKind) -> tuple[float, ...]:
    return tuple(float(kind == asks and not holds(sentence, kind)) for kind in KINDS)
