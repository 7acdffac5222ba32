"""The number of a thing in its series."""

from __future__ import annotations

import pytest

from service.answering.words.ordinals import asked_ordinal, ordinals


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("由第几工作组来写？", "工作组来写"),
        ("要用到第几次评估报告里？", "次评估报告"),
        ("落实的是决议的哪一段？", "段"),
        ("写在第几章？", "章"),
        ("哪一段时间开的会？", None),
        ("由哪个工作组来写？", None),
        ("哪本书的第几版？", None),
    ],
)
def test_a_number_in_a_series_may_be_asked_for(question: str, noun: str | None) -> None:
    assert asked_ordinal(question) == noun


def test_the_number_stands_before_its_noun_and_is_new() -> None:
    text = "由第一、第二和第三工作组领导，第 14 段和第14段说了第五次评估报告。"
    whole = (0, len(text))

    def said(noun: str, question: str = "") -> list[str]:
        return [text[start:end] for start, end in ordinals(text, whole, noun, question)]

    assert said("工作组来写") == said("工作组") == ["第三工作组"]
    assert said("段") == ["第 14 段"]
    assert said("段", "第14段是哪一段？") == []
    assert said("次评估报告") == ["第五次评估报告"]
