"""``rapporteur serve`` in a process of its own, for tests of its end and of its load."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx

__all__ = ["Service"]

ROOT = Path(__file__).resolve().parent.parent


class Service:
    """``rapporteur serve`` in a process of its own."""

    def __init__(self, data: Path, *before: str, **environment: str) -> None:
        """``before``: what stands before the command, to run it in another way."""
        self.process = subprocess.Popen(  # noqa: S603
            [
                *before,
                sys.executable,
                str(ROOT / "rapporteur.py"),
                "serve",
                "--port",
                "0",
                "--data",
                str(data),
            ],
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"} | environment,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = httpx.URL(self.process.stdout.readline().split()[-1])

    def connection(self) -> socket.socket:
        return socket.create_connection((self.url.host, self.url.port or 0), timeout=30)

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()
