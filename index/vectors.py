"""Dense search over the passages of one language, by FAISS: inner products of normalised vectors.

Up to 100,000 passages every vector is compared (33 ms for a million, so 3 ms); above, an inverted file with
one byte per dimension (0.98 of the exact result at a hundredth of the time). Files are mapped, not read, so
that processes share one copy.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
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
_FEW_DOCUMENTS: Final = 8
"""Up to here a filter is tested as ranges, one after the other; above, as a set of passages."""

_LOCAL: Final = threading.local()


@dataclass(frozen=True, slots=True)
class VectorMatches:
    """Paragraphs with their best passages by meaning, best first.

    ``keys`` are paragraph keys, ``windows`` the numbers of the best passages, ``scores`` their cosines (-1 to
    1); all of shape (n,).
    """

    keys: NDArray[np.int64]
    windows: NDArray[np.int64]
    scores: NDArray[np.float32]

    @classmethod
    def of_passages(cls, passages: NDArray[np.int64], cosines: NDArray[np.float32]) -> VectorMatches:
        """The paragraphs of some passages, each with its best one; equals in the order of their keys."""
        if not len(passages):
            return _nothing()
        keys = passages >> WINDOW_BITS
        order = np.lexsort((passages, -cosines, keys))
        best = order[np.diff(keys[order], prepend=-1) != 0]
        best = best[np.argsort(-cosines[best], kind="stable")]
        return cls(keys[best], passages[best] & ((1 << WINDOW_BITS) - 1), cosines[best])

    def head(self, limit: int) -> VectorMatches:
        return VectorMatches(self.keys[:limit], self.windows[:limit], self.scores[:limit])


class VectorIndex:
    """The opened index of one language. Searching is safe from any number of threads."""

    def __init__(self, path: Path) -> None:
        """:raises ValueError: if the file can't be read as an index."""
        _one_thread()
        try:
            self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise ValueError(f"expected a FAISS index in {path}, got a file that is none: {error}") from error
        self._ivf = faiss.try_extract_index_ivf(self._index)
        if self._ivf is not None:
            # Where each passage is: to score some few, not to look through all lists for them.
            self._ivf.set_direct_map_type(faiss.DirectMap.Hashtable)

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
            return _nothing()
        selector = None if documents is None else self._within(documents)
        return self._search(vector, min(limit * _PASSAGES_PER_PARAGRAPH, len(self)), selector).head(limit)

    def holds(self, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the paragraphs (keys, shape (n,)) have a passage here."""
        starts, ends = np.searchsorted(
            self._passages_sorted, np.column_stack([keys, keys + 1]) << WINDOW_BITS
        ).T
        return np.asarray(ends > starts)

    def score(self, vector: NDArray[np.float32], keys: NDArray[np.int64]) -> VectorMatches:
        """The given paragraphs (keys, shape (n,)) by their best passages; those not here are left out."""
        places = self._places(np.column_stack([keys, keys + 1]))
        if not len(places) or not vector.any():
            return _nothing()
        passages = self._passages_sorted[places]
        vectors = self._matrix[self._rows[places]] if self._ivf is None else self.vectors(passages)
        return VectorMatches.of_passages(passages, vectors @ vector)

    def vectors(self, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """The stored vectors of passage keys (all of which must be there), shape (n, dimensions)."""
        return np.asarray(self._index.reconstruct_batch(passages), np.float32)

    def _search(self, vector: NDArray[np.float32], wanted: int, selector: Any) -> VectorMatches:
        _one_thread()
        if self._ivf is None:
            parameters = faiss.SearchParameters(sel=selector)
        else:
            # Behind a filter the few that remain may lie in any list, so all lists are looked through.
            probes = _PROBES if selector is None else self._ivf.nlist
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=min(probes, self._ivf.nlist))
        scores, ids = self._index.search(vector.reshape(1, -1), wanted, params=parameters)
        found = ids[0] >= 0
        return VectorMatches.of_passages(ids[0][found], scores[0][found])

    def _within(self, documents: Sequence[int]) -> Any:
        if len(documents) <= _FEW_DOCUMENTS:
            return _ranges(documents)
        return faiss.IDSelectorBatch(self._passages(np.array([key_range(d) for d in documents], np.int64)))

    def _passages(self, ranges: NDArray[np.int64]) -> NDArray[np.int64]:
        """The keys of all passages in half-open ranges of paragraph keys, shape (n, 2)."""
        return self._passages_sorted[self._places(ranges)]

    def _places(self, ranges: NDArray[np.int64]) -> NDArray[np.int64]:
        starts, ends = np.searchsorted(self._passages_sorted, ranges << WINDOW_BITS).T
        lengths = ends - starts
        # The numbers from each start to its end, one after the other.
        offsets = np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
        return np.asarray(np.arange(len(offsets)) + offsets, np.int64)

    @cached_property
    def _passages_sorted(self) -> NDArray[np.int64]:
        return self._passage_ids[self._rows]

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        """Where the passages stand in the file, in the order of their keys."""
        return np.argsort(self._passage_ids, kind="stable")

    @cached_property
    def _passage_ids(self) -> NDArray[np.int64]:
        return _ids(self._index)

    @cached_property
    def _matrix(self) -> NDArray[np.float32]:
        """The vectors in the file's order, shape (passages, dimensions), not copied."""
        flat = faiss.downcast_index(self._index.index)
        content = faiss.rev_swig_ptr(flat.get_xb(), len(self) * self.dimensions)
        return np.asarray(content).reshape(len(self), self.dimensions)


def update_vectors(
    path: Path,
    base: Path | None,
    replaced: Sequence[int],
    passages: NDArray[np.int64],
    vectors: NDArray[np.float32],
) -> None:
    """Write the index of one language.

    It holds what ``base`` holds without the documents ``replaced`` (by number), and then ``passages``
    (keys, shape (n,)) with their normalised ``vectors`` (shape (n, dimensions)). Without ``base``, only
    those.

    :raises OSError: if the disk fails or is full.
    """
    index = None if base is None else faiss.read_index(str(base))
    if index is not None and replaced:
        documents = _ids(index) >> WINDOW_BITS
        starts = np.array([key_range(number) for number in replaced], np.int64)
        gone = _ids(index)[_in_ranges(documents, starts)]
        index.remove_ids(faiss.IDSelectorBatch(gone))
    count = len(passages) + (index.ntotal if index is not None else 0)
    if index is None or _outgrown(index, count):
        if index is not None:
            kept = _ids(index)
            passages = np.concatenate([kept, passages])
            vectors = np.concatenate([index.reconstruct_batch(kept), vectors])
        index = _empty_index(vectors)
    index.add_with_ids(vectors, passages)
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:
        raise OSError(f"{path} could not be written: {error}") from error


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


def _ids(index: Any) -> NDArray[np.int64]:
    """The passage keys that an index holds, in its own order."""
    ivf = faiss.try_extract_index_ivf(index)
    if ivf is None:
        return np.asarray(faiss.vector_to_array(index.id_map), np.int64)
    lists = ivf.invlists
    parts = [
        faiss.rev_swig_ptr(lists.get_ids(number), lists.list_size(number)).copy()
        for number in range(ivf.nlist)
        if lists.list_size(number)
    ]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _in_ranges(values: NDArray[np.int64], ranges: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which values lie in disjoint half-open ranges, shape (n, 2)."""
    ranges = ranges[np.argsort(ranges[:, 0])]
    place = np.searchsorted(ranges[:, 0], values, side="right") - 1
    return np.asarray((place >= 0) & (values < ranges[place, 1]))


def _ranges(documents: Sequence[int]) -> Any:
    chosen: Any = None
    for document in documents:
        start, end = (key << WINDOW_BITS for key in key_range(document))
        one = faiss.IDSelectorRange(start, end)
        chosen = one if chosen is None else faiss.IDSelectorOr(chosen, one)
    return chosen


def _nothing() -> VectorMatches:
    return VectorMatches(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))


def _one_thread() -> None:
    """FAISS counts its threads per thread; a query is too short to share out, and spinning costs others."""
    if not getattr(_LOCAL, "set", False):
        faiss.omp_set_num_threads(1)
        _LOCAL.set = True
