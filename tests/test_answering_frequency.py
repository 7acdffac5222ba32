"""How often something is done: read off questions and texts in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answering.asking.wants import read_wants
from service.answering.words.frequency import frequencies


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How often does the board meet?", True),
        ("灯塔小组多久开一次会？", True),
        ("灯塔小组多久召开会议一次？", True),
        ("灯塔小组隔多久要汇报？", True),
        ("How many boards are there?", False),
        ("会议开了多久？", False),
    ],
)
def test_how_often_is_asked_in_so_many_words(question: str, asked: bool) -> None:
    assert (read_wants(question)[0].of == "frequency") == asked


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("Requests the board to report annually to the Assembly.", "every year", "每年"),
        ("A biennial report on lamps is due.", "every two years", "每两年"),
        ("The keepers meet every three months.", "every three months", "每三个月"),
        ("请委员会每两年提交一份报告。", "every two years", "每两年"),
        ("灯塔节两年一次。", "every two years", "两年一次"),
        ("请秘书处定期通报情况。", "regularly", "定期"),
    ],
)
def test_how_often_is_said_in_both_languages(text: str, en: str, zh: str) -> None:
    (found,) = frequencies(text, (0, len(text)))
    assert (found.en, found.zh) == (en, zh)
    assert text[found.start : found.end] == found.text


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for found in frequencies(text, (0, len(text))):
        assert found.text
        assert found.en
        assert found.zh
