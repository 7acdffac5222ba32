"""Which sentence of the retrieved paragraphs supports an answer, and how well.

The score of a sentence is a weighted sum of the features below; both the weights and the conditions
under which they were fitted stand in ``weights.json``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from index.analysis import query_terms, tokens
from index.encoder import StaticEncoder
from index.late import LateInteraction
from index.vocabulary import Rows
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


@dataclass(frozen=True, slots=True)
class _Read:
    """A paragraph taken apart once.

    ``figures`` are those of text and headings, ``headings`` the model's tokens of these. ``rows`` are the
    model's tokens of each sentence, ``pairs`` those of each with the one before it; ``vectors`` has shape
    (number of sentences, dimensions).
    """

    spans: tuple[tuple[int, int], ...]
    sentences: tuple[str, ...]
    terms: tuple[frozenset[str], ...]
    lengths: tuple[int, ...]
    paragraph_terms: frozenset[str]
    figures: frozenset[str]
    headings: NDArray[np.int32]
    rows: Rows
    pairs: Rows
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
        self._read = lru_cache(maxsize=_REMEMBERED_PARAGRAPHS)(self._take_apart)
        self._clauses = lru_cache(maxsize=_REMEMBERED_PARAGRAPHS)(self._take_clauses)

    def candidates(self, question: Question, passages: Sequence[Passage]) -> list[Candidate]:
        """Every sentence of ``passages`` with its features, in reading order, best paragraph first."""
        readings = [
            (passage, self._read(passage.language, passage.text, passage.headings)) for passage in passages
        ]
        readings = [(passage, read) for passage, read in readings if read.spans]
        if not readings:
            return []
        weights = self._weights(question, {passage.language for passage in passages})
        asked = self._encoder.vocabulary.encode([question.text])
        vector = self._encoder.pool(asked)[0]
        alone = self._interaction.scores_ids(asked[0], _end_to_end([read.rows for _, read in readings]))
        joined = self._interaction.scores_ids(asked[0], _end_to_end([read.pairs for _, read in readings]))
        found: list[Candidate] = []
        for passage, read in readings:
            wanted = weights[passage.language]
            first = len(found)
            here = alone[first : first + len(read.spans)]
            strongest = float(here.max())
            similarities = read.vectors @ vector
            paragraph_coverage = _coverage(wanted, read.paragraph_terms)
            previous: frozenset[str] = frozenset()
            for place, (start, end) in enumerate(read.spans):
                terms = read.terms[place]
                features = (
                    log_odds(passage.score),
                    1.0 / passage.rank,
                    _coverage(wanted, terms),
                    _coverage(wanted, terms | previous),
                    paragraph_coverage,
                    here[place],
                    joined[first + place],
                    strongest,
                    similarities[place],
                    math.log1p(read.lengths[place]) / 5.0,
                    *_lacks(read.sentences[place], question.asks),
                )
                found.append(Candidate(passage, start, end, np.array(features)))
                previous = terms
        return found

    def match(self, question: Question, candidate: Candidate, spans: Sequence[tuple[int, int]]) -> Matched:
        """How well the clauses at ``spans`` of the candidate's paragraph match ``question``."""
        passage = candidate.passage
        inside = tuple(passage.text[start:end] for start, end in spans)
        rows, terms = self._clauses(inside)
        asked = self._encoder.vocabulary.encode([question.text])[0]
        count = len(inside)
        all_rows = _end_to_end([rows, _with_previous(rows)])
        scores = self._interaction.scores_ids(asked, all_rows)
        with_previous = scores[count:]
        weights = self._weights(question, [passage.language])[passage.language]
        return Matched(
            alone=scores[:count],
            with_previous=with_previous,
            with_next=np.concatenate([with_previous[1:], scores[count - 1 : count]]),
            coverage=[_coverage(weights, one) for one in terms],
        )

    def words(self, passage: Passage) -> NDArray[np.int32]:
        """The rows of the passage and its headings."""
        read = self._read(passage.language, passage.text, passage.headings)
        return np.concatenate([read.rows.rows, read.headings])

    def words_with_previous(self, candidate: Candidate) -> NDArray[np.int32]:
        """The rows of the sentence and the one before it."""
        passage = candidate.passage
        read = self._read(passage.language, passage.text, passage.headings)
        return read.pairs[read.spans.index((candidate.start, candidate.end))]

    def figures(self, passage: Passage) -> frozenset[str]:
        """Numbers and ordinals of the passage and its headings."""
        return self._read(passage.language, passage.text, passage.headings).figures

    def named(self, noun: str, question: Question) -> float:
        """How well the words of ``noun`` are matched in the question, 0..1."""
        encode = self._encoder.vocabulary.encode
        return float(self._interaction.scores_ids(encode([noun])[0], encode([question.text]))[0])

    def _weights(self, question: Question, languages: Iterable[str]) -> dict[str, dict[str, float]]:
        """By language of the paragraphs: what share of the question's weight each of its terms has."""
        terms = query_terms(question.text)
        return {
            language: _shares(
                {term: weight * self._frequencies[language].idf(term) for term, weight in terms.items()}
            )
            for language in languages
        }

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

    def _take_clauses(self, texts: tuple[str, ...]) -> tuple[Rows, tuple[frozenset[str], ...]]:
        return self._encoder.vocabulary.encode(texts), tuple(frozenset(tokens(text)) for text in texts)

    def _take_apart(self, language: str, text: str, headings: tuple[str, ...]) -> _Read:
        spans = tuple(
            _trimmed(text, start, end) for start, end in sentences(text, language) if text[start:end].strip()
        )
        inside = tuple(text[start:end] for start, end in spans)
        found = [tokens(sentence) for sentence in inside]
        rows = self._encoder.vocabulary.encode(inside)
        terms = tuple(map(frozenset, found))
        return _Read(
            spans=spans,
            sentences=inside,
            terms=terms,
            lengths=tuple(map(len, found)),
            paragraph_terms=frozenset().union(*terms, *map(tokens, headings)),
            figures=figures(" ".join((text, *headings))),
            headings=self._encoder.vocabulary.encode(headings).rows,
            rows=rows,
            pairs=_with_previous(rows),
            vectors=self._encoder.pool(rows),
        )


def log_odds(probability: float) -> float:
    """ln(p / (1 - p)), kept within -8..8."""
    return math.log((probability + _LEAST) / (1.0 - probability + _LEAST))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends."""
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), end - (len(inner) - len(inner.rstrip()))


def _with_previous(rows: Rows) -> Rows:
    """Each text's tokens after those of the text before it."""
    begins = np.concatenate([rows.starts[:1], rows.starts[:-2]])
    ends = rows.starts[1:]
    return Rows(
        np.concatenate([rows.rows[begin:end] for begin, end in zip(begins, ends, strict=True)]),
        np.concatenate([[0], np.cumsum(ends - begins)]),
    )


def _end_to_end(parts: Sequence[Rows]) -> Rows:
    starts = np.cumsum([0, *(len(part.rows) for part in parts)])
    return Rows(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([[0], *(part.starts[1:] + start for part, start in zip(parts, starts, strict=False))]),
    )


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    """Each term's share of the whole weight."""
    total = sum(weights.values())
    return {term: weight / total for term, weight in weights.items()} if total else {}


def _coverage(weights: Mapping[str, float], terms: frozenset[str]) -> float:
    return sum([weight for term, weight in weights.items() if term in terms])


@lru_cache(maxsize=1 << 16)
def _lacks(sentence: str, asks: AnswerKind) -> tuple[float, ...]:
    return tuple(float(kind == asks and not holds(sentence, kind)) for kind in KINDS)
