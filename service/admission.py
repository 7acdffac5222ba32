"""How many requests are worked on at once, and how many may wait; the others are told to come later."""

from __future__ import annotations

import asyncio

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import RefusedError, refuse
from service.metrics import Metrics

__all__ = ["Admission"]

_WORK = ("/v1/", "/mcp")
"""Paths behind which there is work to do; pages, health and metrics always come through."""


class Admission:
    """ASGI middleware: a bounded queue in front of the work.

    A service without one answers everybody late: the queue grows, clients give up and ask again, and what is
    worked on is what nobody waits for any more. So the wait is bounded twice, by length and by time.
    """

    def __init__(
        self, app: ASGIApp, *, running: int, waiting: int, patience: float, metrics: Metrics
    ) -> None:
        """At most ``running`` requests are worked on, ``waiting`` wait, and each ``patience`` seconds."""
        self._app = app
        self._slots = asyncio.Semaphore(running)
        self._most_waiting = waiting
        self._patience = patience
        self._metrics = metrics
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_WORK) or _listens(scope):
            await self._app(scope, receive, send)
            return
        if self._slots.locked():
            try:
                await self._wait()
            except RefusedError as error:
                await refuse(scope, receive, send, error)
                return
            receive, present = await _present(receive)
            if not present:
                self._slots.release()
                return
        else:
            await self._slots.acquire()
        self._metrics.running.inc()
        try:
            await self._app(scope, receive, send)
        finally:
            self._metrics.running.dec()
            self._slots.release()

    async def _wait(self) -> None:
        """:raises RefusedError: 503 if the queue is full, or the turn did not come in time."""
        if self._waiting >= self._most_waiting:
            raise self._overloaded("full")
        self._waiting += 1
        self._metrics.waiting.inc()
        try:
            async with asyncio.timeout(self._patience):
                await self._slots.acquire()
        except TimeoutError as error:
            raise self._overloaded("late") from error
        finally:
            self._waiting -= 1
            self._metrics.waiting.dec()

    def _overloaded(self, why: str) -> RefusedError:
        self._metrics.shed.labels(why).inc()
        return RefusedError(
            503,
            "overloaded",
            "more is asked of this service than it can answer in time: try again in a moment",
            {"retry_after_s": 1},
            {"Retry-After": "1"},
        )


def _listens(scope: Scope) -> bool:
    """Whether this is an MCP client that holds a connection open to be told things: no work until it asks."""
    return bool(scope["method"] == "GET" and scope["path"].startswith("/mcp"))


async def _present(receive: Receive) -> tuple[Receive, bool]:
    """``receive`` as it was before, and whether the client is still there after its wait.

    The request is taken in by now, so a second message can only be that the client hung up; where there is
    none, waiting for it is cancelled before it begins (as in starlette's ``is_disconnected``).
    """
    first = await receive()
    gone = first["type"] == "http.disconnect"
    if not gone:
        with anyio.CancelScope() as scope:
            scope.cancel()
            gone = (await receive())["type"] == "http.disconnect"
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return first

    return again, not gone
