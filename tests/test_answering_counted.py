"""What a question counts, and whether a number beside it counts that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answering.words.counted import asked_noun, beside, same_sort


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("How many fishing boats were registered in 2009?", "fishing boats"),
        ("number of delegates at the harbour forum", "delegates"),
        ("No. of pages of the atlas?", "pages"),
        ("登记了多少艘渔船？", "渔船"),
        ("登记册总共几份？", "份"),
        ("图集共有多少页？", "页"),
        ("有几个国家报名？", "国家报名"),
        ("港口论坛的参会人数", "参会人"),
        ("When was the forum?", ""),
        ("哪几家一起办的？", ""),
    ],
)
def test_what_is_counted_is_read_off_the_question(question: str, noun: str) -> None:
    assert asked_noun(question) == noun


@pytest.mark.parametrize(
    ("asked", "said", "same"),
    [
        ("people", "488 participants from", True),
        ("delegates", "34名代表出席", True),
        ("folks", "488 people", True),
        ("folks", "111 countries", False),
        ("人", "120 experts were", True),
        ("pages", "two members of the", False),
        ("家企业", "三名成员", False),
        ("women", "18 members", False),
        ("countries", "111个国家", True),
        ("lighthouses", "12 lighthouses", None),
    ],
)
def test_sorts_of_things_are_told_apart(asked: str, said: str, same: bool | None) -> None:
    assert same_sort(asked, said) is same


def test_what_stands_beside_a_number_ends_with_the_sentence() -> None:
    text = "The forum drew 40 boats. Nine people came."
    assert beside(text, 15, 17) == "40 boats"
    chinese = "论坛来了40艘船。九个人参加。"
    assert beside(chinese, 4, 6) == "40艘船"


@pytest.mark.parametrize(
    ("text", "number", "said"),
    [
        ("The forum drew 488 people from 111 countries.", "488", "488 people"),
        ("The forum drew 488 people from 111 countries.", "111", "111 countries"),
        ("共收到61项提名，其中22名是女性。", "61", "61项提名"),
        ("来自111个国家的488人参加了论坛。", "111", "111个国家的"),
    ],
)
def test_a_number_is_not_counted_by_what_the_next_one_counts(text: str, number: str, said: str) -> None:
    start = text.index(number)
    assert beside(text, start, start + len(number)) == said


def test_a_number_that_ends_its_sentence_counts_what_stands_before_it() -> None:
    assert beside("It is run by a board of nine. Others help.", 24, 28) == "is run by a board of nine"[3:]
    assert beside("理事会成员共九。", 6, 7) == "理事会成员共九"


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_texts_can_be_read(question: str, text: str) -> None:
    same_sort(asked_noun(question), beside(text, 0, min(3, len(text))))
