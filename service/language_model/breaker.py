"""A circuit breaker: an endpoint that keeps failing is left alone for a while.

After M. Nygard, "Release It!". Our own, since pybreaker (1.4) waits only on Tornado's coroutines and takes a
call that was cancelled, which says nothing about the endpoint, for a failure or a success.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

__all__ = ["Breaker"]

_FAILURES: Final = 3
_PAUSE: Final = 30.0


class Breaker:
    """Open after so many failures in a row; after a pause one call is let through, and decides.

    For one event loop: not to be shared by threads.
    """

    def __init__(
        self, failures: int = _FAILURES, pause: float = _PAUSE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``pause`` and ``clock`` in seconds."""
        self._most = failures
        self._pause = pause
        self._clock = clock
        self._failed = 0
        self._until: float | None = None
        self._trying = False

    def admits(self) -> bool:
        """Whether a call may be made now. One that is must end in one of the three methods below."""
        if self._until is None:
            return True
        if self._trying or self._clock() < self._until:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        self._failed, self._until, self._trying = 0, None, False

    def failed(self) -> None:
        self._failed += 1
        self._trying = False
        if self._failed >= self._most:
            self._until = self._clock() + self._pause

    def abandoned(self) -> None:
        """The call was given up by its caller: nothing is known of the endpoint."""
        self._trying = False
