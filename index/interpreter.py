"""What the embedded model says word by word: late interaction, and the translation table.

Both read a candidate's words as the index keeps them (:mod:`index.words`); the table also turns a question
into terms of the other language, so that the lexical index proposes candidates across languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from index.analysis import query_terms
from index.encoder import StaticEncoder
from index.late import LateInteraction, Spread
from index.translation import TranslationTable
from index.words import WordIndex

__all__ = ["Interpreter"]

_TERMS: Final = 24
"""Translations that a question is searched by, at most."""

_WHOLE: Final = 1 << 20
"""Words: longer than any paragraph. Within a language whole paragraphs are read, across in windows
(LOG.md).
"""


@lru_cache(maxsize=1 << 14)
def _shares(word: str) -> tuple[tuple[str, float], ...]:
    """The lexical index's terms of a word, with weights that add up to 1."""
    terms = query_terms(word)
    total = sum(terms.values())
    return tuple((term, weight / total) for term, weight in terms.items())


class Interpreter:
    """Safe from any number of threads."""

    def __init__(self, encoder: StaticEncoder) -> None:
        """:raises EncoderError: if the model's translation table can't be read."""
        self._encoder = encoder
        self._table = TranslationTable.load(encoder, encoder.folder)
        self._within = LateInteraction(encoder, window=_WHOLE)
        self._across = LateInteraction(encoder, self._table)

    def rows(self, question: str) -> NDArray[np.int32]:
        """The question's words as rows of the vocabulary, in reading order."""
        return self._encoder.vocabulary.encode([question])[0]

    def translated_terms(self, question: str, language: Literal["en", "zh"]) -> dict[str, float]:
        """Terms of the lexical index, in the other language, for a question in ``language``; each with its
        weight, > 0.
        """
        weights: dict[str, float] = {}
        for word, sure in self._table.expand([question], language, _TERMS):
            for term, share in _shares(word):
                weights[term] = max(weights.get(term, 0.0), sure * share)
        return weights

    def signals(
        self, question: NDArray[np.int32], words: WordIndex, keys: NDArray[np.int64], *, across: bool
    ) -> Mapping[str, NDArray[np.float32]]:
        """``late``, and across languages ``translation``, for paragraphs (keys, shape (n,), all in
        ``words``), each 0 to 1.

        None where the model knows no word of the question.
        """
        if not len(question):
            return {}
        rows = words.rows(keys)
        if not across:
            return {"late": np.clip(self._within.scores_ids(question, rows), 0.0, 1.0)}
        if not len(rows.rows):
            nothing = np.zeros(len(keys), np.float32)
            return {"late": nothing, "translation": nothing}
        spread = Spread(rows, len(self._encoder.vectors))
        chances = self._table.chances(question, spread)
        found = self._table.scores_spread(question, spread, chances, average=words.average)
        return {
            "late": np.clip(self._across.scores_spread(question, spread, chances), 0.0, 1.0),
            "translation": np.clip(found, 0.0, 1.0),
        }
