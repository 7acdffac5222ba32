"""What is refused before anything is parsed."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import body_too_large

__all__ = ["BodyLimit"]

_CONVERSATIONS = ("/v1/chat/", "/v1/responses", "/mcp")


class BodyLimit:
    """ASGI middleware: no request body above ``most`` bytes is read, whether its length is declared or not.

    The refusal (413) has the one shape of errors, which that of FastAPI's own ``max_body_size`` has not.
    """

    def __init__(self, app: ASGIApp, most: int, conversations: int) -> None:
        """``conversations`` is the limit where a body holds a whole conversation."""
        self._app = app
        self._most = most
        self._conversations = conversations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        most = self._conversations if path.startswith(_CONVERSATIONS) else self._most
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        # The server has checked that it is a number.
        if declared.isdigit() and int(declared[:20]) > most:
            await body_too_large(path, most)(scope, receive, send)
            return
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                # Raised where the body is read, inside the application: its handlers answer.
                raise HTTPException(413, str(most))
            return message

        await self._app(scope, limited, send)
