"""What is refused before anything is parsed."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import body_too_large

__all__ = ["BodyLimit"]


class BodyLimit:
    """ASGI middleware: no request body above ``most`` bytes is read, whether its length is declared or not.

    The refusal (413) has the one shape of errors, which that of FastAPI's own ``max_body_size`` has not.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        # The server has checked that it is a number.
        if declared.isdigit() and int(declared[:20]) > self._most:
            await body_too_large(self._most)(scope, receive, send)
            return
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._most:
                # Raised where the body is read, inside the application: its handlers answer.
                raise HTTPException(413, str(self._most))
            return message

        await self._app(scope, limited, send)
