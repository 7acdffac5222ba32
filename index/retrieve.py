"""Question → the paragraphs most likely to answer it, whatever their language.

Each ranker proposes candidates in each language; every candidate is scored by every ranker; a paragraph
scores as its best language version does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from index.analysis import query_terms
from index.build import check_encoder
from index.fusion import Signal, fuse
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
class _Scored:
    language: str
    score: float
    signals: Mapping[str, float]
    window: int | None


class Retriever:
    """Searches one generation with the encoder that built it. Safe from any number of threads."""

    def __init__(self, generation: Generation, encoder: Encoder) -> None:
        """:raises EncoderMismatchError: if the generation was built with another encoder."""
        check_encoder(generation.manifest, encoder)
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
        best: dict[int, _Scored] = {}
        for language in wanted:
            for key, scored in self._score(language, vector, terms, numbers, max(_DEPTH, limit)).items():
                if key not in best or scored.score > best[key].score:
                    best[key] = scored
        matched = [entry for entry in best.items() if entry[1].score > 0]
        ranked = sorted(matched, key=lambda entry: (-entry[1].score, entry[0]))[:limit]
        ids = store.ids([key for key, _ in ranked])
        return [
            Hit(
                id=ids[key],
                language=scored.language,
                score=scored.score,
                rank=rank,
                signals=scored.signals,
                passage=(
                    None if scored.window is None else store.passage_span(key, scored.language, scored.window)
                ),
            )
            for rank, (key, scored) in enumerate(ranked, start=1)
        ]

    def _score(
        self,
        language: str,
        vector: NDArray[np.float32],
        terms: Mapping[str, float],
        documents: Sequence[int] | None,
        depth: int,
    ) -> dict[int, _Scored]:
        vectors = self.generation.vectors[language]
        nearest = vectors.search(vector, depth, documents)
        # Far more than are proposed, so that a candidate of the other ranker nearly always has its score.
        lexical = self.generation.lexical[language].search(terms, depth * _LEXICAL_MARGIN, documents)
        keys = np.union1d(nearest.keys, lexical.keys[:depth])
        if not len(keys):
            return {}
        dense = vectors.score(vector, keys)
        signals = {
            "dense": Signal(_over(keys, dense.keys, np.clip(dense.scores, 0, 1)), float(len(dense.keys) > 0)),
            "bm25": Signal(_over(keys, lexical.keys, lexical.scores), lexical.known),
        }
        windows = dict(zip(dense.keys.tolist(), dense.windows.tolist(), strict=True))
        return {
            key: _Scored(
                language=language,
                score=float(score),
                signals={name: float(signal.scores[place]) for name, signal in signals.items()},
                window=windows.get(key),
            )
            for place, (key, score) in enumerate(zip(keys.tolist(), fuse(signals), strict=True))
        }


def _over(
    keys: NDArray[np.int64], found: NDArray[np.int64], scores: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Scores for the candidates ``keys`` (sorted); 0 where a ranker did not find one."""
    spread = np.zeros(len(keys), np.float32)
    candidates = np.isin(found, keys)
    spread[np.searchsorted(keys, found[candidates])] = scores[candidates]
    return spread
