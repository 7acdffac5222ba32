from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from index_models import CHINESE, ENGLISH, TermVectors, document

from index.build import build_generation
from index.generation import CURRENT, NoGenerationError, open_generation, read_pointer
from index.holder import GenerationHolder
from index.retrieve import Retriever
from ingest.paragraphs import ParagraphId


def test_the_first_ingest_is_picked_up_after_an_empty_start(tmp_path: Path) -> None:
    holder = GenerationHolder(tmp_path)
    with pytest.raises(NoGenerationError, match="found none"), holder.lease():
        pass
    build_generation(tmp_path, [document("A/1", "en", ENGLISH)], TermVectors())
    with holder.lease() as generation:
        assert generation.languages == ("en",)
    assert holder.problem is None
    holder.close()


def test_a_lease_keeps_its_generation_while_the_next_one_gets_the_new(tmp_path: Path) -> None:
    build_generation(tmp_path, [document("A/1", "en", ENGLISH)], TermVectors())
    holder = GenerationHolder(tmp_path)
    with holder.lease() as old:
        build_generation(tmp_path, [document("A/1", "zh", CHINESE)], TermVectors())
        with holder.lease() as new:
            assert new.id == read_pointer(tmp_path).current.generation != old.id
        assert set(old.store.paragraph(ParagraphId("A/1", "1")).versions) == {"en"}
    with pytest.raises(ValueError, match="closed"), ThreadPoolExecutor(1) as pool:
        pool.submit(old.store.paragraph, ParagraphId("A/1", "1")).result()
    holder.close()


def test_a_damaged_new_generation_leaves_the_old_one_serving_until_a_good_one_comes(tmp_path: Path) -> None:
    first = build_generation(tmp_path, [document("A/1", "en", ENGLISH)], TermVectors())
    holder = GenerationHolder(tmp_path)
    pointer = (tmp_path / CURRENT).read_bytes()
    (tmp_path / CURRENT).write_bytes(b"{}")
    with holder.lease() as generation:
        assert generation.id == first.generation
    assert "CURRENT is damaged" in str(holder.problem)
    (tmp_path / CURRENT).write_bytes(pointer + b" ")
    with holder.lease() as generation:
        assert generation.id == first.generation
    assert holder.problem is None
    holder.close()


def test_nothing_is_opened_again_while_nothing_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_generation(tmp_path, [document("A/1", "en", ENGLISH)], TermVectors())
    opened: list[Path] = []

    def counted(data: Path) -> object:
        opened.append(data)
        return open_generation(data)

    monkeypatch.setattr("index.backends.folder.open_generation", counted)
    holder = GenerationHolder(tmp_path)
    for _ in range(20):
        with holder.lease():
            pass
    assert len(opened) == 1
    holder.close()


def test_eight_threads_search_through_swaps_and_each_sees_one_generation(tmp_path: Path) -> None:
    """Every document of generation n says n: an answer that mixes two would say two numbers."""
    encoder = TermVectors(16)

    def documents(number: int) -> list[object]:
        return [
            document(symbol, language, [f"The marker is m{number} here.", f"Soil report m{number}."])
            for symbol in ("A/1", "B/2")
            for language in ("en", "zh")
        ]

    build_generation(tmp_path, documents(0), encoder)  # type: ignore[arg-type]
    holder = GenerationHolder(tmp_path)
    done = threading.Event()
    seen: set[str] = set()

    def search() -> int:
        count = 0
        while not done.wait(0.001):
            with holder.lease() as generation:
                hits = Retriever(generation, encoder).search("soil report marker", limit=10)
                texts = [generation.store.paragraph(hit.id).versions[hit.language].text for hit in hits]
                markers = {text.rstrip(".").split(" m")[-1].split()[0] for text in texts}
            assert len(hits) == 4
            assert len(markers) == 1
            seen.update(markers)
            count += 1
        return count

    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(search) for _ in range(8)]
        try:
            for number in range(1, 4):
                build_generation(tmp_path, documents(number), encoder)  # type: ignore[arg-type]
        finally:
            done.set()
        assert all(future.result() > 0 for future in running)
    assert len(seen) > 1
    with holder.lease() as generation:
        assert "m3" in generation.store.paragraph(ParagraphId("A/1", "1")).versions["en"].text
    holder.close()
