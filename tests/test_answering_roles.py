"""What of a mandate is asked for: who asks, who is asked, or what shall be done."""

from __future__ import annotations

import pytest

from ingest.facts.extract import Context, facts
from ingest.facts.glossary import Glossary, load_glossary
from ingest.paragraphs import Paragraph, ParagraphId
from service.answering.asking.roles import Role, action_in, asks_action, role_asked


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("Which body was asked to mend the lamp?", "addressee"),
        ("Whom did the Assembly ask for boats?", "addressee"),
        ("Who has to report on the pier?", "addressee"),
        ("Who'd have to go through the lamp study?", "addressee"),
        ("Which committee is supposed to look at the boats?", "addressee"),
        ("谁被请去修灯塔？", "addressee"),
        ("联大让谁来点灯？", "addressee"),
        ("图纸交给哪个机构去画？", "addressee"),
        ("报告交给哪个机构？", "recipient"),
        ("报告要向谁提交？", "recipient"),
        ("讨论的结果转给哪个会议？", "recipient"),
        ("To whom does the keeper report?", "recipient"),
        ("Which body is the report submitted to?", "recipient"),
        ("Who must the board report to on the lamp, and when?", "recipient"),
        ("Where was the draft sent for approval?", "recipient"),
        ("守塔人要跟哪个部门一起修灯塔？", "partner"),
        ("With whom should the board mend the lamp?", "partner"),
        ("Which agency did the keeper work with?", "partner"),
        ("灯塔节是哪家主办的？", "doer"),
        ("Who hosted the lamp fair?", "doer"),
        ("灯塔论坛是应谁的要求办的？", "actor"),
        ("Who asked the board to mend the lamp?", "actor"),
        ("Which body requested the report?", "actor"),
        ("谁要求修灯塔？", "actor"),
        ("Which committee was the board asked to join?", "joined"),
        ("守塔人受邀加入哪个委员会？", "joined"),
        ("Which countries would be urged to join the lamp treaty?", "addressee"),
        ("Who chairs the board?", "chair"),
        ("Who was chairing the board at the fair?", "chair"),
        ("Who heads the board?", "chair"),
        ("灯塔小组归谁当主席？", "chair"),
        ("讨论由谁主持？", "chair"),
        ("邀请灯塔基金的哪个机构出钱？", "addressee"),
        ("Who gave the keynote at the fair?", "speaker"),
        ("灯塔节的主题演讲是谁做的？", "speaker"),
        ("要谁从旁帮忙？", "supporter"),
        ("Who was to support the keeper?", "supporter"),
        ("At whose request was the lamp mended?", "actor"),
        ("Who told the keeper to mend the lamp?", "actor"),
        ("Who was told to mend the lamp?", "addressee"),
        ("Who got the job of mending the lamp?", "addressee"),
        ("Who gets the report for consideration?", "recipient"),
        ("谁要在下一届会上拿出报告？", "addressee"),
        ("谁在牵头修灯塔？", "doer"),
        ("Which keeper gave the main talk at the fair?", "speaker"),
        ("灯塔是谁的？", None),
    ],
)
def test_a_question_tells_whom_it_wants(question: str, role: Role | None) -> None:
    assert role_asked(question) == role


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What is the board asked to do?", True),
        ("What must the keeper do by May?", True),
        ("What did the Assembly want the harbour masters to do?", True),
        ("大会请秘书长做什么？", True),
        ("决议对灯塔看守人提了什么要求？", True),
        ("鼓励各国怎么做？", True),
        ("大会给守塔人派了什么活？", True),
        ("请守塔人做哪两件具体的事？", True),
        ("What is a lamp?", False),
        ("Who was asked to mend the lamp?", False),
        ("灯塔在哪里？", False),
    ],
)
def test_a_question_asks_what_shall_be_done(question: str, asked: bool) -> None:
    assert asks_action(question) == asked


def test_an_action_is_whole_and_of_one_mandate(glossary: Glossary) -> None:
    text = "Encourages the Board, as a matter of priority, to light the pier, as appropriate, by May;"
    paragraph = Paragraph(ParagraphId("A/RES/70/901", "1"), "operative", text)
    (mandate,) = facts(paragraph, Context("en", glossary)).mandates
    place = text.index("as appropriate")
    action = action_in((place, place + 14), [mandate])
    assert action is not None
    assert action.text.startswith("to light the pier")
    assert action_in((0, 5), [mandate]) is None
    assert action_in((place, place + 14), [mandate, mandate]) is None
