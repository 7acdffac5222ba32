"""One language of a generation on Milvus: its passages by meaning, its texts by BM25, and their words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.backends.cluster import MOST_ROWS, Cluster, Row
from index.backends.rows import PART_BITS, join_words, wire
from index.keys import WINDOW_BITS
from index.lexical import K1, LexicalMatches, WeighedQuery, inverse_document_frequency, weighed
from index.manifest import DamagedGenerationError
from index.vectors import VectorMatches
from index.vocabulary import Rows, end_to_end

__all__ = ["B", "Held", "MilvusFullText", "MilvusVectors", "MilvusWords", "fetch_parts"]

B: Final = 0.75
"""BM25's, as tantivy has it."""

_PASSAGES_PER_PARAGRAPH: Final = 4
"""How many passages are asked for per paragraph wanted, since the best ones may share a paragraph."""
_MORE: Final = 2
"""How many times as many texts are asked for by the server's own BM25 as are wanted: it doesn't weigh terms
as we do, nor count a name as the best of its names."""
_STEPS: Final = 4
"""A term is repeated up to so many times in a query: that is how a weight is told to the server."""
_REMEMBERED_TERMS: Final = 1 << 15
_REMEMBERED_TEXTS: Final = 1 << 15
"""Texts whose words are kept in memory, about: each some hundred bytes."""


@dataclass(frozen=True, slots=True)
class Held:
    """The texts of one language: paragraph keys, sorted, with their numbers of passages and of terms.

    All of shape (n,), mapped from a file.
    """

    keys: NDArray[np.int64]
    passages: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @classmethod
    def load(cls, path: Path) -> Held:
        """:raises ValueError: if the file is none that :meth:`save` wrote."""
        array = np.load(path, mmap_mode="r", allow_pickle=False)
        if array.dtype != np.int64 or array.ndim != 2 or len(array) != 3:
            raise ValueError(f"expected three rows of int64 in {path}, got {array.dtype} {array.shape}")
        keys, passages, lengths = (np.asarray(row) for row in array)
        return cls(keys, passages, lengths)

    def save(self, path: Path) -> None:
        np.save(path, np.stack([self.keys, self.passages, self.lengths]))

    def places(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Which keys are here, and where those that are stand."""
        if not len(self.keys):
            return np.zeros(len(keys), np.bool_), np.empty(0, np.int64)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        there = np.asarray(self.keys[places] == keys)
        return there, places[there]


class MilvusVectors:
    """See :class:`index.backends.contract.Dense`."""

    def __init__(self, cluster: Cluster, collection: str, held: Held, dimensions: int) -> None:
        self._cluster, self._collection, self._held = cluster, collection, held
        self._dimensions = dimensions
        self._count = int(held.passages.sum())

    def __len__(self) -> int:
        return self._count

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def search(
        self, vector: NDArray[np.float32], limit: int, documents: Sequence[int] | None = None
    ) -> VectorMatches:
        wanted = min(limit * _PASSAGES_PER_PARAGRAPH, len(self))
        if limit < 1 or not wanted or not vector.any() or (documents is not None and not documents):
            return _nothing()
        return self._nearest(vector, wanted, _within(documents)).head(limit)

    def holds(self, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
        there, places = self._held.places(keys)
        there[there] = self._held.passages[places] > 0
        return there

    def score(self, vector: NDArray[np.float32], keys: NDArray[np.int64]) -> VectorMatches:
        there, places = self._held.places(keys)
        if not len(places) or not vector.any():
            return _nothing()
        found = []
        known, passages = keys[there], self._held.passages[places]
        # As many at once as one answer can hold all passages of.
        for some in np.split(np.arange(len(known)), _cuts(passages)):
            chosen = f"paragraph in {known[some].tolist()}"
            found.append(self._nearest(vector, int(passages[some].sum()), chosen))
        best = VectorMatches(
            np.concatenate([one.keys for one in found]),
            np.concatenate([one.windows for one in found]),
            np.concatenate([one.scores for one in found]),
        )
        order = np.argsort(-best.scores, kind="stable")
        return VectorMatches(best.keys[order], best.windows[order], best.scores[order])

    @property
    def passages(self) -> NDArray[np.int64]:
        """The keys of all passages, sorted."""
        counts = self._held.passages
        windows = np.arange(len(self)) - np.repeat(np.cumsum(counts) - counts, counts)
        return np.repeat(self._held.keys, counts) << WINDOW_BITS | windows

    def vectors(self, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """The stored vectors of passage keys, shape (n, dimensions).

        :raises DamagedGenerationError: if one is not there.
        """
        found = self._cluster.get(self._collection, passages.tolist(), ["vector"])
        if len(found) < len(passages):
            raise DamagedGenerationError(
                f"expected {len(passages)} passages in {self._collection} on {self._cluster.place}, "
                f"found {len(found)}"
            )
        rows = [found[passage]["vector"] for passage in passages.tolist()]
        return np.array(rows, np.float32).reshape(len(passages), self._dimensions)

    def _nearest(self, vector: NDArray[np.float32], wanted: int, chosen: str) -> VectorMatches:
        if not wanted:
            return _nothing()
        found = self._cluster.nearest(self._collection, vector.tolist(), wanted, chosen)
        return VectorMatches.of_passages(
            np.array([passage for passage, _ in found], np.int64),
            np.array([score for _, score in found], np.float32),
        )


class MilvusFullText:
    """See :class:`index.backends.contract.FullText`.

    The server's BM25 proposes; what it proposes is scored again here, from its terms, as in a folder: with
    weights, with names that count as the best of their names, and with the statistics of the whole language
    where some servers have those of a segment.
    """

    def __init__(
        self, cluster: Cluster, collection: str, held: Held, frequency: Callable[[str], int]
    ) -> None:
        """``frequency`` says how many texts hold a term."""
        self._cluster, self._collection, self._held = cluster, collection, held
        self._average = max(float(held.lengths.mean()) if len(held.keys) else 0.0, 1.0)
        self._frequency = frequency
        self._rarity = lru_cache(maxsize=_REMEMBERED_TERMS)(self._look_up)

    def __len__(self) -> int:
        return len(self._held.keys)

    def search(
        self,
        terms: Mapping[str, float],
        limit: int,
        documents: Sequence[int] | None = None,
        names: Sequence[Sequence[Mapping[str, float]]] = (),
    ) -> LexicalMatches:
        asked = weighed(self._rarity, terms, names)
        if not asked.known or limit < 1 or (documents is not None and not documents):
            return LexicalMatches(np.empty(0, np.int64), np.empty(0, np.float32), 0.0)
        query, chosen = _told(asked), _within(documents)
        (found,) = self._cluster.matching(self._collection, [query], limit * _MORE, chosen)
        keys, scores = self._scored(asked, found)
        order = np.lexsort((keys, -scores))[:limit]
        return LexicalMatches(keys[order], scores[order], asked.known)

    def holds(self, term: str) -> bool:
        return self._rarity(term)[0]

    def idf(self, term: str) -> float:
        return self._rarity(term)[1]

    def _look_up(self, term: str) -> tuple[bool, float]:
        frequency = self._frequency(term)
        return frequency > 0, inverse_document_frequency(len(self), frequency)

    def _scored(
        self, asked: WeighedQuery, found: Sequence[tuple[int, str]]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Paragraph keys and BM25 as a share of what could be reached (:class:`LexicalMatches`)."""
        spread = {wire(term): term for term in asked.terms}
        spread |= {wire(term): term for choice in asked.choices for one in choice for term in one.terms}
        columns = {written: place for place, written in enumerate(spread)}
        places: dict[int, int] = {}
        counts = np.zeros((len(found), len(columns)), np.float32)
        for row, terms in found:
            place = places.setdefault(row >> PART_BITS, len(places))
            for term in terms.split():
                if term in columns:
                    counts[place, columns[term]] += 1
        keys = np.fromiter(places, np.int64, len(places))
        counts = counts[: len(keys)]
        _, held = self._held.places(keys)
        lengths = self._held.lengths[held].astype(np.float32)
        norm = K1 * (1 - B + B * lengths / self._average)
        saturated = counts / (counts + norm[:, None])

        def gain(terms: Mapping[str, float]) -> NDArray[np.float32]:
            total = np.zeros(len(keys), np.float32)
            for term, weight in terms.items():
                total += saturated[:, columns[wire(term)]] * np.float32(weight * self._rarity(term)[1])
            return total

        scores = gain(asked.terms)
        for choice in asked.choices:
            scores += np.maximum.reduce([gain(one.terms) for one in choice])
        some = scores > 0
        return keys[some], scores[some] / np.float32(asked.mass)


class MilvusWords:
    """See :class:`index.backends.contract.Words`."""

    def __init__(self, cluster: Cluster, collection: str, average: float) -> None:
        self._cluster, self._collection = cluster, collection
        self._average = average
        # Replaced as a whole when full, so that readers need no lock.
        self._known: dict[int, NDArray[np.int32]] = {}

    @property
    def average(self) -> float:
        return self._average

    def rows(self, keys: NDArray[np.int64]) -> Rows:
        """:raises DamagedGenerationError: if a text is not there."""
        wanted, known = keys.tolist(), self._known
        found = {key: known[key] for key in wanted if key in known}
        unread = [key for key in wanted if key not in found]
        if unread:
            parts = fetch_parts(self._cluster, self._collection, unread, "words")
            read = {key: join_words(rows) for key, rows in parts.items()}
            if len(known) > _REMEMBERED_TEXTS:
                self._known = known = {}
            known |= read
            found |= read
        if not wanted:
            return Rows(np.empty(0, np.int32), np.zeros(1, np.int64))
        return end_to_end([Rows(found[key], np.array([0, len(found[key])])) for key in wanted])


def fetch_parts(cluster: Cluster, collection: str, keys: Sequence[int], field: str) -> dict[int, list[Row]]:
    """Paragraph key → the rows of its text, in their order.

    :raises DamagedGenerationError: if one is not there.
    """
    first = cluster.get(collection, [key << PART_BITS for key in keys], ["parts", field])
    found = {key: [first[key << PART_BITS]] for key in keys if key << PART_BITS in first}
    more = [
        key << PART_BITS | part for key, rows in found.items() for part in range(1, int(rows[0]["parts"]))
    ]
    others = cluster.get(collection, more, [field]) if more else {}
    if len(found) < len(set(keys)) or len(others) < len(more):
        raise DamagedGenerationError(
            f"expected {len(set(keys))} texts in {collection} on {cluster.place}, found {len(found)}: "
            'run "rapporteur ingest --rebuild"'
        )
    for row in more:
        found[row >> PART_BITS].append(others[row])
    return found


def _told(asked: WeighedQuery) -> str:
    """The query for the server: each term as often as it weighs beside the others."""
    weights = dict(asked.terms)
    for choice in asked.choices:
        for one in choice:
            for term, weight in one.terms.items():
                weights[term] = max(weights.get(term, 0.0), weight)
    most = max(weights.values())
    return " ".join(
        " ".join([wire(term)] * max(1, round(_STEPS * weight / most))) for term, weight in weights.items()
    )


def _within(documents: Sequence[int] | None) -> str:
    return "" if documents is None else f"document in {list(documents)}"


def _cuts(passages: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where to cut, so that no group but a single paragraph has more passages than one answer holds."""
    cuts, total = [], 0
    for place, count in enumerate(passages.tolist()):
        if total and total + count > MOST_ROWS:
            cuts.append(place)
            total = 0
        total += count
    return np.array(cuts, np.int64)


def _nothing() -> VectorMatches:
    return VectorMatches(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))
