"""Times and sizes of processes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

__all__ = ["bandwidth", "memory_mb", "percentiles", "timed", "worked"]

_Given = TypeVar("_Given")


def timed(work: Callable[[_Given], object], given: Sequence[_Given]) -> list[float]:
    """Wall-clock milliseconds of ``work`` on each of ``given``, one after the other."""
    taken = []
    for one in given:
        started = time.perf_counter()
        work(one)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def worked(work: Callable[[_Given], object], given: Sequence[_Given]) -> list[float]:
    """Milliseconds of processor time of this process for ``work``: what neighbours take is not in it, though
    what they push out of the caches is.
    """
    taken = []
    for one in given:
        started = time.process_time()
        work(one)
        taken.append((time.process_time() - started) * 1000)
    return taken


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    return {f"p{share}": float(np.percentile(milliseconds, share)) for share in (50, 95, 99)}


def memory_mb(process: int | None = None) -> dict[str, float]:
    """Resident memory in MB (10⁶ bytes): ``own`` is what nobody else could use, ``mapped`` are pages of
    files, which the kernel may drop and processes share.
    """
    status = Path(f"/proc/{process or os.getpid()}/status").read_text(encoding="ascii")
    fields = dict(line.split(":", 1) for line in status.splitlines())
    own, mapped = (int(fields[name].split()[0]) * 1024 / 1e6 for name in ("RssAnon", "RssFile"))
    return {"own_mb": own, "mapped_mb": mapped, "resident_mb": own + mapped}


def bandwidth() -> float:
    """Bytes per second that one core reads from memory: the best of five sums over 256 MB."""
    content = np.ones(1 << 25, np.float64)
    best = 0.0
    for _ in range(5):
        started = time.perf_counter()
        content.sum()
        best = max(best, content.nbytes / (time.perf_counter() - started))
    return best
