"""What every backend does, whatever engine is behind it: FAISS with tantivy, and Milvus."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from engines import Engine
from index_models import CHINESE, ENGLISH, TermVectors, document

from index.backends.contract import Backend, Opened
from index.build import BuildReport, build_generation
from index.citations import cited
from index.generation import NoGenerationError, open_generation
from index.holder import GenerationHolder
from index.records import RecordFilter, find_dates, find_mandates
from index.retrieve import Retriever
from ingest.corpus import SAMPLE, Corpus, read_corpus
from ingest.paragraphs import Document, ParagraphId
from ingest.report import IngestReport

ENCODER = TermVectors()
QUESTIONS = (
    "When was the Global Symposium on Soil Organic Carbon held?",
    "What shall the secretariat report to the next session?",
    "土壤有机碳全球研讨会在哪里召开？",
    "How many experts does the Science-Policy Interface have?",
)
Build = Callable[[Sequence[Document]], Opened]
"""Ingests documents over those that are there, and opens what is in use then."""


@pytest.fixture
def backend(engine: Engine, tmp_path: Path) -> Iterator[Backend]:
    """An empty index."""
    backend = engine.new(tmp_path)
    yield backend
    backend.close()


@pytest.fixture
def build(backend: Backend) -> Build:
    def build(documents: Sequence[Document]) -> Opened:
        ingested(backend, documents)
        return backend.open()

    return build


@pytest.fixture(scope="module")
def indexed(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """An index of :data:`DOCUMENTS`. Only for reading."""
    backend = engine.new(tmp_path_factory.mktemp("indexed"))
    ingested(backend, DOCUMENTS)
    with closing(backend.open()) as generation:
        yield generation
    backend.close()


@pytest.fixture(scope="module")
def sample(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """An index of the sample. Only for reading."""
    backend = engine.new(tmp_path_factory.mktemp("sample"))
    ingested(backend, read_corpus([SAMPLE]).documents)
    with closing(backend.open()) as generation:
        yield generation
    backend.close()


def ingested(
    backend: Backend, documents: Sequence[Document], removed: Sequence[tuple[str, str]] = ()
) -> BuildReport:
    with backend.updating() as update:
        corpus = Corpus(tuple(documents), IngestReport(), removed=tuple(removed))
        return update.build(corpus, ENCODER)


DOCUMENTS = (
    document("A/1", "zh", CHINESE),
    document("A/1", "en", ENGLISH),
    document("B/2", "en", ["A workshop on soil meets in Nairobi.", "Nothing else is known."]),
)


def ids(generation: Opened, keys: Sequence[int]) -> list[str]:
    found = generation.store.ids(keys)
    return [str(found[key]) for key in keys]


def test_dense_search_ranks_by_cosine(indexed: Opened) -> None:
    vector = ENCODER.encode(["soil symposium in Rome"])[0]
    found = indexed.vectors["en"].search(vector, 10)
    assert ids(indexed, found.keys.tolist())[0] == "A/1#2"
    assert np.all(np.diff(found.scores) <= 0)
    assert len(set(found.keys.tolist())) == len(found.keys)
    best = ENCODER.encode([f"A. Detail\n{ENGLISH[1]}"])[0] @ vector
    assert found.scores[0] == pytest.approx(best, abs=0.01)


def test_full_text_search_ranks_by_bm25_within_zero_and_one(indexed: Opened) -> None:
    found = indexed.lexical["en"].search({"soil": 1.0, "nairobi": 1.0}, 10)
    assert ids(indexed, found.keys.tolist()) == ["B/2#1", "A/1#2"]
    assert 0 < found.scores[1] < found.scores[0] < 1
    assert found.known == pytest.approx(1.0)


def test_a_term_counts_by_its_weight(indexed: Opened) -> None:
    found = indexed.lexical["en"].search({"drought": 0.1, "nairobi": 1.0}, 10)
    assert ids(indexed, found.keys.tolist()) == ["B/2#1", "A/1#1"]
    found = indexed.lexical["en"].search({"drought": 1.0, "nairobi": 0.1}, 10)
    assert ids(indexed, found.keys.tolist()) == ["A/1#1", "B/2#1"]


def test_unknown_terms_find_nothing_and_are_known_as_such(indexed: Opened) -> None:
    nothing = indexed.lexical["en"].search({"xyzzy": 1.0}, 10)
    assert (len(nothing.keys), nothing.known) == (0, 0)
    half = indexed.lexical["en"].search({"xyzzy": 1.0, "nairobi": 1.0}, 10)
    assert 0 < half.known < 1


@pytest.mark.parametrize(
    "term", ["terms:soil", "*", "soil OR drought", "so?l", '"soil"', "a/b)(", "\x00", "^"]
)
def test_terms_are_never_query_syntax(indexed: Opened, term: str) -> None:
    assert len(indexed.lexical["en"].search({term: 1.0}, 10).keys) == 0


def test_filters_by_document_hold_for_both(indexed: Opened) -> None:
    only = [indexed.store.number("B/2")]
    vector = ENCODER.encode(["soil symposium in Rome"])[0]
    assert ids(indexed, indexed.vectors["en"].search(vector, 10, only).keys.tolist())[0] == "B/2#1"
    terms = {"soil": 1.0}
    assert ids(indexed, indexed.lexical["en"].search(terms, 10, only).keys.tolist()) == ["B/2#1"]
    assert len(indexed.lexical["zh"].search({"土壤": 1.0}, 10, only).keys) == 0
    assert len(indexed.vectors["en"].search(vector, 10, []).keys) == 0
    assert len(indexed.lexical["en"].search(terms, 10, []).keys) == 0


def test_filters_by_many_documents_hold_for_both(build: Build) -> None:
    many = [document(f"M/{number}", "en", ["A soil report.", "Else."]) for number in range(40)]
    with closing(build(many)) as generation:
        wanted = [generation.store.number(f"M/{number}") for number in range(0, 40, 2)]
        vector = ENCODER.encode(["soil report"])[0]
        expected = {f"M/{number}#1" for number in range(0, 40, 2)}
        dense = generation.vectors["en"].search(vector, 20, wanted).keys.tolist()
        lexical = generation.lexical["en"].search({"soil": 1.0}, 40, wanted).keys.tolist()
        assert set(ids(generation, dense)) == expected
        assert set(ids(generation, lexical)) == expected


def test_languages_are_kept_apart(indexed: Opened) -> None:
    assert set(indexed.vectors) == set(indexed.lexical) == {"en", "zh"}
    assert len(indexed.vectors["zh"]) == len(indexed.lexical["zh"]) == 4
    assert len(indexed.lexical["en"]) == 6


def test_statistics_of_one_language_do_not_depend_on_the_other(build: Build, tmp_path: Path) -> None:
    with closing(build(DOCUMENTS[:1])) as generation:
        alone = generation.lexical["zh"].search({"土壤": 1.0, "专家": 0.5}, 10).scores
    crowd = [document(f"M/{number}", "en", [f"Soil {n} report." for n in range(20)]) for number in range(20)]
    with closing(build(crowd)) as generation:
        beside = generation.lexical["zh"].search({"土壤": 1.0, "专家": 0.5}, 10).scores
    assert beside.tolist() == alone.tolist()


def test_replacing_a_version_deletes_what_it_held(build: Build) -> None:
    build(DOCUMENTS).close()
    with closing(build([document("B/2", "en", ["Only the sea is left."])])) as generation:
        assert len(generation.lexical["en"].search({"nairobi": 1.0}, 10).keys) == 0
        assert len(generation.vectors["en"]) == 5
        assert ids(generation, generation.lexical["en"].search({"sea": 1.0}, 1).keys.tolist()) == ["B/2#1"]


def test_a_zero_vector_finds_nothing(indexed: Opened) -> None:
    assert len(indexed.vectors["en"].search(np.zeros(64, np.float32), 10).keys) == 0


def test_given_paragraphs_are_scored_exactly(indexed: Opened) -> None:
    vector = ENCODER.encode(["soil symposium in Rome"])[0]
    everything = indexed.vectors["en"].search(vector, 100)
    some = np.sort(everything.keys[[4, 1]])
    scored = indexed.vectors["en"].score(vector, np.append(some, 1 << 40))
    expected = dict(zip(everything.keys.tolist(), everything.scores.tolist(), strict=True))
    assert {
        key: pytest.approx(score, abs=0.01)
        for key, score in zip(scored.keys.tolist(), scored.scores.tolist(), strict=True)
    } == {key: expected[key] for key in some.tolist()}


def test_the_best_of_several_passages_is_the_paragraphs(build: Build) -> None:
    long = " ".join(f"Sentence {n} speaks of item w{n} and nothing more than that at all." for n in range(40))
    with closing(build([document("L/1", "en", [long, "Short."])])) as generation:
        found = generation.vectors["en"].search(ENCODER.encode(["item w33"])[0], 5)
        key, window = int(found.keys[0]), int(found.windows[0])
        start, end = generation.store.passage_spans([key])[key, "en", window]
        assert "w33" in long[start:end]
        assert generation.store.ids([key])[key] == ParagraphId("L/1", "1")


def test_a_version_whose_files_are_gone_leaves(backend: Backend, build: Build) -> None:
    build(DOCUMENTS).close()
    ingested(backend, [], [("B/2", "en"), ("A/1", "zh")])
    with closing(backend.open()) as generation:
        assert [document.symbol for document in generation.store.documents()] == ["A/1"]
        assert generation.languages == ("en",)
        assert len(generation.lexical["en"].search({"nairobi": 1.0}, 10).keys) == 0
        vector = ENCODER.encode(["workshop in Nairobi"])[0]
        assert {key >> 20 for key in generation.vectors["en"].search(vector, 10).keys.tolist()} == {
            generation.store.number("A/1")
        }


def test_what_did_not_change_is_not_embedded_again(backend: Backend) -> None:
    first = ingested(backend, DOCUMENTS)
    more = ingested(backend, [document("C/3", "en", ["A third document."])])
    assert (first.embedded, more.embedded) == (10, 1)
    again = ingested(backend, DOCUMENTS)
    assert not again.written
    assert again.generation == more.generation


def test_readers_of_the_generation_before_go_on_reading_it(backend: Backend, build: Build) -> None:
    with closing(build(DOCUMENTS)) as before:
        ingested(backend, [document("B/2", "en", ["Only the sea is left."])])
        with closing(backend.open()) as after:
            assert before.id != after.id
            assert ids(before, before.lexical["en"].search({"nairobi": 1.0}, 1).keys.tolist()) == ["B/2#1"]
            assert len(after.lexical["en"].search({"nairobi": 1.0}, 1).keys) == 0
            pid = ParagraphId("B/2", "1")
            assert before.store.paragraph(pid).versions["en"].text == DOCUMENTS[2].paragraphs[0].text
            assert after.store.paragraph(pid).versions["en"].text == "Only the sea is left."


def test_services_follow_the_swap(backend: Backend, build: Build) -> None:
    build(DOCUMENTS).close()
    holder = GenerationHolder(backend)
    with holder.lease() as before:
        ingested(backend, [document("B/2", "en", ["Only the sea is left."])])
        until(lambda: holder.settled is None)
        with holder.lease() as after:
            assert before.id != after.id
            assert len(after.lexical["en"].search({"sea": 1.0}, 1).keys) == 1
        assert len(before.lexical["en"].search({"nairobi": 1.0}, 1).keys) == 1
    assert holder.problem is None
    holder.close()


def test_with_nothing_ingested_it_says_what_to_do(backend: Backend) -> None:
    with pytest.raises(NoGenerationError, match="rapporteur ingest"):
        backend.open()
    assert backend.fallback() is None


def test_everything_read_back_is_as_it_was_ingested(sample: Opened) -> None:
    store = sample.store
    for one in read_corpus([SAMPLE]).documents:
        assert store.versions(one.symbol)[one.language] == one
    keys = [key for (key,) in store.select("SELECT key FROM paragraphs ORDER BY key")]
    facts = store.facts_at(keys)
    assert sum(len(found.dates) for by in facts.values() for found in by.values()) > 200
    spans = store.passage_spans(keys)
    for language in sample.languages:
        texts = store.texts_at(keys, language)
        assert {key for key, known, window in spans if (known, window) == (language, 0)} == texts.keys()
        for (key, known, _), (start, end) in spans.items():
            assert known != language or 0 <= start < end <= len(texts[key])
    mandates = find_mandates(store, RecordFilter(), limit=500)
    assert mandates.total == len(mandates.records) > 20
    for record in mandates.records:
        for language, quote in record.quotes.items():
            text = record.paragraph.versions[language].text
            assert 0 <= quote.start <= quote.fact.start < quote.end <= len(text)
    assert find_dates(store, RecordFilter()).total > 100
    assert cited(store, "A/64/202")


def test_hybrid_search_finds_what_the_embedded_engines_find(sample: Opened, tmp_path: Path) -> None:
    build_generation(tmp_path, read_corpus([SAMPLE]).documents, ENCODER)
    with open_generation(tmp_path) as embedded:
        ours, theirs = Retriever(sample, ENCODER), Retriever(embedded, ENCODER)
        for question in QUESTIONS:
            found = {hit.id: hit.score for hit in ours.search(question, limit=10)}
            expected = {hit.id: hit.score for hit in theirs.search(question, limit=10)}
            assert expected[next(iter(found))] == pytest.approx(max(expected.values()), abs=0.02)
            same = found.keys() & expected.keys()
            assert len(same) >= 9
            # tantivy rounds the lengths of texts.
            assert {pid: found[pid] for pid in same} == pytest.approx(
                {pid: expected[pid] for pid in same}, abs=0.02
            )
    only = ours.search(QUESTIONS[0], documents=["A/64/202"], languages=["zh"], limit=5)
    assert {(hit.id.symbol, hit.language) for hit in only} == {("A/64/202", "zh")}


def test_a_paragraph_longer_than_a_field_is_whole(build: Build) -> None:
    long = " ".join(f"Clause {n} of item w{n} is long." for n in range(2500)) + " The end is marmalade."
    chinese = "土壤碳的报告" * 1500 + "果酱"
    with closing(
        build([document("L/1", "en", [long, "Short."]), document("L/1", "zh", [chinese])])
    ) as generation:
        pid = ParagraphId("L/1", "1")
        key = generation.store.key(pid)
        assert generation.store.paragraph(pid).versions["en"].text == long
        assert generation.store.texts_at([key], "zh") == {key: chinese}
        assert generation.lexical["en"].search({"marmalad": 1.0}, 5).keys.tolist() == [key]
        assert generation.lexical["zh"].search({"果酱": 1.0}, 5).keys.tolist() == [key]


def test_many_threads_read_the_same(indexed: Opened) -> None:
    vector = ENCODER.encode(["soil symposium in Rome"])[0]

    def read(_: int) -> tuple[object, ...]:
        dense = indexed.vectors["en"].search(vector, 5)
        words = indexed.lexical["en"].search({"soil": 1.0, "drought": 1.0}, 5)
        keys = dense.keys.tolist()
        return tuple(keys), tuple(words.keys.tolist()), tuple(indexed.store.at(keys))

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(read, range(40)))) == 1


def until(met: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end
        time.sleep(0.05)
