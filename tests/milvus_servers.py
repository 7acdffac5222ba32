"""Servers of Milvus that a test may kill and start again: Milvus Lite's, and the real one of a wheel.

The real one (2.3.5) listens on every interface, whatever it is told. So it is run where there is none but
loopback: in a network namespace of its own (``unshare --net``), together with the tests that ask it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from engines import free_port, waited

__all__ = ["REAL", "SERVERS", "Server", "alone", "server_named"]

REAL: Final = "RAPPORTEUR_TEST_MILVUS_PYTHON"
"""The Python of an environment with the wheel, where tests run in a namespace of their own."""

SERVERS: Final = ("milvus-lite", *(["milvus"] if os.environ.get(REAL) else []))

_START: Final = """
import os, sys
from milvus import MilvusServer, MilvusServerConfig
server = MilvusServer(MilvusServerConfig(data_dir=sys.argv[1], proxy_port=int(sys.argv[2])))
server.start()
print("pid", server.server_proc.pid, flush=True)
server.server_proc.wait()
"""


class Server(Protocol):
    """Started when it is made. ``full_text``: whether it has BM25."""

    uri: str
    full_text: bool

    def kill(self) -> None:
        """At once, as a machine that loses its power."""

    def start(self) -> None:
        """Again, over the same data."""


@dataclass(slots=True)
class _Lite:
    folder: Path
    uri: str = ""
    full_text: bool = True
    _port: int = 0
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._port = self._port or free_port()
        self.uri = f"http://127.0.0.1:{self._port}"
        command = [sys.executable, "-m", "milvus_lite.cmdline", "server", "--host", "127.0.0.1"]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 (our own arguments)
                [*command, "--port", str(self._port), "--data-dir", str(self.folder / "milvus")],
                stdout=log,
                stderr=log,
            )
        waited(self._process, self._port, self.folder / "server.log")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@dataclass(slots=True)
class _Real:
    folder: Path
    uri: str = ""
    full_text: bool = False
    _starter: subprocess.Popen[str] | None = None
    _pids: list[int] = field(default_factory=list)

    def start(self) -> None:
        # The wheel takes no port that connections were open on a moment ago.
        port = str(19530 + 100 * len(self._pids))
        self.uri = f"http://127.0.0.1:{port}"
        self._starter = subprocess.Popen(  # noqa: S603 (our own arguments)
            [os.environ[REAL], "-c", _START, str(self.folder / "milvus"), port],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._starter.stdout is not None
        for line in self._starter.stdout:
            if line.startswith("pid "):
                self._pids.append(int(line.split()[1]))
                return
        raise RuntimeError(f"Milvus did not start: see {self.folder}/milvus/logs")

    def kill(self) -> None:
        if self._starter is not None:
            os.kill(self._pids[-1], signal.SIGKILL)
            assert self._starter.stdout is not None
            self._starter.stdout.close()
            self._starter.wait()
            self._starter = None


@contextmanager
def server_named(name: str, folder: Path) -> Iterator[Server]:
    server = _Lite(folder) if name == "milvus-lite" else _Real(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def alone(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str] | str:
    """Run a command where there is no network but loopback; or why it can't be."""
    inside = ["unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    try:
        tried = subprocess.run([*inside, "true"], capture_output=True, text=True, check=False)  # noqa: S603
    except OSError as error:
        return f"a network namespace needs util-linux: {error}"
    if tried.returncode:
        return f"no network namespace can be made here: {tried.stderr.strip()}"
    return subprocess.run(  # noqa: S603 (our own arguments)
        [*inside, *command], capture_output=True, text=True, env=environment, check=False, timeout=900
    )
