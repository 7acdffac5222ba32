"""What something is for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answering.words.purposes import asks_purpose, purpose


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("灯塔日志用来做什么？", True),
        ("谁让修灯塔的？干什么用？", True),
        ("这样做的目的何在？", True),
        ("What is the lamp log for?", True),
        ("For what purpose was the pier built?", True),
        ("请守塔人做什么？", False),
        ("What did the keeper ask for in 2009?", False),
        ("Who was it built for?", False),
    ],
)
def test_a_purpose_may_be_asked_for(question: str, asked: bool) -> None:
    assert asks_purpose(question) == asked


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("会议要求守塔人建立日志，以便核实灯是否亮着。", "核实灯是否亮着"),
        ("它建立日志，用来记灯。", "记灯"),
        ("It lit the pier, so that boats can land; nobody fell.", "boats can land"),
        ("It keeps a log in order to count the lamps.", "count the lamps"),
        ("会议要求守塔人建立日志。", None),
        # Of two purposes it isn't known which is meant.
        ("建立日志，以便记灯；修了码头，以便停船。", None),
    ],
)
def test_the_one_purpose_told(text: str, told: str | None) -> None:
    span = purpose(text, (0, len(text)))
    assert (span and text[slice(*span)]) == told


@given(
    st.lists(st.sampled_from(["以便", "停船", "。", "so that ", "boats ", "; "]), max_size=30).map("".join)
)
def test_a_purpose_lies_in_the_text(text: str) -> None:
    half = (len(text) // 3, len(text) // 2)
    span = purpose(text, half)
    assert span is None or half[0] <= span[0] < span[1] <= half[1]
