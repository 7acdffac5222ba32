"""A drop folder, watched by a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import pytest
from serving import running

from index import locks
from index.generation import NoGenerationError, open_generation
from service.config import Settings

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60
"""Seconds: a busy machine is slow."""


def text(word: str) -> str:
    return f"I. The {word}\n\n1. The {word} were counted in 2011.\n\n2. There were no more {word} since.\n"


class Watcher:
    """``rapporteur watch`` with its lines as they come."""

    def __init__(self, folder: Path, data: Path, *options: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORTEUR_")}
        self.data = data
        self.lines: list[str] = []
        self.process = subprocess.Popen(  # noqa: S603 (our own program)
            [
                sys.executable, str(ROOT / "rapporteur.py"), "watch", str(folder),
                "--settle", "0.3", "--data", str(data), *options,
            ],
            env=kept | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )  # fmt: skip
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    def __enter__(self) -> Watcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        self._thread.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def until(self, said: str, times: int = 1) -> str:
        """Wait until a line says so; that line."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = [line for line in list(self.lines) if said in line]
            if len(found) >= times:
                return found[times - 1]
            assert self.process.poll() is None, self.lines
            time.sleep(0.02)
        raise AssertionError(f"{said!r} was not said: {self.lines}")

    def until_indexed(self, *symbols: str) -> None:
        end = time.monotonic() + PATIENCE
        held: list[str] = []
        while time.monotonic() < end:
            try:
                with open_generation(self.data) as generation:
                    held = [document.symbol for document in generation.store.documents()]
            except NoGenerationError:
                held = []
            if held == list(symbols):
                return
            assert self.process.poll() is None, self.lines
            time.sleep(0.05)
        raise AssertionError(f"expected {symbols}, got {held}: {self.lines}")

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        self._thread.join()
        return code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "drop"
    made.mkdir()
    (made / "A_1_1.en.txt").write_text(text("wells"), encoding="utf-8")
    return made


@pytest.fixture
def watcher(folder: Path, tmp_path: Path) -> Iterator[Watcher]:
    with Watcher(folder, tmp_path / "data") as watcher:
        watcher.until_indexed("A/1/1")
        yield watcher


def test_files_that_come_change_move_and_go_are_followed(folder: Path, watcher: Watcher) -> None:
    (folder / "A_1_2.en.txt").write_text(text("trees"), encoding="utf-8")
    watcher.until_indexed("A/1/1", "A/1/2")
    (folder / "A_1_1.en.txt").write_text(text("roads"), encoding="utf-8")
    watcher.until("2 changed")
    (folder / "below").mkdir()
    (folder / "A_1_1.en.txt").rename(folder / "below" / "A_1_1.en.txt")
    watcher.until("moved ")
    (folder / "A_1_2.en.txt").unlink()
    watcher.until_indexed("A/1/1")
    assert watcher.until("removed ").endswith("A_1_2.en.txt: A/1/2 (en)\n")


def test_a_file_is_not_read_before_it_is_wholly_written(folder: Path, watcher: Watcher) -> None:
    with (folder / "A_1_2.en.txt").open("w", encoding="utf-8", buffering=1) as file:
        for number in range(1, 21):
            file.write(f"{number}. Nobody counted more than {number} mills.\n\n")
            time.sleep(0.05)
    (folder / "A_1_3.en.txt").write_text(text("dykes"), encoding="utf-8")
    watcher.until_indexed("A/1/1", "A/1/2", "A/1/3")
    said = [line for line in watcher.lines if line.startswith("A/1/2")]
    assert said == ["A/1/2 (en): 20 numbered\n"]


def test_a_bad_file_is_one_line_and_no_more(folder: Path, watcher: Watcher) -> None:
    (folder / "A_1_2.en.docx").write_bytes(b"PK\x03\x04 torn")
    (folder / "minutes.txt").write_text(text("mills"), encoding="utf-8")
    watcher.until("minutes.txt: the name is no document symbol")
    (folder / "A_1_3.en.txt").write_text(text("dykes"), encoding="utf-8")
    watcher.until_indexed("A/1/1", "A/1/3")
    (folder / "A_1_4.en.txt").write_text(text("roads"), encoding="utf-8")
    watcher.until_indexed("A/1/1", "A/1/3", "A/1/4")
    skipped = sorted(line.split(": ")[0] for line in watcher.lines if line.startswith("skipped "))
    assert [Path(line).name for line in skipped] == ["A_1_2.en.docx", "minutes.txt"]


def test_a_folder_that_is_removed_is_waited_for(folder: Path, watcher: Watcher) -> None:
    shutil.rmtree(folder)
    watcher.until("is not there: waiting for it")
    folder.mkdir()
    watcher.until("is there again")
    (folder / "A_1_2.en.txt").write_text(text("trees"), encoding="utf-8")
    watcher.until_indexed("A/1/2")
    (folder / "A_1_3.en.txt").write_text(text("roads"), encoding="utf-8")
    watcher.until_indexed("A/1/2", "A/1/3")


def test_a_folder_that_is_made_only_later_is_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    with Watcher(folder, tmp_path / "data") as watcher:
        watcher.until("is not there: waiting for it")
        folder.mkdir()
        (folder / "A_1_1.en.txt").write_text(text("wells"), encoding="utf-8")
        watcher.until_indexed("A/1/1")


def test_another_ingest_is_waited_for(folder: Path, watcher: Watcher) -> None:
    with locks.writing(watcher.data):
        (folder / "A_1_2.en.txt").write_text(text("trees"), encoding="utf-8")
        watcher.until(f"another ingest (process {os.getpid()}) is writing")
    watcher.until_indexed("A/1/1", "A/1/2")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(folder: Path, watcher: Watcher, how: signal.Signals) -> None:
    assert watcher.stop(how) == 0
    assert watcher.lines[-1] == "stopped\n"
    assert not [line for line in watcher.lines if "Traceback" in line]
    assert sorted(path.name for path in watcher.data.iterdir()) == ["CURRENT", "generations", "ingest.lock"]


def test_a_running_service_takes_what_was_dropped(folder: Path, watcher: Watcher) -> None:
    with running(Settings(data=watcher.data)) as client:
        assert client.get("/readyz").json()["documents"] == 1
        (folder / "A_1_2.en.txt").write_text(text("trees"), encoding="utf-8")
        watcher.until_indexed("A/1/1", "A/1/2")
        assert client.get("/readyz").json()["documents"] == 2
        hits = client.post("/v1/search", json={"query": "trees counted"}).json()["hits"]
        assert hits[0]["id"] == "A/1/2#1"
