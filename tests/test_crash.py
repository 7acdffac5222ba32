"""Ingest stopped at any point: by kill -9, by a disk that is full, broken or read-only, in SQLite's commit.

Each time the index afterwards is exactly the one before or the one after, to the checksum, and the next
ingest completes. The quick part runs with all tests, the long one by ``make soak``.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from index_models import TermVectors, document

from index import disk
from index.build import build_generation
from index.generation import (
    GenerationError,
    generations_folder,
    open_generation,
    read_pointer,
    verify_generation,
)
from index.holder import GenerationHolder
from ingest.paragraphs import Document, ParagraphId

FAULTS = [errno.ENOSPC, errno.EIO, errno.EROFS]
SYMBOLS = ("A/1", "B/2", "C/3")


class Stopped(BaseException):
    """Stands for the process ending at this point: nothing may catch it and go on."""


def edition(number: int) -> list[Document]:
    """Three documents in two languages that all say their number."""
    return [
        document(symbol, language, [f"Soil report m{number} of {symbol}.", f"The marker is m{number} here."])
        for symbol in SYMBOLS
        for language in ("en", "zh")
    ]


def number_in(data: Path) -> int:
    """The number of the index, after its checksums were compared and all its documents say the same."""
    verify_generation(data)
    with open_generation(data) as generation:
        said = {
            version.text.partition(" m")[2].split()[0]
            for symbol in SYMBOLS
            for version in generation.store.paragraph(ParagraphId(symbol, "1")).versions.values()
        }
    assert len(said) == 1, f"one index of several ingests: {said}"
    return int(said.pop())


def failing(call: Callable[..., Any], steps: list[str], at: int, raised: BaseException) -> Callable[..., Any]:
    def counted(*arguments: Any, **named: Any) -> Any:
        steps.append(f"{call.__name__} {arguments[0]}")
        if len(steps) == at:
            raise raised
        return call(*arguments, **named)

    return counted


def inject(patch: pytest.MonkeyPatch, at: int, raised: BaseException, sql: Exception | None) -> list[str]:
    """Have the ``at``-th call that makes something lasting raise; returns the list of calls."""
    steps: list[str] = []
    for owner, name in (
        (disk, "sync_file"),
        (disk, "sync_directory"),
        (os, "replace"),
        (os, "mkdir"),
        (Path, "rename"),
        (Path, "write_text"),
    ):
        patch.setattr(owner, name, failing(getattr(owner, name), steps, at, raised))
    connect = sqlite3.connect

    class Failing(sqlite3.Connection):
        def execute(self, statement: str, *arguments: Any) -> sqlite3.Cursor:
            if statement.split()[0] in ("BEGIN", "COMMIT"):
                steps.append(statement)
                if len(steps) == at:
                    raise sql or raised
            return super().execute(statement, *arguments)

    def failing_connect(*arguments: Any, **named: Any) -> sqlite3.Connection:
        return connect(*arguments, **named, factory=Failing)

    patch.setattr(sqlite3, "connect", failing_connect)
    return steps


def _disk_error(code: int) -> sqlite3.OperationalError:
    """What SQLite says when the system says ``code``."""
    kind = {
        errno.ENOSPC: sqlite3.SQLITE_FULL,
        errno.EIO: sqlite3.SQLITE_IOERR,
        errno.EROFS: sqlite3.SQLITE_READONLY,
    }
    error = sqlite3.OperationalError(os.strerror(code))
    error.sqlite_errorcode = kind[code]
    return error


def at_every_step(data: Path, monkeypatch: pytest.MonkeyPatch, code: int | None, stride: int) -> int:
    """Stop an ingest at each ``stride``-th lasting step in turn; the number of steps that there are."""
    encoder = TermVectors(8)
    build_generation(data, edition(0), encoder)
    number, at = 0, 1
    while True:
        raised = Stopped() if code is None else OSError(code, os.strerror(code))
        with monkeypatch.context() as patch:
            steps = inject(patch, at, raised, None if code is None else _disk_error(code))
            with suppress(Stopped, GenerationError):
                build_generation(data, edition(number + 1), encoder)
        assert number_in(data) in (number, number + 1)
        if len(steps) < at:
            assert number_in(data) == number + 1
            return len(steps)
        build_generation(data, edition(number + 1), encoder)
        number += 1
        assert number_in(data) == number
        assert not list(generations_folder(data).glob(".*"))
        at += stride


@pytest.mark.parametrize("code", [None, errno.EROFS], ids=["stopped", "EROFS"])
def test_stopped_at_lasting_steps_commits_included_the_old_or_the_new_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int | None
) -> None:
    assert at_every_step(tmp_path, monkeypatch, code, 9) > 20


@pytest.mark.soak
@pytest.mark.parametrize("code", [None, *FAULTS], ids=lambda code: errno.errorcode.get(code, "stopped"))
def test_stopped_at_each_single_lasting_step_the_old_or_the_new_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int | None
) -> None:
    steps = at_every_step(tmp_path, monkeypatch, code, 1)
    print(f"{steps} lasting steps, each stopped once by {code}: 0 failures")


@pytest.mark.parametrize("code", FAULTS, ids=lambda code: errno.errorcode[code])
def test_a_commit_that_fails_for_the_disks_sake_is_one_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    encoder = TermVectors(8)
    build_generation(tmp_path, edition(0), encoder)
    with monkeypatch.context() as patch:
        steps = inject(patch, 0, Stopped(), None)
        build_generation(tmp_path, edition(1), encoder)
    commit = steps.index("COMMIT") + 1
    with monkeypatch.context() as patch:
        inject(patch, commit, Stopped(), _disk_error(code))
        with pytest.raises(GenerationError, match="the index in use is untouched: free or repair the disk"):
            build_generation(tmp_path, edition(2), encoder)
    assert number_in(tmp_path) == 1


def test_a_read_only_disk_serves_and_refuses_an_ingest_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_generation(tmp_path, edition(0), TermVectors(8))
    open_ = os.open

    def read_only(path: Any, flags: int, *mode: Any, **named: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return open_(path, flags, *mode, **named)

    monkeypatch.setattr(os, "open", read_only)
    with pytest.raises(GenerationError, match=r"could not be written to .*Read-only file system"):
        build_generation(tmp_path, edition(1), TermVectors(8))
    holder = GenerationHolder(tmp_path)
    with holder.lease() as generation:
        assert generation.store.document("A/1").languages == ("en", "zh")
    holder.close()


def _ingest_on_and_on(data: str, number: int, told: Connection) -> None:
    """In a process of its own: ingest after ingest, each told when it is done."""
    while True:
        number += 1
        build_generation(Path(data), edition(number), TermVectors(8))
        told.send(number)


def killed(data: Path, kills: int, seed: int) -> int:
    """Kill ingest ``kills`` times at random moments; how many of them hit one after its first."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["index.build", "index_models"])
    chance = random.Random(seed)
    build_generation(data, edition(0), TermVectors(8))
    number = hits = 0
    for kill in range(kills):
        listening, told = context.Pipe(duplex=False)
        process = context.Process(target=_ingest_on_and_on, args=(str(data), number, told), daemon=True)
        process.start()
        started = time.monotonic()
        told.close()
        confirmed = number
        if listening.poll(60):
            # From here on at a random moment of the next ingest: it takes about as long as the first.
            confirmed = listening.recv()
            hits += listening.poll(chance.uniform(0.0, 1.2) * (time.monotonic() - started))
        process.kill()
        process.join()
        with suppress(EOFError):
            while listening.poll():
                confirmed = listening.recv()
        listening.close()
        found = number_in(data)
        assert found in (confirmed, confirmed + 1), f"kill {kill}: {confirmed} confirmed, {found} there"
        number = found
        if kill % 10 == 9:
            number += 1
            build_generation(data, edition(number), TermVectors(8))
            pointer = read_pointer(data)
            kept = {named.generation for named in (pointer.current, pointer.previous) if named}
            assert {path.name for path in generations_folder(data).iterdir()} == kept, (
                "nothing is left lying about"
            )
    return hits


def test_killed_at_random_moments_nothing_is_lost(tmp_path: Path) -> None:
    killed(tmp_path, 6, seed=1)


@pytest.mark.soak
def test_killed_three_hundred_times_nothing_is_lost(tmp_path: Path) -> None:
    hits = killed(tmp_path, 300, seed=2026)
    print(f"300 kills ({hits} after a second ingest had been confirmed): 0 failures")
