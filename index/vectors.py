"""Dense search over the passages of one language, by FAISS: inner products of normalised vectors.

Up to 100,000 passages every vector is compared (33 ms for a million, so 3 ms); above, an inverted file
with one byte per dimension (0.98 of the exact result at a hundredth of the time). Files are mapped, not
read, so that processes share one copy.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import faiss
import numpy as np
from numpy.typing import NDArray

from index.keys import WINDOW_BITS, key_range

__all__ = ["FLAT_LIMIT", "VectorIndex", "VectorMatches", "update_vectors"]

FLAT_LIMIT: Final = 100_000
"""Passages up to which all vectors are compared."""

_PROBES: Final = 48
_SEED: Final = 1234
_TRAINING_POINTS_PER_LIST: Final = 64
_PASSAGES_PER_PARAGRAPH: Final = 4
"""How many passages are asked for per paragraph wanted, since the best ones may share a paragraph."""

_LOCAL: Final = threading.local()


@dataclass(frozen=True, slots=True)
class VectorMatches:
    """Paragraphs found by meaning, best first, each with its best passage.

    ``keys`` are paragraph keys, ``windows`` the numbers of the best passages, ``scores`` their cosines (-1
    to 1); all of shape (n,).
    """

    keys: NDArray[np.int64]
    windows: NDArray[np.int64]
    scores: NDArray[np.float32]


class VectorIndex:
    """The opened index of one language. Searching is safe from any number of threads."""

    def __init__(self, path: Path) -> None:
        _one_thread()
        self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        self._ivf = faiss.try_extract_index_ivf(self._index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimensions(self) -> int:
        return int(self._index.d)

    def search(
        self, vector: NDArray[np.float32], limit: int, documents: Sequence[int] | None = None
    ) -> VectorMatches:
        """The best ``limit`` paragraphs for a vector of shape (dimensions,), within ``documents`` if given.

        A zero vector (no token of the query is known) finds nothing.
        """
        if limit < 1 or not len(self) or not vector.any() or (documents is not None and not documents):
            return VectorMatches(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))
        _one_thread()
        wanted = min(limit * _PASSAGES_PER_PARAGRAPH, len(self))
        scores, ids = self._index.search(vector.reshape(1, -1), wanted, params=self._parameters(documents))
        found = ids[0] >= 0
        passages, cosines = ids[0][found], scores[0][found]
        # Best first, so the first passage of a paragraph is its best.
        _, first = np.unique(passages >> WINDOW_BITS, return_index=True)
        order = np.sort(first)[:limit]
        return VectorMatches(
            passages[order] >> WINDOW_BITS, passages[order] & ((1 << WINDOW_BITS) - 1), cosines[order]
        )

    def vectors(self, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """The stored vectors of passage keys (all of which must be there), shape (n, dimensions)."""
        if self._ivf is not None and self._ivf.direct_map.type == faiss.DirectMap.NoMap:
            self._ivf.set_direct_map_type(faiss.DirectMap.Hashtable)
        return np.asarray(self._index.reconstruct_batch(passages), np.float32)

    def _parameters(self, documents: Sequence[int] | None) -> Any:
        selector = None if documents is None else _selector(documents)
        if self._ivf is None:
            return faiss.SearchParameters(sel=selector)
        # Behind a filter the few that remain may lie in any list, so all lists are looked through.
        probes = _PROBES if documents is None else self._ivf.nlist
        return faiss.SearchParametersIVF(sel=selector, nprobe=min(probes, self._ivf.nlist))


def update_vectors(
    path: Path,
    base: Path | None,
    replaced: Sequence[int],
    passages: NDArray[np.int64],
    vectors: NDArray[np.float32],
) -> None:
    """Write the index of one language.

    It holds what ``base`` holds without the documents ``replaced`` (by number), and then ``passages``
    (keys, shape (n,)) with their normalised ``vectors`` (shape (n, dimensions)).
    Without ``base``, only those.
    """
    index = None if base is None else faiss.read_index(str(base))
    if index is not None and replaced:
        index.remove_ids(_selector(replaced))
    count = len(passages) + (index.ntotal if index is not None else 0)
    if index is None or _outgrown(index, count):
        if index is not None:
            kept = faiss.vector_to_array(index.id_map)
            passages = np.concatenate([kept, passages])
            vectors = np.concatenate([index.reconstruct_batch(kept), vectors])
        index = _empty_index(vectors)
    index.add_with_ids(vectors, passages)
    faiss.write_index(index, str(path))


def _outgrown(index: Any, count: int) -> bool:
    return count > FLAT_LIMIT and faiss.try_extract_index_ivf(index) is None


def _empty_index(vectors: NDArray[np.float32]) -> Any:
    """An index of the kind that suits this many vectors, trained on them."""
    count, dimensions = vectors.shape
    if count <= FLAT_LIMIT:
        return faiss.IndexIDMap2(faiss.IndexFlatIP(dimensions))
    lists = 1 << round(math.log2(4 * math.sqrt(count)))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimensions),
        dimensions,
        lists,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
    )
    index.cp.seed = _SEED
    sample = np.random.default_rng(_SEED).choice(
        count, min(count, lists * _TRAINING_POINTS_PER_LIST), replace=False
    )
    index.train(vectors[np.sort(sample)])
    return index


def _selector(documents: Sequence[int]) -> Any:
    """The passages of some documents: ranges of keys, joined."""
    chosen: Any = None
    for document in documents:
        start, end = (key << WINDOW_BITS for key in key_range(document))
        one = faiss.IDSelectorRange(start, end)
        chosen = one if chosen is None else faiss.IDSelectorOr(chosen, one)
    return chosen


def _one_thread() -> None:
    """FAISS keeps its thread count per thread; a query is too short to share out, and spinning threads
    cost others.
    """
    if not getattr(_LOCAL, "set", False):
        faiss.omp_set_num_threads(1)
        _LOCAL.set = True
