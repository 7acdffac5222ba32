"""An index made on a cluster whose machines die on the way is the index made without one."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ray_cluster import ENVIRONMENT, LOOPBACK, nodes

from index.generation import open_generation
from ingest.corpus import SAMPLE

ROOT = Path(__file__).resolve().parent.parent
TOLD_APART = {"sources": "path, symbol, language, content, recipe"}
"""Columns to compare where others tell when a file was looked at."""


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """Four hundred texts in two languages, and files that can't be read, each in another way."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(1, 201):
        english = [
            f"{n}. The board of port {number} requests its secretariat to count the {n * number} lamps by "
            f"{n % 28 + 1} May {1990 + n}, pursuant to resolution 63/{number}.\n"
            for n in range(1, 41)
        ]
        chinese = [
            f"{n}. 第{number}号港口理事会请秘书处在{1990 + n}年5月{n % 28 + 1}日前清点{n * number}盏灯。\n"
            for n in range(1, 41)
        ]
        (folder / f"X_{number}.en.txt").write_text("\n".join(english), encoding="utf-8")
        (folder / f"X_{number}.zh.txt").write_text("\n".join(chinese), encoding="utf-8")
    (folder / "Y_1.en.txt").write_bytes(b"")
    (folder / "Y_2.en.txt").write_bytes("Доклад о колодцах и деревьях. ".encode("koi8-r") * 20)
    (folder / "Y_3.en.docx").write_bytes(b"PK\x03\x04 no archive")
    (folder / "Y_4.en.pdf").write_bytes(b"%PDF-1.7 nothing more")
    os.mkfifo(folder / "Y_5.en.txt")
    return folder


def ingested(data: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        str(ROOT / "rapporteur.py"),
        "--data",
        str(data),
        "ingest",
        *map(str, arguments),
    ]
    return subprocess.Popen(  # noqa: S603 (our own program)
        command, env={**os.environ, **ENVIRONMENT}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def lines(process: subprocess.Popen[str]) -> tuple[list[str], list[str]]:
    """What was printed, without the last line, which names the generation; and what was wrong."""
    output, errors = process.communicate(timeout=600)
    assert process.returncode == 1, errors
    return output.splitlines()[:-1], errors.splitlines()


def content(data: Path) -> dict[str, Any]:
    """Every row of the store, and the checksums of vectors and words."""
    with open_generation(data) as generation:
        found: dict[str, Any] = {}
        connection = sqlite3.connect(generation.folder / "store.sqlite")
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            columns = TOLD_APART.get(table, "*")
            found[table] = connection.execute(f"SELECT {columns} FROM {table}").fetchall()  # noqa: S608 (ours)
        connection.close()
        for file in generation.manifest.files:
            if file.path.startswith(("words/", "vectors/")):
                found[file.path] = file.sha256
        return found


@pytest.mark.soak
def test_nothing_is_lost_and_nothing_comes_twice_where_machines_are_killed(
    tmp_path: Path, documents: Path
) -> None:
    pytest.importorskip("ray")
    alone = lines(ingested(tmp_path / "alone", documents, SAMPLE))
    with nodes() as cluster:
        cluster.add()
        process = ingested(tmp_path / "spread", documents, SAMPLE, "--ray", cluster.address)
        cluster.kill_while("read_files")
        cluster.add()
        listening = cluster.listening()
        cluster.kill_while("prepare_documents")
        printed, wrong = lines(process)
        lost = "note machines of the cluster that were lost on the way: 2; others did their part"
        assert (printed, wrong) == (alone[0], [*alone[1][:-1], lost, alone[1][-1]])
        assert listening
        assert listening <= LOOPBACK
        expected, found = content(tmp_path / "alone"), content(tmp_path / "spread")
        assert found.keys() == expected.keys()
        for name, rows in expected.items():
            assert found[name] == rows, name
        assert len(found["texts"]) == 16_272
