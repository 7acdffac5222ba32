"""Question → the paragraphs most likely to answer it, whatever their language.

Each ranker proposes candidates in each language; every candidate is scored by every ranker; a paragraph
scores as its best language version does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.analysis import query_terms
from index.build import check_encoder
from index.fusion import FITTED_WEIGHTS, Signal, fuse
from index.generation import Generation
from ingest.paragraphs import ParagraphId

if TYPE_CHECKING:
    from index.encoder import Encoder

__all__ = ["Hit", "Retriever"]

_DEPTH: Final = 100
"""Candidates that each ranker proposes in each language."""


_LEXICAL_MARGIN: Final = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph found, by its best language version.

    ``score`` is 0 to 1, ``rank`` counts from 1. ``signals`` holds what each ranker said about that
    version, 0 to 1. ``passage`` is the span of the best passage in that version's text, where the dense
    ranker knows one.
    """

    id: ParagraphId
    language: str
    score: float
    rank: int
    signals: Mapping[str, float]
    passage: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class _Candidates:
    """What was found in one language, best first: paragraph keys, scores and signals, all of shape (n,).

    ``windows`` are the numbers of the best passages, -1 where the dense ranker knows none.
    """

    language: str
    keys: NDArray[np.int64]
    scores: NDArray[np.float32]
    windows: NDArray[np.int64]
    signals: Mapping[str, NDArray[np.float32]]


class Retriever:
    """Searches one generation with the encoder that built it. Safe from any number of threads."""

    def __init__(
        self, generation: Generation, encoder: Encoder, weights: Mapping[str, float] = FITTED_WEIGHTS
    ) -> None:
        """``weights`` are the rankers' (:mod:`index.fusion`).

        :raises EncoderMismatchError: if the generation was built with another encoder.
        """
        check_encoder(generation.manifest, encoder)
        self.weights = weights
        self.generation = generation
        self.encoder = encoder

    def search(
        self,
        query: str,
        *,
        documents: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        limit: int = 10,
    ) -> list[Hit]:
        """The best paragraphs, at most ``limit``, best first; fewer, or none, where nothing matches at all.

        ``documents`` (symbols) and ``languages`` restrict where is looked; ``None`` means everywhere.

        :raises UnknownIdError: if a document is not in the index.
        """
        store = self.generation.store
        numbers = None if documents is None else sorted({store.number(symbol) for symbol in documents})
        wanted = [
            language for language in self.generation.languages if languages is None or language in languages
        ]
        vector = self.encoder.encode([query])[0]
        terms = query_terms(query)
        found = [
            self._candidates(language, vector, terms, numbers, max(_DEPTH, limit)) for language in wanted
        ]
        places = _best_versions(found)[:limit]
        ids = store.ids([int(found[version].keys[place]) for version, place in places])
        return [
            self._hit(found[version], place, rank, ids)
            for rank, (version, place) in enumerate(places, start=1)
        ]

    def _candidates(
        self,
        language: str,
        vector: NDArray[np.float32],
        terms: Mapping[str, float],
        documents: Sequence[int] | None,
        depth: int,
    ) -> _Candidates:
        vectors = self.generation.vectors[language]
        nearest = vectors.search(vector, depth, documents)
        # Far more than are proposed, so that a candidate of the other ranker nearly always has its score.
        lexical = self.generation.lexical[language].search(terms, depth * _LEXICAL_MARGIN, documents)
        keys = np.union1d(nearest.keys, lexical.keys[:depth])
        dense = vectors.score(vector, keys)
        signals = {
            "dense": Signal(
                _over(keys, dense.keys, np.clip(dense.scores, 0, 1)), 1.0 if len(dense.keys) else 0.0
            ),
            "bm25": Signal(_over(keys, lexical.keys, lexical.scores), lexical.known),
        }
        scores = fuse(signals, self.weights)
        order = np.lexsort((keys, -scores))
        order = order[scores[order] > 0]
        return _Candidates(
            language=language,
            keys=keys[order],
            scores=scores[order],
            windows=(_over(keys, dense.keys, dense.windows + 1) - 1)[order],
            signals={name: signal.scores[order] for name, signal in signals.items()},
        )

    def _hit(self, found: _Candidates, place: int, rank: int, ids: Mapping[int, ParagraphId]) -> Hit:
        key, window = int(found.keys[place]), int(found.windows[place])
        passage = None if window < 0 else self.generation.store.passage_span(key, found.language, window)
        return Hit(
            id=ids[key],
            language=found.language,
            score=float(found.scores[place]),
            rank=rank,
            signals={name: float(values[place]) for name, values in found.signals.items()},
            passage=passage,
        )


def _best_versions(found: Sequence[_Candidates]) -> list[tuple[int, int]]:
    """Each paragraph's best version, as (number in ``found``, place in it), best first."""
    if not found:
        return []
    keys = np.concatenate([candidates.keys for candidates in found])
    scores = np.concatenate([candidates.scores for candidates in found])
    version = np.repeat(np.arange(len(found)), [len(candidates.keys) for candidates in found])
    place = np.concatenate([np.arange(len(candidates.keys)) for candidates in found])
    order = np.lexsort((keys, -scores))
    _, first = np.unique(keys[order], return_index=True)
    chosen = order[np.sort(first)]
    return list(zip(version[chosen].tolist(), place[chosen].tolist(), strict=True))


_Scores = TypeVar("_Scores", np.float32, np.int64)


def _over(keys: NDArray[np.int64], found: NDArray[np.int64], scores: NDArray[_Scores]) -> NDArray[_Scores]:
    """Scores for the candidates ``keys`` (sorted); 0 where a ranker did not find one."""
    spread = np.zeros(len(keys), scores.dtype)
    if len(keys):
        places = np.minimum(np.searchsorted(keys, found), len(keys) - 1)
        hit = keys[places] == found
        spread[places[hit]] = scores[hit]
    return spread
