"""What a paragraph refers to: decisions, resolutions, documents, and the paragraphs of them that it names."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.crossreferences import CrossReference, find_crossreferences
from ingest.paragraphs import Document, Footnote, Paragraph, ParagraphId

SYMBOL = "A/64/202"


def document(*texts: str, notes: tuple[str, ...] = (), section: tuple[str, ...] = ()) -> Document:
    """A document of paragraphs 1, 2, …; the footnotes are the last one's."""
    language = "zh" if any("\u4e00" <= char <= "\u9fff" for char in texts[0]) else "en"
    footnotes = tuple(Footnote(str(number), note, 0) for number, note in enumerate(notes, 1))
    paragraphs = tuple(
        Paragraph(
            ParagraphId(SYMBOL, str(number)),
            "numbered",
            text,
            section,
            footnotes=footnotes if number == len(texts) else (),
        )
        for number, text in enumerate(texts, 1)
    )
    return Document(SYMBOL, language, "Wells", paragraphs)


def found(*texts: str, notes: tuple[str, ...] = (), section: tuple[str, ...] = ()) -> list[str]:
    """``KEY`` or ``KEY#PARAGRAPH`` of each reference, in order."""
    made = find_crossreferences(document(*texts, notes=notes, section=section))
    return [shown(one) for _, references in made for one in references]


def shown(one: CrossReference) -> str:
    return one.key if one.paragraph is None else f"{one.key}#{one.paragraph}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("paragraph 14 of resolution 63/218", ["A/RES/63/218#14"]),
        ("paragraph 15 of General Assembly resolution 67/290 of 9 July 2013", ["A/RES/67/290#15"]),
        ("resolution 67/290 of 9 July 2013, paragraph 15,", ["A/RES/67/290#15"]),
        ("Human Rights Council resolution 37/8, para. 3 (a)", ["A/HRC/RES/37/8#3(a)"]),
        ("paragraphs 3 and 4 of its decision 1/CP.19", ["1/CP.19#3", "1/CP.19#4"]),
        ("(A/63/1, paras. 12–14)", ["A/63/1#12", "A/63/1#13", "A/63/1#14"]),
        ("A/63/1, para. II.35", ["A/63/1#II.35"]),
        ("see A/63/1, sect. II, para. 35", ["A/63/1#II.35"]),
        ("resolution 69/137, annex II, section XII, para. 3 (a)(i)", ["A/RES/69/137#annex.II.XII.3(a)(i)"]),
        ("paragraph 2 of annex I to resolution 69/137", ["A/RES/69/137#annex.I.2"]),
        ("resolution 69/137, in particular paragraph 1 of the annex thereto", ["A/RES/69/137#annex.1"]),
        ("the first preambular paragraph of resolution 63/218", ["A/RES/63/218#pp1"]),
        (
            "paragraphs 83 to 85 of resolution 61/105, paragraph 9 of resolution 64/72",
            ["A/RES/61/105#83", "A/RES/61/105#84", "A/RES/61/105#85", "A/RES/64/72#9"],
        ),
        ("resolution 63/218, paragraph 36 (c) and (d)", ["A/RES/63/218#36(c)", "A/RES/63/218#36(d)"]),
        ("paragraph 36 of the present report", ["A/64/202#36"]),
        ("paragraph 5 (d) above", ["A/64/202#5(d)"]),
        ("(see para. 7)", ["A/64/202#7"]),
        ("decisions 13 and 18/COP.12", ["13/COP.12", "18/COP.12"]),
        ("decisions 3 to 6/COP.8", ["3/COP.8", "4/COP.8", "5/COP.8", "6/COP.8"]),
        ("decision 3/COP.8 and, later, decision 7,", ["3/COP.8", "7/COP.8"]),
        ("(A/63/L.8/Rev.1 and Add.1)", ["A/63/L.8/Rev.1", "A/63/L.8/Rev.1/Add.1"]),
        ("DP/2009/1 and Corr.1 and Add.1", ["DP/2009/1", "DP/2009/1/Corr.1", "DP/2009/1/Add.1"]),
        ("A/63/1/Add.1 and 2", ["A/63/1/Add.1", "A/63/1/Add.2"]),
        ("the report (A/63/1-E/2009/82)", ["A/63/1", "E/2009/82"]),
        ("第 21/COP.11 号决定, 第 3 段", ["21/COP.11#3"]),
        ("IX/13 A 号决定第 4 段的规定", ["IX/13 A#4"]),
        ("大会第63/218号决议第8段和第10段", ["A/RES/63/218#8", "A/RES/63/218#10"]),
        ("第3/COP.8号决定第2段至第4段", ["3/COP.8#2", "3/COP.8#3", "3/COP.8#4"]),
        ("A/63/1，第二节，第35段", ["A/63/1#II.35"]),
        ("A/63/1，第36(c)和(d)段", ["A/63/1#36(c)", "A/63/1#36(d)"]),
        ("第63/218号决议附件一第3段", ["A/RES/63/218#annex.I.3"]),
        ("第63/218号决议序言部分第3段", ["A/RES/63/218#pp3"]),
        ("本报告第36段", ["A/64/202#36"]),
        ("见下文第12至14段", ["A/64/202#12", "A/64/202#13", "A/64/202#14"]),
        ("第13号和第18/COP.12号决定", ["13/COP.12", "18/COP.12"]),
        # What is a paragraph of something else, or of nothing that is named.
        ("in accordance with article 21, paragraph 4, of resolution 63/218", ["A/RES/63/218"]),
        ("paragraph 19 of the Samoa Pathway, and resolution 63/218", ["A/RES/63/218"]),
        ("resolution 63/218, paragraph 3 of Article 101 of the Charter", ["A/RES/63/218"]),
        ("paragraph 19 of the outcome", []),
        ("resolution 63/218 and paragraph 15 of the report of the Committee", ["A/RES/63/218"]),
        (
            "paragraph 61 of resolution 63/218 and paragraph 15 of the report of the Committee",
            ["A/RES/63/218#61"],
        ),
        ("paragraph 13 of section VII of its resolution 69/262", ["A/RES/69/262#VII.13"]),
        ("第63/218号决议。第10段", ["A/RES/63/218"]),
        ("A/64/202", []),
    ],
)
def test_what_is_named_is_known_whatever_the_wording(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "section", "expected"),
    [
        ("第八届会议通过的第13号和第18号决定", "联合国防治荒漠化公约", ["13/COP.8", "18/COP.8"]),
        ("decisions 13 and 18 of its eighth session", "Desertification", ["13/COP.8", "18/COP.8"]),
        ("decision 4 of its thirteenth session", "Framework Convention on Climate Change", ["4/CP.13"]),
        ("decisions 13 and 18 of its eighth session", "Wells", []),
        ("decisions 13 and 18", "Desertification", []),
    ],
)
def test_a_number_alone_is_completed_from_the_session_and_the_convention_of_the_heading(
    text: str, section: str, expected: list[str]
) -> None:
    assert found(text, section=(section,)) == expected


def test_what_was_named_last_is_meant_by_that_resolution_and_by_ibid() -> None:
    assert found("By resolution 63/218.", "In paragraph 3 of that resolution.") == [
        "A/RES/63/218",
        "A/RES/63/218#3",
    ]
    assert found("根据第63/218号决议。", "该决议第3段。") == ["A/RES/63/218", "A/RES/63/218#3"]
    notes = ("See A/63/1/Add.1, para. 5.", "Ibid., para. 7.", "Ibid., para. 9.", "No more.")
    assert found("Wells.", notes=notes) == ["A/63/1/Add.1#5", "A/63/1/Add.1#7", "A/63/1/Add.1#9"]
    assert found("水井。", notes=("第63/218号决议，第5段。", "同上，第7段。")) == [
        "A/RES/63/218#5",
        "A/RES/63/218#7",
    ]


def test_a_reference_says_where_it_stands_in_the_paragraph_or_in_which_footnote() -> None:
    texts, notes = ("Under paragraph 14 of resolution 63/218.",), ("Nothing.", "See A/63/1, para. 5.")
    ((_, references),) = find_crossreferences(document(*texts, notes=notes))
    assert [(one.note, shown(one)) for one in references] == [(None, "A/RES/63/218#14"), (1, "A/63/1#5")]
    stands = [(texts[0] if one.note is None else notes[one.note])[one.start : one.end] for one in references]
    assert stands == ["14", "5"]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "A/64/202",
                    "第63/218号决议",
                    "decision IX/12",
                    "decisions ",
                    "paragraphs ",
                    "/COP.8",
                    "Add.1",
                ),
                *("第", "段", "和", "1", "13", "(a)", " to ", " of ", ", ", "-", "Ibid.", "above", "该决议"),
                *("第八届会议", " eighth session"),
            ]
        )
    ).map("".join)
)
def test_any_text_has_references_that_lie_within_it(text: str) -> None:
    made = document(f"x {text}", notes=(text,), section=("Desertification",))
    for paragraph, references in find_crossreferences(made):
        for one in references:
            whole = paragraph.text if one.note is None else paragraph.footnotes[one.note].text
            assert 0 <= one.start < one.end <= len(whole)
            assert one.key


@pytest.mark.parametrize(
    "hostile",
    [
        "paragraphs 1, " * 9000,
        "第1、" * 30000 + "段",
        "第1段" * 30000,
        "resolution 63/218, paragraph 1 " * 3000,
        "decisions 1, 2, 3 " * 6000,
        "13号和" * 30000 + "决定",
        "A/63/1 and Add.1, " * 5000,
        "annex " * 20000 + "para. 1",
    ],
)
def test_references_are_found_in_linear_time(hostile: str) -> None:
    began = time.process_time()
    list(find_crossreferences(document(hostile)))
    assert time.process_time() - began < 8
