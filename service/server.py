"""The process that serves the application."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from fastapi import FastAPI
from prometheus_client.multiprocess import mark_process_dead
from uvicorn.supervisors import Multiprocess

from service.access.hosts import hosts_for
from service.access.keyring import Keyring
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


class _Workers(Multiprocess):
    """uvicorn's own supervisor of several processes, which says once that all of them answer."""

    def __init__(
        self, config: uvicorn.Config, sockets: list[socket.socket], started: Callable[[], None], counts: Path
    ) -> None:
        """``counts`` is the folder in which the processes keep their counts."""
        super().__init__(config, sockets)
        self._started_callback: Callable[[], None] | None = started
        self._counts = counts

    def keep_subprocess_alive(self) -> None:
        before = {process.pid for process in self.processes}
        super().keep_subprocess_alive()
        for gone in before - {process.pid for process in self.processes}:
            mark_process_dead(gone, str(self._counts))  # type: ignore[no-untyped-call]
        if self._started_callback is not None and all(process.is_ready() for process in self.processes):
            self._started_callback()
            self._started_callback = None


def run(settings: Settings, *, announce: Callable[[str], None]) -> None:
    """Serve until stopped by SIGINT or SIGTERM; what is running then gets ten seconds to finish.

    ``announce`` gets the address and a question to try, once the service listens. Garbage is collected from
    then on, if it was not before.

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

    hosts = hosts_for(settings.host, settings.public_url, settings.hosts)
    settings = settings.model_copy(update={"hosts": hosts})
    with listening, suppress(KeyboardInterrupt):
        if settings.workers > 1:
            _run_workers(settings, listening, started)
        else:
            _run_here(settings, listening, started, announce)


def _run_here(
    settings: Settings,
    listening: socket.socket,
    started: Callable[[], None],
    announce: Callable[[str], None],
) -> None:
    app = _application(settings)

    def ready() -> None:
        # What is loaded stays: it need not be looked through again and again, 50 ms each time.
        gc.freeze()
        gc.enable()
        started()
        library = app.state.library
        if library.problem is not None:
            announce(f"not ready yet: {library.problem}")

    # uvicorn finishes what is running and then raises the signal again: stopping as asked is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _Server(_config(settings, lambda: app), ready).run(sockets=[listening])


def _run_workers(settings: Settings, listening: socket.socket, started: Callable[[], None]) -> None:
    """Each process has the application and the index of its own; the index's pages they share.

    :raises KeyFileError: if there is a file of keys that can't be used.
    """
    gc.enable()
    if settings.keys is not None:
        # Better now than in every process.
        Keyring(settings.keys)
    with TemporaryDirectory(prefix="rapporteur-counts-") as counts:
        # Where prometheus_client of a new process looks, when it is imported, for where to keep its counts.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts
        config = _config(settings, partial(_application, settings))
        _Workers(config, [listening], started, Path(counts)).run()


def _application(settings: Settings) -> FastAPI:
    install_logs(settings.log_level, settings.log_questions)
    return create_app(settings)


def _config(settings: Settings, application: Callable[[], FastAPI]) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        factory=True,
        http=patient(settings.head_seconds, settings.stall_seconds),
        # There is nothing here to upgrade to, and whose word on addresses counts is said in the settings.
        ws="none",
        proxy_headers=False,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
        lifespan="on",
        workers=settings.workers,
    )


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
