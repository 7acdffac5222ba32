"""How sure an answer is: a text of another year is no rival, and a number asked for has to be there."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.build import build_generation
from index.encoder import StaticEncoder
from ingest.paragraphs import Document, Paragraph, ParagraphId
from service.answering.answer import Answer
from service.library import Library

ASSEMBLY = (
    "The Assembly of the Wetland Union will be convened by the Government of Togo in Lomé from {} October {};"
)
OTHERS = (
    "The Council adopted the report of its working group on rivers.",
    "Parties that have not yet paid their contributions are urged to do so.",
    "The secretariat shall publish a list of national focal points.",
)


def resolution(symbol: str, days: str, year: int) -> Document:
    texts = (ASSEMBLY.format(days, year), *OTHERS)
    return Document(
        symbol,
        "en",
        f"Resolution of {year}",
        tuple(
            Paragraph(ParagraphId(symbol, str(number)), "numbered", text)
            for number, text in enumerate(texts, 1)
        ),
    )


def answered(folder: Path, documents: list[Document], question: str) -> Answer:
    build_generation(folder, documents, StaticEncoder())
    library = Library(folder)
    with library.open() as desk:
        found = desk.answerer.answer(question)
    library.close()
    return found


def test_the_same_text_of_another_year_does_not_make_an_answer_unsure(tmp_path: Path) -> None:
    question = "Where will the Assembly of the Wetland Union be convened?"
    first, second = resolution("X/RES/1", "15 to 24", 2024), resolution("X/RES/2", "3 to 12", 2026)
    alone = answered(tmp_path / "one", [first], question)
    beside = answered(tmp_path / "two", [first, second], question)
    assert beside.status == alone.status == "answered"
    assert beside.confidence == pytest.approx(alone.confidence, abs=0.05)


@pytest.mark.parametrize(
    "question",
    [
        "How many delegates attended the Assembly of the Wetland Union?",
        "有多少名代表出席了湿地联盟大会？",
    ],
)
def test_how_many_is_not_answered_by_a_text_without_a_number(tmp_path: Path, question: str) -> None:
    found = answered(tmp_path, [resolution("X/RES/1", "15 to 24", 2024)], question)
    assert found.status == "not_found"
    assert found.reason == "no_evidence"
