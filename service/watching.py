"""Drop folders: an ingest whenever files in them have changed and have come to rest."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from watchfiles import watch

from ingest.manifest import MANIFEST
from ingest.readers.formats import ARCHIVES, ENDINGS

__all__ = ["Watching"]

_ROUND: Final = 1.0
"""Seconds after which is looked whether the folders are still the same."""
_LOOK: Final = 60.0
"""Seconds after which files are looked at even if the system told of no change, as on network drives."""
_RETRY: Final = 30.0
"""Seconds after an ingest that failed, for instance because the disk is full, until the next."""

_Files = Mapping[Path, tuple[int, ...]]


@dataclass(slots=True)
class Watching:
    """Watches ``folders``, which may come and go.

    ``ingest`` is called with the files to leave for later, since they are still being written, and says
    whether it worked. A file is at rest when ``settle`` seconds passed without a change. ``tell`` is told
    when a folder is gone and when it is back.
    """

    folders: Sequence[Path]
    ingest: Callable[[Callable[[Path], bool]], bool]
    tell: Callable[[str], None]
    settle: float = 2.0
    _done: dict[Path, tuple[int, ...]] = field(default_factory=dict)
    _missing: set[Path] = field(default_factory=set)
    _retry: float = 0.0

    def run(self) -> None:
        """Until the process is interrupted.

        :raises KeyboardInterrupt: when it is.
        """
        before = self._look()
        told = self._told()
        looked = time.monotonic()
        while True:
            time.sleep(self.settle)
            files = self._look()
            moving = {path for path, seen in files.items() if before.get(path) != seen}
            before = files
            self._step(files, moving)
            if moving:
                continue
            while not next(told) and time.monotonic() < looked + _LOOK:
                if self._retry and time.monotonic() > self._retry:
                    break
            looked = time.monotonic()

    def _step(self, files: _Files, moving: set[Path]) -> None:
        """Ingest what is at rest, if any of it is new."""
        rest = {path: seen for path, seen in files.items() if path not in moving}
        gone = {path for path in self._done if path not in files and not self._is_missing(path)}
        new = {path for path, seen in rest.items() if self._done.get(path) != seen}
        if not (new or gone) or time.monotonic() < self._retry:
            return
        if self.ingest(moving.__contains__):
            self._retry = 0.0
            kept = {path: seen for path, seen in self._done.items() if path not in gone}
            self._done = {**kept, **rest}
        else:
            self._retry = time.monotonic() + _RETRY

    def _is_missing(self, path: Path) -> bool:
        """Whether the folder that the file was in is missing as a whole: then it is waited for."""
        return any(path.is_relative_to(folder.resolve()) for folder in self._missing)

    def _look(self) -> _Files:
        """The files in the folders, with what changes when they do."""
        files: dict[Path, tuple[int, ...]] = {}
        for folder in self.folders:
            if not folder.is_dir():
                if folder not in self._missing:
                    self._missing.add(folder)
                    self.tell(f"{folder} is not there: waiting for it; nothing leaves the index")
                continue
            if folder in self._missing:
                self._missing.remove(folder)
                self.tell(f"{folder} is there again")
            _scan(folder.resolve(), files)
        return files

    def _told(self) -> Iterator[bool]:
        """Endlessly, every second or sooner: whether the system told of a change."""
        while True:
            there = {folder: _identity(folder) for folder in self.folders}
            known = [folder for folder, identity in there.items() if identity is not None]
            if not known:
                time.sleep(_ROUND)
                yield {folder: _identity(folder) for folder in self.folders} != there
                continue
            first = True
            with suppress(FileNotFoundError):
                for changes in watch(
                    *known,
                    watch_filter=None,
                    debounce=100,
                    step=50,
                    rust_timeout=int(_ROUND * 1000),
                    yield_on_timeout=True,
                    ignore_permission_denied=True,
                    raise_interrupt=True,
                ):
                    same = {folder: _identity(folder) for folder in self.folders} == there
                    # What changed before it was watched is only seen by looking.
                    yield first or bool(changes) or not same
                    first = False
                    if not same:
                        break


def _identity(folder: Path) -> tuple[int, int] | None:
    """A folder that was removed and made again is watched anew."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _scan(folder: Path, files: dict[Path, tuple[int, ...]]) -> None:
    """Put the files below a folder into ``files``, links followed once."""
    known: set[tuple[int, int] | None] = set()
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        identity = _identity(here)
        if identity in known:
            continue
        known.add(identity)
        # What vanishes or may not be read meanwhile is for the ingest to tell.
        with suppress(OSError), os.scandir(here) as entries:
            for entry in entries:
                path = here / entry.name
                with suppress(OSError):
                    if entry.is_dir():
                        if not entry.name.startswith("."):
                            waiting.append(path)
                    elif path.suffix.lower() in ENDINGS | ARCHIVES or entry.name == MANIFEST:
                        status = path.stat()
                        files[path] = (
                            status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
                        )  # fmt: skip
