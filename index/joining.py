"""Joining a Ray cluster: in a bounded time, with a sentence that says what to do where it can't be done.

Ray is imported here first, and only when a cluster is asked for.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from typing import Any, Final

__all__ = ["ClusterError", "join", "leave", "lost"]

_CONNECTING: Final = 5.0
_ANSWERING: Final = 60.0
"""Seconds."""


class ClusterError(RuntimeError):
    """The cluster can't be used; the message says what to do about it. The index in use is untouched."""


def join(address: str) -> int:
    """Make this process one of the cluster at ``HOST:PORT``; the number of processors that it has.

    :raises ClusterError: if Ray is not installed, or there is no such cluster, or it is of another version of
        Ray or Python, or this machine is none of its own.
    """
    ray = _ray()
    _find(address)
    try:
        ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise ClusterError(_why(address, error)) from error
    # Else it prints between our lines what becomes of each task; it is in the logs too.
    ray._private.worker._worker_logs_enabled = False
    processors = int(ray.cluster_resources().get("CPU", 0))
    if not processors:
        leave()
        raise ClusterError(
            f"expected a Ray cluster with processors, got none at {address}: start its machines without "
            "--num-cpus=0"
        )
    return processors


def lost() -> int:
    """How many machines of the cluster are no longer there."""
    import ray

    return sum(not node["Alive"] for node in ray.nodes())


def leave() -> None:
    """Leave the cluster; what it still does for this process is ended."""
    import ray

    ray.shutdown()


def _ray() -> Any:
    try:
        # It counts uses and tells its makers, unless told not to; and what is still under way when it is left
        # would start a cluster of its own.
        os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_AUTO_CONNECT": "0"}
        import ray
        import ray.data
    except ImportError as error:
        raise ClusterError(
            f"expected Ray for --ray, but it is not installed ({error}): pip install 'rapporteur[ray]'"
        ) from error
    # Errors are raised too; what is logged beside is of work that was given up.
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.execution_options.preserve_order = True
    return ray


def _find(address: str) -> None:
    """See whether a Ray cluster answers: left to itself, Ray tries for two minutes and ends the process.

    :raises ClusterError: if none does.
    """
    host, _, port = address.rpartition(":")
    if not host or "/" in host or not port.isdecimal():
        raise ClusterError(
            f"expected the address of a Ray cluster as HOST:PORT, got {address!r}: give what "
            '"ray start --head" printed'
        )
    try:
        socket.create_connection((host, int(port)), _CONNECTING).close()
    except (OSError, OverflowError) as error:
        raise ClusterError(
            f"expected a Ray cluster at {address}, but nothing answers there ({error}): check the address, "
            'and that "ray start --head" runs'
        ) from error
    command = [sys.executable, "-P", "-m", "ray.scripts.scripts", "status", "--address", address]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_ANSWERING, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise ClusterError(
            f"expected a Ray cluster at {address}, but what listens there did not answer as one within "
            f'{_ANSWERING:g} seconds: check the port ("ray start --head" prints it)'
        ) from error
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ClusterError(_why(address, lines[-1] if lines else f"status {done.returncode}"))


def _why(address: str, error: object) -> str:
    said = " ".join(str(error).split())
    if "mismatch" in said:
        return (
            f"the Ray cluster at {address} is of another version: {said}: use the same versions of Ray and "
            "Python on all machines"
        )
    return (
        f"the Ray cluster at {address} can't be joined: {said}: this machine must be one of its own; run "
        f'"ray start --address={address}" on it first'
    )
