"""Which mandate of one language version is which of the other."""

from __future__ import annotations

import pytest

from index.pairing import pair_mandates
from ingest.facts.dates import Language
from ingest.facts.extract import Context, facts
from ingest.facts.glossary import Glossary, load_glossary
from ingest.facts.mandates import Mandate
from ingest.paragraphs import Paragraph, ParagraphId


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


def read(text: str, language: Language, glossary: Glossary) -> tuple[Mandate, ...]:
    paragraph = Paragraph(ParagraphId("X/1", "1"), "numbered", text)
    return facts(paragraph, Context(language, glossary)).mandates


@pytest.mark.parametrize(
    ("english", "chinese", "pairs"),
    [
        (
            "The Conference of the Parties requested the secretariat to count lamps. It urged all to pay.",
            "缔约方会议请秘书处清点灯塔。它敦促各缔约方付款。",
            [("request", "request"), ("urge", "urge")],
        ),
        (
            "The Conference of the Parties invited the secretariat to count lamps.",
            "缔约方会议请秘书处清点灯塔。",
            [("invite", "request")],
        ),
        (
            "The Conference of the Parties called upon the secretariat to count lamps. It urged all to pay.",
            "缔约方会议请秘书处清点灯塔。它呼吁各缔约方付款。",
            [("call", "request"), ("urge", "call")],
        ),
        (
            "Many lamps were lit, more than ever before. The Conference of the Parties urged Parties to pay.",
            "缔约方会议请秘书处清点灯塔。点亮了许多灯，比以往任何时候都多。缔约方会议敦促各缔约方付款。",
            [(None, "request"), ("urge", "urge")],
        ),
        (
            "The Conference of the Parties decided to count lamps.",
            "缔约方会议请秘书处清点灯塔。",
            [("decide", None), (None, "request")],
        ),
        ("Lamps burn.", "缔约方会议请秘书处清点灯塔。", [(None, "request")]),
        ("Lamps burn.", "灯亮着。", []),
    ],
)
def test_mandates_are_paired_by_verb_and_place(
    glossary: Glossary, english: str, chinese: str, pairs: list[tuple[str | None, str | None]]
) -> None:
    en, zh = read(english, "en", glossary), read(chinese, "zh", glossary)
    records = pair_mandates({"en": en, "zh": zh}, {"en": len(english), "zh": len(chinese)})
    found = [
        (en[r["en"]].verb if "en" in r else None, zh[r["zh"]].verb if "zh" in r else None) for r in records
    ]
    assert sorted(found, key=str) == sorted(pairs, key=str)


def test_different_decisions_or_days_are_different_mandates(glossary: Glossary) -> None:
    english = "In decision 3/COP.9 the Conference of the Parties requested the secretariat to count lamps."
    chinese = "缔约方会议在第4/COP.9号决定中请秘书处清点灯塔。"
    versions = {"en": read(english, "en", glossary), "zh": read(chinese, "zh", glossary)}
    assert len(pair_mandates(versions, {"en": len(english), "zh": len(chinese)})) == 2
