"""Numbers of sessions and editions, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.facts.ordinals import ordinals

WORDS = ("first", "second", "third", "twelfth", "twentieth", "twenty-first", "forty-fifth")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("码头委员会第九届会议", {9}),
        ("第 45 届常会和第二十一次会议", {45, 21}),
        ("首届渔民大会", {1}),
        ("第二稿草案", {2}),
        ("COP9的会期", {9}),
        ("COP 14, CST-13 and AWG-LCA 5", {14, 13, 5}),
        ("the forty-fifth session and its twentieth meeting", {45, 20}),
        ("the 3rd and 11th rounds", {3, 11}),
        ("Second and THIRD", {2, 3}),
        # Numbers of decisions, articles, documents, years and pages number no session.
        ("第21/COP.12号决定第九条", set()),
        ("decision 21/COP.12 of 2015, page 9", set()),
        ("ICCD/COP(13)/CST/5", set()),
        ("", set()),
    ],
)
def test_sessions_are_numbered_in_either_language(text: str, numbers: set[int]) -> None:
    assert ordinals(text) == numbers


@given(st.integers(1, 999))
def test_every_number_with_an_english_ending_is_read(number: int) -> None:
    tail = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    tail = "th" if number % 100 in (11, 12, 13) else tail
    assert ordinals(f"the {number}{tail} session") == {number}


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert all(number >= 0 for number in ordinals(text))
