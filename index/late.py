"""Late interaction: every word of the question looks for its best match in each passage.

s(q, d) = Σ_i w_i max_j cos₊(q_i, d_j)^1.5 / Σ_i w_i (after ColBERT, Khattab and Zaharia 2020), with the token
vectors and learned token weights of the embedded model. A passage is read in windows that overlap by half
and takes its best window, so that a long paragraph isn't matched by words from all over it.

Where there is a translation table, it is a second witness for a match: with probability c from the table
and likeness l from the vectors, 1 - (1 - l)(1 - c) (noisy-or).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.encoder import StaticEncoder
from index.vocabulary import Rows

if TYPE_CHECKING:
    from index.translation import TranslationTable

__all__ = ["Asked", "LateInteraction", "Spread", "halves"]


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a question as rows, and other names for some of them.

    ``rows`` holds the question's own ``size`` words in reading order and then those of the other names.
    ``names`` has for each name its (begin, end) among the former, and those of its other names among the
    latter, none of them empty.
    """

    rows: NDArray[np.int32]
    size: int
    names: tuple[tuple[tuple[int, int], tuple[tuple[int, int], ...]], ...] = ()

    @classmethod
    def plain(cls, rows: NDArray[np.int32]) -> Asked:
        """A question without names."""
        return cls(rows, len(rows))

    def mean(self, matches: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """The weighted mean of how well each word is matched, a name counting as the best of its names.

        ``matches`` has shape (n, len(rows)), ``weights`` (len(rows),); the mean shape (n,). What a name
        weighs is what its words in the question weigh.
        """
        own = weights[: self.size]
        total = matches[:, : self.size] @ own
        for (begin, end), others in self.names:
            written = matches[:, begin:end] @ weights[begin:end]
            weight = weights[begin:end].sum()
            best = written
            for first, last in others:
                share = weights[first:last] * (weight / weights[first:last].sum())
                best = np.maximum(best, matches[:, first:last] @ share)
            total += best - written
        return np.asarray(total / own.sum(), dtype=np.float32)


class Spread:
    """What passages hold, arranged for scoring: each distinct row once.

    ``rows`` are the distinct rows, ``places`` says for each token which of them it is.
    """

    __slots__ = ("_place_of", "_there", "places", "rows", "starts")

    def __init__(self, passages: Rows, size: int) -> None:
        """``size`` is the number of rows of the model."""
        self._there = np.zeros(size, dtype=np.bool_)
        self._there[passages.rows] = True
        self.rows = self._there.nonzero()[0]
        # Only what is there has a place; the rest of this memory is never touched.
        self._place_of = np.empty(size, dtype=np.int32)
        self._place_of[self.rows] = np.arange(len(self.rows), dtype=np.int32)
        self.places = self._place_of.take(passages.rows)
        self.starts = passages.starts

    def found(self, rows: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Which of ``rows`` (of the model) are there, and where each of those stands among the distinct."""
        which = self._there.take(rows).nonzero()[0]
        return which, self._place_of.take(rows.take(which))


def halves(starts: NDArray[np.int64], longest: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Windows of at most ``longest`` tokens (an even number), each half of it after the one before, as their
    halves: what one window and the next share is looked at once.

    A window is a half and the next one of its passage; the last half is part of the window before. A passage
    that isn't longer than a window is one half, an empty one none. Returns where the halves begin, in order,
    and how many each passage has. ``starts`` is as in :class:`Rows`.
    """
    lengths = starts[1:] - starts[:-1]
    step = longest // 2
    counts = np.where(lengths > longest, -(-lengths // step), np.minimum(lengths, 1))
    ends = counts.cumsum()
    first = starts[:-1] - (ends - counts) * step
    return np.arange(ends[-1] if len(ends) else 0) * step + first.repeat(counts), counts


class LateInteraction:
    """Scores passages for a question, in either language.

    ``window`` is in tokens, an even number: short windows serve questions in another language than the
    passages', whole paragraphs (a window longer than any) those in the same one.
    """

    def __init__(
        self,
        encoder: StaticEncoder,
        table: TranslationTable | None = None,
        *,
        window: int = 32,
    ) -> None:
        self._encoder, self._table = encoder, table
        self._window = window
        vectors = encoder.vectors
        norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        self._scales = np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)

    def token_ids(self, texts: Sequence[str]) -> Rows:
        """The rows of texts, to keep with an index and hand to :meth:`scores_ids`."""
        return self._encoder.vocabulary.encode(texts)

    def scores(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Scores of shape (len(texts),), each from 0 to 1; 0 where the model knows no word of either."""
        return self.scores_ids(self.token_ids([query])[0], self.token_ids(texts))

    def scores_ids(
        self, query: NDArray[np.int32], passages: Rows, *, rarity: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """:meth:`scores` for rows looked up before.

        ``rarity`` (one for each row of ``query``) multiplies the learned weights.
        """
        if not len(query) or not len(passages.rows):
            return np.zeros(len(passages), dtype=np.float32)
        spread = Spread(passages, len(self._scales))
        chances = None if self._table is None else self._table.chances(query, spread)
        return self.scores_spread(Asked.plain(query), spread, chances, rarity=rarity)

    def scores_spread(
        self,
        asked: Asked,
        spread: Spread,
        chances: NDArray[np.float32] | None,
        *,
        rarity: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """:meth:`scores_ids` for passages arranged before, with the table's ``chances`` for them, if any.

        Neither question nor passages may be without any word.
        """
        query = asked.rows
        weights = self._encoder.weights[query]
        if rarity is not None:
            weights = weights * rarity
        likeness = self._likeness(query, spread.rows)
        if chances is not None:
            likeness += chances * (1.0 - likeness)
        tokens = likeness.take(spread.places, axis=0)
        begins, counts = halves(spread.starts, self._window)
        best = np.maximum.reduceat(tokens, begins, axis=0)
        filled = counts.nonzero()[0]
        ends = counts.cumsum()
        if len(filled) < len(begins):
            # The last half of a passage stays by itself, which is never better than with the one before it.
            inner = np.ones(len(begins), dtype=np.bool_)
            inner[ends[filled] - 1] = False
            places = inner.nonzero()[0]
            best[places] = np.maximum(best.take(places, axis=0), best.take(places + 1, axis=0))
        scores = np.zeros(len(counts), dtype=np.float32)
        by_window = asked.mean(best, weights)
        scores[filled] = np.maximum.reduceat(by_window, (ends - counts)[filled])
        return scores

    def best(self, query: NDArray[np.int32], passages: Rows) -> NDArray[np.float32]:
        """How well each row of the question is matched anywhere in each passage, 0 to 1.

        Shape (len(passages), len(query)); 0 in an empty passage. Within a language, words that share their
        translations match too, as far as the table is sure of both.
        """
        found = np.zeros((len(passages), len(query)), dtype=np.float32)
        if not len(query) or not len(passages.rows):
            return found
        spread = Spread(passages, len(self._scales))
        likeness = self._likeness(query, spread.rows)
        if self._table is not None:
            likeness += self._table.chances(query, spread) * (1.0 - likeness)
            np.maximum(likeness, self._table.relatives(query, spread), out=likeness)
        filled = np.flatnonzero(np.diff(passages.starts))
        found[filled] = np.maximum.reduceat(likeness[spread.places], passages.starts[filled], axis=0)
        return found

    def _likeness(self, query: NDArray[np.int32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """cos₊^1.5 of rows of passages and of the question, shape (len(rows), len(query))."""
        vectors = self._encoder.vectors
        likeness = vectors.take(rows, axis=0) @ (vectors[query] * self._scales[query][:, None]).T
        likeness *= self._scales.take(rows)[:, None]
        np.maximum(likeness, 0.0, out=likeness)
        likeness *= np.sqrt(likeness)
        return np.asarray(likeness, dtype=np.float32)
