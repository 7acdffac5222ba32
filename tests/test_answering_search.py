"""A search reads the first paragraphs sentence by sentence, and orders them by what they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.questions import load_questions
from index.retrieve import Hit, Retriever
from service.answering.answerer import DEPTH
from service.library import Desk, Library


@pytest.fixture(scope="module")
def sample(sample_data: Path) -> Iterator[Desk]:
    library = Library(sample_data)
    with library.open() as desk:
        yield desk
    library.close()


def retrieved(desk: Desk, query: str, limit: int) -> list[Hit]:
    return desk.retriever.search(query, limit=limit)


@pytest.mark.parametrize(
    "query", ["soil organic carbon", "谁应向缔约方会议提交报告？", "drought 2016", "?", "的"]
)
def test_the_first_hits_change_places_and_nothing_else(sample: Desk, query: str) -> None:
    before = retrieved(sample, query, 15)
    after = sample.answerer.search(query, limit=15)
    assert {hit.id for hit in after[:DEPTH]} == {hit.id for hit in before[:DEPTH]}
    assert after[DEPTH:] == before[DEPTH:]
    assert [(hit.rank, hit.score) for hit in after] == [(hit.rank, hit.score) for hit in before]


@pytest.mark.parametrize("limit", [1, 3, DEPTH + 5])
def test_how_many_hits_are_wanted_does_not_change_their_order(sample: Desk, limit: int) -> None:
    query = "Who was asked to report on drought?"
    most = sample.answerer.search(query, limit=2 * DEPTH)
    assert sample.answerer.search(query, limit=limit) == most[:limit]


def test_what_is_asked_stands_first_more_often_than_retrieval_alone_has_it(sample: Desk) -> None:
    asked = [question for question in load_questions("dev") if question.answerable]
    first = {"retrieved": 0, "read": 0}
    for question in asked:
        gold = set(question.paragraphs)
        first["retrieved"] += str(retrieved(sample, question.question, DEPTH)[0].id) in gold
        first["read"] += str(sample.answerer.search(question.question, limit=1)[0].id) in gold
    assert first["read"] > first["retrieved"]


def test_another_model_s_order_is_left_as_it_is(sample: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Retriever, "embedded", property(lambda self: False))
    for query in ("soil organic carbon", "谁应向缔约方会议提交报告？"):
        assert sample.answerer.search(query, limit=15) == retrieved(sample, query, 15)
