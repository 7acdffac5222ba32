from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from index_models import CHINESE, ENGLISH, TermVectors, document

from index.backends.contract import Opened
from index.build import build_generation
from index.generation import (
    CURRENT,
    DamagedGenerationError,
    GenerationError,
    generations_folder,
    open_generation,
    read_pointer,
    verify_generation,
)
from index.holder import GenerationHolder


@pytest.fixture(scope="module")
def two_generations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("damage")
    build_generation(data, [document("A/1", "zh", CHINESE)], TermVectors())
    build_generation(data, [document("A/1", "en", ENGLISH)], TermVectors())
    return data


@pytest.fixture
def data(two_generations: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "data"
    shutil.copytree(two_generations, copy)
    return copy


def current_folder(data: Path) -> Path:
    return generations_folder(data) / read_pointer(data).current.generation


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(bytes(content))


def remove(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [truncate, empty, flip_a_bit, remove])
def test_every_damaged_file_is_named_and_the_generation_before_serves(data: Path, damage: object) -> None:
    assert callable(damage)
    folder = current_folder(data)
    previous = read_pointer(data).previous
    assert previous is not None
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.stat().st_size == 0:
            continue
        good = path.read_bytes()
        damage(path)
        with pytest.raises(DamagedGenerationError) as caught:
            open_generation(data)
        assert str(path) in str(caught.value)
        assert "rapporteur ingest --rebuild" in str(caught.value)
        with pytest.raises(DamagedGenerationError):
            verify_generation(data)
        holder = GenerationHolder(data)
        with holder.lease() as generation:
            assert generation.id == previous.generation
            assert generation.store.document("A/1").languages == ("zh",)
        assert holder.problem is not None
        assert str(path) in str(holder.problem)
        holder.close()
        path.write_bytes(good)
    open_generation(data).close()


def test_two_files_swapped_are_noticed(data: Path) -> None:
    folder = current_folder(data)
    one, other = folder / "vectors" / "zh.faiss", folder / "vectors" / "en.faiss"
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)
    with pytest.raises(DamagedGenerationError, match=r"expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}"):
        open_generation(data)


def test_the_message_says_what_was_expected_and_found(data: Path) -> None:
    path = current_folder(data) / "store.sqlite"
    size = path.stat().st_size
    truncate(path)
    with pytest.raises(DamagedGenerationError, match=rf"expected {size} bytes, found {size - 1}"):
        open_generation(data)


@pytest.mark.parametrize("content", [b"", b"{", b'{"current": 3}', b"\xff\xfe", b'{"current": null}'])
def test_a_damaged_pointer_is_named_and_the_newest_whole_generation_serves(
    data: Path, content: bytes
) -> None:
    newest = read_pointer(data).current.generation
    (data / CURRENT).write_bytes(content)
    with pytest.raises(DamagedGenerationError, match=CURRENT):
        open_generation(data)
    holder = GenerationHolder(data)
    with holder.lease() as generation:
        assert generation.id == newest
    assert isinstance(holder.problem, DamagedGenerationError)
    holder.close()


def test_with_every_generation_damaged_nothing_serves_and_it_says_why(data: Path) -> None:
    for path in generations_folder(data).glob("*/store.sqlite"):
        truncate(path)
    holder = GenerationHolder(data)
    with pytest.raises(DamagedGenerationError, match=r"store\.sqlite is damaged"), holder.lease():
        pass


def test_a_generation_too_big_to_check_at_opening_is_checked_while_it_serves(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.generation.FULL_CHECK_BYTES", 0)
    monkeypatch.setattr("index.holder.FULL_CHECK_BYTES", 0)
    flip_a_bit(current_folder(data) / "vectors" / "zh.faiss")
    open_generation(data).close()
    started: list[object] = []
    monkeypatch.setattr("index.holder.threading.Thread.start", lambda thread: started.append(thread))
    holder = GenerationHolder(data)
    with holder.lease() as generation:
        assert generation.id == read_pointer(data).current.generation
        for thread in started:
            thread.run()  # type: ignore[attr-defined]
        assert generation.store.paragraphs("A/1"), "a lease outlives the fall back"
    previous = read_pointer(data).previous
    assert previous is not None
    with holder.lease() as generation:
        assert generation.id == previous.generation
    assert "zh.faiss is damaged" in str(holder.problem)
    holder.close()


def test_ingest_does_not_build_on_a_damaged_generation_unless_told_to(data: Path) -> None:
    folder = current_folder(data)
    truncate(folder / "store.sqlite")
    with pytest.raises(DamagedGenerationError):
        build_generation(data, [document("A/2", "en", ENGLISH)], TermVectors())
    report = build_generation(data, [document("A/1", "en", ENGLISH)], TermVectors(), rebuild=True)
    assert report.damaged is not None
    assert "store.sqlite" in report.damaged
    with open_generation(data) as generation:
        assert generation.store.document("A/1").languages == ("en", "zh")


def test_a_generation_that_is_refused_leaves_the_one_before_serving(data: Path) -> None:
    def only_chinese(generation: Opened) -> None:
        if generation.languages != ("zh",):
            raise GenerationError("expected Chinese only")

    holder = GenerationHolder(data, only_chinese)
    with holder.lease() as generation:
        assert generation.languages == ("zh",)
    assert str(holder.problem) == "expected Chinese only"
    holder.close()


def test_manifest_paths_cannot_leave_the_generation(data: Path) -> None:
    folder = current_folder(data)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert all(
        not Path(file["path"]).is_absolute() and ".." not in file["path"] for file in manifest["files"]
    )
