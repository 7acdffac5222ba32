"""The words of every paragraph as rows of the embedded model's vocabulary, for what reads word by word.

Late interaction and the translation table score a candidate by its words; looking these up again for every
question would cost more than the scoring. They lie end to end in mapped arrays, in the order of keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.keys import key_range
from index.vocabulary import Rows, end_to_end

__all__ = ["Lookup", "WordIndex", "update_words", "write_words"]

_BATCH: Final = 2048


class Lookup(Protocol):
    """Texts → vocabulary rows."""

    def encode(self, texts: Sequence[str]) -> Rows: ...


class WordIndex:
    """The opened words of one language. Reading is safe from any number of threads."""

    def __init__(self, folder: Path) -> None:
        """:raises ValueError: if a file can't be read as an array, or they don't belong together."""
        self._keys: NDArray[np.int64] = _mapped(folder / "keys.npy", np.int64)
        self._starts: NDArray[np.int64] = _mapped(folder / "starts.npy", np.int64)
        self._rows: NDArray[np.uint32] = _mapped(folder / "rows.npy", np.uint32)
        if len(self._starts) != len(self._keys) + 1 or self._starts[-1] != len(self._rows):
            raise ValueError(
                f"expected in {folder} {len(self._keys) + 1} starts up to {len(self._rows)} words, "
                f"got {len(self._starts)}"
            )

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def average(self) -> float:
        """Words in a paragraph, on average; at least 1."""
        return max(len(self._rows) / max(len(self), 1), 1.0)

    def known(self, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which paragraphs (keys, shape (n,)) are here."""
        places = np.minimum(np.searchsorted(self._keys, keys), max(len(self) - 1, 0))
        return np.asarray(self._keys[places] == keys) if len(self) else np.zeros(len(keys), np.bool_)

    def rows(self, keys: NDArray[np.int64]) -> Rows:
        """The words of paragraphs, in the order of ``keys``, all of which must be here."""
        places = self._keys.searchsorted(keys)
        begins = self._starts.take(places)
        lengths = self._starts.take(places + 1) - begins
        starts = np.concatenate(([0], lengths.cumsum()))
        spread = np.arange(starts[-1]) + (begins - starts[:-1]).repeat(lengths)
        # A row is far below 2³¹.
        return Rows(self._rows.view(np.int32).take(spread), starts)

    def outside(self, documents: Sequence[int]) -> tuple[NDArray[np.int64], Rows]:
        """Keys and words of all paragraphs but those of ``documents`` (by number)."""
        kept = np.ones(len(self), np.bool_)
        for number in documents:
            first, last = np.searchsorted(self._keys, key_range(number))
            kept[first:last] = False
        keys = np.asarray(self._keys[kept])
        return keys, self.rows(keys)


def update_words(
    folder: Path,
    base: WordIndex | None,
    replaced: Sequence[int],
    paragraphs: Iterable[tuple[int, str]],
    lookup: Lookup,
) -> None:
    """Write the words of one language into a new folder.

    They are those of ``base`` without the documents ``replaced`` (by number), and then those of
    ``paragraphs``: (paragraph key, text). Without ``base``, only those.

    :raises OSError: if the disk fails or is full.
    """
    keys: list[NDArray[np.int64]] = []
    words: list[Rows] = []
    if base is not None:
        before, kept = base.outside(replaced)
        keys.append(before)
        words.append(kept)
    batch: list[tuple[int, str]] = []

    def look_up() -> None:
        keys.append(np.array([key for key, _ in batch], np.int64))
        words.append(lookup.encode([text for _, text in batch]))
        batch.clear()

    for key, text in paragraphs:
        batch.append((key, text))
        if len(batch) == _BATCH:
            look_up()
    if batch or not keys:
        look_up()
    write_words(folder, np.concatenate(keys), end_to_end(words))


def write_words(folder: Path, keys: NDArray[np.int64], words: Rows) -> None:
    """Write the words of one language, those of ``keys[i]`` being ``words[i]``, into a new folder.

    :raises OSError: if the disk fails or is full.
    """
    lengths = np.diff(words.starts)
    order = np.argsort(keys, kind="stable")
    starts = np.concatenate(([0], np.cumsum(lengths[order])))
    spread = np.arange(starts[-1]) + np.repeat(words.starts[:-1][order] - starts[:-1], lengths[order])
    folder.mkdir(parents=True)
    np.save(folder / "keys.npy", keys[order])
    np.save(folder / "starts.npy", starts.astype(np.int64))
    np.save(folder / "rows.npy", words.rows[spread].astype(np.uint32))


_Number = TypeVar("_Number", np.int64, np.uint32)


def _mapped(path: Path, kind: type[_Number]) -> NDArray[_Number]:
    """The file's array, mapped, not read: ``.npy`` without objects, so nothing in it can be run."""
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    if array.dtype != kind or array.ndim != 1:
        raise ValueError(f"expected a list of {kind.__name__} in {path}, got {array.dtype} {array.shape}")
    return np.asarray(array)
