"""What the embedded model says word by word: late interaction, and the translation table.

Both read a candidate's words as the index keeps them (:mod:`index.words`); the table also turns a question
into terms of the other language, so that the lexical index proposes candidates across languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import chain
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from index.analysis import query_terms
from index.backends.contract import Words
from index.encoder import StaticEncoder
from index.late import Asked, LateInteraction, Name
from index.remembering import remembered
from index.translation import TranslationTable
from index.wording import Wording

__all__ = ["Interpreter"]

_TERMS: Final = 24
"""Translations that a question is searched by, at most."""


def _shared_out(word: str) -> tuple[tuple[str, float], ...]:
    """The lexical index's terms of a word, with weights that add up to 1."""
    terms = query_terms(word)
    total = sum(terms.values())
    return tuple((term, weight / total) for term, weight in terms.items())


_shares: Final = remembered(_shared_out, 1 << 14)


class Interpreter:
    """Safe from any number of threads."""

    def __init__(self, encoder: StaticEncoder) -> None:
        """:raises EncoderError: if the model's translation table can't be read."""
        self._encoder = encoder
        self.table = TranslationTable.load(encoder, encoder.folder)
        self._name_rows = lru_cache(maxsize=1 << 13)(self._look_up)
        # Within a language whole paragraphs are read, across in windows (LOG.md).
        self._within = LateInteraction(encoder, windows=False)
        self._across = LateInteraction(encoder, self.table)

    def asked(self, wording: Wording, *languages: Literal["en", "zh"]) -> Asked:
        """The question's words as rows, with the other names that texts in ``languages`` may use."""
        own: list[int] = []
        others: list[int] = []
        names: list[tuple[int, int, list[tuple[int, int]], float]] = []
        place = 0
        for variant in wording.variants:
            own += self._rows(wording.text[place : variant.start])
            begin = len(own)
            own += self._rows(wording.text[variant.start : variant.end])
            place = variant.end
            written = own[begin:]
            spans = []
            for form in chain.from_iterable(variant.forms.get(language, ()) for language in languages):
                rows = self._name_rows(form)
                if rows and rows != tuple(written):
                    spans.append((len(others), len(others) + len(rows)))
                    others += rows
            if spans and written:
                names.append((begin, len(own), spans, variant.sure))
        own += self._rows(wording.text[place:])
        size = len(own)
        return Asked(
            np.array(own + others, np.int32),
            size,
            tuple(
                Name(begin, end, tuple((first + size, last + size) for first, last in spans), sure)
                for begin, end, spans, sure in names
            ),
        )

    def covered(self, words: str, text: str) -> float:
        """How well ``words`` are matched in ``text``, in either language, 0..1."""
        vocabulary = self._encoder.vocabulary
        return float(self._across.covered(vocabulary.encode([words])[0], vocabulary.encode([text]))[0])

    def _rows(self, text: str) -> list[int]:
        return self._encoder.vocabulary.rows(text)

    def _look_up(self, name: str) -> tuple[int, ...]:
        return tuple(self._rows(name))

    def translated_terms(self, wording: Wording, language: Literal["en", "zh"]) -> dict[str, float]:
        """Terms of the lexical index, in the other language, for a question in ``language``; each with its
        weight, > 0.
        """
        weights: dict[str, float] = {}
        for word, sure in self.table.expand([wording.text], language, _TERMS):
            for term, share in _shares(word):
                weights[term] = max(weights.get(term, 0.0), sure * share)
        return weights

    def signals(
        self, asked: Asked, words: Words, keys: NDArray[np.int64], *, across: bool
    ) -> Mapping[str, NDArray[np.float32]]:
        """``late``, and across languages ``translation``, for paragraphs (keys, shape (n,), all in
        ``words``), each 0 to 1.

        None where the model knows no word of the question.
        """
        if not asked.size:
            return {}
        rows = words.rows(keys)
        if not len(rows.rows):
            nothing = np.zeros(len(keys), np.float32)
            return {"late": nothing} | ({"translation": nothing} if across else {})
        spread = self._within.spread(rows)
        if not across:
            likeness = self._within.likeness(asked.rows, spread.distinct)
            return {"late": np.clip(self._within.scores_spread(asked, spread, likeness.values), 0.0, 1.0)}
        chances = self.table.chances(asked.rows, spread.distinct)
        likeness = self._across.likeness(asked.rows, spread.distinct, chances)
        found = self.table.scores_spread(asked, spread, chances, average=words.average)
        return {
            "late": np.clip(self._across.scores_spread(asked, spread, likeness.values), 0.0, 1.0),
            "translation": np.clip(found, 0.0, 1.0),
        }
