"""Processes side by side that don't take each other's cores."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final

import torch
from threadpoolctl import threadpool_limits

__all__ = ["side_by_side"]

_PROCESSES: Final = 2


def side_by_side() -> ProcessPoolExecutor:
    """Processes of one thread each.

    The matrices of a question are small: with as many threads as cores in each process, the fits take ten
    times as long (two cores).
    """
    return ProcessPoolExecutor(_PROCESSES, get_context("spawn"), initializer=_one_thread)


def _one_thread() -> None:
    """Let what computes here use one thread."""
    torch.set_num_threads(1)
    threadpool_limits(limits=1)
