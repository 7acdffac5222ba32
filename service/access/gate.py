"""The gate: nothing behind it runs for whom it does not let in."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from service.access.keyring import Keyring
from service.access.keys import Role
from service.access.rates import Rates
from service.errors import RefusedError, refuse

__all__ = ["Admitted", "Gate", "needs"]

_OPEN = frozenset({"/healthz", "/readyz"})
"""What a load balancer asks, without a key and without being counted. Compared whole: whatever is written
in another way is not open."""

_HOW_TO = 'send it as "Authorization: Bearer KEY", as "X-API-Key: KEY", or as the password a browser asks for'


_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="rapporteur", Basic realm="rapporteur", charset="UTF-8"'}


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who was let in: the id of the key, ``None`` without one, and what may be done.

    ``guarded``: whether there are keys at all. ``browser``: whether the key came as a browser's password.
    """

    key: str | None
    role: Role
    guarded: bool = True
    browser: bool = False


class Gate:
    """ASGI middleware. Puts an :class:`Admitted` into ``scope["state"]["admitted"]``.

    Everything but the health checks takes at least :attr:`Role.READ`; a route that takes more says so by
    :func:`needs`. Without a keyring everyone may read, as on one's own machine.
    """

    def __init__(self, app: ASGIApp, keyring: Keyring | None, anonymous: bool, rates: Rates) -> None:
        """``anonymous``: who sends no key may read."""
        self._app = app
        self._keyring = keyring
        self._rates = rates
        if keyring is None:
            self._stranger: Admitted | None = Admitted(None, Role.READ, guarded=False)
        else:
            self._stranger = Admitted(None, Role.READ) if anonymous else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _OPEN:
            await self._app(scope, receive, send)
            return
        try:
            admitted = await self._admit(scope)
        except RefusedError as error:
            await refuse(scope, receive, send, error)
            return
        scope.setdefault("state", {})["admitted"] = admitted
        await self._app(scope, receive, send)

    async def _admit(self, scope: Scope) -> Admitted:
        """:raises RefusedError: 401 for a key that is missing or none of ours, 429 for too many requests."""
        address = scope["client"][0] if scope.get("client") else ""
        admitted = self._stranger
        presented, browser = (None, False) if self._keyring is None else _presented(scope)
        if self._keyring is not None and presented is not None:
            key = self._keyring.holder(presented)
            if key is None:
                admitted = None
            else:
                # A browser sends a password along by itself, whoever makes it ask: good for reading only.
                admitted = Admitted(key.id, Role.READ if browser else key.role, browser=browser)
        if admitted is not None and admitted.key is not None:
            wait = await self._rates.wait_of_key(admitted.key)
        else:
            wait = await self._rates.wait_of_address(address)
        if wait:
            raise RefusedError(
                429,
                "too_many_requests",
                f"too many requests: try again in {wait} s",
                {"retry_after_s": wait},
                {"Retry-After": str(wait)},
            )
        if admitted is None:
            raise RefusedError(
                401,
                "key_required" if presented is None else "key_unknown",
                f"this service answers to holders of a key, got none: {_HOW_TO}"
                if presented is None
                else "the key that came is none of this service's, or no longer: ask its operator for one",
                headers=_CHALLENGE,
            )
        return admitted


def needs(role: Role, *, always: bool = True) -> Callable[[Request], Awaitable[None]]:
    """A dependency for a route that takes more than reading.

    Roles are checked at routes, not by path, since a router and a list of paths may differ about what a path
    is (``/metrics%0A``). ``always=False``: only where there are keys at all.
    """

    async def check(request: Request) -> None:
        admitted: Admitted = request.state.admitted
        if admitted.role.covers(role) or not (admitted.guarded or always):
            return
        if admitted.key is None:
            raise RefusedError(
                401,
                "key_required",
                f"expected a key with the role {role}, got none: {_HOW_TO}",
                {"role": role.value},
                _CHALLENGE,
            )
        raise RefusedError(
            403,
            "role_insufficient",
            f"expected a key with the role {role}, got one with the role {admitted.role}"
            + (" (all that one is good for as a browser's password)" if admitted.browser else ""),
            {"role": role.value},
        )

    return check


def _presented(scope: Scope) -> tuple[str | None, bool]:
    """The key that came with a request, and whether it came as a browser sends passwords."""
    for name, value in scope["headers"]:
        if name == b"x-api-key":
            return value.decode("latin-1").strip(), False
        if name == b"authorization":
            scheme, _, rest = value.decode("latin-1").strip().partition(" ")
            if scheme.lower() != "basic":
                return rest.strip(), False
            try:
                decoded = base64.b64decode(rest.strip(), validate=True).decode("utf-8")
            except (binascii.Error, UnicodeDecodeError):
                return rest, True
            return decoded.partition(":")[2], True
    return None, False
