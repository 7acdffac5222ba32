"""What is sent to a cluster, in parcels: rows in tables that are one task each, and tables in windows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pyarrow

__all__ = ["BLOCKS", "block_of", "windows"]

_BLOCK_ROWS: Final = 16
_BLOCK_BYTES: Final = 2**19
"""A task's share: a fraction of a second of work where files are texts, a few seconds where they are PDFs."""
BLOCKS: Final = 16
"""In a window, for each processor of the cluster: running a window takes about a second beside its work."""
_WINDOW_BYTES: Final = 2**28


def windows(rows: Iterable[tuple[str, bytes]], blocks: int) -> Iterator[list[pyarrow.Table]]:
    """Tables with the columns ``place``, ``job`` and ``given``, at most so many together."""
    window: list[pyarrow.Table] = []
    block: list[tuple[int, str, bytes]] = []
    size = whole = 0
    for place, (job, given) in enumerate(rows):
        block.append((place, job, given))
        size += len(given)
        if len(block) == _BLOCK_ROWS or size >= _BLOCK_BYTES:
            window.append(block_of(block))
            whole += size
            block, size = [], 0
        if len(window) == blocks or whole >= _WINDOW_BYTES:
            yield window
            window, whole = [], 0
    if block:
        window.append(block_of(block))
    if window:
        yield window


def block_of(rows: Sequence[tuple[int, str, bytes]]) -> pyarrow.Table:
    import pyarrow

    places, jobs, given = zip(*rows, strict=True)
    return pyarrow.table(
        {
            "place": pyarrow.array(places, pyarrow.int64()),
            "job": pyarrow.array(jobs, pyarrow.large_string()),
            "given": pyarrow.array(given, pyarrow.large_binary()),
        }
    )
