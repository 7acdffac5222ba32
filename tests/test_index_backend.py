"""What every store backend does, whatever engine is behind it: the embedded one today."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from index_models import CHINESE, ENGLISH, TermVectors, document

from index.build import build_generation
from index.generation import Generation, open_generation
from index.vectors import VectorIndex, update_vectors
from ingest.paragraphs import Document, ParagraphId

Backend = Callable[[Sequence[Document]], Generation]
ENCODER = TermVectors()


def embedded(data: Path) -> Backend:
    def build(documents: Sequence[Document]) -> Generation:
        build_generation(data, documents, ENCODER)
        return open_generation(data)

    return build


@pytest.fixture(params=[embedded])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    made: Backend = request.param(tmp_path)
    return made


DOCUMENTS = (
    document("A/1", "zh", CHINESE),
    document("A/1", "en", ENGLISH),
    document("B/2", "en", ["A workshop on soil meets in Nairobi.", "Nothing else is known."]),
)


def ids(generation: Generation, keys: Sequence[int]) -> list[str]:
    found = generation.store.ids(keys)
    return [str(found[key]) for key in keys]


def test_dense_search_ranks_by_cosine(backend: Backend) -> None:
    with backend(DOCUMENTS) as generation:
        vector = ENCODER.encode(["soil symposium in Rome"])[0]
        found = generation.vectors["en"].search(vector, 10)
        assert ids(generation, found.keys.tolist())[0] == "A/1#2"
        assert np.all(np.diff(found.scores) <= 0)
        assert len(set(found.keys.tolist())) == len(found.keys)
        best = ENCODER.encode([f"A. Detail\n{ENGLISH[1]}"])[0] @ vector
        assert found.scores[0] == pytest.approx(best, abs=0.01)


def test_full_text_search_ranks_by_bm25_within_zero_and_one(backend: Backend) -> None:
    with backend(DOCUMENTS) as generation:
        found = generation.lexical["en"].search({"soil": 1.0, "nairobi": 1.0}, 10)
        assert ids(generation, found.keys.tolist()) == ["B/2#1", "A/1#2"]
        assert 0 < found.scores[1] < found.scores[0] < 1
        assert found.known == pytest.approx(1.0)


def test_a_term_counts_by_its_weight(backend: Backend) -> None:
    with backend(DOCUMENTS) as generation:
        found = generation.lexical["en"].search({"drought": 0.1, "nairobi": 1.0}, 10)
        assert ids(generation, found.keys.tolist()) == ["B/2#1", "A/1#1"]
        found = generation.lexical["en"].search({"drought": 1.0, "nairobi": 0.1}, 10)
        assert ids(generation, found.keys.tolist()) == ["A/1#1", "B/2#1"]


def test_unknown_terms_find_nothing_and_are_known_as_such(backend: Backend) -> None:
    with backend(DOCUMENTS) as generation:
        nothing = generation.lexical["en"].search({"xyzzy": 1.0}, 10)
        assert (len(nothing.keys), nothing.known) == (0, 0)
        half = generation.lexical["en"].search({"xyzzy": 1.0, "nairobi": 1.0}, 10)
        assert 0 < half.known < 1


@pytest.mark.parametrize(
    "term", ["terms:soil", "*", "soil OR drought", "so?l", '"soil"', "a/b)(", "\x00", "^"]
)
def test_terms_are_never_query_syntax(backend: Backend, term: str) -> None:
    with backend(DOCUMENTS) as generation:
        assert len(generation.lexical["en"].search({term: 1.0}, 10).keys) == 0


def test_filters_by_document_hold_for_both(backend: Backend) -> None:
    with backend(DOCUMENTS) as generation:
        only = [generation.store.number("B/2")]
        vector = ENCODER.encode(["soil symposium in Rome"])[0]
        assert ids(generation, generation.vectors["en"].search(vector, 10, only).keys.tolist())[0] == "B/2#1"
        terms = {"soil": 1.0}
        assert ids(generation, generation.lexical["en"].search(terms, 10, only).keys.tolist()) == ["B/2#1"]
        assert len(generation.lexical["zh"].search({"土壤": 1.0}, 10, only).keys) == 0
        assert len(generation.vectors["en"].search(vector, 10, []).keys) == 0
        assert len(generation.lexical["en"].search(terms, 10, []).keys) == 0


def test_filters_by_many_documents_hold_for_both(backend: Backend) -> None:
    many = [document(f"M/{number}", "en", ["A soil report.", "Else."]) for number in range(40)]
    with backend(many) as generation:
        wanted = [generation.store.number(f"M/{number}") for number in range(0, 40, 2)]
        vector = ENCODER.encode(["soil report"])[0]
        expected = {f"M/{number}#1" for number in range(0, 40, 2)}
        dense = generation.vectors["en"].search(vector, 20, wanted).keys.tolist()
        lexical = generation.lexical["en"].search({"soil": 1.0}, 40, wanted).keys.tolist()
        assert set(ids(generation, dense)) == expected
        assert set(ids(generation, lexical)) == expected


def test_languages_are_kept_apart(backend: Backend) -> None:
    with backend(DOCUMENTS) as generation:
        assert set(generation.vectors) == set(generation.lexical) == {"en", "zh"}
        assert len(generation.vectors["zh"]) == len(generation.lexical["zh"]) == 4
        assert len(generation.lexical["en"]) == 6


def test_statistics_of_one_language_do_not_depend_on_the_other(backend: Backend, tmp_path: Path) -> None:
    with backend(DOCUMENTS[:1]) as generation:
        alone = generation.lexical["zh"].search({"土壤": 1.0, "专家": 0.5}, 10).scores
    crowd = [document(f"M/{number}", "en", [f"Soil {n} report." for n in range(20)]) for number in range(20)]
    with backend(crowd) as generation:
        beside = generation.lexical["zh"].search({"土壤": 1.0, "专家": 0.5}, 10).scores
    assert beside.tolist() == alone.tolist()


def test_replacing_a_version_deletes_what_it_held(backend: Backend) -> None:
    backend(DOCUMENTS).close()
    with backend([document("B/2", "en", ["Only the sea is left."])]) as generation:
        assert len(generation.lexical["en"].search({"nairobi": 1.0}, 10).keys) == 0
        assert len(generation.vectors["en"]) == 5
        assert ids(generation, generation.lexical["en"].search({"sea": 1.0}, 1).keys.tolist()) == ["B/2#1"]


def test_a_zero_vector_finds_nothing(backend: Backend) -> None:
    with backend(DOCUMENTS) as generation:
        assert len(generation.vectors["en"].search(np.zeros(64, np.float32), 10).keys) == 0


def test_given_paragraphs_are_scored_exactly(backend: Backend) -> None:
    with backend(DOCUMENTS) as generation:
        vector = ENCODER.encode(["soil symposium in Rome"])[0]
        everything = generation.vectors["en"].search(vector, 100)
        some = np.sort(everything.keys[[4, 1]])
        scored = generation.vectors["en"].score(vector, np.append(some, 1 << 40))
        expected = dict(zip(everything.keys.tolist(), everything.scores.tolist(), strict=True))
        assert {
            key: pytest.approx(score, abs=0.01)
            for key, score in zip(scored.keys.tolist(), scored.scores.tolist(), strict=True)
        } == {key: expected[key] for key in some.tolist()}


def test_the_best_of_several_passages_is_the_paragraphs(backend: Backend) -> None:
    long = " ".join(f"Sentence {n} speaks of item w{n} and nothing more than that at all." for n in range(40))
    with backend([document("L/1", "en", [long, "Short."])]) as generation:
        found = generation.vectors["en"].search(ENCODER.encode(["item w33"])[0], 5)
        key, window = int(found.keys[0]), int(found.windows[0])
        start, end = generation.store.passage_spans([key])[key, "en", window]
        assert "w33" in long[start:end]
        assert generation.store.ids([key])[key] == ParagraphId("L/1", "1")


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
        assert ids(generation, index.search(vector, 5).keys.tolist())[0] == "M/7#13"
        only = [generation.store.number(f"M/{n}") for n in (2, 3)]
        assert {
            i.partition("#")[0] for i in ids(generation, index.search(vector, 40, only).keys.tolist())
        } == {
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
