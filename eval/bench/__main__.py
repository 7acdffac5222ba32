"""``python -m eval.bench SIZE…``: everything at each size; tables, JSON and curves into a folder."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer

from eval.bench.clock import bandwidth
from eval.bench.corpora import build, documents
from eval.bench.ours import latency, starting, throughput
from eval.bench.peers import PEERS, measure
from eval.bench.tables import curves, tables
from eval.questions import load_questions
from index.encoder import StaticEncoder
from index.generation import open_generation

_CLIENTS: Final = (1, 8, 64)
_WORKERS: Final = 2
_MOST_FOR_PEERS: Final = {"txtai": 250_000, "LlamaIndex": 250_000, "LangChain": 20_000, "Haystack": 20_000}
"""Paragraphs up to which each is run: above, building or one question takes minutes."""


def main(
    sizes: Annotated[list[int], typer.Argument(help="Paragraphs, such as 135 10000.")],
    resolutions: Annotated[Path, typer.Option(help="Folder of English resolutions.")] = Path("resolutions"),
    out: Annotated[Path, typer.Option(help="Folder for indexes and results.")] = Path("bench"),
    peers: Annotated[bool, typer.Option(help="Measure the others too.")] = True,
) -> None:
    """Measure at each of SIZES, the indexes being made where they aren't there yet."""
    out.mkdir(parents=True, exist_ok=True)
    questions = [question.question for question in load_questions("dev")]
    rows = []
    for size in sizes:
        typer.echo(f"{size:,} paragraphs")
        rows.append(_row(size, resolutions, out / f"index-{size}", questions, peers=peers))
        (out / f"{size}.json").write_text(json.dumps(rows[-1], indent=1), encoding="utf-8")
    text = f"{_conditions(len(questions))}\n\n{tables(rows)}"
    (out / "tables.md").write_text(text, encoding="utf-8")
    for name, drawn in _drawn(rows).items():
        (out / f"{name}.svg").write_text(drawn, encoding="utf-8")
    typer.echo(text)


def _row(size: int, resolutions: Path, data: Path, questions: list[str], *, peers: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"size": size, "load_before": os.getloadavg()[0], "bandwidth": bandwidth()}
    # In a process of its own: what building takes is no part of what answering takes.
    row["built"] = _apart("build", size, resolutions, data)
    row["latency"] = _apart("latency", size, resolutions, data)
    row["start"] = min((starting(data, questions[0]) for _ in range(3)), key=lambda one: one["ready_s"])
    row["http"] = {
        name: throughput(data, questions, _CLIENTS, _WORKERS, remembered)
        for name, remembered in (("fresh", 0), ("remembered", 1024))
    }
    row["least"] = _least(data, row["bandwidth"])
    row["peers"] = {}
    if peers:
        encoder = StaticEncoder()
        texts = [p.text for one in documents(size, resolutions) for p in one.paragraphs]
        vectors, asked = encoder.encode(texts), encoder.encode(questions)
        for name in PEERS:
            most = _MOST_FOR_PEERS.get(name)
            if most is not None and size > most:
                row["peers"][name] = {"skipped": f"above {most:,} paragraphs not run"}
            else:
                row["peers"][name] = measure(name, texts, vectors, questions, asked)
    row["load_after"] = os.getloadavg()[0]
    return row


def _least(data: Path, speed: float) -> dict[str, float]:
    """Bytes that a search can't do without, and the milliseconds to read these at ``speed`` bytes a second:
    every vector or its sketch, once.
    """
    with open_generation(data) as generation:
        count = sum(index.sketch_bytes for index in generation.vectors.values())
    return {"bytes": count, "ms": count / speed * 1000}


def _apart(what: str, size: int, resolutions: Path, data: Path) -> Any:
    command = [
        sys.executable,
        "-m",
        "eval.bench.__main__",
        "--apart",
        what,
        str(size),
        str(resolutions),
        str(data),
    ]
    told = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own program)
    if told.returncode != 0:
        raise RuntimeError(f"measuring {what} at {size} failed: {told.stderr.strip()[-500:]}")
    return json.loads(told.stdout.splitlines()[-1])


def _part(what: str, size: str, resolutions: str, data: str) -> object:
    if what == "build":
        return build(int(size), Path(resolutions), Path(data))
    return latency(Path(data), [question.question for question in load_questions("dev")])


def _conditions(questions: int) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 (whichever git there is)
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return (
        f"Measured {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC, commit {commit}, "
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"numpy {np.__version__}, one thread for BLAS; {questions} questions of the development set; "
        f"{_WORKERS} workers over HTTP, the client in a process of its own on the same machine; "
        f"load average before the last size {os.getloadavg()[2]:.1f} (15 minutes)."
    )


def _drawn(rows: list[dict[str, Any]]) -> dict[str, str]:
    def line(*path: str) -> list[tuple[float, float]]:
        found = []
        for row in rows:
            value: Any = row
            for step in path:
                value = value.get(step) if isinstance(value, dict) else None
            if value:
                found.append((float(row["size"]), float(value)))
        return found

    stages = {stage: line("latency", stage, "p50") for stage in ("answer", "search", "propose", "encode")}
    beside = {"rapporteur": line("latency", "search", "p50")}
    beside |= {name: line("peers", name, "search", "p50") for name in PEERS}
    size = {"resident": line("start", "resident_mb"), "disk": line("built", "disk_mb")}
    return {
        "latency": curves("One question, median", "ms", stages),
        "peers": curves("Retrieval, median", "ms", beside),
        "size": curves("Memory of the service, disk of the index", "MB", size),
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["--apart"]:
        print(json.dumps(_part(*sys.argv[2:6])))
    else:
        typer.run(main)
