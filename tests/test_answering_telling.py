"""What asks for a reason, a person, an outcome and so on, and what tells it; items by their numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answering.words.items import counted_items, items
from service.answering.words.telling import (
    SAYING,
    TITLE,
    asks_person,
    names_person,
    takes_denial_for_granted,
)


@pytest.mark.parametrize(
    ("question", "person"),
    [
        ("Which two board members were picked?", True),
        ("Names of the three divers' experts, please", True),
        ("Who are the members of the jury?", True),
        ("灯塔委员会的两位协调人是谁？", True),
        ("选上的那几位专家叫什么？", True),
        # Others are named beside what is asked for.
        ("In which city did the lamp experts meet?", False),
        ("On which days did experts from ten ports meet?", False),
        ("Over which period could people send their views?", False),
        ("Who is supposed to let the chair sit in as observer?", False),
        ("Who ran the fishers' side event?", False),
        ("Who from the harbour side took part in the call?", False),
        ("展览叫什么名字？", False),
        ("会议的议题叫什么？", False),
        ("联络点设在哪个国家，国家叫什么？", False),
    ],
)
def test_a_person_is_asked_for(question: str, person: bool) -> None:
    assert asks_person(question) == person


@pytest.mark.parametrize(
    ("question", "text", "named"),
    [
        ("Who chairs the group?", "The group is chaired by the Executive Director of the Programme.", True),
        ("小组归谁当主席？", "小组主席由环境署执行主任担任。", True),
        ("What is the name of the group's chair?", "The group was led by an Executive Director.", False),
        ("Which minister led the group?", "The Minister of the Environment of Lampland did.", True),
        ("Which minister led the group?", "A minister of some country did.", False),
        ("哪位部长召集了会议？", "兰普国环境和航标部部长召集了会议。", True),
        ("哪位部长召集了会议？", "部长级会议召集了。", False),
        ("Who spoke for the panel?", "Ms. Ana Lima gave the keynote.", True),
        ("Who spoke for the panel?", "The panel gave the keynote.", False),
    ],
)
def test_an_office_names_somebody_unless_it_is_asked_whose_name(
    question: str, text: str, named: bool
) -> None:
    assert names_person(question, text) == named


@pytest.mark.parametrize(
    ("question", "granted"),
    [
        ("Why was the summit shortened?", True),
        ("Why did the Executive Secretary stay away from the meeting?", True),
        ("What made the Board send the outline back to the panel?", True),
        ("为什么把二十七名专家全部退回？", True),
        ("What model keeps parts apart so that they don't repeat each other?", False),
        ("When was the lamp lit?", False),
    ],
)
def test_what_is_said_to_have_been_denied(question: str, granted: bool) -> None:
    assert takes_denial_for_granted(question) == granted


@pytest.mark.parametrize(
    ("question", "asked", "sentence", "told"),
    [
        (
            "What did the Prime Minister say?",
            True,
            "The Prime Minister spoke in the high-level segment.",
            False,
        ),
        ("What did the Prime Minister say?", True, "The Prime Minister stressed the price of oil.", True),
        ("联检组得出了什么结论？", True, "联检组于1月至6月进行了审查。", False),
        ("联检组得出了什么结论？", True, "联检组认为报告太长。", True),
        ("Where was the lamp?", False, "In Suva.", False),
    ],
)
def test_what_somebody_said_has_to_be_told(question: str, asked: bool, sentence: str, told: bool) -> None:
    assert SAYING.is_asked(question) == asked
    assert SAYING.is_told(sentence) == told


def test_what_measures_are_taken_is_no_title() -> None:
    assert not TITLE.is_asked("各国应采取什么措施？")
    assert TITLE.is_asked("报告取名什么？")
    assert TITLE.is_told("commonly referred to as the Lamp Rulebook")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("第四个主题是什么？", {("topic", 4)}),
        ("What is the fourth of the four topics?", {("topic", 4)}),
        ("建议 7：点灯。", {("recommendation", 7)}),
        ("附件一缔约方", set()),
    ],
)
def test_items_by_their_numbers(text: str, found: set[tuple[str, int]]) -> None:
    assert items(text) == found


def test_all_items_of_so_many_are_there() -> None:
    assert counted_items("商定了以下三个主题") == {("topic", 1), ("topic", 2), ("topic", 3)}
    assert counted_items("two further recommendations") == {("recommendation", 1), ("recommendation", 2)}


@given(st.text(max_size=120))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    names_person(text, text)
    takes_denial_for_granted(text)
    assert items(text) <= items(f"{text} 建议 2") | {("recommendation", 2)}
    counted_items(text)
