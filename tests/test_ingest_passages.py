"""Passages cover a paragraph; sentences leave nothing out."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_text_splitters import RecursiveCharacterTextSplitter

from ingest.corpus import SAMPLE, read_corpus
from ingest.paragraphs import Paragraph, ParagraphId
from ingest.passages import CHINESE_CHARACTERS, ENGLISH_CHARACTERS, passages
from ingest.pieces import piece_ends
from ingest.sentences import sentences


def paragraph(text: str) -> Paragraph:
    return Paragraph(ParagraphId("X/1", "1"), "numbered", text)


_PIECES = st.lists(
    st.sampled_from(
        [
            "Wells were dug. ",
            "井，",
            "树木。",
            "；",
            "\n",
            "(a) ",
            "rain",
            " ",
            "1.5",
            "，",
            "x" * 50,
            "\u3000",
            "会议决定打井",
            "😀",
        ]
    ),
    max_size=80,
).map("".join)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(_PIECES, st.integers(2, 120))
def test_passages_cover_the_paragraph_and_are_verbatim(text: str, size: int) -> None:
    found = passages(paragraph(text), chinese=size, english=size)
    covered: set[int] = set()
    for passage in found:
        assert text[passage.start : passage.end] == passage.text
        assert passage.text.strip()
        assert len(passage.text) <= max(size, len(text) if len(found) == 1 else 0)
        covered.update(range(passage.start, passage.end))
    assert all(character.isspace() or i in covered for i, character in enumerate(text))
    assert [p.start for p in found] == sorted({p.start for p in found})


_SEPARATORS = [
    "\n",
    "(?<=[。！？；])",
    r"(?<=[.!?;])(?=\s)",
    "(?<=[，、：])",
    r"(?<=[,:])(?=\s)",
    r"(?=\s)",
    "",
]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(_PIECES, st.text("\n。；.,; \u3000x，：:", max_size=60)), st.integers(1, 60))
def test_pieces_are_those_of_the_recursive_splitter(text: str, most: int) -> None:
    splitter = RecursiveCharacterTextSplitter(
        separators=_SEPARATORS,
        is_separator_regex=True,
        keep_separator=True,
        chunk_size=most,
        chunk_overlap=0,
        strip_whitespace=False,
    )
    assert piece_ends(text, most) == list(accumulate(map(len, splitter.split_text(text))))


def test_a_short_paragraph_is_one_passage() -> None:
    assert [p.text for p in passages(paragraph("Wells were dug."))] == ["Wells were dug."]
    assert passages(paragraph("  \n ")) == []


def test_windows_end_on_sentences_where_they_can() -> None:
    text = (
        "会议决定在旱地打井，并请各方提供资金。秘书处将编写报告，说明井的深度和数量。各方应在六月之前提出意见。"
        * 4
    )
    for passage in passages(paragraph(text)):
        assert len(passage.text) <= CHINESE_CHARACTERS
        assert passage.text.endswith(("。", "，"))


def test_windows_overlap() -> None:
    text = " ".join(
        f"In year {n} the parties dug a well by hand and planted a tree beside it." for n in range(20)
    )
    found = passages(paragraph(text))
    assert all(len(p.text) <= ENGLISH_CHARACTERS for p in found)
    assert all(later.start < earlier.end for earlier, later in pairwise(found))


def test_a_window_must_hold_two_characters() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        passages(paragraph("Wells"), english=1)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(_PIECES, st.sampled_from(["en", "zh"]))
def test_sentences_leave_nothing_out(text: str, language: str) -> None:
    spans = sentences(text, language)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(text[a:b].strip() == text[a:b] != "" for a, b in spans)
    assert spans == sorted(spans)
    assert all(any(map(str.isalnum, text[a:b])) for a, b in spans[1:])


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Wells were dug. Trees were planted.", ["Wells were dug.", "Trees were planted."]),
        ("en", "Rain fell by 1.5 per cent. It was dry.", ["Rain fell by 1.5 per cent.", "It was dry."]),
        ("en", "See para. 4 of A/64/202. Mr. Li spoke.", ["See para. 4 of A/64/202.", "Mr. Li spoke."]),
        ("en", "The U.N. Secretariat and J. Li agreed.", ["The U.N. Secretariat and J. Li agreed."]),
        ("en", "Asks:\n(a) One;\n(b) Two.", ["Asks:", "(a) One;", "(b) Two."]),
        ("en", "Dig wells; plant trees.", ["Dig wells;", "plant trees."]),
        ("en", "He said “Dig.” They dug.", ["He said “Dig.”", "They dug."]),
        ("zh", "打井。植树；修渠！好？", ["打井。", "植树；", "修渠！", "好？"]),
        ("zh", "他说：“打井。”各方同意。", ["他说：“打井。”", "各方同意。"]),
        ("zh", "增加了 1.5%，见 A/64/202。\n(a) 一；", ["增加了 1.5%，见 A/64/202。", "(a) 一；"]),
        ("zh", "题：“打井？”；“植树？”和“修渠？”同意。", ["题：“打井？”；", "“植树？”和“修渠？”", "同意。"]),
        ("zh", "打井。\n；植树。", ["打井。\n；", "植树。"]),
        ("zh", "", []),
    ],
)  # fmt: skip
def test_sentences_end_where_they_end(language: str, text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in sentences(text, language)] == expected


def test_every_sample_paragraph_has_sentences_and_passages() -> None:
    for document in read_corpus([SAMPLE]).documents:
        for found in document.paragraphs:
            assert sentences(found.text, document.language)
            assert passages(found)
