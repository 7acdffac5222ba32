"""A small application behind the service's own guards, called without a socket."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import httpx
from fastapi import Depends, FastAPI, Request

from service.access.gate import needs
from service.access.keys import Key, Role, issue, write_keys
from service.config import Settings
from service.errors import install_error_handlers
from service.guards import guard
from service.metrics import Metrics

__all__ = ["NOW", "Caller", "client_of", "guarded", "key_file"]

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def guarded(settings: Settings) -> FastAPI:
    """An application that says who was let in, and has a route for each role."""
    app = FastAPI(redirect_slashes=False)
    app.state.metrics = Metrics()
    app.state.calls = []
    install_error_handlers(app)

    @app.get("/v1/whoami")
    async def whoami(request: Request) -> dict[str, str | None]:
        app.state.calls.append("whoami")
        admitted = request.state.admitted
        return {
            "key": admitted.key,
            "role": admitted.role,
            "client": request.client.host if request.client else None,
            "scheme": request.url.scheme,
        }

    @app.post("/v1/ingested", dependencies=[Depends(needs(Role.INGEST))])
    async def ingested() -> str:
        app.state.calls.append("ingested")
        return "done"

    @app.get("/metrics", dependencies=[Depends(needs(Role.ADMIN, always=False))])
    async def counted() -> str:
        app.state.calls.append("metrics")
        return "counted"

    @app.get("/healthz")
    async def healthy() -> str:
        return "ok"

    @app.get("/v1/broken/{word}")
    def broken(word: str) -> None:
        raise ZeroDivisionError(word)

    guard(app, settings)
    return app


class Caller:
    """Calls an application without a socket, always in the same event loop."""

    def __init__(self, app: FastAPI, url: str = "http://rapporteur.test", address: str = "192.0.2.7") -> None:
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app, client=(address, 50_000))
        self._client = httpx.AsyncClient(transport=transport, base_url=url)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self._runner.run(self._client.request(method, path, **options))

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)

    def options(self, path: str, **options: Any) -> httpx.Response:
        return self.request("OPTIONS", path, **options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()


def client_of(settings: Settings) -> Caller:
    return Caller(guarded(settings))


def key_file(path: Path, **roles: Role) -> dict[str, str]:
    """A file of keys, one for each name and role; the keys by name."""
    made: dict[str, str] = {}
    stored: list[Key] = []
    for name, role in roles.items():
        made[name], key = issue(name, role, NOW)
        stored.append(key)
    write_keys(path, tuple(stored))
    return made
