"""Around everything: each request gets an id, is timed and counted, and fails in the one shape."""

from __future__ import annotations

import logging
import re
import secrets
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import internal_error
from service.logs import REQUESTS, within_request
from service.metrics import Metrics

__all__ = ["Observation"]

_log = logging.getLogger(__name__)
_requests = logging.getLogger(REQUESTS)

_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_LONGEST_ASKED = 4000
"""Characters of a body that are logged where questions are."""


class Observation:
    """ASGI middleware, the outermost that answers."""

    def __init__(self, app: ASGIApp, metrics: Metrics, questions: bool) -> None:
        """``questions``: log what was asked too, as it came."""
        self._app = app
        self._metrics = metrics
        self._questions = questions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        identity = _identity(scope)
        header = (b"x-request-id", identity.encode("ascii"))
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), header]}
            await send(message)

        asked: list[bytes] = []

        async def overheard() -> Message:
            message = await receive()
            if sum(map(len, asked)) < _LONGEST_ASKED:
                asked.append(message.get("body", b""))
            return message

        with within_request(identity):
            try:
                await self._app(scope, overheard if self._questions else receive, noted)
            except Exception:
                _log.exception("a request to %s failed", route_of(scope))
                if status:
                    # Too late to say so: the connection is cut, so that nobody takes half for the whole.
                    raise
                await internal_error(scope["path"], identity)(scope, receive, noted)
            finally:
                seconds = time.perf_counter() - started
                route = route_of(scope)
                self._metrics.request(route, scope["method"], status, seconds)
                if _requests.isEnabledFor(logging.INFO):
                    fields: dict[str, object] = {
                        "route": route,
                        "method": scope["method"][:16],
                        "status": status,
                        "ms": round(seconds * 1000, 2),
                    }
                    admitted = scope.get("state", {}).get("admitted")
                    if admitted is not None and admitted.key is not None:
                        fields["key"] = admitted.key
                    if self._questions:
                        fields["query"] = scope["query_string"].decode("latin-1")[:_LONGEST_ASKED]
                        fields["asked"] = b"".join(asked).decode("utf-8", "replace")[:_LONGEST_ASKED]
                    _requests.info("request", extra={"fields": fields})


def route_of(scope: Scope) -> str:
    """The pattern of the route that took the request; ``none`` where none did."""
    route = scope.get("route")
    path = getattr(route, "path", None)
    if path is None and scope["path"].startswith("/mcp"):
        return "/mcp"
    return path if isinstance(path, str) else "none"


def _identity(scope: Scope) -> str:
    """The id that the client or a proxy gave the request, if it is a plain one, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _ID.fullmatch(value):
            return str(value.decode("ascii"))
    return secrets.token_hex(8)
