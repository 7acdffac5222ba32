"""Documents prepared for the index in processes of their own, while what was prepared is written.

Reading facts and cutting passages is more than half of the work of an ingest, and depends on nothing but the
document.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from index.factrows import FactRows
from index.tables import Windows
from ingest.exchange import outcome_to_json
from ingest.paragraphs import Document
from ingest.reading import Outcome

__all__ = ["MANY", "Preparation", "Prepared", "Preparing"]

MANY: Final = 700_000
"""Characters from which on starting the processes is worth it: that takes most of a second, as do so many."""

_ROOT: Final = Path(__file__).resolve().parent.parent
_MOST: Final = 4


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document's facts as JSON by what they were read from, its passages, and vectors, shape (dimensions,),
    by the SHA-256 of what was embedded; the rows of its facts, and the terms of its paragraphs by language.
    Any may be missing, and is then made by who needs it.
    """

    facts: Mapping[bytes, str] = field(default_factory=dict)
    windows: Windows = field(default_factory=dict)
    vectors: Mapping[bytes, NDArray[np.float32]] = field(default_factory=dict)
    rows: FactRows | None = None
    terms: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, line: str | bytes) -> Prepared:
        """As :func:`index.preparer.prepared` tells it, without vectors."""
        made = json.loads(line)
        facts = {bytes.fromhex(basis): found for basis, found in made["facts"].items()}
        rows = None if made["rows"] is None else FactRows.from_json(made["rows"], facts)
        return cls(facts, made["windows"], rows=rows, terms=made["terms"])


class Preparation(Protocol):
    """Who prepares documents apart from the program: its processes, or machines of a cluster."""

    def all(self, documents: Iterable[Sequence[Document]]) -> Iterator[Prepared]:
        """For the versions of each document, in their order; some are ahead of what was asked for."""
        ...


class Preparing:
    """Processes that prepare; a context manager, which ends them.

    ``count`` is how many, by default one for each processor that is ours, at most four: who writes what they
    made waits for them most of the time.
    """

    def __init__(self, glossary: Path | None, count: int | None = None) -> None:
        self._command = [sys.executable, "-P", "-m", "index.preparer"]
        if glossary is not None:
            self._command.append(str(glossary.resolve()))
        self._count = count or min(_MOST, _processors())
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="preparing")
        self._idle: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Preparing:
        paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
        environment = {
            **os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONUTF8": "1"
        }  # fmt: skip
        for _ in range(self._count):
            process = subprocess.Popen(  # noqa: S603
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
                env=environment,
            )
            self._processes.append(process)
            self._idle.put(process)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.kill()
        self._threads.shutdown(cancel_futures=True)
        for process in self._processes:
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    # What was not written yet is for nobody.
                    with suppress(BrokenPipeError):
                        pipe.close()

    def all(self, documents: Iterable[Sequence[Document]]) -> Iterator[Prepared]:
        """For the versions of each document, in their order; a few are ahead of what was asked for."""
        source = iter(documents)
        waiting: list[Future[Prepared]] = [
            self._threads.submit(self._one, versions) for versions in islice(source, 4 * self._count)
        ]
        while waiting:
            yield waiting.pop(0).result()
            waiting.extend(self._threads.submit(self._one, versions) for versions in islice(source, 1))

    def _one(self, versions: Sequence[Document]) -> Prepared:
        if not versions:
            return Prepared()
        process = self._idle.get()
        try:
            line = _exchanged(process, versions)
        finally:
            self._idle.put(process)
        if line is None:
            # The process ended, as when memory is short: what it should have made is made where it is needed.
            return Prepared()
        return Prepared.from_json(line)


def _exchanged(process: subprocess.Popen[bytes], versions: Sequence[Document]) -> bytes | None:
    """The answer of a process, ``None`` where it ended."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("expected a process with pipes")
    try:
        process.stdin.write(json.dumps([outcome_to_json(Outcome(one)) for one in versions]).encode() + b"\n")
        process.stdin.flush()
    except (BrokenPipeError, ValueError):
        return None
    line = process.stdout.readline()
    return line if line.endswith(b"\n") else None


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
