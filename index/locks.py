"""Who may write, and what is being read: advisory file locks, which the system drops when a process dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.manifest import GenerationError

__all__ = ["IngestRunningError", "in_use", "share", "writing"]


class IngestRunningError(GenerationError):
    """Another process is building a generation in the same data folder."""


@contextmanager
def writing(data: Path, waiting: Callable[[str], None] | None = None) -> Iterator[None]:
    """Be the only writer in ``data`` while the block runs.

    If another process is, ``waiting`` is told once which, and its end is waited for.

    :raises IngestRunningError: if another process is and ``waiting`` is not given; the message names it.
    """
    descriptor = os.open(data / "ingest.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
            if waiting is None:
                raise IngestRunningError(
                    f"another ingest (process {holder}) is writing to {data}: wait until it is done, or stop "
                    "it, and run the command again"
                ) from error
            waiting(f"another ingest (process {holder}) is writing to {data}: waiting until it is done")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        yield
    finally:
        os.close(descriptor)


def share(path: Path) -> int:
    """Mark a file as being read, until the returned descriptor is closed.

    :raises FileNotFoundError: if the file is not there, or is being removed.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        # A collector may have moved the folder away between opening and locking.
        if not path.exists():
            raise FileNotFoundError(path)
    except BlockingIOError as error:
        os.close(descriptor)
        raise FileNotFoundError(path) from error
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def in_use(path: Path) -> bool:
    """Whether some process shares the file (:func:`share`)."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
