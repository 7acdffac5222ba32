"""The engines that the contract suite runs over, each started where it can be and named where it can't."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from index.backends.choice import backend_at
from index.backends.contract import Backend
from index.backends.folder import Folder
from index.backends.place import MilvusPlace, parse_place

__all__ = ["NAMES", "Engine", "engine_named", "free_port", "lite_server", "named_index", "waited"]

_CLUSTER = "RAPPORTEUR_MILVUS_URI"

NAMES = ("folder", "milvus-lite", *(["cluster"] if os.environ.get(_CLUSTER) else []))

_STARTING = 60
"""Seconds that a server may take to answer."""


@dataclass(frozen=True, slots=True)
class Engine:
    """``new`` makes an empty index, whose files on this machine lie in the folder it is given."""

    name: str
    new: Callable[[Path], Backend]


@contextmanager
def engine_named(name: str, folder: Path) -> Iterator[Engine | str]:
    """The engine, or why it isn't here."""
    if name == "folder":
        yield Engine(name, lambda data: Folder(data / "data"))
    elif name == "milvus-lite":
        if find_spec("pymilvus") is None or find_spec("milvus_lite") is None:
            yield "Milvus Lite is not installed: pip install 'rapporteur[milvus]'"
            return
        with lite_server(folder) as (uri, _):
            yield Engine(name, lambda data: named_index(uri, data))
    else:
        uri = os.environ[_CLUSTER]
        yield Engine(name, lambda data: named_index(uri, data))


def named_index(uri: str, folder: Path) -> Backend:
    """An empty index with a name of its own on a server."""
    place = parse_place(f"{uri}#test_{secrets.token_hex(6)}")
    assert isinstance(place, MilvusPlace)
    token = os.environ.get("RAPPORTEUR_MILVUS_TOKEN")
    return backend_at(place, token=token, cache=folder / "cache")


@contextmanager
def lite_server(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Milvus Lite's server on loopback, over the data in ``folder``: its address, and its process."""
    port = free_port()
    command = ["-m", "milvus_lite.cmdline", "server", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(  # noqa: S603 (our own arguments)
            [sys.executable, *command, "--data-dir", str(folder / "milvus")], stdout=log, stderr=log
        )
    try:
        waited(server, port, folder / "server.log")
        yield f"http://127.0.0.1:{port}", server
    finally:
        server.kill()
        server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def waited(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """:raises RuntimeError: if it ends, or does not listen in time."""
    end = time.monotonic() + _STARTING
    while time.monotonic() < end and server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"Milvus Lite's server did not start: {log.read_text(errors='replace')[-2000:]}")
