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
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from index.encoder import StaticEncoder
from index.vocabulary import Rows

if TYPE_CHECKING:
    from index.translation import TranslationTable

__all__ = ["BLOCK", "Asked", "Distinct", "LateInteraction", "Likeness", "Name", "Spread"]

BLOCK: Final = 16
"""Tokens. Two blocks that follow each other are a window."""

_INSIDE: Final = np.arange(BLOCK)[:, None]


@dataclass(frozen=True, slots=True)
class Name:
    """Words of a question, ``begin`` to ``end`` among its own, that have other names.

    ``others`` has the (begin, end) of each among the rows of other names, none of them empty. A match of one
    counts ``sure`` (above 0, at most 1) times what it would count.
    """

    begin: int
    end: int
    others: tuple[tuple[int, int], ...]
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a question as rows, and other names for some of them.

    ``rows`` holds the question's own ``size`` words in reading order and then those of the other names.
    """

    rows: NDArray[np.int32]
    size: int
    names: tuple[Name, ...] = ()

    @classmethod
    def plain(cls, rows: NDArray[np.int32]) -> Asked:
        """A question without names."""
        return cls(rows, len(rows))

    def own(self, matches: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """How well each of the question's own words is matched, shape (n, size): a name's at least as well as
        the best of its other names. The arguments are as in :meth:`mean`.
        """
        found = matches[:, : self.size].copy()
        for name in self.names:
            own = found[:, name.begin : name.end]
            for first, last in name.others:
                share = weights[first:last] * (name.sure / weights[first:last].sum())
                best = matches[:, first:last] @ share
                np.maximum(own, best[:, None], out=own)
        return found

    def mean(self, matches: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """The weighted mean of how well each word is matched, a name counting as the best of its names.

        ``matches`` has shape (n, len(rows)), ``weights`` (len(rows),); the mean shape (n,). What a name
        weighs is what its words in the question weigh.
        """
        own = weights[: self.size]
        total = matches[:, : self.size] @ own
        for name in self.names:
            written = matches[:, name.begin : name.end] @ weights[name.begin : name.end]
            weight = weights[name.begin : name.end].sum() * name.sure
            best = written
            for first, last in name.others:
                share = weights[first:last] * (weight / weights[first:last].sum())
                best = np.maximum(best, matches[:, first:last] @ share)
            total += best - written
        return np.asarray(total / own.sum(), dtype=np.float32)


class Distinct:
    """The distinct rows among some tokens: ``rows``, in ascending order."""

    __slots__ = ("_place_of", "_there", "rows")

    def __init__(self, tokens: NDArray[np.int32], size: int) -> None:
        """``size`` is the number of rows of the model."""
        self._there = np.zeros(size, dtype=np.bool_)
        self._there[tokens.astype(np.intp)] = True  # other integers are converted at twice the cost
        self.rows = self._there.nonzero()[0]
        # Only what is there has a place; the rest of this memory is never touched.
        self._place_of = np.empty(size, dtype=np.int32)
        self._place_of[self.rows] = np.arange(len(self.rows), dtype=np.int32)

    def __len__(self) -> int:
        return len(self.rows)

    def holds(self, tokens: NDArray[np.int32]) -> bool:
        """Whether all of ``tokens`` are there."""
        return bool(self._there.take(tokens).all())

    def places(self, tokens: NDArray[np.int32]) -> NDArray[np.int32]:
        """Where each of ``tokens``, all of which are there, stands in ``rows``."""
        return self._place_of.take(tokens)

    def found(self, rows: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Which of ``rows`` (of the model) are there, and where each of those stands."""
        which = self._there.take(rows).nonzero()[0]
        return which, self._place_of.take(rows.take(which))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike ``rows`` of a question and ``distinct`` rows of passages are, 0 to 1, shape
    (len(distinct), len(rows)).
    """

    rows: NDArray[np.int32]
    distinct: Distinct
    values: NDArray[np.float32]


class Spread:
    """Passages laid out for scoring, in blocks of :data:`BLOCK` tokens.

    ``distinct`` are the rows that they hold, or more. ``blocks`` counts the blocks of each passage,
    ``lengths`` its tokens.
    """

    __slots__ = ("_passages", "_places", "blocks", "distinct", "lengths")

    def __init__(self, passages: Rows, distinct: Distinct) -> None:
        self._passages = passages
        self.distinct = distinct
        self.lengths = passages.starts[1:] - passages.starts[:-1]
        self.blocks = -(-self.lengths // BLOCK)
        self._places = distinct.places(passages.rows.take(self._laid_out(passages.starts)))

    @classmethod
    def of(cls, passages: Rows, size: int) -> Spread:
        """``size`` is the number of rows of the model."""
        return cls(passages, Distinct(passages.rows, size))

    def _laid_out(self, starts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which token stands where in the blocks, shape (BLOCK, blocks); a passage's last block is filled up
        with its last token.
        """
        ends = self.blocks.cumsum()
        begins = np.arange(ends[-1] if len(ends) else 0) * BLOCK
        begins += (starts[:-1] - (ends - self.blocks) * BLOCK).repeat(self.blocks)
        return np.minimum(begins + _INSIDE, (starts[1:] - 1).repeat(self.blocks))

    def best(self, likeness: NDArray[np.float32]) -> NDArray[np.float32]:
        """The best match of each word of a question in each block, shape (blocks, words).

        ``likeness`` has shape (len(distinct), words).
        """
        # Over whole blocks it takes a third of the time that a maximum over stretches of tokens does.
        return np.asarray(np.maximum.reduce(likeness.take(self._places, axis=0, mode="clip"), axis=0))

    def best_in_windows(self, likeness: NDArray[np.float32]) -> NDArray[np.float32]:
        """:meth:`best` of each block and the next of its passage, together a window."""
        best = self.best(likeness)
        # The last block of a passage stays by itself, which is never better than with the one before it.
        inner = np.ones(len(best), dtype=np.bool_)
        inner[self.blocks.cumsum()[self.blocks > 0] - 1] = False
        places = inner.nonzero()[0]
        best[places] = np.maximum(best.take(places, axis=0), best.take(places + 1, axis=0))
        return best

    def best_of_passages(self, by_block: NDArray[np.float32]) -> NDArray[np.float32]:
        """The best of the blocks of each passage, by column, shape (passages, …); 0 in an empty passage."""
        filled = self.blocks.nonzero()[0]
        found = np.zeros((len(self.blocks), *by_block.shape[1:]), dtype=np.float32)
        begins = (self.blocks.cumsum() - self.blocks).take(filled)
        found[filled] = np.maximum.reduceat(by_block, begins, axis=0)
        return found

    def sums(self, chances: NDArray[np.float32]) -> NDArray[np.float32]:
        """Σ of ``chances`` (≥ 0, shape (len(distinct), words)) over the tokens of each passage, shape
        (passages, words). Meant for chances of which hardly any is above 0.
        """
        found = np.zeros((len(self.lengths), chances.shape[1]), dtype=np.float32)
        some = chances @ np.ones(chances.shape[1], dtype=np.float32) > 0
        places = self.distinct.places(self._passages.rows)
        tokens = some.take(places).nonzero()[0]
        if len(tokens):
            owners = self._passages.starts.searchsorted(tokens, side="right") - 1
            first = np.concatenate(([0], (owners[1:] != owners[:-1]).nonzero()[0] + 1))
            there = chances.take(places.take(tokens), axis=0)
            found[owners[first]] = np.add.reduceat(there, first, axis=0)
        return found


class LateInteraction:
    """Scores passages for a question, in either language.

    Windows of two blocks serve questions in another language than the passages', whole paragraphs
    (``windows`` false) those in the same one.
    """

    def __init__(
        self,
        encoder: StaticEncoder,
        table: TranslationTable | None = None,
        *,
        windows: bool = True,
    ) -> None:
        self._encoder, self._table = encoder, table
        self._windows = windows
        self._scales = encoder.scales

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
        spread = self.spread(passages)
        likeness = self.likeness(query, spread.distinct)
        return self.scores_spread(Asked.plain(query), spread, likeness.values, rarity=rarity)

    def spread(self, passages: Rows) -> Spread:
        """Passages laid out."""
        return Spread.of(passages, len(self._scales))

    def likeness(
        self, query: NDArray[np.int32], distinct: Distinct, chances: NDArray[np.float32] | None = None
    ) -> Likeness:
        """How alike rows of the question and of passages are.

        ``chances`` are the table's for them, looked up where they aren't given.
        """
        if chances is None and self._table is not None:
            chances = self._table.chances(query, distinct)
        likeness = self._by_vectors(query, distinct.rows)
        if chances is not None:
            likeness += chances * (1.0 - likeness)
        return Likeness(query, distinct, likeness)

    def scores_spread(
        self,
        asked: Asked,
        spread: Spread,
        likeness: NDArray[np.float32],
        *,
        rarity: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """:meth:`scores_ids` for passages laid out before; ``likeness`` has shape (len(spread.distinct),
        len(asked.rows)).

        Neither question nor passages may be without any word.
        """
        weights = self._encoder.weights[asked.rows]
        if rarity is not None:
            weights = weights * rarity
        if not self._windows:
            return asked.mean(spread.best_of_passages(spread.best(likeness)), weights)
        return spread.best_of_passages(asked.mean(spread.best_in_windows(likeness), weights))

    def scores_of_questions(self, questions: Rows, passage: NDArray[np.int32]) -> NDArray[np.float32]:
        """:meth:`scores_ids` of one passage for several questions, shape (len(questions),). It is read in
        windows.
        """
        found = np.zeros(len(questions), dtype=np.float32)
        asked = (questions.starts[1:] > questions.starts[:-1]).nonzero()[0]
        if not len(asked) or not len(passage):
            return found
        spread = self.spread(Rows(passage, np.array([0, len(passage)])))
        likeness = self.likeness(questions.rows, spread.distinct)
        weights = self._encoder.weights[questions.rows]
        begins = questions.starts[asked]
        matched = np.add.reduceat(spread.best_in_windows(likeness.values) * weights, begins, axis=1)
        found[asked] = matched.max(axis=0) / np.add.reduceat(weights, begins)
        return found

    def best(
        self, query: NDArray[np.int32], passages: Rows, known: Likeness | None = None
    ) -> NDArray[np.float32]:
        """How well each row of the question is matched anywhere in each passage, 0 to 1.

        Shape (len(passages), len(query)); 0 in an empty passage. Within a language, words that share their
        translations match too, as far as the table is sure of both. ``known`` is what has been worked out
        before, if anything.
        """
        if not len(query) or not len(passages.rows):
            return np.zeros((len(passages), len(query)), dtype=np.float32)
        if known is None or not known.distinct.holds(passages.rows):
            known = self.likeness(query, Distinct(passages.rows, len(self._scales)))
        likeness = self._columns(query, known)
        if self._table is not None:
            np.maximum(likeness, self._table.relatives(query, known.distinct), out=likeness)
        spread = Spread(passages, known.distinct)
        return spread.best_of_passages(spread.best(likeness))

    def covered(self, words: NDArray[np.int32], passages: Rows) -> NDArray[np.float32]:
        """How well ``words`` are matched in each passage, their mean by weight, 0 to 1; shape (passages,)."""
        weights = self._encoder.weights[words]
        return np.asarray(self.best(words, passages) @ weights / max(float(weights.sum()), 1e-9), np.float32)

    def _columns(self, query: NDArray[np.int32], known: Likeness) -> NDArray[np.float32]:
        """The likeness of ``query``, shape (len(known.distinct), len(query)), as far as it goes from what is
        ``known``.
        """
        columns = {row: column for column, row in enumerate(known.rows.tolist())}
        new = list(dict.fromkeys(row for row in query.tolist() if row not in columns))
        values = known.values
        if new:
            columns |= {row: column for column, row in enumerate(new, len(known.rows))}
            added = self.likeness(np.array(new, np.int32), known.distinct)
            values = np.concatenate([values, added.values], axis=1)
        return values.take([columns[row] for row in query.tolist()], axis=1)

    def _by_vectors(self, query: NDArray[np.int32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """cos₊^1.5 of rows of passages and of the question, shape (len(rows), len(query))."""
        vectors = self._encoder.vectors
        likeness = vectors.take(rows, axis=0) @ (vectors[query] * self._scales[query][:, None]).T
        likeness *= self._scales.take(rows)[:, None]
        np.maximum(likeness, 0.0, out=likeness)
        likeness *= np.sqrt(likeness)
        return np.asarray(likeness, dtype=np.float32)
