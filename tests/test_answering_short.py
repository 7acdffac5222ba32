"""Short answers: facts in the asker's language, with their values, and clauses as they stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.facts.extract import Context, Facts, facts
from ingest.facts.glossary import Glossary, load_glossary
from ingest.paragraphs import Paragraph, ParagraphId
from service.answering.answer import AnswerKind, Language
from service.answering.asking.wants import Edge, Want
from service.answering.sentences.evidence import Candidate, Passage
from service.answering.sentences.reading import clauses
from service.answering.short.findings import Fact, Finding
from service.answering.short.rendering import short_answer
from service.answering.words.figures import figures

ZH = (
    "2009年6月29日至7月3日在都柏林修好了四分之一的码头，费用为250亿美元，"
    "根据第21/COP.12号决定和第63/218号决议；去年10月完工。"
)
EN = "The pier in Dublin, Ireland, was mended under decision 21/COP.12."


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


def read(text: str, language: Language, glossary: Glossary) -> tuple[Candidate, Facts]:
    passage = Passage(ParagraphId("X/1", "1"), language, text, (), 0.5, 1)
    candidate = Candidate(passage, 0, len(text), np.zeros(1))
    paragraph = Paragraph(passage.id, "numbered", text)
    return candidate, facts(paragraph, Context(language, glossary, date="2009-07"))


def finding(candidate: Candidate, *of: Any) -> Finding:
    return Finding(candidate, of[0].start, of[-1].end, of, np.zeros(1))


@pytest.mark.parametrize(
    ("kind", "language", "text", "value"),
    [
        ("date", "zh", "2009年6月29日至7月3日", "2009-06-29/2009-07-03"),
        ("date", "en", "29 June to 3 July 2009", "2009-06-29/2009-07-03"),
        ("decision", "zh", "第21/COP.12号决定", "21/COP.12"),
        ("decision", "en", "decision 21/COP.12", "21/COP.12"),
    ],
)
def test_a_fact_is_written_in_either_language(
    kind: AnswerKind, language: Language, text: str, value: str, glossary: Glossary
) -> None:
    candidate, found = read(ZH, "zh", glossary)
    fact: Fact = found.dates[0] if kind == "date" else found.references[0]
    short = short_answer(Want(kind), [finding(candidate, fact)], language)
    assert (short.text, short.kind, short.value) == (text, kind, value)


@pytest.mark.parametrize(
    ("edge", "text", "value"),
    [
        ("start", "29 June 2009", "2009-06-29"),
        ("end", "3 July 2009", "2009-07-03"),
        (None, "29 June to 3 July 2009", "2009-06-29/2009-07-03"),
    ],
)
def test_one_end_of_a_period_is_said_where_that_is_asked_for(
    edge: Edge | None, text: str, value: str, glossary: Glossary
) -> None:
    candidate, found = read(ZH, "zh", glossary)
    short = short_answer(Want("date", edge=edge), [finding(candidate, found.dates[0])], "en")
    assert (short.text, short.value) == (text, value)
    last_year = short_answer(Want("date", edge=edge), [finding(candidate, found.dates[-1])], "en")
    assert last_year.text == "October"


def test_numbers_say_their_unit_and_fractions_their_name(glossary: Glossary) -> None:
    candidate, found = read(ZH, "zh", glossary)
    share, money = found.numbers[0], found.numbers[1]
    for number, zh, en in ((share, "四分之一", "one quarter"), (money, "250亿美元", "$25 billion")):
        both = [short_answer(Want("number"), [finding(candidate, number)], to).text for to in ("zh", "en")]
        assert both == [zh, en]
    assert short_answer(Want("number"), [finding(candidate, money)], "en").value == 25_000_000_000


def test_several_facts_are_a_list_without_one_value(glossary: Glossary) -> None:
    candidate, found = read(ZH, "zh", glossary)
    both = [finding(candidate, reference) for reference in found.references]
    listed = [short_answer(Want("decision", several=True), both, language) for language in ("en", "zh")]
    assert [short.text for short in listed] == [
        "decision 21/COP.12 and resolution 63/218",
        "第21/COP.12号决定、第63/218号决议",
    ]
    assert {(short.kind, short.value) for short in listed} == {("list", None)}


def test_decisions_share_their_noun(glossary: Glossary) -> None:
    text = "根据第13/COP.8号决定和第18/COP.8号决定举行。"
    candidate, found = read(text, "zh", glossary)
    both = [finding(candidate, reference) for reference in found.references]
    listed = [short_answer(Want("decision", several=True), both, language).text for language in ("en", "zh")]
    assert listed == ["decisions 13/COP.8 and 18/COP.8", "第13/COP.8号和第18/COP.8号决定"]


def test_a_session_is_that_of_its_conference_to_its_convention(glossary: Glossary) -> None:
    candidate, found = read("提交《生物多样性公约》缔约方会议第十届会议审议。", "zh", glossary)
    short = short_answer(Want("text", of="session"), [finding(candidate, found.sessions[0])], "en")
    expected = "tenth session of the Conference of the Parties to the Convention on Biological Diversity"
    assert short.text == expected


def test_a_year_that_no_paragraph_states_is_not_said(glossary: Glossary) -> None:
    candidate, found = read(ZH, "zh", glossary)
    last = found.dates[-1]
    assert (last.year_from, last.value) == ("document", "2008-10")
    texts = [short_answer(Want("date"), [finding(candidate, last)], to).text for to in ("zh", "en")]
    assert texts == ["去年10月", "October"]


def test_a_city_comes_before_its_country_in_english_and_after_it_in_chinese(glossary: Glossary) -> None:
    candidate, found = read(EN, "en", glossary)
    places = [entity for entity in found.entities if entity.kind in ("city", "country")]
    texts = [short_answer(Want("place"), [finding(candidate, *places)], to).text for to in ("en", "zh")]
    assert texts == ["Dublin, Ireland", "爱尔兰都柏林"]


def test_clauses_are_served_as_they_stand_without_labels_and_marks_at_their_ends() -> None:
    text = "(b) 建议修码头，并建灯塔；\n另建仓库。"
    candidate = Candidate(Passage(ParagraphId("X/1", "1"), "zh", text, (), 0.5, 1), 0, 13, np.zeros(1))
    spans = clauses(text[:14])
    found = [Finding(candidate, start, end, (), np.zeros(1)) for start, end in spans]
    assert short_answer(Want("text"), found, "zh").text == "建议修码头，并建灯塔"


@given(st.text("修码头 ab，；：。,;:!\n1", max_size=60))
def test_clauses_cover_the_text_and_do_not_overlap(text: str) -> None:
    spans = clauses(text)
    assert [start for start, _ in spans[1:]] == [end for _, end in spans[:-1]]
    assert "".join(text[start:end] for start, end in spans) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("AWG-LCA 5 的第七届会议", {"5", "7"}),
        ("its seventeenth session, 1 186 boats", {"17", "1186"}),
        ("首届会议在2009年", {"1", "2009"}),
        ("第十七届", {"17"}),
        ("no figures", set()),
    ],
)
def test_figures_are_the_same_in_all_scripts(text: str, found: set[str]) -> None:
    assert figures(text) == found


def test_a_body_is_named_before_clauses_that_do_not_name_it_and_only_where_there_is_room(
    glossary: Glossary,
) -> None:
    def answered(text: str, language: Language) -> str:
        candidate, found = read(text, "zh", glossary)
        whole = Finding(candidate, 0, len(text), (), np.zeros(1))
        bodies = [entity for entity in found.entities if entity.kind == "body"]
        return short_answer(Want("body"), [whole], language, bodies).text

    assert answered("请联检组作出评价", "en") == "Joint Inspection Unit: 请联检组作出评价"
    assert answered("请联合检查组作出评价", "zh") == "请联合检查组作出评价"
    long = "请联检组作出评价" + "并修好码头" * 12
    assert answered(long, "en") == long


def test_a_clause_that_is_too_long_is_cut_where_something_is_added() -> None:
    text = (
        "小组的任务是评估各港口支持渔民推动这些目标"
        + "并对来年九月举行的特别会议和十月举行的第十届会议作出准备" * 3
    )
    candidate = Candidate(Passage(ParagraphId("X/1", "1"), "zh", text, (), 0.5, 1), 0, len(text), np.zeros(1))
    short = short_answer(Want("text"), [Finding(candidate, 0, len(text), (), np.zeros(1))], "zh")
    assert short.text.startswith("小组的任务是评估各港口支持渔民推动这些目标")
    assert short.text.endswith("…")
    assert len(short.text) <= 75


@pytest.mark.parametrize(
    ("text", "language", "asked", "served"),
    [
        ("按照大会第 63/218 号决议第 14 段修好了。", "zh", "zh", "第63/218号决议第14段"),
        ("按照大会第 63/218 号决议第 14 段修好了。", "zh", "en", "resolution 63/218, paragraph 14"),
        (
            "As paragraph 14 of General Assembly resolution 63/218 says.",
            "en",
            "en",
            "resolution 63/218, paragraph 14",
        ),
        (
            "Under decision 21/COP.11, paragraphs 3 and 5.",
            "en",
            "en",
            "decision 21/COP.11, paragraphs 3 and 5",
        ),
        ("Under decision 21/COP.11. Paragraph 3 says no more.", "en", "en", "decision 21/COP.11"),
    ],
)
def test_a_decision_is_named_with_its_paragraph_where_that_is_asked_for(
    text: str, language: Language, asked: Language, served: str, glossary: Glossary
) -> None:
    candidate, found = read(text, language, glossary)
    one = finding(candidate, found.references[0])
    assert short_answer(Want("decision", pinpoint=True), [one], asked).text == served
    assert "14" not in short_answer(Want("decision"), [one], asked).text


def test_names_alone_answer_where_the_clause_is_in_another_language_or_too_long(glossary: Glossary) -> None:
    text = "缔约方会议请科学和技术委员会修灯塔"
    candidate, found = read(text, "zh", glossary)
    body = next(one for one in found.entities if one.en == "Committee on Science and Technology")
    whole = Finding(candidate, 0, len(text), (), np.zeros(1))
    asked: dict[Language, str] = {"en": "Committee on Science and Technology (CST)", "zh": text}
    for language, served in asked.items():
        short = short_answer(Want("body"), [whole], language, [body], alone=True)
        assert (short.text, short.kind) == (served, "body")
    long, _ = read(text * 9, "zh", glossary)
    most = Finding(long, 0, len(text) * 9, (), np.zeros(1))
    assert short_answer(Want("body"), [most], "zh", [body], alone=True).text == body.zh
