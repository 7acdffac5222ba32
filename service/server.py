"""The process that serves the application."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from service.access.hosts import hosts_for
from service.app import create_app
from service.config import Settings
from service.connections import patient
from service.logs import install_logs

__all__ = ["run"]

_GRACE = 10
"""Seconds that running requests get to finish when the service is stopped."""

_EXAMPLE = "When was the Global Symposium on Soil Organic Carbon held?"


class _Server(uvicorn.Server):
    """Says where it listens once it does."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started_callback = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._started_callback()


def run(settings: Settings, *, announce: Callable[[str], None]) -> None:
    """Serve until stopped by SIGINT or SIGTERM; what is running then gets ten seconds to finish.

    ``announce`` gets the address and a question to try, once the service listens.

    :raises OSError: if the address can't be listened on.
    :raises KeyFileError: if there is a file of keys that can't be used.
    """
    listening = _listen(settings.host, settings.port)
    host, port = listening.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def started() -> None:
        announce(f"rapporteur answers at {address}")
        announce(
            f"try: curl -s {address}/v1/answers -H 'Content-Type: application/json' "
            f'-d \'{{"question": "{_EXAMPLE}"}}\''
        )
        library = app.state.library
        if library.problem is not None:
            announce(f"not ready yet: {library.problem}")

    install_logs(settings.log_level, settings.log_questions)
    hosts = hosts_for(settings.host, settings.public_url, settings.hosts)
    app = create_app(settings.model_copy(update={"hosts": hosts}))
    config = uvicorn.Config(
        app,
        http=patient(settings.head_seconds),
        # There is nothing here to upgrade to, and whose word on addresses counts is said in the settings.
        ws="none",
        proxy_headers=False,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
        lifespan="on",
    )
    # uvicorn finishes what is running and then raises the signal again: stopping as asked is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with listening, suppress(KeyboardInterrupt):
        _Server(config, started).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket on ``host``; 0 takes a free port.

    :raises OSError: saying which address, why not, and what to do.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise OSError(
            f"can't listen on {host}:{port}: {error.strerror or error}: "
            "stop what is listening there, or give another --host or --port"
        ) from error
