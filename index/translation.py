"""The translation table: which words stand for which, learned from aligned texts.

Probabilistic structured queries (Darwish and Oard 2003): a word of the question is counted in a passage of
the other language by way of the words that translate it, each with its probability, and then scored as
BM25 would. Words that both languages write alike (numbers, symbols, names) count as themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from index.encoder import EMBEDDED, EncoderError, StaticEncoder
from index.late import Asked, Distinct, Spread
from index.vocabulary import Rows

__all__ = ["TranslationTable"]

_K1, _B = 0.5, 0.75
_MOST_TRANSLATIONS = 8  # of one word, in an expansion


class TranslationTable:
    """Rows of the embedded model's vocabulary with their translations.

    The file holds, for each English row, Chinese rows and two probabilities as bytes (p = (byte / 255)²):
    of the Chinese word given the English one, and of the English word given the Chinese one.
    """

    def __init__(
        self,
        encoder: StaticEncoder,
        english: NDArray[np.int32],
        chinese: NDArray[np.int32],
        forward: NDArray[np.uint8],
        backward: NDArray[np.uint8],
        names: Sequence[str],
    ) -> None:
        """Entries are in order of ``english``; ``names`` has a word for each row."""
        self._encoder, self._names = encoder, names
        size = len(encoder.vectors)
        order = np.argsort(chinese, kind="stable")
        # By row of the question: rows of the passage, √p(question row | passage row), √p(the reverse), the
        # roots as bytes.
        sources = np.concatenate((english, chinese[order]))
        self._targets = np.concatenate((chinese, english[order]))
        self._given_passage = np.concatenate((backward, forward[order]))
        resort = np.argsort(sources, kind="stable")
        self._targets = self._targets[resort]
        self._given_passage = self._given_passage[resort]
        self._given_question = np.concatenate((forward, backward[order]))[resort]
        self._starts = np.searchsorted(sources[resort], np.arange(size + 1))
        self._likeliest = lru_cache(maxsize=1 << 15)(self._best)
        self._meanings = lru_cache(maxsize=1 << 13)(self._surest)
        self._chinese_rows = np.zeros(size, dtype=bool)
        self._chinese_rows[chinese] = True

    @classmethod
    def load(cls, encoder: StaticEncoder, folder: Path = EMBEDDED) -> TranslationTable:
        """The table that belongs to the embedded model.

        :raises EncoderError: if the file is missing or damaged.
        """
        path = folder / "translations.safetensors"
        try:
            tensors = load_file(path)
            counts, first = tensors["counts"].astype(np.int64), int(tensors["first_chinese"][0])
            english = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
            chinese = tensors["chinese"].astype(np.int32) + first
            forward, backward = tensors["forward"], tensors["backward"]
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise EncoderError(
                f"expected the translation table in {path}, but it cannot be read ({error}): "
                "restore the folder, or install the project again"
            ) from error
        names = encoder.vocabulary.names(len(encoder.vectors))
        return cls(encoder, english, chinese, forward, backward, names)

    def expand(
        self, tokens: Sequence[str], language: Literal["en", "zh"], limit: int
    ) -> list[tuple[str, float]]:
        """Words of the other language for words (or whole texts) in ``language``, the heaviest first.

        At most ``limit`` of them, each with a weight from 0 to 1: how sure the translation is, times how
        much the word counts. English words come in their commonest form, Chinese ones as words; pass them
        through the analyser of the lexical index.
        """
        rows = self._encoder.vocabulary.encode(tokens).rows
        own = rows[self._chinese_rows.take(rows) == (language == "zh")]
        weights: dict[int, float] = {}
        for row in own.tolist():
            for target, weight in self._likeliest(row):
                if weight > weights.get(target, 0.0):
                    weights[target] = weight
        heaviest = sorted((-weight, row) for row, weight in weights.items())[:limit]
        return [(self._names[row], min(-weight, 1.0)) for weight, row in heaviest]

    def _best(self, row: int) -> tuple[tuple[int, float], ...]:
        """The surest translations of a row, each with its weight."""
        begin, end = int(self._starts[row]), int(self._starts[row + 1])
        sure = _root(self._given_passage[begin:end]) * _root(self._given_question[begin:end])
        sure *= self._encoder.weights[row]
        best = np.argsort(-sure)[:_MOST_TRANSLATIONS]
        return tuple(zip(self._targets[begin:end][best].tolist(), sure[best].tolist(), strict=True))

    def _surest(self, row: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The likeliest translations of a row, and their √p given it. Not to be changed."""
        begin, end = int(self._starts[row]), int(self._starts[row + 1])
        sure = _root(self._given_question[begin:end])
        best = np.argsort(-sure)[:_MOST_TRANSLATIONS]
        return self._targets[begin:end][best], sure[best]

    def psq_score(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Scores of shape (len(texts),), 0 to 1; texts may be of both languages."""
        encode = self._encoder.vocabulary.encode
        return self.scores_ids(encode([query])[0], encode(texts))

    def scores_ids(
        self,
        query: NDArray[np.int32],
        passages: Rows,
        *,
        rarity: NDArray[np.float32] | None = None,
        average: float | None = None,
    ) -> NDArray[np.float32]:
        """:meth:`psq_score` for rows looked up before.

        ``rarity`` (one for each row of ``query``) is what a word counts, the learned token weight by
        default; ``average`` is the collection's mean passage length in tokens.
        """
        if not len(query) or not len(passages.rows):
            return np.zeros(len(passages), dtype=np.float32)
        spread = Spread.of(passages, len(self._encoder.vectors))
        chances = self.chances(query, spread.distinct)
        return self.scores_spread(Asked.plain(query), spread, chances, rarity=rarity, average=average)

    def scores_spread(
        self,
        asked: Asked,
        spread: Spread,
        chances: NDArray[np.float32],
        *,
        rarity: NDArray[np.float32] | None = None,
        average: float | None = None,
    ) -> NDArray[np.float32]:
        """:meth:`scores_ids` for passages arranged before, with their :meth:`chances`.

        Neither question nor passages may be without any word.
        """
        weights = self._encoder.weights[asked.rows] if rarity is None else rarity
        counts = spread.sums(chances)
        lengths = spread.lengths.astype(np.float32)
        norm = _K1 * (1 - _B + _B * lengths / (average or max(float(lengths.mean()), 1.0)))
        saturated = (counts / (counts + norm[:, None])).astype(np.float32)
        return asked.mean(saturated, weights)

    def counts(self, query: NDArray[np.int32], passages: Rows) -> NDArray[np.float32]:
        """How often each row of the question stands in each passage, in either language.

        Shape (passages, rows of the question): Σ over the passage's words of √p(question word | word).
        """
        spread = Spread.of(passages, len(self._encoder.vectors))
        return spread.sums(self.chances(query, spread.distinct))

    def chances(self, query: NDArray[np.int32], distinct: Distinct) -> NDArray[np.float32]:
        """√p(row of the question | row of a passage), 1 for a row and itself.

        Shape (len(distinct), len(query)).
        """
        found = np.zeros((len(distinct), len(query)), dtype=np.float32)
        places, columns, chances = self._pairs(query, distinct)
        found[places, columns] = chances
        return found

    def relatives(self, query: NDArray[np.int32], distinct: Distinct) -> NDArray[np.float32]:
        """How sure it is that a row of a passage means what a row of the question does, by way of the other
        language.

        Shape (len(distinct), len(query)): max over translations t of √p(t | question row) √p(t | row).
        """
        found = np.zeros((len(distinct), len(query)), dtype=np.float32)
        meanings, sure = zip(*map(self._meanings, query.tolist()), strict=True)
        owners = np.arange(len(query)).repeat([*map(len, meanings)])
        places, between, chances = self._pairs(np.concatenate(meanings), distinct)
        chances *= np.concatenate(sure).take(between)
        np.maximum.at(found.reshape(-1), places * len(query) + owners.take(between), chances)
        return found

    def _pairs(
        self, query: NDArray[np.int32], distinct: Distinct
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """Places among ``distinct`` and in ``query`` of rows that the table knows to go together, each with
        √p(row of the question | row of the passage); after them those of each row and itself, with 1.
        """
        begins = self._starts[query]
        lengths = self._starts[query + 1] - begins
        columns = np.arange(len(query)).repeat(lengths)
        entries = np.arange(len(columns)) + (begins - lengths.cumsum() + lengths).repeat(lengths)
        which, places = distinct.found(self._targets.take(entries))
        chances = _root(self._given_passage.take(entries.take(which)))
        same, own = distinct.found(query)
        return (
            np.concatenate([places, own]),
            np.concatenate([columns.take(which), same]),
            np.concatenate([chances, np.ones(len(same), np.float32)]),
        )


def _root(stored: NDArray[np.uint8]) -> NDArray[np.float32]:
    """√p of what is stored, 0..1."""
    return stored.astype(np.float32) / np.float32(255.0)
