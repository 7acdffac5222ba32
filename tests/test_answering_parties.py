"""Who is in a role that a question asks for: the words of the text, and their name in either language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.facts.entities import Entity
from ingest.facts.extract import Context, Facts, facts
from ingest.facts.glossary import Glossary, load_glossary
from ingest.paragraphs import Paragraph, ParagraphId
from service.answering.asking.question import language_of, read_question
from service.answering.asking.roles import Role
from service.answering.short.narrowing import part_asking
from service.answering.short.parties import named_by, parties

ROLES: tuple[Role, ...] = ("actor", "addressee", "recipient", "partner", "doer")


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


def read(text: str, glossary: Glossary) -> Facts:
    paragraph = Paragraph(ParagraphId("LAMP/1", "1"), "numbered", text)
    return facts(paragraph, Context(language_of(text), glossary))


def who(role: Role, text: str, glossary: Glossary, stated: tuple[str, ...] = ()) -> str | None:
    whole = (0, len(text))
    span = parties(role, text, whole, whole, read(text, glossary), stated)
    return None if span is None else text[slice(*span)]


@pytest.mark.parametrize(
    ("role", "text", "named"),
    [
        ("addressee", "大会请灯塔工作组主席编制一张图。", "灯塔工作组主席"),
        ("addressee", "大会敦促还没有灯塔的国家考虑尽快修建。", "还没有灯塔的国家"),
        (
            "addressee",
            "会议呼吁各国政府、相关多边组织，包括港口基金的执行机构，将灯塔纳入计划。",
            "各国政府、相关多边组织，包括港口基金的执行机构",
        ),
        ("actor", "公约缔约方会议第四届会议还要求秘书处修灯塔。", "公约缔约方会议第四届会议"),
        ("recipient", "它要求委员会就灯塔向公约缔约方会议第五届会议提出报告。", "公约缔约方会议第五届会议"),
        ("recipient", "大会请检查组评价灯塔和将结果提交缔约方会议第九届会议的请求。", "缔约方会议第九届会议"),
        ("recipient", "图纸由港口部门讨论，然后提交灯塔委员会审议。", "灯塔委员会"),
        ("partner", "守塔人与环境规划署密切合作，修了灯塔。", "环境规划署"),
        ("partner", "大会请执行秘书协同港口事务部，积极筹备灯塔节。", "港口事务部"),
        ("partner", "秘书处同国际渔民联合会合办了灯塔节。", "国际渔民联合会"),
        ("doer", "灯塔节由渔民政府组织。", "渔民政府"),
        ("doer", "尽管缔约方在修灯塔方面具有牵头作用，秘书处仍在点灯。", "缔约方"),
        ("chair", "由港务署执行主任任主席的小组修了灯塔。", "港务署执行主任"),
        ("supporter", "请守塔人在港务署的支持下修灯塔。", "港务署"),
        ("supporter", "It mended the lamp with the support of the Harbour Board.", "Harbour Board"),
        ("speaker", "渔民顾问杰克在这项活动中作了主题发言。", "渔民顾问杰克"),
        (
            "speaker",
            "Jack Lamp, adviser to fishermen, gave the keynote address.",
            "Jack Lamp, adviser to fishermen",
        ),
        ("joined", "请守塔人加入灯塔委员会，并看图。", "灯塔委员会"),
        ("joined", "It was asked to join the Lamp Committee and to read.", "Lamp Committee"),
        ("actor", "根据渔民大会的要求，守塔人修了灯。", "渔民大会"),
        ("doer", "会议的联合主办方是渔民署(渔署)、港务署以及灯塔会。", "渔民署(渔署)、港务署以及灯塔会"),
        (
            "doer",
            "Its co-organizers were the Lamp Board, the Pier Fund and Boats.",
            "Lamp Board, the Pier Fund and Boats",
        ),
        (
            "addressee",
            "We welcome the invitation to the Chair of the Lamp Board to hold an annual dialogue.",
            "Chair of the Lamp Board",
        ),
        ("chair", "小组讨论可由港务长担任共同主席。", "港务长"),
        ("chair", "守塔人可担任各次讨论的共同主席。", "守塔人"),
        ("chair", "The board, chaired by the Harbour Master, met in June.", "Harbour Master"),
        # Who called a meeting is not who chairs it.
        ("chair", "The board met in a round table convened by the Harbour Master.", None),
        (
            "actor",
            "The CMP at its fourth session also requested the keeper to write.",
            "CMP at its fourth session",
        ),
        (
            "actor",
            "《公约》缔约方会议(CMP)第四届会议还要求秘书处修灯塔。",
            "《公约》缔约方会议(CMP)第四届会议",
        ),
        # Nobody, a word that stands for somebody, several.
        ("addressee", "委员会看了灯塔。", None),
        ("addressee", "授权该平台修灯塔。", None),
        ("partner", "它与渔民合作修塔，并与港务署合作修船。", None),
        ("addressee", "Encourages Governments to mend the lamp.", "Governments"),
        (
            "addressee",
            "Requests the United Nations system, in particular UN-Women, to mend the lamp.",
            "United Nations system, in particular UN-Women",
        ),
        (
            "addressee",
            "Requests the President of the Lamp Board, with help organized by the keepers, to hold a fair.",
            "President of the Lamp Board",
        ),
        (
            "recipient",
            "The lamp study will be forwarded to the high-level segment of the harbour meeting, in June.",
            "high-level segment of the harbour meeting",
        ),
        (
            "partner",
            "Invites Member States, in cooperation with the Harbour Board (HB), to mend the lamp.",
            "Harbour Board (HB)",
        ),
        ("partner", "It worked with bodies such as the Harbour Board.", "bodies such as the Harbour Board"),
        ("doer", "The fair, hosted by the Government of Poland in June, drew many.", "Government of Poland"),
        # A road leads somewhere, but nobody is sent anything.
        ("recipient", "The road leads to the harbour board in town.", None),
    ],
)
def test_who_is_in_a_role_is_said_in_the_words_of_the_text(
    role: Role, text: str, named: str | None, glossary: Glossary
) -> None:
    said = who(role, text, glossary)
    assert (said and said.removeprefix("the ")) == named


def test_what_the_question_names_it_does_not_ask_for(glossary: Glossary) -> None:
    text = "大会请科学和技术委员会修灯塔。"
    assert who("addressee", text, glossary) == "科学和技术委员会"
    assert who("addressee", text, glossary, ("Committee on Science and Technology",)) is None


@pytest.mark.parametrize(
    ("said", "en", "zh"),
    [
        ("科学和技术委员会", "Committee on Science and Technology", "科学和技术委员会"),
        ("the CST", "Committee on Science and Technology", "科学和技术委员会"),
        ("科技委主席团", "Bureau of the Committee on Science and Technology", "科学和技术委员会主席团"),
        ("秘书处", "secretariat", "秘书处"),
        ("the secretariat", "secretariat", "秘书处"),
    ],
)
def test_a_name_can_be_said_in_either_language(said: str, en: str, zh: str, glossary: Glossary) -> None:
    named = named_by(said, (0, len(said)), read(said, glossary))
    assert isinstance(named, Entity)
    assert (named.en, named.zh) == (en, zh)


def test_more_than_a_name_has_none(glossary: Glossary) -> None:
    said = "所有看守灯塔的国家"
    assert named_by(said, (0, len(said)), read(said, glossary)) is None


PIECES = [
    "大会请",
    "秘书处",
    "与",
    "合作",
    "由",
    "主办",
    "向",
    "提出报告",
    "，",
    "。",
    "the Board ",
    "to the Assembly ",
    "report ",
    "with ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.sampled_from(ROLES))
def test_who_is_named_stands_in_the_sentence(text: str, role: Role) -> None:
    glossary = load_glossary()
    half = (0, len(text) // 2)
    span = parties(role, text, half, half, read(text, glossary), ())
    if span is not None:
        assert 0 <= span[0] < span[1] <= len(text)
        assert text[slice(*span)].strip()


@given(st.text(alphabet="谁哪个机构,，?？ İwhoandbytm", max_size=40))
def test_any_question_has_a_part_that_asks(text: str) -> None:
    question = read_question(text)
    for want in question.wants:
        assert part_asking(question, want) in question.text
