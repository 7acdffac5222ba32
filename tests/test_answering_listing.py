"""Questions for several things: the list that answers is served whole, each element in a quote."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from own_texts import desk_over

from service.answering.answer import Answer
from service.answering.asking.question import read_question
from service.answering.short.several import expected, several
from service.library import Desk

ENGLISH = (
    "The Harbour Panel met twice in 2016 and adopted its budget for pilots.",
    (
        "The divers' workshop was held in Suva. It recommended that ports should:\n"
        "(a) Inspect their moorings every spring;\n(b) Keep a register of lost anchors;\n"
        "(c) Train two divers each;\n(d) Share their charts of wrecks."
    ),
    (
        "The reef keeper asked his deputy to prepare two notes: one on the repair of moorings, the other on "
        "the colours of buoys."
    ),
    (
        "At the tide fair the oldest pilot spoke of two matters: how storms and tides are tied together, and "
        "the use of whistles in fog."
    ),
    (
        "The lighthouse fund is run by a board of nine. Its largest donors are Norway, Kenya and Peru, "
        "which gave more than half of all contributions."
    ),
    (
        "The pilots' manual was revised last year. The new edition should contain a chapter on night entry, "
        "drawings of the ten busiest ports and a table of tides."
    ),
)
CHINESE = (
    "海藻委员会2017年举行了第三次会议，通过了苗床登记簿。",
    (
        "养殖户大会围绕三个题目进行讨论：“苗床怎样防风？”“海藻怎样晾干？”和“收成怎样运出？”。"
        "大会由联合国粮食及农业组织(粮农组织)、联合国环境规划署(环境署)和世界银行共同主办。"
    ),
    "技术小组检查了晒场。小组提出两点意见：一是晒场应当加盖顶棚，以免雨季受潮；二是每袋海藻应当标明采收日期，便于追查。",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_over(
        tmp_path_factory.mktemp("lists"),
        ("HP/2016/4", "en", "Report of the Harbour Panel", ENGLISH),
        ("SWC/2017/2", "zh", "海藻委员会的报告", CHINESE),
    ) as opened:
        yield opened


def said(answer: Answer) -> str:
    """The short answer without its marks; every citation is checked to be verbatim."""
    for citation in answer.citations:
        assert citation.text[citation.start : citation.end] == citation.quote
    assert answer.text is not None
    return answer.text.replace(" [1]", "")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "What are the recommendations of the divers' workshop to ports?",
            (
                "Inspect their moorings every spring; Keep a register of lost anchors; "
                "Train two divers each; Share their charts of wrecks"
            ),
        ),
        ("Which three countries are the largest donors of the lighthouse fund?", "Norway, Kenya and Peru"),
        (
            "Which two notes did the reef keeper want from his deputy?",
            "on the repair of moorings; on the colours of buoys",
        ),
        (
            "Which two matters did the oldest pilot speak of?",
            "how storms and tides are tied together; the use of whistles in fog",
        ),
        (
            "养殖户大会讨论了哪三个题目？",
            "“苗床怎样防风？”“海藻怎样晾干？”和“收成怎样运出？”",
        ),
        (
            "技术小组对晒场提出了哪两点意见？",
            "晒场应当加盖顶棚，以免雨季受潮；每袋海藻应当标明采收日期，便于追查",
        ),
    ],
)
def test_a_list_is_served_from_its_first_element_to_its_last(desk: Desk, question: str, answer: str) -> None:
    served = desk.answerer.answer(question)
    assert (said(served), served.kind, served.value) == (answer, "list", None)


def test_the_quote_holds_every_element_and_what_introduces_them(desk: Desk) -> None:
    (citation,) = desk.answerer.answer(
        "What are the recommendations of the divers' workshop to ports?"
    ).citations
    assert citation.quote == ENGLISH[1].partition(" It ")[2].join(("It ", ""))
    assert str(citation.id) == "HP/2016/4#2"


def test_names_are_said_in_the_asker_s_language_where_all_are_known(desk: Desk) -> None:
    assert said(desk.answerer.answer("哪些国家给灯塔基金捐款最多？")) == "挪威、肯尼亚、秘鲁"
    together = desk.answerer.answer("养殖户大会是哪几家一起主办的？")
    assert "粮农组织" in said(together)
    assert "世界银行" in said(together)


def test_a_clause_that_only_introduces_a_list_gives_way_to_it(desk: Desk) -> None:
    served = desk.answerer.answer("What did the divers' workshop recommend that ports should do?")
    assert said(served).startswith("Inspect their moorings every spring; ")


def test_one_thing_is_asked_for_and_no_list_is_served(desk: Desk) -> None:
    assert desk.answerer.answer("Where was the divers' workshop held?").kind == "place"
    assert desk.answerer.answer("How many people are on the board of the lighthouse fund?").kind == "number"


@pytest.mark.parametrize(
    ("question", "sure", "count"),
    [
        ("Which three themes were discussed?", 2, 3),
        ("会议讨论了哪三个题目？", 2, 3),
        ("Who are the members of the board?", 2, None),
        ("Who co-organized the workshop?", 1, None),
        ("What changes did the panel propose?", 1, None),
        ("讲习班是哪几家一起办的？", 2, None),
        ("What did recommendation 2 ask of the ports?", 0, None),
        ("最后一条建议是给谁的？", 0, None),
        ("Why were two boats sold?", 0, 2),
        ("Who chaired the workshop?", 0, None),
        ("会议是什么时候开的？", 0, None),
        ("What was the cost of the pier?", 0, None),
    ],
)
def test_whether_several_things_are_asked_for_is_read_off_the_words(
    question: str, sure: int, count: int | None
) -> None:
    asked = read_question(question)
    assert (several(asked, asked.wants[0]), expected(asked.text)) == (sure, count)
