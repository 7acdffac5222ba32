"""Proper names of the thing that is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answering.proper import asked_things, proper_names

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


@given(st.text(max_size=200), st.sampled_from(["network", "战略"]))
def test_names_lie_in_the_text(text: str, thing: str) -> None:
    for start, end in proper_names(text, (0, len(text)), frozenset({thing})):
        assert thing in text[start:end].lower()
