"""The years of a plan are part of its name: they don't say when anything happened."""

from __future__ import annotations

import pytest

from service.answering.words.periods import asks_period, of_a_plan


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("The Group adopted its work programme for 2031, and rose.", "2031"),
        ("It took up the programme of work for the years 2031-2034.", "2031-2034"),
        ("Members discussed the 2031 lantern target at length.", "2031"),
        ("The Board met on the 2032 budget.", "2032"),
        ("工作组通过了2031年的工作方案。", "2031年"),
        ("会议讨论了2031年目标。", "2031年"),
        ("它把此事列入2031-2034年工作计划。", "2031-2034年"),
    ],
)
def test_years_of_a_plan(text: str, years: str) -> None:
    start = text.index(years)
    assert of_a_plan(text, start, start + len(years))


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("In 2031 the goals were adopted.", "2031"),
        ("In 2031 lantern targets were missed.", "2031"),
        ("The plan was adopted in 2031.", "2031"),
        ("The Board met for the budget in 2032.", "2032"),
        ("In 2031 Parties plan to meet.", "2031"),
        ("2031年计划举行会议。", "2031年"),
        ("该方案于2031年通过。", "2031年"),
        ("大会在2031年目标公布以后开会。", "2031年"),
    ],
)
def test_years_in_which_something_happened(text: str, years: str) -> None:
    start = text.index(years)
    assert not of_a_plan(text, start, start + len(years))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which years does the lighthouse panel's programme of work, with its three lamps, span?", True),
        ("For which year is the budget?", True),
        ("For how long does the plan run?", True),
        ("这份工作方案是哪几年的？", True),
        ("预算涵盖哪个两年期？", True),
        ("When was the lantern plan adopted?", False),
        ("In which year was the plan adopted?", False),
        ("灯塔行动计划哪年通过？", False),
        ("工作方案是什么时候通过的？", False),
    ],
)
def test_who_asks_for_which_years_a_plan_is_made(question: str, expected: bool) -> None:
    assert asks_period(question) is expected
