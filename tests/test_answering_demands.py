"""What an answer lacks beside the right words: a cause, a name, a list, the decision asked about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answering.asking.question import read_question
from service.answering.sentences.demands import DEMANDS, unmet


def lacks(question: str, sentence: str, paragraph: str | None = None) -> dict[str, float]:
    found = unmet(read_question(question), sentence, sentence, sentence if paragraph is None else paragraph)
    return dict(zip(DEMANDS, found, strict=True))


@pytest.mark.parametrize(
    ("question", "sentence", "missing"),
    [
        ("Why was the workshop moved to Geneva?", "The workshop took place in Geneva on 3 May 2014.", 1.0),
        (
            "Why was the workshop moved to Geneva?",
            "Owing to a strike it took place in Geneva.",
            0.0,
        ),
        ("讲习班为什么改在日内瓦举行？", "讲习班于2014年5月3日在日内瓦举行。", 1.0),
        ("讲习班为什么改在日内瓦举行？", "由于罢工，讲习班改在日内瓦举行。", 0.0),
        ("When was the workshop?", "The workshop took place in Geneva on 3 May 2014.", 0.0),
    ],
)
def test_a_reason_is_missed_only_where_one_is_asked_for(question: str, sentence: str, missing: float) -> None:
    assert lacks(question, sentence)["causeless"] == missing


@pytest.mark.parametrize(
    ("question", "sentence", "missing"),
    [
        ("What is the name of the co-chair?", "The group has two co-chairs, from Bhutan and Peru.", 1.0),
        ("What is the name of the co-chair?", "Ms. Amara Diallo was elected co-chair.", 0.0),
        ("工作组组长叫什么名字？", "工作组由八名成员组成。", 1.0),
        ("工作组组长叫什么名字？", "工作组选举玛丽亚·洛佩斯女士为组长。", 0.0),
        ("Who was asked to report?", "The secretariat was asked to report.", 0.0),
    ],
)
def test_a_person_is_missed_only_where_one_is_asked_for(question: str, sentence: str, missing: float) -> None:
    assert lacks(question, sentence)["nameless"] == missing


def test_a_decision_that_the_paragraph_does_not_name_is_missed() -> None:
    sentence = "By decision 4/COP.3 the secretariat was asked to report."
    assert lacks("What did decision 4/COP.3 ask?", sentence)["unreferenced"] == 0.0
    assert lacks("What did decision 5/COP.3 ask?", sentence)["unreferenced"] == 1.0
    assert lacks("第4/COP.3号和第5/COP.3号决定要求什么？", sentence)["unreferenced"] == 0.5


def test_a_list_needs_room_for_as_many_things_as_are_asked_for() -> None:
    listed = "The partners are FAO, UNEP and the World Bank."
    counted = "There are three partners."
    assert lacks("Which three partners are there?", listed)["unlisted"] == 0.0
    assert lacks("Which three partners are there?", counted)["unlisted"] == pytest.approx(2 / 3)
    assert lacks("是哪两家基金会？", "共有两家基金会捐款。")["unlisted"] == 0.5
    assert lacks("讲习班是哪几天开的？", "讲习班于5月3日至5日举行。")["unlisted"] == 0.0


@given(st.text(max_size=60), st.text(max_size=80))
def test_nothing_is_missed_by_more_than_all(question: str, sentence: str) -> None:
    assert all(0.0 <= value <= 1.0 for value in lacks(question, sentence).values())
