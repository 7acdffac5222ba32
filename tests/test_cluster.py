"""Ingest spread over a cluster: what the machines make, and what is said where there is no cluster."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import cluster, joining, node
from index.cluster import Cluster
from index.encoder import StaticEncoder, load_encoder
from index.parcels import block_of, windows
from ingest.corpus import SAMPLE, Corpus, read_corpus
from ingest.exchange import job_to_json
from ingest.reading import Job
from rapporteur import main

ROOT = Path(__file__).resolve().parent.parent

# Ray warns of a setting that it makes itself.
pytestmark = pytest.mark.filterwarnings(r"ignore::DeprecationWarning:ray\..*")


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    found = load_encoder()
    assert isinstance(found, StaticEncoder)
    return found


def failure(capsys: pytest.CaptureFixture[str], data: Path, address: str) -> str:
    """The one line that `ingest --ray` fails with."""
    with pytest.raises(SystemExit) as left:
        main(["--data", str(data), "ingest", "--sample", "--ray", address])
    assert left.value.code == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert not (data / "CURRENT").exists()
    return captured.err


def test_without_ray_it_is_said_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert "pip install 'rapporteur[ray]'" in failure(capsys, tmp_path, "127.0.0.1:6379")


def test_ray_is_loaded_for_a_cluster_only(tmp_path: Path) -> None:
    program = (
        "import sys, rapporteur\n"
        "try: rapporteur.main(['ingest', '--sample'])\n"
        "except SystemExit as left: assert not left.code\n"
        "print('ray' in sys.modules, 'pyarrow' in sys.modules)"
    )
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "False False"


@pytest.mark.parametrize("address", ["ray://127.0.0.1:10001", "127.0.0.1", "auto", "host:port", ":6379"])
def test_an_address_is_a_host_and_a_port(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("ray.data")
    assert f"HOST:PORT, got {address!r}" in failure(capsys, tmp_path, address)


def test_what_does_not_answer_as_a_cluster_is_told_in_a_bounded_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray.data")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        assert "nothing answers there" in failure(capsys, tmp_path, address)
        listening.listen()
        monkeypatch.setattr(joining, "_ANSWERING", 0.5)
        assert "did not answer as one within 0.5 seconds" in failure(capsys, tmp_path, address)


BAD = {
    "Y_1.en.txt": b"",
    "Y_2.en.txt": "Отчёт о портовых фонарях. ".encode("koi8-r") * 20,
    "Y_3.en.docx": b"PK\x03\x04 no archive",
    "Y_4.en.pdf": b"%PDF-1.7 nothing more",
}


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "a folder"
    folder.mkdir()
    for name, content in BAD.items():
        (folder / name).write_bytes(content)
    for number in range(40):
        text = f"1. Port {number} has {number} lamps.\n\n2. It paints them every year.\n"
        (folder / f"X_{number}.en.txt").write_text(text, encoding="utf-8")
    (folder / "X_41.en.md").write_text("# Ports\n\n1. Port 41 has 41 lamps.\n", encoding="utf-8")
    os.mkfifo(folder / "X_5.zh.txt")
    (folder / "X_9.zh.txt").symlink_to(folder / "gone")
    return folder


def here(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[list[dict[str, Any]]], object] = lambda rows: None
) -> None:
    """A cluster that is this process; ``change`` is done to what comes back."""
    pyarrow = pytest.importorskip("pyarrow")

    def mapped(window: Sequence[Any], function: Callable[[Any], Any]) -> Any:
        assert all(len(block) <= 16 for block in window)
        rows = [row for block in window for row in function(block).to_pylist()]
        change(rows)
        return cluster._counted(window, [pyarrow.Table.from_pylist(rows)] if rows else [])

    monkeypatch.setattr(cluster, "join", lambda address: 1)
    monkeypatch.setattr(cluster, "leave", lambda: None)
    monkeypatch.setattr(cluster, "lost", lambda: 0)
    monkeypatch.setattr(cluster, "_mapped", mapped)


def test_files_are_read_as_without_a_cluster(
    documents: Path, encoder: StaticEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    here(monkeypatch)
    alone = read_corpus([documents, SAMPLE])
    with Cluster("127.0.0.1:1", encoder) as machines:
        spread = read_corpus([documents, SAMPLE], reading=machines)

    def told(corpus: Corpus) -> tuple[object, ...]:
        return corpus.documents, corpus.report, corpus.kept, corpus.removed, corpus.refused

    assert told(spread) == told(alone)
    assert len(alone.report.problems) >= len(BAD) + 1


def test_documents_are_prepared_and_embedded_as_without_a_cluster(
    encoder: StaticEncoder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here(monkeypatch)
    glossary = tmp_path / "glossary.tsv"
    glossary.write_text("en\tzh\tabbr_en\tabbr_zh\ttype\nLamp Board\t灯委会\tLB\t\tbody\n", encoding="utf-8")
    sample = read_corpus([SAMPLE]).documents
    with Cluster("127.0.0.1:1", encoder, glossary=glossary) as machines:
        found = list(machines.all([[one] for one in sample] + [[]]))
    assert len(found) == len(sample) + 1
    for one, made in zip(sample, found, strict=False):
        texts = [
            "\n".join((*paragraph.section[-1:], paragraph.text[start:end]))
            for paragraph, spans in zip(one.paragraphs, made.windows[one.language], strict=True)
            for start, end in spans
        ]
        vectors = np.stack(list(made.vectors.values()))
        expected = encoder.encode(list(dict.fromkeys(texts)))
        assert np.array_equal(vectors, expected)
        assert made.facts


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.pop(),
        lambda rows: rows.append(rows[0]),
        lambda rows: rows.reverse(),
    ],
)
def test_a_piece_that_is_missing_or_comes_twice_stops_the_ingest(
    change: Callable[[list[dict[str, Any]]], object],
    documents: Path,
    encoder: StaticEncoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here(monkeypatch, change)
    with (
        Cluster("127.0.0.1:1", encoder) as machines,
        pytest.raises(joining.ClusterError, match="gave back"),
    ):
        read_corpus([documents], reading=machines)


@pytest.mark.parametrize("name", ["numpy", "model", "rapporteur's rules of reading"])
def test_a_machine_that_would_make_something_else_says_so(
    name: str, documents: Path, encoder: StaticEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    here(monkeypatch)
    machines = Cluster("127.0.0.1:1", encoder)
    machines._rules[name] = "0.0"
    with machines, pytest.raises(joining.ClusterError, match=f"expected {name} 0.0 as on the machine"):
        read_corpus([documents], reading=machines)


def test_a_machine_without_the_project_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.delattr("index.node")
    monkeypatch.setitem(sys.modules, "index.node", None)
    (row,) = cluster._sent("read_files", None, {}, 1.0, 0)(None).to_pylist()
    assert "rapporteur is not installed there as it is here" in row["refused"]


def test_a_file_keeps_its_bounds_on_the_machine_that_reads_it(encoder: StaticEncoder, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    job = Job(tmp_path / "Y_1.en.md", "Y_1.en.md", "Y/1", "en")
    table = block_of([(7, job_to_json(job), b"1. " + b"a *b " * 200_000)])
    (row,) = node.read_files(table, None, node.rules(encoder), 0.05, 0).to_pylist()
    assert row["place"] == 7
    assert b"takes too long" in row["made"]


@given(
    st.lists(st.binary(max_size=8), max_size=120),
    st.integers(1, 4),
)
def test_windows_hold_every_row_once_and_in_order(rows: list[bytes], blocks: int) -> None:
    pytest.importorskip("pyarrow")
    found = list(windows((("", row) for row in rows), blocks))
    assert all(0 < len(window) <= blocks for window in found)
    held = [row for window in found for block in window for row in block.to_pylist()]
    assert [row["place"] for row in held] == list(range(len(rows)))
    assert [row["given"] for row in held] == rows
