"""Proper names of the thing that is asked for, and titles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answering.words.proper import asked_things, asks_title, proper_names, titles

TEXT = (
    "Invites Governments to consider joining the framework of the International Network of Lamp Towers of "
    "the World Lantern Organization as a way to light harbours, and to pay into the trust fund for piers."
)


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("Which inter-agency network keeps the lamps?", "network"),
        ("What strategy is to be backed?", "strategy"),
        ("What is the name of the lamp fund?", "fund"),
        ("请各国加入哪个网络？", "网络"),
        ("要按照哪一项行动计划开展工作？", "行动计划"),
        ("Which country keeps the lamps?", None),
        ("What did the network decide?", None),
        ("灯塔在哪里？", None),
    ],
)
def test_the_thing_that_is_asked_for(question: str, thing: str | None) -> None:
    assert (thing in asked_things(question)) if thing else not asked_things(question)


def test_a_proper_name_is_whole_and_has_capitals() -> None:
    names = [TEXT[a:b] for a, b in proper_names(TEXT, (0, len(TEXT)), frozenset({"network"}))]
    assert names == ["International Network of Lamp Towers of the World Lantern Organization"]
    assert not list(proper_names(TEXT, (0, len(TEXT)), frozenset({"fund"})))
    quoted = "会议通过了《灯塔十年战略》和《码头宪章》。"
    assert [quoted[a:b] for a, b in proper_names(quoted, (0, len(quoted)), frozenset({"战略"}))] == [
        "《灯塔十年战略》"
    ]


def test_a_name_may_end_in_small_letters() -> None:
    text = "Urges donors to pay into the United Nations trust fund for lamp repair to support the keepers."
    assert [text[a:b] for a, b in proper_names(text, (0, len(text)), frozenset({"fund"}))] == [
        "United Nations trust fund for lamp repair"
    ]


def test_a_model_is_named_with_its_quotes() -> None:
    text = '建议基于“灯—塔—光”模型编写。 Built on the "lamp–tower–light" (LTL) model of harbours.'
    for thing, name in (("模型", "“灯—塔—光”模型"), ("model", '"lamp–tower–light" (LTL) model')):
        assert [text[a:b] for a, b in proper_names(text, (0, len(text)), frozenset({thing}))] == [name]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("那场灯塔展览叫什么名字？", True),
        ("灯塔 展览 名称", True),
        ("码头会议的议题叫什么？", True),
        ("What was the lamp exhibition called?", True),
        ("What is the title of the lamp report?", True),
        ("Which theme did the fair have?", True),
        ("谁叫守塔人去修灯的？", False),
        ("Who called the meeting?", False),
    ],
)
def test_a_title_may_be_asked_for(question: str, asked: bool) -> None:
    assert asks_title(question) == asked


def test_a_title_stands_in_its_marks() -> None:
    text = '秘书处办了展览，题为“灯下：与塔共处”，出了《灯塔》一书, called "Lamps" there.'
    assert [text[a:b] for a, b in titles(text, (0, len(text)))] == ["“灯下：与塔共处”", "《灯塔》", '"Lamps"']


@given(st.text(max_size=200), st.sampled_from(["network", "战略"]))
def test_names_lie_in_the_text(text: str, thing: str) -> None:
    for start, end in proper_names(text, (0, len(text)), frozenset({thing})):
        assert thing in text[start:end].lower()
