"""A Ray cluster of several nodes on this machine, on the loopback interface and nowhere else.

`ray start` refuses a second node there; what Ray's own tests start nodes with (:mod:`ray.cluster_utils`) does
not. It is run in a process of its own, which this file is too.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["ENVIRONMENT", "LOOPBACK", "Nodes", "nodes"]

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),
    "OMP_NUM_THREADS": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    # Ray takes 127.0.0.1 for a slip and uses another address of the machine, unless it is told that there is
    # no cluster of several machines.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
}
LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
"""127.0.0.1, the same as IPv6 writes it, and ::1."""
_SECONDS = 180.0


class Nodes:
    """The cluster. Its first node is the head, which the ingest joins; each has one processor."""

    def __init__(self, keeper: subprocess.Popen[str]) -> None:
        self._keeper = keeper
        self._processes: list[list[int]] = []
        self.address = ""
        self.add()

    def add(self) -> None:
        """One more node; it is waited for."""
        assert self._keeper.stdin is not None
        assert self._keeper.stdout is not None
        self._keeper.stdin.write("add\n")
        self._keeper.stdin.flush()
        self.address, started = json.loads(self._keeper.stdout.readline())
        assert self.address.startswith("127.0.0.1:")
        self._processes.append(started)

    def kill_while(self, what: str) -> None:
        """SIGKILL the last node, with all that runs on it, while one of its processes does ``what``."""
        node = self._processes.pop()
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline:
            below = [process for top in node for process in descendants(top)]
            if any(what in title(process) for process in below):
                break
            time.sleep(0.005)
        else:
            raise TimeoutError(f"expected a process that does {what}, none did")
        for process in (*node, *below):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def listening(self) -> set[str]:
        """The addresses that processes of the cluster listen on, as the kernel writes them."""
        sockets = set()
        for process in descendants(self._keeper.pid):
            with suppress(OSError):
                for opened in Path(f"/proc/{process}/fd").iterdir():
                    with suppress(OSError):
                        sockets.add(opened.readlink().name)
        found = set()
        for table in ("tcp", "tcp6"):
            for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
                _, local, _, state, *_, inode = line.split()[:10]
                if state == "0A" and f"socket:[{inode}]" in sockets:
                    found.add(local.partition(":")[0])
        return found


@contextmanager
def nodes() -> Iterator[Nodes]:
    """A cluster of one node; all that was started is stopped in the end."""
    # Names of sockets in it may have 107 bytes: a test's own folder may be too deep.
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        keeper = subprocess.Popen(  # noqa: S603 (this file)
            [sys.executable, __file__, folder],
            env={**os.environ, **ENVIRONMENT},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            yield Nodes(keeper)
        finally:
            below = descendants(keeper.pid)
            assert keeper.stdin is not None
            assert keeper.stdout is not None
            keeper.stdin.close()
            keeper.wait(_SECONDS)
            keeper.stdout.close()
            for process in below:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)


def descendants(process: int) -> list[int]:
    """Processes below this one, at any depth."""
    below: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):
                stated = (folder / "stat").read_text(encoding="utf-8", errors="replace")
                parent = int(stated.rpartition(")")[2].split()[1])
                below.setdefault(parent, []).append(int(folder.name))
    found: list[int] = []
    waiting = [process]
    while waiting:
        children = below.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def title(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _keep(folder: str) -> None:
    """Start a node for each line that comes in, and stop them all when no more do."""
    from ray.cluster_utils import Cluster

    cluster = Cluster()
    for _ in sys.stdin:
        options = {"include_dashboard": False, "temp_dir": folder} if cluster.head_node is None else {}
        node = cluster.add_node(node_ip_address="127.0.0.1", num_cpus=1, **options)
        started = [one.process.pid for kind in node.all_processes.values() for one in kind]
        print(json.dumps([cluster.address, started]), flush=True)
    for node in cluster.list_all_nodes():
        node.kill_all_processes(check_alive=False, allow_graceful=False, wait=True)


if __name__ == "__main__":
    _keep(sys.argv[1])
