"""A service on a free loopback port, in a thread, for tests over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from service.app import create_app
from service.config import Settings
from service.connections import patient

__all__ = ["error_of", "running", "serving"]


@contextmanager
def running(settings: Settings) -> Iterator[httpx.Client]:
    """A client of the service with these settings; it is stopped afterwards."""
    with serving(create_app(settings)) as client:
        yield client


@contextmanager
def serving(app: FastAPI, stall_seconds: float = 20) -> Iterator[httpx.Client]:
    """A client of ``app``; it is stopped afterwards."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        http=patient(10, stall_seconds),
        ws="none",
        proxy_headers=False,
        log_level="warning",
        access_log=False,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    started = threading.Event()
    startup = server.startup

    async def announced(sockets: Any = None) -> None:
        await startup(sockets)
        started.set()

    server.startup = announced  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        if not started.wait(60):
            raise TimeoutError("the service did not start within a minute")
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(60)


def error_of(response: httpx.Response) -> dict[str, Any]:
    """The error in ``response``, which must have the one shape and nothing else."""
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert set(body) == {"error"}
    error: dict[str, Any] = body["error"]
    assert set(error) == {"code", "message", "details"}
    assert isinstance(error["code"], str)
    assert error["code"]
    assert isinstance(error["message"], str)
    assert error["message"]
    assert "\n" not in error["message"]
    assert isinstance(error["details"], dict)
    assert "Traceback" not in response.text
    return error
