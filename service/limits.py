"""What a body may be: how long, and how long it may take. Read whole before anything is parsed or queued."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import RefusedError, refuse

__all__ = ["BodyLimit"]

_CONVERSATIONS = ("/v1/chat/", "/v1/responses", "/mcp")


class BodyLimit:
    """ASGI middleware: no body above ``most`` bytes is read, nor one that takes longer than ``seconds``.

    The body is taken in before the application sees the request: one that comes slowly, or half, holds no
    thread and no place in the queue. Bodies are small, so that they may be held whole. FastAPI's own
    ``max_body_size`` answers in another shape.
    """

    def __init__(self, app: ASGIApp, most: int, conversations: int, seconds: float) -> None:
        """``conversations`` is the limit in bytes where a body holds a whole conversation."""
        self._app = app
        self._most = most
        self._conversations = conversations
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(scope):
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read(scope, receive)
        except RefusedError as error:
            await refuse(scope, receive, send, error)
            return
        if body is None:
            return
        given = False

        async def replayed() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replayed, send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """The body; ``None`` if the client hung up.

        :raises RefusedError: 413 or 408.
        """
        most = self._conversations if scope["path"].startswith(_CONVERSATIONS) else self._most
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        # The server has checked that it is a number.
        if declared.isdigit() and int(declared[:20]) > most:
            raise _too_large(most)
        parts: list[bytes] = []
        received = 0
        try:
            async with asyncio.timeout(self._seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    part = message.get("body", b"")
                    received += len(part)
                    if received > most:
                        raise _too_large(most)
                    parts.append(part)
                    if not message.get("more_body", False):
                        return b"".join(parts)
        except TimeoutError as error:
            raise RefusedError(
                408,
                "body_too_slow",
                f"expected the whole request body within {self._seconds:g} s, got {received} bytes of it: "
                "send it again",
                headers={"Connection": "close"},
            ) from error


def _too_large(most: int) -> RefusedError:
    return RefusedError(
        413,
        "body_too_large",
        f"expected a request body of at most {most} bytes, got more: a question has at most 2000 characters",
        {"max_bytes": most},
    )


def _has_body(scope: Scope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )
