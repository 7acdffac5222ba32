"""Marks of what a question asks for in a sentence, and what sets it at odds with a paragraph."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.facts.entities import find_entities
from ingest.facts.extract import Facts, document_facts
from ingest.facts.glossary import Glossary, load_glossary
from ingest.paragraphs import Document, Paragraph, ParagraphId
from service.answering.asking.question import read_question
from service.answering.sentences.sought import AT_ODDS, MARKS, UNTOLD, Sought, places_meant
from service.answering.words.telling import asks_person


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


def facts_of(text: str, language: str, glossary: Glossary) -> Facts:
    document = Document("X/1", language, "", (Paragraph(ParagraphId("X/1", "1"), "numbered", text),))
    ((_, facts),) = document_facts(document, glossary)
    return facts


def marks(question: str, sentence: str, language: str, glossary: Glossary) -> dict[str, float]:
    asked = read_question(question)
    sought = Sought.of(asked, find_entities(asked.text, glossary))
    facts = facts_of(sentence, language, glossary)
    found = sought.signs(sentence, 0, len(sentence), lambda: facts)
    return {name: value for name, value in zip(MARKS, found, strict=True) if value}


def odds(question: str, paragraph: str, language: str, glossary: Glossary) -> set[str]:
    asked = read_question(question)
    facts = facts_of(paragraph, language, glossary)
    names = frozenset(entity.en for entity in facts.entities)
    found = Sought.of(asked, find_entities(asked.text, glossary)).at_odds(
        paragraph, facts, names, (0, len(paragraph))
    )
    return {name for name, value in zip(AT_ODDS, found, strict=True) if value}


@pytest.mark.parametrize(
    ("question", "sentence", "language", "found"),
    [
        ("第二次会议定在哪里？", "第二次会议定于2010年2月举行。", "zh", {"ordinal": 1.0}),
        ("第二次会议定在哪里？", "第一次会议于2009年2月举行。", "zh", {"ordinal": -1.0}),
        ("第二次会议定在哪里？", "会议于2009年2月举行。", "zh", {}),
        ("When was the ninth session?", "COP 9 was held in May.", "en", {"ordinal": 1.0}),
        ("第九届会议何时举行？", "联络小组在第九届会议的空档期间开了会。", "zh", {}),
        ("第九届会议期间何时开了联络小组会？", "小组在第九届会议的空档期间开了会。", "zh", {"ordinal": 1.0}),
        ("When was the ninth session?", "A panel met on the margins of the ninth session.", "en", {}),
        ("When was the ninth session?", "It was adopted on 3 May during the ninth session.", "en", {}),
        ("科技委第十四届会议在哪里？", "报告已转交缔约方会议第十四届会议。", "zh", {}),
        ("Where was CST 14?", "CST 14 follows COP 14.", "en", {"ordinal": 1.0}),
        ("When was the May session?", "The session was held on 3 June 2016.", "en", {"month": -1.0}),
        ("2016年5月的论坛在哪里？", "论坛于2016年5月3日举行。", "zh", {"year": 1.0, "month": 1.0}),
        ("Where was the 2016 forum?", "The forum was held on 3 May 2016.", "en", {"year": 1.0}),
        ("Where was the 2016 forum?", "The forum was held on 3 May 2015.", "en", {"year": -1.0}),
        ("Who hosted the forum?", "It was hosted by UNEP.", "en", {"shows_body": 1.0}),
        ("Which body asked UNEP to report?", "UNEP was asked to report.", "en", {}),
        ("为什么推迟？", "由于罢工，会议推迟。", "zh", {"shows_reason": 1.0}),
        (
            "What is the name of the chair?",
            "Ms. Ana Lima took the chair.",
            "en",
            {"shows_person": 1.0},
        ),
        (
            "Who gave the keynote?",
            "Ana Lima, Special Adviser to the Board, gave the keynote address.",
            "en",
            {"shows_person": 1.0},
        ),
        ("交易日志是用来做什么的？", "建立日志，以便核实单位。", "zh", {"shows_purpose": 1.0}),
        ("第二回碰头在哪里？", "第二次会议定于2010年2月举行。", "zh", {"ordinal": 1.0}),
        ("在泰国开的会谈了什么？", "会议于5月在曼谷举行。", "zh", {"place": 1.0}),
        ("In Thailand, what was discussed?", "The panel met in Rome.", "en", {"place": -1.0}),
        ("审查最后谈成了没有？", "各国未能就此达成协议。", "zh", {"shows_outcome": 1.0}),
        ("审查最后谈成了没有？", "根据会议的决定进行了审查。", "zh", {}),
        ("Did the review end well?", "No agreement was reached.", "en", {"shows_outcome": 1.0}),
        ("那本手册叫什么？", "手册题为《码头》。", "zh", {"shows_title": 1.0}),
        ("By when were reports due?", "Reports shall be sent by May.", "en", {"shows_deadline": 1.0}),
        ("What was decided?", "The ninth session met in 2009.", "en", {}),
    ],
)
def test_a_sentence_shows_what_is_asked_for(
    question: str, sentence: str, language: str, found: dict[str, float], glossary: Glossary
) -> None:
    assert marks(question, sentence, language, glossary) == found


@pytest.mark.parametrize(
    ("question", "paragraph", "language", "found"),
    [
        ("How many came to the 2015 forum in Geneva?", "488 came to the forum in Rome in 2017.", "en", 3),
        ("How many came to the 2017 forum in Rome?", "488 came to the forum in Rome in 2017.", "en", 0),
        ("哪项决议把世界日改到十月？", "决议将6月17日定为世界日。", "zh", 1),
        ("第九届会议何时举行？", "第八届会议于2007年举行。", "zh", 1),
        ("第九届会议何时举行？", "会议于2007年举行。", "zh", 0),
        ("Who came to the meeting in Thailand?", "The panel met in Bangkok.", "en", 0),
        ("Who came to the meeting in Kenya?", "The panel met in Bangkok.", "en", 2),
    ],
)
def test_a_false_premise_is_at_odds_with_the_paragraph(
    question: str, paragraph: str, language: str, found: int, glossary: Glossary
) -> None:
    assert len(odds(question, paragraph, language, glossary)) == found


@pytest.mark.parametrize(
    ("question", "text", "lacking"),
    [
        ("那本手册叫什么？", "手册于2007年出版。", {"untitled"}),
        ("那本手册叫什么？", "手册题为《码头》。", set()),
        ("By when were reports due?", "Forty reports came in.", {"undated"}),
        ("审查最后谈成了没有？", "审查在里斯本进行。", {"undecided"}),
        ("Where was the review?", "The review was in Lisbon.", set()),
    ],
)
def test_what_is_asked_for_and_not_told_is_noted(question: str, text: str, lacking: set[str]) -> None:
    found = Sought.of(read_question(question), ()).untold(text, text)
    assert {name for name, value in zip(UNTOLD, found, strict=True) if value} == lacking


@given(st.text(max_size=120), st.text(max_size=200))
def test_marks_lie_within_one(question: str, sentence: str) -> None:
    asked = read_question(question)
    found = Sought.of(asked, ()).signs(sentence, 0, len(sentence), Facts)
    assert all(-1.0 <= value <= 1.0 for value in found)


@pytest.mark.parametrize(
    ("question", "paragraph", "language", "found"),
    [
        ("科技委第十四届会议在哪里？", "报告已转交缔约方会议第十四届会议。", "zh", {"other_session"}),
        ("Where was CST 14?", "The report was sent to COP 14.", "en", {"other_session"}),
        ("Where was CST 14?", "It was sent to CST 14 and COP 14.", "en", set()),
        ("Where was the fourteenth session?", "The report was sent to COP 14.", "en", set()),
        ("What does recommendation 7 ask for?", "Recommendation 6: light it.", "en", {"no_item"}),
        ("What does the sixth recommendation ask for?", "Recommendation 6: light it.", "en", set()),
        ("第8项建议要求做什么？", "建议 7：点灯。", "zh", {"no_item"}),
        ("第二项建议要求做什么？", "建议 2：点灯。", "zh", set()),
        ("第三个主题是什么？", "会议商定了以下三个主题。", "zh", set()),
        ("第四个主题是什么？", "会议商定了以下三个主题。", "zh", {"no_item"}),
        # Another city for a city, another country for a country; a region holds both.
        ("When was the meeting in Nairobi?", "It met in Rome in May.", "en", {"no_place", "other_place"}),
        ("When was the meeting in Kenya?", "It met in Rome in May.", "en", {"no_place", "other_place"}),
        ("When did Africa meet?", "It met in Rome in May.", "en", {"no_place"}),
        ("When did the Kyoto parties meet?", "They met in Rome in May.", "en", set()),
        ("How many sent their second reports?", "Twelve countries did by the third session.", "en", set()),
    ],
)
def test_another_body_s_session_and_another_item_are_at_odds(
    question: str, paragraph: str, language: str, found: set[str], glossary: Glossary
) -> None:
    assert odds(question, paragraph, language, glossary) == found


@pytest.mark.parametrize(
    ("question", "text", "undenied"),
    [
        ("Why did the board turn down the lamp?", "The board agreed to buy the lamp.", True),
        ("Why did the board turn down the lamp?", "The board did not want the lamp.", False),
        ("委员会为什么不肯买灯？", "委员会同意买灯。", True),
        ("委员会为什么不肯买灯？", "由于缺乏资金，委员会拒绝买灯。", False),
        ("会议为何从罗马改到日内瓦？", "会议在罗马举行。", True),
        # Whether it was is another question; and so is what is said to be needed no more.
        ("Did the board reject the lamp?", "The board agreed to buy the lamp.", False),
        ("委员会有没有拒绝买灯？", "委员会同意买灯。", False),
        ("哪一年前要实现土地不再退化？", "在2030年之前实现土地不退化。", False),
        ("Who bought the lamp?", "The board bought the lamp.", False),
    ],
)
def test_what_is_taken_for_granted_to_have_failed_is_told_to_have(
    question: str, text: str, undenied: bool
) -> None:
    found = dict(zip(UNTOLD, Sought.of(read_question(question), ()).untold(text, text), strict=True))
    assert found["undenied"] == undenied


@pytest.mark.parametrize(
    ("question", "person"),
    [
        ("主席叫什么名字？", True),
        ("那场会议的主席叫什么？", True),
        ("What is the name of the chair?", True),
        ("那份报告叫什么名字？", False),
        ("What is the name of the second report?", False),
        ("灯塔在哪里？", False),
    ],
)
def test_a_person_is_asked_for_and_not_the_name_of_a_thing(question: str, person: bool) -> None:
    assert asks_person(question) == person


def test_the_date_of_a_session_is_told_from_that_of_another(glossary: Glossary) -> None:
    text = (
        "The fourth session of the Lamp Board, held in May 2001, met in Bonn. "
        "The fourth session of the Committee on Science and Technology was held on 3 June 2002."
    )
    found = facts_of(text, "en", glossary)
    question = read_question(
        "When did the fourth session of the Committee on Science and Technology take place?"
    )
    sought = Sought.of(question, find_entities(question.text, glossary))
    own, other = text.index("3 June"), text.index("May 2001")
    assert sought.dates(own, own + 11, found)
    assert not sought.dates(other, other + 8, found)


def test_a_name_may_be_of_a_country_and_its_city(glossary: Glossary) -> None:
    (entity,) = find_entities("在突尼斯开会。", glossary)
    assert set(places_meant(entity)) == {"Tunisia", "Tunis"}
