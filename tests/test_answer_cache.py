"""Answers that are remembered: the same, counted, and never another generation's."""

from __future__ import annotations

from pathlib import Path

import pytest
from serving import running
from test_metrics import value

from index.build import build_generation
from index.encoder import load_encoder
from ingest.corpus import SAMPLE, read_corpus
from service.answer_cache import AnswerCache, Asked
from service.answering.answer import Answer, Timing
from service.config import Settings
from service.respondent import Respondent

QUESTION = "When was the Global Symposium on Soil Organic Carbon held?"


def answer(generation: str) -> Answer:
    timing = Timing(1.0, 1.0, 2.0)
    return Answer(
        "?", "en", "not_found", "no_evidence", None, "text", None, 0.1, (), (), (), generation, "m", timing
    )


def asked(question: str, documents: tuple[str, ...] | None = None) -> Asked:
    return Asked(question, "auto", documents, 5)


def test_an_answer_is_kept_for_its_generation_and_its_request_only() -> None:
    cache = AnswerCache(8)
    cache.put(asked("a"), answer("one"))
    assert cache.get("one", asked("a")) == answer("one")
    assert cache.get("two", asked("a")) is None
    assert cache.get("one", asked("b")) is None
    assert cache.get("one", asked("a", ("A/64/202",))) is None


def test_what_was_asked_longest_ago_goes_first() -> None:
    cache = AnswerCache(2)
    cache.put(asked("a"), answer("one"))
    cache.put(asked("b"), answer("one"))
    cache.get("one", asked("a"))
    cache.put(asked("c"), answer("one"))
    assert len(cache) == 2
    assert cache.get("one", asked("b")) is None
    assert cache.get("one", asked("a")) is not None


def test_the_same_question_is_answered_the_same_and_counted_as_a_hit(sample_data: Path) -> None:
    with running(Settings(data=sample_data)) as client:
        first, second = (client.post("/v1/answers", json={"question": QUESTION}).json() for _ in range(2))
        narrowed = client.post(
            "/v1/answers", json={"question": QUESTION, "documents": ["ICCD/COP(13)/CST/5"]}
        ).json()
        assert value(client, "rapporteur_answer_cache_total", result="hit") == 1
        assert value(client, "rapporteur_answer_cache_total", result="miss") == 2
        assert value(client, "rapporteur_stage_seconds_count", stage="answer") == 2
        assert value(client, "rapporteur_answers_total", status="answered", reason="", language="en") == 3
    assert second["id"] != first["id"]
    assert second["timing_ms"]["retrieve"] == 0
    assert narrowed["timing_ms"]["retrieve"] > 0
    for one in (first, second):
        del one["id"], one["timing_ms"]
    assert first == second


@pytest.mark.parametrize("settings", [{"answer_cache": 0}])
def test_without_a_cache_every_answer_is_found_anew(sample_data: Path, settings: dict[str, int]) -> None:
    with running(Settings(data=sample_data, **settings)) as client:  # type: ignore[arg-type]
        for _ in range(2):
            told = client.post("/v1/answers", json={"question": QUESTION}).json()
            assert told["timing_ms"]["retrieve"] > 0
        assert value(client, "rapporteur_answer_cache_total", result="hit") == 0
        assert value(client, "rapporteur_answer_cache_total", result="miss") == 0


def test_a_new_generation_answers_for_itself(tmp_path: Path) -> None:
    documents = read_corpus([SAMPLE]).documents
    without = [document for document in documents if document.symbol != "ICCD/COP(13)/CST/5"]
    encoder = load_encoder()
    build_generation(tmp_path, without, encoder)
    with running(Settings(data=tmp_path)) as client:
        ask = {"question": QUESTION}
        before = [client.post("/v1/answers", json=ask).json() for _ in range(2)]
        build_generation(tmp_path, documents, encoder)
        after = [client.post("/v1/answers", json=ask).json() for _ in range(2)]
    assert {told["status"] for told in before} == {"not_found"}
    assert {told["status"] for told in after} == {"answered"}
    assert before[0]["index"] == before[1]["index"] != after[0]["index"] == after[1]["index"]


def test_what_a_language_model_words_is_not_remembered() -> None:
    assert Respondent(None, object(), remembered=8)._cache is None  # type: ignore[arg-type]
