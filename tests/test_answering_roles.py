"""Who is asked for: who asks, or who is asked."""

from __future__ import annotations

import pytest

from ingest.facts.extract import Context, facts
from ingest.facts.glossary import Glossary, load_glossary
from ingest.paragraphs import Paragraph, ParagraphId
from service.answering.answer import Language
from service.answering.roles import Role, in_role, role_asked


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
