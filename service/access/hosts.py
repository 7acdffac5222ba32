"""Under which names the service answers: a page of a stranger must not reach it by pointing a name at it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from service.errors import RefusedError, refuse

__all__ = ["TrustedHosts", "hosts_for"]

_NAME = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?")


class TrustedHosts:
    """ASGI middleware: refuses requests whose ``Host`` is none of ``hosts``.

    ``*.un.org`` stands for every name below ``un.org``. Starlette's own answers in another shape.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app = app
        named = {host.lower() for host in hosts}
        self._below = tuple(host[1:] for host in named if host.startswith("*."))
        self._hosts = frozenset(host for host in named if not host.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._trusted(scope):
            error = RefusedError(
                400,
                "unknown_host",
                "the request names a host under which this service does not answer: use the address it was "
                "given, or have its operator add the name to RAPPORTEUR_HOSTS",
            )
            await refuse(scope, receive, send, error)
            return
        await self._app(scope, receive, send)

    def _trusted(self, scope: Scope) -> bool:
        came = [value for name, value in scope["headers"] if name == b"host"]
        match = _NAME.fullmatch(came[0].decode("latin-1").lower()) if len(came) == 1 else None
        if match is None:
            return False
        name = match[1].strip("[]").rstrip(".")
        return name in self._hosts or name.endswith(self._below)


def hosts_for(listening: str, public_url: str | None, named: Sequence[str]) -> tuple[str, ...]:
    """The names to answer under: those named, else on a loopback address its own; none means any."""
    if named:
        return tuple(named)
    try:
        loopback = listening == "localhost" or ipaddress.ip_address(listening).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        return ()
    public = urlsplit(public_url).hostname if public_url else None
    return ("localhost", "127.0.0.1", "::1", listening, *([public] if public else ()))
