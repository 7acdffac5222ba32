"""The embedded engines: FAISS, tantivy and SQLite in a folder on this machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.generation import CURRENT, Generation, open_fallback, open_generation, verify_generation
from index.manifest import Manifest, Named

if TYPE_CHECKING:
    from index.build import Update

__all__ = ["Folder"]


@dataclass(frozen=True, slots=True)
class Folder:
    """See :class:`index.backends.contract.Backend`."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    def open(self) -> Generation:
        return open_generation(self.path)

    def fallback(self) -> Generation | None:
        return open_fallback(self.path)

    def signature(self) -> tuple[int, ...]:
        """One ``stat``."""
        try:
            status = os.stat(self.path / CURRENT)  # noqa: PTH116 (called for every request)
        except OSError:
            return ()
        return status.st_ino, status.st_mtime_ns, status.st_size

    def verify(self, named: Named | None = None) -> Manifest:
        return verify_generation(self.path, named)

    def updating(
        self, *, rebuild: bool = False, waiting: Callable[[str], None] | None = None
    ) -> AbstractContextManager[Update]:
        # Only who ingests needs what reads and writes.
        from index.build import updating

        return updating(self.path, rebuild=rebuild, waiting=waiting)

    def close(self) -> None:
        """There is no connection."""
