"""Follow-up questions are completed from the turns before, in both languages; whole ones are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.chat.conversation import Turn, standalone

SYMPOSIUM = "When was the Global Symposium on Soil Organic Carbon held?"
SYMPOSIUM_ZH = "土壤有机碳问题全球研讨会什么时候举行？"


def after(before: str, question: str, answered: str = "21 to 23 March 2017 [1]") -> str:
    return standalone([Turn("user", before), Turn("assistant", answered), Turn("user", question)])


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        (SYMPOSIUM, "and where?", "Where was the Global Symposium on Soil Organic Carbon held?"),
        (SYMPOSIUM, "where was it?", "Where was the Global Symposium on Soil Organic Carbon held?"),
        (
            SYMPOSIUM,
            "And in which city?",
            "In which city was the Global Symposium on Soil Organic Carbon held?",
        ),
        (SYMPOSIUM, "Who organised it?", "Who organised the Global Symposium on Soil Organic Carbon"),
        (SYMPOSIUM, "What about the Global Soil Week?", "When was the Global Soil Week held?"),
        (SYMPOSIUM_ZH, "那是哪一年？", "土壤有机碳问题全球研讨会哪一年举行？"),
        (SYMPOSIUM_ZH, "那在哪里举行？", "土壤有机碳问题全球研讨会在哪里举行？"),
        (SYMPOSIUM_ZH, "它由谁主办？", "土壤有机碳问题全球研讨会由谁主办"),
        (SYMPOSIUM_ZH, "谁主办的？", "土壤有机碳问题全球研讨会 谁主办的"),
        (SYMPOSIUM_ZH, "那全球土壤周呢？", "全球土壤周什么时候举行？"),
        (SYMPOSIUM_ZH, "and where?", "土壤有机碳问题全球研讨会在哪里举行？"),
        (SYMPOSIUM, "那是在哪里？", "Where was the Global Symposium on Soil Organic Carbon held?"),
        ("What happened in 2016?", "and 2017?", "What happened in 2017?"),
        ("What was said at COP 12?", "what about COP 13?", "What was said at COP 13?"),
        (
            "When did the sixteenth session meet?",
            "and the seventeenth?",
            "When did the seventeenth session meet?",
        ),
        ("委员会第十七届会议什么时候举行？", "那第十六届呢？", "委员会第十六届会议什么时候举行？"),
        ("What does A/64/202 say?", "What about ICCD/COP(13)/CST/5?", "What does ICCD/COP(13)/CST/5 say?"),
        ("A/64/202讲了什么？", "那ICCD/COP(13)/CST/5呢？", "ICCD/COP(13)/CST/5讲了什么？"),
    ],
)
def test_what_is_left_out_comes_from_the_question_before(before: str, question: str, whole: str) -> None:
    assert after(before, question) == whole


def test_a_decision_that_was_answered_is_what_a_pronoun_means() -> None:
    assert (
        after("Which decision set up the interface?", "When was it adopted?", "By decision 23/COP.11. [1]")
        == "When was 23/COP.11 adopted"
    )
    assert (
        after("根据哪项决定设立？", "它什么时候通过的？", "第23/COP.11号决定 [1]")
        == "23/COP.11什么时候通过的"
    )


@pytest.mark.parametrize(
    "question",
    [
        "What is desertification?",
        "How many countries have set voluntary targets?",
        "What did the Committee decide about its programme of work at that session?",
        "土地退化零增长是什么意思？",
        "什么是荒漠？",
        "那么科学—政策联系平台的成员有多少？",
        "x" * 1500,
    ],
)
def test_a_question_with_words_of_its_own_is_left_as_it_is(question: str) -> None:
    assert after(SYMPOSIUM, question) == question
    assert after(SYMPOSIUM_ZH, question) == question


def test_a_follow_up_may_follow_a_follow_up() -> None:
    turns = [
        Turn("user", SYMPOSIUM),
        Turn("assistant", "2017"),
        Turn("user", "and where?"),
        Turn("assistant", "Rome"),
        Turn("user", "and who organised it?"),
    ]
    assert standalone(turns) == "who organised the Global Symposium on Soil Organic Carbon"


def test_a_first_question_has_nothing_to_lean_on() -> None:
    assert standalone([Turn("assistant", "Hello."), Turn("user", "and where?")]) == "and where?"


def test_a_conversation_without_a_question_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a question"):
        standalone([Turn("assistant", "Hello."), Turn("user", "  ")])


WORDS = st.sampled_from(
    [
        *("and", "where", "what about", "when", "it", "that", "the", "COP", "2017", "A/64/202", "held", "?"),
        *("那", "呢", "哪一年", "它", "什么时候", "研讨会", "？", "21/COP.12", "\u202e", "\n"),
    ]
)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=6))
def test_any_conversation_ends_in_a_question(questions: list[str]) -> None:
    turns = [turn for text in questions for turn in (Turn("user", text), Turn("assistant", "2017 [1]"))]
    if any(text.strip() for text in questions):
        whole = standalone(turns)
        assert 0 < len(whole) <= 2000
        assert whole == standalone(turns)
