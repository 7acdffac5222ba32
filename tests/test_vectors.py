"""Dense search by FAISS where there are many passages: sketches first, then bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from index_models import TermVectors, document
from numpy.typing import NDArray

from index.build import build_generation
from index.generation import Generation, open_generation
from index.vectors import VectorIndex, update_vectors

ENCODER = TermVectors()


def test_large_collections_are_sketched_with_the_same_behaviour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.vectors.FLAT_LIMIT", 200)
    many = [
        document(f"M/{n}", "en", [f"Site w{n}x{m} in region r{m}." for m in range(30)]) for n in range(10)
    ]
    build_generation(tmp_path, many[:9], ENCODER)
    build_generation(tmp_path, many[9:], ENCODER)
    build_generation(tmp_path, [document("M/3", "en", ["The sea."])], ENCODER)
    with open_generation(tmp_path) as generation:
        index = generation.vectors["en"]
        assert len(index) == 271
        vector = ENCODER.encode(["site w7x12"])[0]
        assert named(generation, index.search(vector, 5).keys)[0] == "M/7#13"
        only = [generation.store.number(f"M/{n}") for n in (2, 3)]
        assert {i.partition("#")[0] for i in named(generation, index.search(vector, 40, only).keys)} == {
            "M/2",
            "M/3",
        }
        keys = index.search(vector, 5).keys
        assert index.score(vector, np.sort(keys)).keys.tolist() == keys.tolist()


def test_a_sketched_index_finds_nearly_all_that_an_exact_one_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(7)
    vectors = random.standard_normal((3000, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    keys = np.arange(1, 3001, dtype=np.int64) << 16
    monkeypatch.setattr("index.vectors.FLAT_LIMIT", 200)
    update_vectors(tmp_path / "index", None, [], keys, vectors)
    index = VectorIndex(tmp_path / "index")
    # Two bits a dimension are looked at by every search, where all vectors would be 32.
    assert index.trained
    assert 3000 * 64 * 2 / 8 <= index.sketch_bytes < 3000 * 64 * 4 / 8
    recalled = []
    for asked in vectors[:40] + random.standard_normal((40, 64)).astype(np.float32) * 0.1:
        exact = set((keys[np.argsort(-vectors @ asked)[:50]] >> 16).tolist())
        found = index.search(asked, 50)
        recalled.append(len(exact & set(found.keys.tolist())) / 50)
        scored = index.score(asked, np.sort(found.keys))
        assert scored.keys.tolist() == found.keys.tolist()
        assert np.allclose(scored.scores, found.scores, atol=1e-5)
    assert np.mean(recalled) >= 0.97
    assert np.allclose(index.vectors(keys[:20]), vectors[:20], atol=0.02)


def named(generation: Generation, keys: NDArray[np.int64]) -> list[str]:
    found = generation.store.ids(keys.tolist())
    return [str(found[key]) for key in keys.tolist()]
