"""Files read in processes of their own, a few at a time, each file with bounds on its time and memory."""

from __future__ import annotations

import os
import queue
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO

from ingest.exchange import job_to_json, outcome_from_json
from ingest.reading import Job, Outcome
from ingest.report import Problem

__all__ = ["Limits", "Workers"]

_ROOT = Path(__file__).resolve().parent.parent
_CHUNK = 2**20
_MOST = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: seconds of time, and bytes of address space (0: no bound)."""

    seconds: float = 120.0
    memory_bytes: int = 3 * 2**30


class Workers:
    """A pool of reading processes; a context manager, which ends them all.

    ``count`` is how many run at once, by default one for each processor that is ours, at most four. They
    start with the first jobs.
    """

    def __init__(self, limits: Limits | None = None, count: int | None = None) -> None:
        self._limits = limits or Limits()
        self._count = count or min(_MOST, _processors())
        self._idle: queue.SimpleQueue[_Process] = queue.SimpleQueue()
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="reading")
        self._processes = [_Process(self._limits) for _ in range(self._count)]
        for process in self._processes:
            self._idle.put(process)

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=error is None, cancel_futures=True)
        if error is not None:
            # Whoever interrupts does not wait until a long file is read.
            for process in self._processes:
                process.kill()
        for _ in range(self._count):
            self._idle.get().close()

    def read_all(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Outcomes in the order of the jobs; only a few files are ahead of what was asked for."""
        source = iter(jobs)
        waiting: list[Future[Outcome]] = [
            self._threads.submit(self._one, job) for job in islice(source, 2 * self._count)
        ]
        while waiting:
            outcome = waiting.pop(0).result()
            waiting.extend(self._threads.submit(self._one, job) for job in islice(source, 1))
            yield outcome

    def _one(self, job: Job) -> Outcome:
        process = self._idle.get()
        try:
            return process.read(job)
        finally:
            self._idle.put(process)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


class _Process:
    """One reading process, started when it is needed and again after it ended."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._running: subprocess.Popen[bytes] | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115

    def close(self) -> None:
        self._end()
        self._log.close()

    def kill(self) -> None:
        """End what is running; who waits for it is told that it ended."""
        running = self._running
        if running is not None:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)

    def read(self, job: Job) -> Outcome:
        process = self._started()
        deadline = time.monotonic() + self._limits.seconds
        try:
            answer = _exchanged(process, job, deadline)
        except TimeoutError:
            self._end()
            seconds = f"{self._limits.seconds:g} seconds"
            return _failed(
                job, "takes too long", f"it was not read within {seconds}", "split it, or check what it is"
            )
        if answer is None:
            process.wait()
            why = f"its reader ended ({_last_line(self._log) or f'status {process.returncode}'})"
            self._end()
            return _failed(
                job, "unreadable", why, "open it in its own program, save it again, and report this line"
            )
        return outcome_from_json(answer)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._running is None or self._running.poll() is not None:
            self._end()
            self._log.seek(0)
            self._log.truncate()
            paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
            self._running = subprocess.Popen(  # noqa: S603
                [sys.executable, "-P", "-m", "ingest.worker", str(self._limits.memory_bytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONUTF8": "1"},
            )
        return self._running

    def _end(self) -> None:
        process, self._running = self._running, None
        if process is None:
            return
        # With all that it started: LibreOffice runs in processes of its own.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                # What was not written yet is for nobody.
                with suppress(BrokenPipeError):
                    pipe.close()


def _exchanged(process: subprocess.Popen[bytes], job: Job, deadline: float) -> bytes | None:
    """The answer to a job, or ``None`` where the process ended first.

    :raises TimeoutError: if the deadline (of the monotonic clock) passes.
    """
    if process.stdin is None or process.stdout is None:
        raise ValueError("expected a process with pipes")
    try:
        process.stdin.write(job_to_json(job).encode("utf-8") + b"\n")
        process.stdin.flush()
    except BrokenPipeError:
        return None
    pieces: list[bytes] = []
    output = process.stdout.fileno()
    while True:
        ready, _, _ = select.select([output], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        piece = os.read(output, _CHUNK)
        if not piece:
            return None
        pieces.append(piece)
        if piece.endswith(b"\n"):
            return b"".join(pieces)


def _last_line(log: IO[bytes]) -> str:
    log.seek(0)
    lines = log.read(_CHUNK).decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip()[:200] if lines else ""


def _failed(job: Job, what: str, why: str, remedy: str) -> Outcome:
    return Outcome(None, problem=Problem(job.shown, what, why, remedy))
