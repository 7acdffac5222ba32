"""Whatever stops a build, readers see the old generation or the new one, and the next build completes."""

from __future__ import annotations

import errno
import os
import random
import resource
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from index_models import TermVectors, numbered_documents

from index import disk
from index.build import build_generation
from index.generation import (
    GenerationError,
    generations_folder,
    open_generation,
    read_pointer,
    verify_generation,
)

LATER = numbered_documents(2001, 1)[-1:]
ROOT = Path(__file__).resolve().parent.parent


class Stopped(BaseException):
    """Stands for the process ending at this point: nothing may catch it and go on."""


def counting(
    call: Callable[..., object], at: int, raised: BaseException, calls: list[str]
) -> Callable[..., object]:
    def counted(*arguments: object) -> object:
        calls.append(str(arguments[0]))
        if len(calls) == at:
            raise raised
        return call(*arguments)

    return counted


def steps(monkeypatch: pytest.MonkeyPatch, at: int, raised: BaseException) -> list[str]:
    """Have the ``at``-th call that makes something lasting raise; returns the list that they are noted in."""
    calls: list[str] = []
    for name in ("sync_file", "sync_directory"):
        monkeypatch.setattr(disk, name, counting(getattr(disk, name), at, raised, calls))
    monkeypatch.setattr(os, "replace", counting(os.replace, at, raised, calls))
    monkeypatch.setattr(Path, "rename", counting(Path.rename, at, raised, calls))
    return calls


def seen(data: Path) -> tuple[str, int]:
    manifest = verify_generation(data)
    with open_generation(data) as generation:
        return manifest.id, len(generation.store.documents())


@pytest.mark.parametrize(
    "raised", [Stopped(), OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EIO, "I/O error")]
)
def test_stopped_at_any_lasting_step_the_old_or_the_new_is_there_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: BaseException
) -> None:
    documents = numbered_documents(60, 1)
    encoder = TermVectors(8)
    build_generation(tmp_path, documents[:1], encoder)
    count, at = 1, 0
    while True:
        at += 3  # every third step; the offset moves with each build, so that in time all kinds are hit
        before = seen(tmp_path)
        with monkeypatch.context() as patch:
            calls = steps(patch, at, raised)
            with suppress(Stopped, GenerationError):
                build_generation(tmp_path, [documents[count]], encoder)
        after = seen(tmp_path)
        assert after == before or after[1] == before[1] + 1
        if len(calls) < at:
            break
        assert build_generation(tmp_path, [documents[count]], encoder).counts.documents == count + 1
        assert not list(generations_folder(tmp_path).glob(".*"))
        count += 1
    assert at > 20, "the steps were not reached"


def test_a_full_disk_is_one_error_and_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    """A limit on the size of files stands for the full disk: real writes fail in SQLite, FAISS, tantivy."""
    documents = numbered_documents(30, 20)
    build_generation(tmp_path, documents[:1], TermVectors(8))
    before = seen(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for limit in (1_000, 8_000, 30_000, 60_000, 90_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            with pytest.raises(GenerationError, match="the index in use is untouched: free or repair"):
                build_generation(tmp_path, documents[1:], TermVectors(8))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert seen(tmp_path) == before
    assert build_generation(tmp_path, documents[1:], TermVectors(8)).counts.documents == 30


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_a_random_moment_the_index_is_whole_and_the_next_ingest_completes(
    tmp_path: Path, seed: int
) -> None:
    build_generation(tmp_path, numbered_documents(1, 5), TermVectors(8))
    script = textwrap.dedent(
        """
        import itertools, sys
        sys.path[:0] = [sys.argv[2], sys.argv[2] + "/tests"]
        from pathlib import Path
        from index.build import build_generation
        from index_models import TermVectors, numbered_documents
        documents = numbered_documents(2000, 5)
        print("ready", flush=True)
        for number in itertools.count(1):
            build_generation(Path(sys.argv[1]), documents[number : number + 1], TermVectors(8))
        """
    )
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", script, str(tmp_path), str(ROOT)], stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(random.Random(seed).uniform(0.05, 0.8))
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    _, count = seen(tmp_path)
    assert (
        build_generation(tmp_path, numbered_documents(2001, 1)[-1:], TermVectors(8)).counts.documents
        == count + 1
    )
    kept = {
        named.generation
        for named in (read_pointer(tmp_path).current, read_pointer(tmp_path).previous)
        if named
    }
    assert {path.name for path in generations_folder(tmp_path).iterdir()} == kept
