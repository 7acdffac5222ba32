"""The generation that a running service reads: it follows the one in use without a restart and without a gap.

Each request leases the generation and reads it whole, whatever is ingested meanwhile; a generation is
closed when it is no longer the newest and its last lease ends. If a new one can't be used, the one before
goes on serving, and
:attr:`GenerationHolder.problem` says why.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.backends.contract import Backend, Opened
from index.backends.folder import Folder
from index.generation import FULL_CHECK_BYTES, GenerationError, NoGenerationError
from index.manifest import Named

__all__ = ["GenerationHolder"]


class GenerationHolder:
    """Leases of the newest usable generation in a data folder, or on another backend."""

    def __init__(self, data: Path | Backend, accept: Callable[[Opened], None] | None = None) -> None:
        """Open what is there; with nothing there, the first ingest is picked up when it is done.

        ``accept`` may raise :exc:`GenerationError` to refuse a generation, for instance one of another model.
        """
        self._backend: Backend = Folder(data) if isinstance(data, Path) else data
        self._accept = accept
        self._swap = threading.Lock()
        self._opening = threading.Lock()
        self._held: _Held | None = None
        self._seen: Hashable = None
        self._problem: GenerationError | None = None
        self.refresh()

    @property
    def problem(self) -> GenerationError | None:
        """Why the generation that ``CURRENT`` names is not the one served; ``None`` while it is."""
        return self._problem

    @property
    def settled(self) -> str | None:
        """The id of the generation held, if ``CURRENT`` is as it was when that was opened; else ``None``, and
        :meth:`lease` will look. Opens nothing (:meth:`~index.backends.contract.Backend.signature`).
        """
        held = self._held
        return held.generation.id if held is not None and self._backend.signature() == self._seen else None

    @contextmanager
    def lease(self) -> Iterator[Opened]:
        """The newest usable generation, which stays open while the block runs.

        :raises GenerationError: if there is none.
        """
        self.refresh()
        with self._swap:
            held = self._held
            if held is not None:
                held.readers += 1
        if held is None:
            raise self._problem or NoGenerationError(
                f"expected an index in {self._backend}, but it was closed"
            )
        try:
            yield held.generation
        finally:
            self._release(held)

    def refresh(self) -> None:
        """Follow ``CURRENT`` if it changed since it was last looked at: one look if it did not.

        While one thread opens a new generation, others go on with the old one.
        """
        seen = self._backend.signature()
        if seen == self._seen and (self._held is not None or self._problem is not None):
            return
        if not self._opening.acquire(blocking=self._held is None):
            return
        try:
            if seen != self._seen or (self._held is None and self._problem is None):
                self._open()
                self._seen = seen
        finally:
            self._opening.release()

    def close(self) -> None:
        """Let go of the generation once its last lease ends, and of the backend's connections."""
        self._replace(None)
        self._backend.close()

    def _open(self) -> None:
        try:
            generation = self._accepted(self._backend.open())
        except GenerationError as error:
            self._problem = error
            if self._held is None:
                self._replace(self._fallback())
            return
        self._problem = None
        self._replace(generation)
        if generation.manifest.bytes > FULL_CHECK_BYTES:
            # Too big to be compared byte by byte before it serves, so it is while it serves.
            threading.Thread(target=self._verify, args=(generation.named,), daemon=True).start()

    def _verify(self, named: Named) -> None:
        try:
            self._backend.verify(named)
        except GenerationError as error:
            with self._opening:
                if self._held is not None and self._held.generation.named == named:
                    self._problem = error
                    self._replace(self._fallback())

    def _fallback(self) -> Opened | None:
        """The newest whole generation but the one in use, if it is accepted."""
        generation = self._backend.fallback()
        try:
            return None if generation is None else self._accepted(generation)
        except GenerationError:
            return None

    def _accepted(self, generation: Opened) -> Opened:
        if self._accept is not None:
            try:
                self._accept(generation)
            except BaseException:
                generation.close()
                raise
        return generation

    def _replace(self, generation: Opened | None) -> None:
        with self._swap:
            old, self._held = self._held, None if generation is None else _Held(generation)
        if old is not None:
            self._release(old)

    def _release(self, held: _Held) -> None:
        with self._swap:
            held.readers -= 1
            last = held.readers == 0
        if last:
            held.generation.close()


class _Held:
    """An open generation and how many hold it: the holder itself counts as one reader."""

    def __init__(self, generation: Opened) -> None:
        self.generation = generation
        self.readers = 1
