"""Headers that keep a browser from doing with a response what it is not meant for."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["SecurityHeaders"]

_Header = tuple[bytes, bytes]

_DATA_POLICY: Final = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For data, and for whatever brings no policy of its own: a browser that shows it loads and runs nothing."""

_ALWAYS: Final[tuple[_Header, ...]] = (
    (b"content-security-policy", _DATA_POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_NOT_STORED: Final[_Header] = (b"cache-control", b"no-store")
"""For answers: what a delegate asked stays in no cache between here and there."""
_HTTPS_ONLY: Final[_Header] = (b"strict-transport-security", b"max-age=31536000")


class SecurityHeaders:
    """ASGI middleware: adds each header that the response has not set itself.

    The list is OWASP's HTTP headers cheat sheet's, less what browsers have given up.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = list(_ALWAYS)
        if scope["path"].startswith("/v1/"):
            added.append(_NOT_STORED)
        if scope["scheme"] == "https":
            added.append(_HTTPS_ONLY)

        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                given = {name for name, _ in headers}
                headers += [header for header in added if header[0] not in given]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, hardened)
