"""Several processes behind one address: one index, one set of counts, a new generation for all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from test_metrics import samples

from index.build import build_generation
from index.encoder import load_encoder
from ingest.corpus import SAMPLE, read_corpus

QUESTION = "When was the Global Symposium on Soil Organic Carbon held?"
ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def served(data: Path, workers: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`rapporteur serve` in a process of its own, and its address once it answers."""
    command = [sys.executable, "-m", "rapporteur", "serve", "--port", "0", "--workers", str(workers)]
    process = subprocess.Popen(  # noqa: S603 (our own program)
        [*command, "--data", str(data)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def asked(address: str, times: int) -> list[httpx.Response]:
    """As many answers, each over a connection of its own, so that any process may get it."""
    return [
        httpx.post(f"{address}/v1/answers", json={"question": f"{QUESTION}{' ' * n}"}, timeout=30)
        for n in range(times)
    ]


def counted(address: str, name: str) -> float:
    found = samples(httpx.get(f"{address}/metrics").text)
    return sum(count for (sample, _), count in found.items() if sample == name)


def children(process: int) -> set[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return {
        int(child)
        for child in listed.split()
        if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text(encoding="utf-8")
    }


def test_processes_share_the_work_the_counts_and_each_new_generation(tmp_path: Path) -> None:
    documents = read_corpus([SAMPLE]).documents
    encoder = load_encoder()
    first = build_generation(tmp_path, documents[:2], encoder).generation
    with served(tmp_path, 2) as (process, address):
        told = [response.json() for response in asked(address, 6)]
        assert {one["index"]["generation"] for one in told} == {first}
        # Whichever process is asked tells what all of them counted.
        assert {counted(address, "rapporteur_answers_total") for _ in range(4)} == {6.0}
        second = build_generation(tmp_path, documents, encoder).generation
        assert {r.json()["index"]["generation"] for r in asked(address, 6)} == {second}

        workers = children(process.pid)
        assert len(workers) == 2
        os.kill(min(workers), signal.SIGKILL)
        deadline = time.monotonic() + 60
        while len(alive := children(process.pid) - {min(workers)}) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert len(alive) == 2
        assert all(response.status_code == 200 for response in asked(address, 4))
        # What a process counted before it died is not lost.
        assert counted(address, "rapporteur_answers_total") == 16.0
    assert process.returncode == 0
