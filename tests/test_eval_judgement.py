"""Right and wrong answers are told apart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eval_examples import ANSWERED, CHAT, CITATION, DATE, REFUSED

from eval.judgement import judge, mentions, short_answer_right, value_right
from eval.questions import Question
from eval.service import Response


def _scores(question: Question, response: Response) -> dict[str, float]:
    return judge([question], [replace(response, question=question.id)])[question.id]


def test_a_right_answer_scores_in_everything() -> None:
    scores = _scores(DATE, ANSWERED)
    names = ("cited first", "exact item", "short answer", "value", "status", "quote verbatim", "Success@1")
    assert {name: scores[name] for name in names} == dict.fromkeys(names, 1.0)
    assert scores["falsely refused"] == 0.0


def test_a_refusal_of_an_answerable_question_scores_zero_but_has_no_quote_to_judge() -> None:
    scores = _scores(DATE, REFUSED)
    assert scores["falsely refused"] == 1.0
    assert scores["cited first"] == scores["short answer"] == scores["value"] == 0.0
    assert "quote verbatim" not in scores
    assert "right if answered" not in scores


def test_an_answer_to_small_talk_counts_against_precision_however_well_it_is_cited() -> None:
    scores = _scores(CHAT, ANSWERED)
    assert scores["refused"] == scores["right if answered"] == scores["citation precision"] == 0.0
    assert "Success@1" not in scores


def test_a_refusal_is_right_and_its_reason_is_judged_by_itself() -> None:
    assert _scores(CHAT, REFUSED)["reason"] == 1.0
    other = _scores(CHAT, replace(REFUSED, reason="no_evidence"))
    assert (other["refused"], other["reason"]) == (1.0, 0.0)


def test_the_right_paragraph_cited_second_is_not_cited_first() -> None:
    wrong = replace(CITATION, id="A/1/2#I.6")
    scores = _scores(DATE, replace(ANSWERED, citations=(wrong, CITATION)))
    assert (scores["cited first"], scores["cited"], scores["citation precision"]) == (0.0, 1.0, 0.5)


def test_the_paragraph_is_right_without_its_item_but_not_exact() -> None:
    scores = _scores(DATE, replace(ANSWERED, citations=(replace(CITATION, id="A/1/2#I.5"),)))
    assert (scores["cited first"], scores["exact item"]) == (1.0, 0.0)


def test_one_quote_that_does_not_stand_in_its_paragraph_spoils_the_answer() -> None:
    citations = (CITATION, replace(CITATION, verbatim=False))
    assert _scores(DATE, replace(ANSWERED, citations=citations))["quote verbatim"] == 0.0


def test_a_question_without_a_response_is_an_error_that_scores_zero() -> None:
    scores = judge([DATE, CHAT], [])
    assert scores["q1"]["errors"] == scores["q2"]["errors"] == 1.0
    assert scores["q1"]["cited first"] == scores["q1"]["Success@1"] == scores["q2"]["refused"] == 0.0


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("2009-06", True),
        ("--06", True),
        ("2009-06-01/2009-06-12", True),
        ("2009-06-03", True),
        ("2009", False),
        ("2009-07", False),
        ("2009-06-28/2009-07-02", False),
        (None, False),
    ],
)
def test_a_date_may_be_more_exact_than_asked_for_but_not_less(value: str | None, right: bool) -> None:
    assert value_right(DATE, value) is right


@pytest.mark.parametrize(
    ("text", "answer", "found"),
    [
        ("共有 488 人参加。", "488", True),
        ("202,845,016 units", "202845016", True),
        ("1 186 项", "1186", True),
        ("There were 15.", "5", False),
        ("in 25 places", "5", False),
        ("the I.P.C.C. said", "IPC", False),
        ("said the Council of the GEF", "the Council of the GEF", True),
        ("GERMANY’s minister", "Germany", True),
        ("德国 波恩", "德国波恩", True),
        ("Germanys", "Germany", False),
        ("气专委第四十五届会议(2017年3月)", "第四十五届会议", True),
        ("建议 4: 请秘书处通知缔约方", "请秘书处通知", True),
        ("第15条", "第1", False),
    ],
)
def test_an_answer_is_mentioned_as_a_whole(text: str, answer: str, found: bool) -> None:
    assert mentions(text, answer) is found


def test_a_list_is_right_only_if_every_part_is_named() -> None:
    parts = (("Peru", "秘鲁"), ("Chile", "智利"))
    question = replace(DATE, value=None, answer_kind="list", parts=parts)
    assert short_answer_right(question, replace(ANSWERED, value=None, answer="秘鲁和智利 [1]"))
    assert not short_answer_right(question, replace(ANSWERED, value=None, answer="Peru [1]"))


def test_a_paragraph_is_not_a_short_answer() -> None:
    long = "They met in June 2009. " + "And then many other things were said and done by those present. " * 3
    assert not short_answer_right(DATE, replace(ANSWERED, value=None, answer=long))
    assert short_answer_right(DATE, replace(ANSWERED, value=None, answer="They met in June 2009. [1]"))
