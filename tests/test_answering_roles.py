"""What of a mandate is asked for: who asks, who is asked, or what shall be done."""

from __future__ import annotations

import pytest

from ingest.facts.extract import Context, facts
from ingest.facts.glossary import Glossary, load_glossary
from ingest.paragraphs import Paragraph, ParagraphId
from service.answering.answer import Language
from service.answering.roles import Role, action_in, asks_action, in_role, role_asked


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("Which body was asked to mend the lamp?", "addressee"),
        ("Whom did the Assembly ask for boats?", "addressee"),
        ("Who has to report on the pier?", "addressee"),
        ("Which committee is supposed to look at the boats?", "addressee"),
        ("谁被请去修灯塔？", "addressee"),
        ("联大让谁来点灯？", "addressee"),
        ("报告交给哪个机构？", "addressee"),
        ("Who asked the board to mend the lamp?", "actor"),
        ("Which body requested the report?", "actor"),
        ("谁要求修灯塔？", "actor"),
        ("Which committee was the board asked to join?", None),
        ("Who chairs the board?", None),
        ("灯塔是谁修的？", None),
    ],
)
def test_a_question_tells_whom_it_wants(question: str, role: Role | None) -> None:
    assert role_asked(question) == role


@pytest.mark.parametrize(
    ("text", "language", "role", "named"),
    [
        ("缔约方会议请科学和技术委员会修灯塔。", "zh", "addressee", ["Committee on Science and Technology"]),
        ("缔约方会议请科学和技术委员会修灯塔。", "zh", "actor", ["Conference of the Parties"]),
        (
            "The Conference of the Parties requests the Committee on Science and Technology (CST) to act.",
            "en",
            "addressee",
            ["Committee on Science and Technology"],
        ),
        # The convention isn't its secretariat.
        ("大会请《荒漠化公约》秘书处修灯塔。", "zh", "addressee", []),
        ("委员会看了灯塔。", "zh", "addressee", []),
    ],
)
def test_only_who_alone_has_the_role_is_named(
    text: str, language: Language, role: Role, named: list[str], glossary: Glossary
) -> None:
    found = facts(Paragraph(ParagraphId("LAMP/1", "1"), "numbered", text), Context(language, glossary))
    told = in_role(role, (0, len(text)), found.mandates, found.entities)
    assert list(dict.fromkeys(entity.en for entity in told)) == named


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What is the board asked to do?", True),
        ("What must the keeper do by May?", True),
        ("What did the Assembly want the harbour masters to do?", True),
        ("大会请秘书长做什么？", True),
        ("决议对灯塔看守人提了什么要求？", True),
        ("鼓励各国怎么做？", True),
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
