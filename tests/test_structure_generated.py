"""Documents made up at random are read back as they were made."""

from __future__ import annotations

import pytest
from conservation import assert_conserved
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from strategies import Language, Printed, documents, squeeze

from ingest.readers.lines import TextSource
from ingest.structure import parse

PHASES = (Phase.explicit, Phase.generate)
"""Shrinking a printed document takes minutes and seldom makes it plainer."""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_printed_document_is_read_back(language: Language) -> None:
    @settings(max_examples=150, deadline=None, derandomize=True, phases=PHASES)
    @given(documents(language))
    def check(printed: Printed) -> None:
        source = TextSource.from_text(printed.text)
        parsed = parse(source, "X/1", language)
        found = parsed.document.paragraphs
        assert [p.id.local for p in found] == [p.local for p in printed.paragraphs]
        for paragraph, expected in zip(found, printed.paragraphs, strict=True):
            assert squeeze(paragraph.text) == expected.text
            assert paragraph.section == expected.section
            items = [squeeze(paragraph.text[item.start : item.end]) for item in paragraph.items]
            assert items == expected.items
            assert {n.mark: squeeze(n.text) for n in paragraph.footnotes} == expected.notes
        assert_conserved(source, parsed)

    check()


@settings(max_examples=300, deadline=None, derandomize=True, phases=PHASES)
@given(
    st.lists(
        st.sampled_from(
["1. ", "2. ", "3. ", "(a) ", "(b) ", "(i) ", "I. ", "II. ", "A. ", "一. ", "¹ ", "* ", "• ",
             "- (a) ", "", "\n", "\n\n", "Annex", "Annex II", "Rule 3", "目录", "Contents", "Recalling",
             "The General Assembly,", "Decides", "x", "Land;", "water.", "土地。", "水", "，", ":", "….… 3",
             "\t", "12", "A/64/202", "GE.17-10167 (C)", "请回收", "Summary", "概要", "3rd plenary meeting",
             "20 June 2017", "¹", "*", "9999. ", "22\t", "0. ", "\f", "\u200e", "(", "(aa) ",
             "36.1 ", "36.2 "]
        ),
        max_size=60,
    ).map(" ".join)
)  # fmt: skip
def test_no_text_makes_the_parser_lose_a_line(text: str) -> None:
    """Nonsense is read as something: each line has a role, ids are unique, spans hold."""
    source = TextSource.from_text(text)
    parsed = parse(source, "X/1", "en")
    assert set(parsed.roles) == {line.number for line in source.lines if line.text}
    ids = [p.id for p in parsed.document.paragraphs]
    assert len(set(ids)) == len(ids)
    for paragraph in parsed.document.paragraphs:
        assert type(paragraph.id).parse(str(paragraph.id)) == paragraph.id
        for item in paragraph.items:
            assert 0 <= item.start <= item.end <= len(paragraph.text)
            assert paragraph.text[: item.start].endswith(f"({item.labels[-1]}) ")
        for note in paragraph.footnotes:
            assert 0 <= note.offset <= len(paragraph.text)
