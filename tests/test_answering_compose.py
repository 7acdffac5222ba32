"""What is cited: the item where the quote lies in one, the version in the language asked for."""

from __future__ import annotations

import pytest

from ingest.paragraphs import Item, Paragraph, ParagraphId
from service.answering.compose import answer_text, cite, version_for

TEXT = (
    "The board decided:\n"
    "(a) To repair the pier;\n"
    "(b) To ask the mayor:\n"
    "(i) For sand;\n"
    "(ii) For gravel;\n"
    "and to meet again."
)


def item(labels: tuple[str, ...], text: str) -> Item:
    start = TEXT.index(text)
    return Item(labels, start, start + len(text))


PARAGRAPH = Paragraph(
    ParagraphId("X/1/2", "4", "II"),
    "numbered",
    TEXT,
    section=("II. The pier",),
    items=(
        item(("a",), "To repair the pier;"),
        item(("b",), "To ask the mayor:\n(i) For sand;\n(ii) For gravel;"),
        item(("b", "i"), "For sand;"),
        item(("b", "ii"), "For gravel;"),
    ),
)
VERSIONS = {"en": PARAGRAPH, "zh": Paragraph(PARAGRAPH.id, "numbered", "理事会决定修码头。")}


@pytest.mark.parametrize(
    ("chosen", "quote", "name"),
    [
        ("The board decided:", "The board decided:", "X/1/2#II.4"),
        ("(a) To repair the pier;", "To repair the pier;", "X/1/2#II.4(a)"),
        ("To repair the pier;", "To repair the pier;", "X/1/2#II.4(a)"),
        ("(b) To ask the mayor:", "To ask the mayor:", "X/1/2#II.4(b)"),
        ("(ii) For gravel;", "For gravel;", "X/1/2#II.4(b)(ii)"),
        ("and to meet again.", "and to meet again.", "X/1/2#II.4"),
        (TEXT, TEXT, "X/1/2#II.4"),
    ],
)
def test_a_quote_is_cited_by_the_innermost_item_that_holds_it(chosen: str, quote: str, name: str) -> None:
    start = TEXT.index(chosen)
    cited = cite(VERSIONS, "en", start, start + len(chosen), edition="official", score=0.5)
    assert (str(cited.id), cited.quote) == (name, quote)
    assert cited.text[cited.start : cited.end] == cited.quote
    assert cited.translations == {"zh": "理事会决定修码头。"}
    assert cited.section == ("II. The pier",)


@pytest.mark.parametrize(
    ("versions", "preferred", "otherwise", "language"),
    [("en zh", "zh", "en", "zh"), ("en", "zh", "en", "en"), ("fr zh", "en", "fr", "fr")],
)
def test_the_quote_is_in_the_language_of_the_answer_where_there_is_that_version(
    versions: str, preferred: str, otherwise: str, language: str
) -> None:
    held = dict.fromkeys(versions.split(), PARAGRAPH)
    assert version_for(held, preferred, otherwise) == language  # type: ignore[arg-type]


def test_each_quote_has_its_mark_on_its_own_line() -> None:
    first = cite(VERSIONS, "en", 0, 18, edition="official", score=0.5)
    second = cite(VERSIONS, "zh", 0, 9, edition="official", score=0.4)
    assert answer_text((first, second)) == "The board decided: [1]\n理事会决定修码头。 [2]"
