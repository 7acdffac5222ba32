"""Questions and searches take turns: one thread of a process works on them.

What they do is mostly Python, in which two threads only take each other's place. With 16 at once a process
answered 36 questions a second, with four 40, with two 54, one after the other 60 (sample, two busy cores,
eight clients). More at once take more processes: ``--workers``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

__all__ = ["in_turn"]

_Result = TypeVar("_Result")

# One for each event loop.
_turn: Final = RunVar[CapacityLimiter]("turn")


async def in_turn(work: Callable[[], _Result]) -> _Result:
    """``work()`` in a thread, once all that came before is done.

    Who is cancelled while waiting is never worked for; what has begun goes on to its end.
    """
    try:
        limiter = _turn.get()
    except LookupError:
        limiter = CapacityLimiter(1)
        _turn.set(limiter)
    return await to_thread.run_sync(work, limiter=limiter)
