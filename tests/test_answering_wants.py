"""What a question asks for, read off its words alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answering.asking.wants import Want, read_wants, stands_alone


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("码头节是哪天办的？", Want("date", grain="day")),
        ("碼頭節在哪一年舉辦？", Want("date", grain="year")),
        ("展览开了哪几天？", Want("date", grain="day", several=True)),
        ("灯塔 落成 日期", Want("date", grain="day")),
        (
            "Need the dates of the Lisbon meeting where the lamp got the green light",
            Want("date", grain="day"),
        ),
        ("lamp meeting in Lisbon: approximate headcount?", Want("number", measure="people")),
        ("GA resolution that made 17 June the lamp day: number?", Want("decision")),
        ("lamp conference - latest date it had to take place", Want("date")),
        ("会期排进了哪个两年期的会议日历？", Want("date")),
        ("针对数字经济和工业4.0,决议鼓励政府把什么放进课程里？", Want("text")),
        ("港务会第七届会议的会期？", Want("date", grain="day")),
        ("In which month did the pier open?", Want("date", grain="month", edge="start")),
        ("lighthouse repair deadline", Want("date", edge="end")),
        ("last day for repairs", Want("date", grain="day", edge="end")),
        ("港务会从几号开到几号？", Want("date", grain="day", edge="both")),
        ("港务会是几号到几号？", Want("date", grain="day", edge="both")),
        ("报名的截止日是哪天？", Want("date", grain="day", edge="end")),
        ("Until when could boats be registered?", Want("date", edge="end")),
        ("拨了多少钱？", Want("number", measure="money")),
        ("How much money went to the harbour?", Want("number", measure="money")),
        ("What share of the boats is wooden?", Want("number", measure="share")),
        ("须提前多久通知？", Want("number", measure="time")),
        ("How far ahead must it be announced?", Want("number", measure="time")),
        ("登记的渔船有几艘？渔船数目", Want("number")),
        ("哪两项决定要求修码头？", Want("decision", several=True)),
        ("Which decison asked for it?", Want("decision")),
        ("会议在哪座城市开？", Want("place")),
        ("harbour forum host city", Want("place")),
        ("由谁来修？", Want("body")),
        ("是哪几家一起办的？", Want("body", several=True)),
        ("预定在哪届会议上报告？", Want("text", of="session")),
        ("At which session should it report?", Want("text", of="session")),
        ("依据公约第几条？", Want("text", of="article")),
        ("曼谷那次闭会期间会议谈什么？", Want("text")),
        ("What was the fair about?", Want("text")),
        ("码头是在哪段期间修的？", Want("date")),
        ("渔民大会啥时候开？", Want("date")),
        ("拍卖按哪号决意办的？", Want("decision")),
        ("港口论坛 城市", Want("place")),
        ("pier repair review period", Want("date")),
        ("灯塔图纸 第二稿 审评期", Want("date")),
        ("码头论坛 三个议题", Want("list", several=True)),
        ("码头论坛讨论的三个话题是什么？", Want("list", several=True)),
        ("开过的几次会，分别在哪些城市？", Want("place", several=True)),
        ("邀了二十几位船长，最后选上的有几个？", Want("number")),
        ("How many boats did the two ports buy?", Want("number")),
        ("Turnout at the boat fair?", Want("number", measure="people")),
        ("Month and year the boat was mended?", Want("date", grain="month")),
        ("the forum, from when to when?", Want("date", edge="both")),
        ("fifth fair, held pursuant to decision", Want("decision")),
        ("What does it cost to run the lighthouse?", Want("number", measure="money")),
        ("码头节是哪号大会决议定的？", Want("decision")),
        ("How many folks turned up at the fair?", Want("number", measure="people")),
        ("How many turned up at the fair?", Want("number", measure="people")),
        ("码头节来了多少号人？", Want("number", measure="people")),
        ("码头节来了多少？", Want("number", measure="people")),
        # What a question ends in is asked for, whatever else it holds.
        ("教人怎么修船的那个训练班，日期是？", Want("date", grain="day")),
        ("码头图纸征求意见的时间段是？", Want("date")),
        ("怎么修码头的讲习班开在的城市是？", Want("place")),
        ("pier plans, public review, start and end?", Want("date")),
        ("the day on which the pier was opened.", Want("date", grain="day")),
        ("During which weeks was the fair open?", Want("date")),
        ("what was the cutoff for bids?", Want("date")),
        ("Which northern capital hosted the fair?", Want("place")),
        ("港里有多大一部分船是木头的？", Want("number", measure="share")),
        ("木船占多大份额？", Want("number", measure="share")),
        ("harbour levy percent", Want("number", measure="share")),
        ("修码头 拨款 美元", Want("number")),
        ("total member organisations in the harbour network?", Want("number")),
        ("topics of the harbour forum", Want("list", several=True)),
        # Who gets a report, not in which town.
        ("报告提交到哪里审议？", Want("body")),
        ("Where is the pier report to be sent for approval?", Want("body")),
        ("Where do the plans go for consideration?", Want("body")),
        ("Where will the fishermen go?", Want("place")),
        # A clause that opens with "when", "where", "who" asks for nothing.
        ("When the board met, who chaired it?", Want("body")),
        ("Who chaired the board when it met?", Want("body")),
        ("The fair where boats were sold - when was that?", Want("date")),
        ("Which two boats did he praise when he spoke?", Want("list", several=True)),
        # Nor does what stands before the sentence that asks.
        ("I write for our mayor, who likes boats. Might you give me the date?", Want("date", grain="day")),
    ],
)
def test_the_first_thing_asked_for(text: str, want: Want) -> None:
    assert read_wants(text)[0] == want


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("码头节是哪天在哪里举办的？", ["date", "place"]),
        ("When and where did the fair take place?", ["date", "place"]),
        ("Where did they meet, and how many came?", ["place", "number"]),
        ("Who spoke when the fair opened?", ["body"]),
        ("Who said how many boats there are?", ["body"]),
    ],
)
def test_all_that_is_asked_for_is_found_and_no_more(text: str, kinds: list[str]) -> None:
    assert [want.kind for want in read_wants(text)] == kinds


@given(st.text(max_size=200))
def test_whatever_is_asked_asks_for_something_once(text: str) -> None:
    wants = read_wants(text)
    assert wants
    assert len(set(wants)) == len(wants)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("一共请了几个人？最后选中几个？", ["number", "number"]),
        ("各场讨论由谁共同当主席、由谁来掌场？", ["body", "body"]),
        ("评估 由谁授权 报告交谁审议", ["body", "body"]),
        ("Who gives the house, and who pays the staff?", ["body", "body"]),
        ("How many applied, and how many were chosen?", ["number", "number"]),
        ("哪一天，具体是哪一天？", ["date"]),
        ("Who or which body asked for it?", ["body"]),
        ("大会希望各国借这个日子干什么？", ["text"]),
        ("When and where was it?", ["date", "place"]),
        ("Which session asked for lamps, and which session got them?", ["text", "text"]),
        ("第几届会议要灯？又该交到第几届？", ["text", "text"]),
        # What is asked for in words, in a part of its own.
        ("What was the keeper asked to write, and which harbour was it to be about?", ["text", "text"]),
        ("Who mended the pier, and why was it closed for so long?", ["body", "text"]),
        ("What boat, and which colour, does the keeper want?", ["text"]),
        ("Who was invited to pay for the lamps, and in which round?", ["body", "text"]),
        ("To which conference will the report go, and in which month?", ["text", "date"]),
        ("灯塔是谁让修的，干啥用的", ["body", "text"]),
        ("请守塔人加入哪个委员会，还要做什么？", ["body", "text"]),
        ("是请灯塔基金的哪个机构、在第几次增资里给？", ["body", "text"]),
        ("报告依据是哪个决议？还要交代哪个会的筹备情况？", ["decision", "body"]),
        ("The lamp meeting in May, what were the exact days please?", ["date"]),
    ],
)
def test_the_same_may_be_asked_of_two_things(text: str, kinds: list[str]) -> None:
    wants = read_wants(text)
    assert [want.kind for want in wants] == kinds
    places = [want.at for want in wants if want.at is not None]
    assert places == sorted(set(places))


@pytest.mark.parametrize(
    ("text", "pinpoint"),
    [
        ("依据的是联大哪个决议、第几段？", True),
        ("Which decision and paragraph told the keeper to light it?", True),
        ("Please indicate the decision and paragraph that named the keeper.", True),
        ("依据的是哪个决议？", False),
    ],
)
def test_the_paragraph_of_a_decision_may_be_asked_for(text: str, pinpoint: bool) -> None:
    assert read_wants(text) == (Want("decision", pinpoint=pinpoint),)


def test_two_decisions_told_before_the_question_are_asked_for() -> None:
    asked = "Two decisions of the board gave the keeper his lamp. Which two?"
    assert read_wants(asked) == (Want("decision", several=True),)


def test_what_is_asked_for_in_words_comes_after_what_a_fact_answers() -> None:
    first, second = read_wants("第3号决议让灯塔委员会做什么？要向哪一届大会交？")
    assert (first.of, second.of) == ("session", None)
    assert second.part == (0, 15)
    first, second = read_wants("灯塔工作计划最后要拿出什么成果、交给谁通过？")
    assert (first.kind, second.kind, second.part) == ("body", "text", (0, 15))


@pytest.mark.parametrize(
    ("part", "alone"),
    [
        ("汇报给谁？", False),
        ("and by whom?", False),
        ("together with whom?", False),
        ("灯塔的报告要交给哪个委员会审议？", True),
        ("and who is to mend the harbour lamp in winter?", True),
    ],
)
def test_some_parts_of_a_question_say_nothing_alone(part: str, alone: bool) -> None:
    assert stands_alone(part) == alone
