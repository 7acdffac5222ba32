"""Which sentence of the retrieved paragraphs supports an answer, and how well.

The score of a sentence is a weighted sum of the features below; both the weights and the conditions
under which they were fitted stand in ``weights.json``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from index.analysis import query_terms, tokens
from index.encoder import Encoder
from ingest.paragraphs import ParagraphId
from ingest.sentences import sentences
from service.answering.answer import AnswerKind
from service.answering.cues import KINDS, holds
from service.answering.question import Question

__all__ = ["FEATURES", "Candidate", "Frequencies", "Passage", "Reader"]

FEATURES: Final = (
    "retrieval",
    "first",
    "coverage",
    "coverage_with_previous",
    "paragraph_coverage",
    "similarity",
    "length",
    *(f"without_{kind}" for kind in KINDS),
)
"""In the order of the columns of ``Candidate.features``.

``retrieval``: the paragraph's retrieval score, 0..1. ``first``: 1 / its rank. ``coverage``: share of the
question's terms, by weight × idf, that the sentence holds, 0..1; ``…_with_previous`` counts the sentence
before it too, ``paragraph_…`` the whole paragraph and its headings. ``similarity``: cosine of
question and sentence, -1..1.
``length``: natural logarithm of 1 + the sentence's number of terms, over 5. ``without_…``: 1 where that kind
of thing is asked for and no sign of it stands in the sentence, else 0.
"""

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
    """A paragraph taken apart once; ``vectors`` has shape (number of sentences, dimensions)."""

    spans: tuple[tuple[int, int], ...]
    terms: tuple[frozenset[str], ...]
    lengths: tuple[int, ...]
    paragraph_terms: frozenset[str]
    vectors: NDArray[np.float32]


class Reader:
    """Takes paragraphs apart into candidate sentences and measures them against a question.

    Remembers the paragraphs it has read, so it belongs to one generation. May be used by several threads.
    """

    def __init__(self, encoder: Encoder, frequencies: Mapping[str, Frequencies]) -> None:
        """``frequencies`` by language of the paragraphs."""
        self._encoder = encoder
        self._frequencies = frequencies
        self._read = lru_cache(maxsize=_REMEMBERED_PARAGRAPHS)(self._take_apart)

    def candidates(self, question: Question, passages: Sequence[Passage]) -> list[Candidate]:
        """Every sentence of ``passages`` with its features, in reading order, best paragraph first."""
        terms_of_question = query_terms(question.text)
        languages = {passage.language for passage in passages}
        weights = {
            language: {
                term: weight * self._frequencies[language].idf(term)
                for term, weight in terms_of_question.items()
            }
            for language in languages
        }
        vector = self._encoder.encode([question.text])[0]
        found: list[Candidate] = []
        for passage in passages:
            read = self._read(passage.language, passage.text, passage.headings)
            if not read.spans:
                continue
            wanted = weights[passage.language]
            similarities = read.vectors @ vector
            paragraph_coverage = _coverage(wanted, read.paragraph_terms)
            previous: frozenset[str] = frozenset()
            for (start, end), terms, length, similarity in zip(
                read.spans, read.terms, read.lengths, similarities, strict=True
            ):
                found.append(
                    Candidate(
                        passage,
                        start,
                        end,
                        np.array(
                            [
                                passage.score,
                                1.0 / passage.rank,
                                _coverage(wanted, terms),
                                _coverage(wanted, terms | previous),
                                paragraph_coverage,
                                similarity,
                                math.log1p(length) / 5.0,
                                *_lacks(passage.text[start:end], question.asks),
                            ]
                        ),
                    )
                )
                previous = terms
        return found

    def counterpart(self, sentence: Candidate, language: str, text: str) -> tuple[int, int]:
        """The span in ``text``, the same paragraph in ``language``, that says what ``sentence`` says.

        Sentence by sentence where both versions have equally many; else the nearest in meaning.
        """
        there = self._read(language, text, ())
        here = self._read(sentence.passage.language, sentence.passage.text, sentence.passage.headings)
        place = here.spans.index((sentence.start, sentence.end))
        if len(there.spans) == len(here.spans):
            return there.spans[place]
        return there.spans[int(np.argmax(there.vectors @ here.vectors[place]))]

    def _take_apart(self, language: str, text: str, headings: tuple[str, ...]) -> _Read:
        spans = tuple(
            _trimmed(text, start, end) for start, end in sentences(text, language) if text[start:end].strip()
        )
        found = [tokens(text[start:end]) for start, end in spans]
        terms = tuple(map(frozenset, found))
        return _Read(
            spans=spans,
            terms=terms,
            lengths=tuple(map(len, found)),
            paragraph_terms=frozenset().union(*terms, *map(tokens, headings)),
            vectors=self._encoder.encode([text[start:end] for start, end in spans]),
        )


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends."""
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), end - (len(inner) - len(inner.rstrip()))


def _coverage(weights: Mapping[str, float], terms: frozenset[str]) -> float:
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in terms) / total if total else 0.0


def _lacks(sentence: str, asks: AnswerKind) -> list[float]:
    return [float(kind == asks and not holds(sentence, kind)) for kind in KINDS]
