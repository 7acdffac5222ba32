from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_models import CHINESE, ENGLISH, GLOSSARY, TermVectors, document
from numpy.typing import NDArray

from index.build import build_generation
from index.generation import Generation, open_generation
from index.retrieve import Hit, Retriever
from index.store import UnknownIdError
from ingest.facts.glossary import Glossary
from ingest.paragraphs import Document

BILINGUAL = TermVectors(256, "bilingual", GLOSSARY)


class Blind(TermVectors):
    """An encoder that knows no token at all."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.zeros((len(texts), self.dimensions), np.float32)


def opened(data: Path, documents: Sequence[Document], encoder: TermVectors) -> Retriever:
    build_generation(data, documents, encoder)
    return Retriever(open_generation(data), encoder)


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    documents = [
        document("Z/1", "zh", CHINESE),
        document("E/1", "en", ENGLISH),
        document("B/1", "zh", CHINESE),
        document("B/1", "en", ENGLISH),
        document(
            "C/1", "en", [f"Crowd report {n} about nothing in particular, item c{n}." for n in range(200)]
        ),
    ]
    return opened(tmp_path_factory.mktemp("retrieve"), documents, BILINGUAL)


def ids(hits: Sequence[Hit]) -> list[str]:
    return [str(hit.id) for hit in hits]


def test_hits_are_ranked_from_one_with_scores_that_fall_from_at_most_one(retriever: Retriever) -> None:
    hits = retriever.search("When did the symposium on soil carbon meet?", limit=5)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert all(0 <= value <= 1 for hit in hits for value in hit.signals.values())
    assert set(ids(hits)[:2]) == {"E/1#2", "B/1#2"}


def test_a_paragraph_appears_once_with_its_best_version(retriever: Retriever) -> None:
    hits = retriever.search("土壤碳专题讨论会 symposium on soil carbon in Rome 罗马", limit=20)
    assert len(set(ids(hits))) == len(hits)
    assert "B/1#2" in ids(hits)[:3]


def test_a_question_crosses_languages(retriever: Retriever) -> None:
    assert set(ids(retriever.search("drought report", documents=["Z/1"], limit=1))) == {"Z/1#1"}
    assert set(ids(retriever.search("森林", documents=["E/1"], limit=1))) == {"E/1#4"}


def test_many_documents_of_one_language_do_not_hide_the_other(retriever: Retriever) -> None:
    """200 English paragraphs that share words with the question, four Chinese ones that answer it."""
    for question, number in (("专家", 3), ("drought", 1), ("forest", 4), ("罗马", 2)):
        found = ids(retriever.search(question, limit=6))
        assert {f"Z/1#{number}", f"E/1#{number}", f"B/1#{number}"} <= set(found)


def test_the_best_passage_is_named_inside_the_text(retriever: Retriever) -> None:
    hit = retriever.search("science-policy platform")[0]
    text = retriever.generation.store.paragraph(hit.id).versions[hit.language].text
    assert hit.passage is not None
    start, end = hit.passage
    assert 0 <= start < end <= len(text)


def test_filters_by_language_and_document(retriever: Retriever) -> None:
    hits = retriever.search("soil 土壤", languages=["zh"], limit=50)
    assert {hit.language for hit in hits} == {"zh"}
    hits = retriever.search("soil 土壤", documents=["Z/1", "E/1"], limit=50)
    assert {hit.id.symbol for hit in hits} == {"Z/1", "E/1"}
    assert retriever.search("soil", languages=["fr"]) == []
    assert retriever.search("soil", documents=[]) == []


def test_an_unknown_document_is_an_error_not_an_empty_answer(retriever: Retriever) -> None:
    with pytest.raises(UnknownIdError, match="X/99"):
        retriever.search("soil", documents=["Z/1", "X/99"])


@pytest.mark.parametrize("query", ["", " ", "？！。", "the", "的", "\x00", "\ud800", "🙂"])
def test_nothing_to_look_for_finds_nothing(retriever: Retriever, query: str) -> None:
    assert retriever.search(query) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=80), limit=st.integers(1, 30))
def test_no_text_breaks_a_search(retriever: Retriever, query: str, limit: int) -> None:
    hits = retriever.search(query, limit=limit)
    assert len(hits) <= limit
    assert all(math.isfinite(hit.score) and 0 < hit.score <= 1 for hit in hits)


def test_a_long_question_is_answered(retriever: Retriever) -> None:
    query = " ".join(f"word{n} 土壤{n}" for n in range(300))
    assert retriever.search(query)


def test_the_same_question_gives_the_same_hits_in_any_thread(retriever: Retriever) -> None:
    expected = retriever.search("soil report 森林")
    with ThreadPoolExecutor(8) as pool:
        assert all(hits == expected for hits in pool.map(retriever.search, ["soil report 森林"] * 100))


def reciprocal_gain(retriever: Retriever, questions: Sequence[tuple[str, str]]) -> float:
    """nDCG@10 with one right paragraph per question."""
    gains = []
    for question, right in questions:
        found = ids(retriever.search(question, limit=10))
        gains.append(1 / math.log2(found.index(right) + 2) if right in found else 0.0)
    return sum(gains) / len(gains)


CHINESE_QUESTIONS = [
    ("缔约方多久报告一次旱灾？", "Z/1#1"),
    ("土壤碳讨论会在什么时候开？", "Z/1#2"),
    ("科学政策平台有多少名专家？", "Z/1#3"),
    ("哪个会议讨论了森林面积？", "Z/1#4"),
]


def test_words_alone_find_chinese_paragraphs(tmp_path: Path) -> None:
    """The silent failure of many stacks: a Chinese full-text index that finds next to nothing."""
    crowd = document("Z/2", "zh", [f"关于第{n}个地区的情况说明，编号{n}。" for n in range(100)])
    retriever = opened(tmp_path, [document("Z/1", "zh", CHINESE), crowd], Blind())
    assert reciprocal_gain(retriever, CHINESE_QUESTIONS) > 0.9


def test_a_blind_ranker_takes_nothing_from_the_one_that_sees(tmp_path: Path) -> None:
    crowd = document("Z/2", "zh", [f"关于第{n}个地区的情况说明，编号{n}。" for n in range(100)])
    documents = [document("Z/1", "zh", CHINESE), crowd]
    with_words = opened(tmp_path / "words", documents, Blind())
    for question, right in CHINESE_QUESTIONS:
        hits = with_words.search(question)
        assert str(hits[0].id) == right
        assert hits[0].passage is None
        assert set(hits[0].signals) == {"bm25"}
        heard = [hit.signals["bm25"] for hit in hits]
        assert heard == sorted(heard, reverse=True)
    # And the other way round: an English question over Chinese text shares no word with it.
    opened(tmp_path / "meaning", documents, BILINGUAL)
    generation = open_generation(tmp_path / "meaning")
    with_meaning = Retriever(generation, BILINGUAL, glossary=Glossary([]))
    hits = with_meaning.search("drought report")
    assert str(hits[0].id) == "Z/1#1"
    assert set(hits[0].signals) == {"dense"}
    heard = [hit.signals["dense"] for hit in hits]
    assert heard == sorted(heard, reverse=True)
    # The glossary knows a Chinese name, so the words have something to say too.
    named = Retriever(generation, BILINGUAL).search("drought report")
    assert str(named[0].id) == "Z/1#1"
    assert set(named[0].signals) == {"bm25", "dense"}


def test_an_index_of_one_language_is_searched_in_the_other(tmp_path: Path) -> None:
    retriever = opened(tmp_path, [document("Z/1", "zh", CHINESE)], BILINGUAL)
    english = [
        ("drought", "Z/1#1"),
        ("soil in Rome", "Z/1#2"),
        ("platform expert", "Z/1#3"),
        ("forest", "Z/1#4"),
    ]
    assert reciprocal_gain(retriever, english) == 1.0


def test_the_generation_stays_usable_for_others(tmp_path: Path) -> None:
    build_generation(tmp_path, [document("Z/1", "zh", CHINESE)], BILINGUAL)
    one: Generation = open_generation(tmp_path)
    two: Generation = open_generation(tmp_path)
    one.close()
    assert Retriever(two, BILINGUAL).search("旱灾")
    two.close()
