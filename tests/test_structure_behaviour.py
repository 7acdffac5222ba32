"""What the parser makes of small texts, one trap each."""

from __future__ import annotations

import pytest
from conservation import assert_conserved

from ingest.paragraphs import Paragraph
from ingest.readers.lines import TextSource
from ingest.structure import Parsed, parse


def read(text: str, language: str = "en", symbol: str = "X/1") -> Parsed:
    source = TextSource.from_text(text)
    parsed = parse(source, symbol, language)
    assert_conserved(source, parsed)
    return parsed


def paragraphs(text: str, language: str = "en") -> dict[str, Paragraph]:
    return {p.id.local: p for p in read(text, language).document.paragraphs}


def test_a_number_out_of_sequence_is_a_heading_and_one_in_sequence_a_paragraph() -> None:
    found = paragraphs(
        "I. Wells\n\n1. One.\n\n2. Two.\n\n1. Old wells\n\n"
        "3. In 2009 three dried up.\n\n2. New ones\n\n4. 2010 saw four."
    )
    assert list(found) == ["1", "2", "3", "4"]
    assert found["3"].section == ("I. Wells", "1. Old wells")
    assert found["4"].section == ("I. Wells", "2. New ones")
    assert found["4"].text == "2010 saw four."


def test_a_heading_with_the_next_number_gives_way_to_the_paragraph_with_that_number() -> None:
    found = paragraphs("1. One.\n\n2. Wells\n\n2. The wells are two.\n\n3. Three.")
    assert list(found) == ["1", "2", "3"]
    assert found["2"].section == ("2. Wells",)


def test_a_year_after_the_number_stays_in_the_text() -> None:
    found = paragraphs("一. 井\n\n1. 一月打井。\n\n2. 2017年4月又打了一口。\n\n3. 134 户得水。", "zh")
    assert found["2"].text == "2017年4月又打了一口。"
    assert found["3"].text == "134 户得水。"


def test_inline_letters_are_no_items() -> None:
    found = paragraphs("1. 会议要求：(一) 打井，(二) 修渠，以及(三) 植树。\n\n2. 第 8(j) 条有效。", "zh")
    assert found["1"].items == ()
    assert found["2"].text == "第 8(j) 条有效。"


def test_items_nest_and_the_ninth_letter_is_no_roman_numeral() -> None:
    letters = "\n\n".join(f"({c}) Dig {c};" for c in "abcdefgh")
    found = paragraphs(
        f"1. Asks them:\n\n{letters}\n\n(i) Dig on;\n\n(j) Rest:\n\n(i) By day;\n\n(ii) By night.\n\n2. Ends."
    )
    assert [item.labels for item in found["1"].items] == [
        *((c,) for c in "abcdefghij"),
        ("j", "i"),
        ("j", "ii"),
    ]
    last = found["1"].items[-1]
    assert found["1"].text[last.start : last.end] == "By night."


def test_a_flush_sentence_after_items_stays_in_the_paragraph() -> None:
    found = paragraphs("1. Asks:\n\n(a) One;\n\n(b) Two.\n\nAll of this by June.\n\n2. Ends.")
    assert found["1"].text == "Asks:\n(a) One;\n(b) Two.\nAll of this by June."


@pytest.mark.parametrize(
    "gap", ["\n\n", "\n\n3\n\n", "\n\nA/64/999\n\n12/40\n\n", "\f", "\n\n¹ 见上文。\n\n"]
)
def test_a_page_break_leaves_no_trace_in_chinese(gap: str) -> None:
    text = f"1. 各方商定将在旱地推广节水技术¹并为此设立一个新的工作{gap}组，由专家组成。\n\n2. 完。"
    if "¹" not in gap:
        text += "\n\n¹ 见上文。"
    found = paragraphs(text, "zh")
    assert found["1"].text == "各方商定将在旱地推广节水技术并为此设立一个新的工作组，由专家组成。"
    assert [note.text for note in found["1"].footnotes] == ["见上文。"]


def test_a_page_break_leaves_one_space_in_english() -> None:
    found = paragraphs(
        "1. The parties agreed to set up a working\n\n14\n\ngroup of experts on low-\nlying land.\n\n2. Ends."
    )
    assert found["1"].text == "The parties agreed to set up a working group of experts on low-lying land."


def test_a_footnote_inside_another_paragraph_goes_to_the_one_with_its_mark() -> None:
    found = paragraphs("1. Wells¹ were dug.\n\n2. Asks:\n\n(a) One;\n\n¹ Ten wells.\n\n(b) Two.")
    assert [(n.mark, n.text, n.offset) for n in found["1"].footnotes] == [("1", "Ten wells.", 5)]
    assert found["1"].text == "Wells were dug."
    assert [item.labels for item in found["2"].items] == [("a",), ("b",)]


def test_item_spans_hold_after_marks_are_taken_out() -> None:
    source = TextSource.from_text("1. Asks¹ them²:\n\n(a) Dig;²\n\n(b) Rest.\n\n¹ Kindly.\n\n² All.")
    (paragraph,) = parse(source, "X/1", "en").document.paragraphs
    assert [paragraph.text[i.start : i.end] for i in paragraph.items] == ["Dig;", "Rest."]
    assert [(n.mark, paragraph.text[: n.offset]) for n in paragraph.footnotes][:2] == [
        ("1", "Asks"),
        ("2", "Asks them"),
    ]


def test_a_square_kilometre_is_no_footnote() -> None:
    found = paragraphs("1. Some 40 km² were planted².\n\n² By hand.")
    assert found["1"].text == "Some 40 km² were planted."


def test_a_mark_without_a_footnote_stays_and_a_footnote_without_a_mark_is_kept() -> None:
    source = TextSource.from_text("1. Wells⁴ were dug.\n\n2. Ends.\n\n⁷ Nobody calls me.\n\n3. More.")
    parsed = parse(source, "X/1", "en")
    one, two, _ = parsed.document.paragraphs
    assert one.text == "Wells⁴ were dug."
    assert [(n.mark, n.offset) for n in two.footnotes] == [("7", len("Ends."))]
    assert any("footnote 7" in remark for remark in parsed.remarks)


def test_a_mark_in_a_heading_counts_for_the_paragraph_under_it() -> None:
    source = TextSource.from_text("A. Wells¹\n\n1. One.\n\n2. Two.\n\n¹ Dug by hand.")
    one, two = parse(source, "X/1", "en").document.paragraphs
    assert one.section == ("A. Wells",)
    assert [(n.mark, n.offset) for n in one.footnotes] == [("1", 0)]
    assert two.footnotes == ()


def test_a_summary_is_one_paragraph_of_several_lines() -> None:
    found = paragraphs(
        "X/1\n\nWells in drylands\n\nSummary\n\nWells were dug.\n\nTrees were planted.\n\nI. Wells\n\n1. One."
    )
    assert found["summary"].text == "Wells were dug.\nTrees were planted."
    assert found["summary"].kind == "summary"


def test_contents_are_told_from_the_body() -> None:
    parsed = read(
        "目录\n\n\t段次\t页次\n一. 井.....\t1-2\t3\n二. 树木和灌木.....\t3\t4\n\n"
        "一. 井和渠\n\n1. 打井。\n\n2. 修渠。\n\n二. 树\n\n3. 植树。",
        "zh",
    )
    assert [parsed.roles[n] for n in (1, 3, 4, 5, 7)] == ["contents"] * 4 + ["heading"]
    assert [p.section for p in parsed.document.paragraphs] == [("一. 井和渠",), ("一. 井和渠",), ("二. 树",)]


def test_numbering_that_restarts_makes_parts_named_alike_in_both_languages() -> None:
    english = paragraphs("I. Wells\n\n1. One.\n\n2. Two.\n\nII. Trees\n\n1. Three.")
    chinese = paragraphs("一. 井\n\n1. 打井。\n\n2. 修井。\n\n二. 树\n\n1. 植树。", "zh")
    assert list(english) == list(chinese) == ["I.1", "I.2", "II.1"]


def test_numbering_that_goes_on_makes_no_parts() -> None:
    assert list(
        paragraphs("I. Wells\n\n1. One.\n\nII. Trees\n\n2. Two.\n\nAnnex\n\nList of wells\n\n3. Three.")
    ) == ["1", "2", "3"]


RESOLUTION = """Resolution adopted by the General Assembly on 3 May 2011

[on the report of the Second Committee (A/65/999)]

65/999.\tWells

The General Assembly,

Recalling its resolution 60/998 of 4 May 2006,

Deeply concerned at the lack of wells,

1.\tDecides to dig:

(a)\tIn the north;

(b)\tIn the south;

Follow-up

2.\tRequests a report.

80th plenary meeting
3 May 2011

Annex

Plan of wells

1. A well is deep.

2. A well is round.
"""


def test_a_resolution_has_preambular_and_operative_paragraphs_and_an_annex() -> None:
    parsed = read(RESOLUTION, symbol="A/RES/65/999")
    found = {p.id.local: p for p in parsed.document.paragraphs}
    assert {k: p.kind for k, p in found.items()} == {
        "pp1": "preambular",
        "pp2": "preambular",
        "1": "operative",
        "2": "operative",
        "annex.1": "numbered",
        "annex.2": "numbered",
    }
    assert found["1"].text == "Decides to dig:\n(a) In the north;\n(b) In the south;"
    assert found["2"].section == ("Follow-up",)
    assert found["annex.1"].section == ("Annex", "Plan of wells")
    assert parsed.document.title == "Wells"
    assert parsed.document.date == "2011-05-03"
    assert parsed.numbers == ("65/999",)


def test_a_single_operative_paragraph_without_a_number_is_u1() -> None:
    found = paragraphs(
        "65/998.\tWells\n\nThe General Assembly,\n\nNoting the wells,\n\n"
        "Endorses the plan of wells.\n\n80th plenary meeting"
    )
    assert [(k, p.kind) for k, p in found.items()] == [("pp1", "preambular"), ("u1", "operative")]


def test_two_annexes_and_a_section_that_restarts_have_ids_of_their_own() -> None:
    text = "1. Body.\n\nAnnex I\n\n1. First.\n\nAnnex II\n\nI. Wells\n\n1. Second.\n\nII. Trees\n\n1. Third."
    assert list(paragraphs(text)) == ["1", "annex.I.1", "annex.II.I.1", "annex.II.II.1"]


def test_numbers_that_begin_late_count_where_they_run_to_the_end() -> None:
    lost = "65/997.\tWells\n\nThe General Assembly,\n\nRequests wells;\n\nInvites trees;\n\n"
    found = paragraphs(lost + "3. Urges rain;\n\n4. Asks for more;\n\n5. Decides to go on.")
    assert list(found) == ["u1", "u2", "3", "4", "5"]
    seen = paragraphs(lost + "12. Urges rain;\n\nCalls for pumps.")
    assert "12" not in seen


def test_a_number_that_stands_twice_is_kept_once_as_a_number() -> None:
    parsed = read("1. One.\n\n2. Two.\n\n3. Three.\n\n3. Three again.\n\n4. Four.")
    assert "".join(p.text for p in parsed.document.paragraphs).count("Three again.") == 1
    assert [p.id.local for p in parsed.document.paragraphs][-1] == "4"


def test_a_numbered_list_in_a_paragraph_does_not_restart_the_numbering() -> None:
    found = paragraphs("1. One.\n\n2. These:\n\n1. Dig.\n\n2. Plant.\n\n3. Three.\n\n4. Four.")
    assert list(found)[-1] == "4"
    assert "Dig." in "".join(p.text for p in found.values())


def test_hard_wrapped_english_reads_like_unwrapped() -> None:
    wrapped = (
        "I. Wells and how they were dug\n\n1. In the year under review the parties dug wells\n"
        "in four districts, which had been dry since\n2009. They also planted trees.\n2. They asked for:\n"
        "(a) Seed for the plots near the wells and\nfor the terraces;\n(b) Maps.\n\n"
        "3. The work was done\nby hand.\n\nII. Trees\n\n4. Some were\nfelled.\n"
    )
    found = paragraphs(wrapped)
    assert list(found) == ["1", "2", "3", "4"]
    assert found["1"].text.endswith("which had been dry since 2009. They also planted trees.")
    assert [found["2"].text[i.start : i.end] for i in found["2"].items] == [
        "Seed for the plots near the wells and for the terraces;",
        "Maps.",
    ]


def test_printing_slips_and_widths_are_left_alone() -> None:
    found = paragraphs("1. 网 and 渠，见（甲）-乙—丙, 2008-1018 年。", "zh")
    assert found["1"].text == "网 and 渠，见（甲）-乙—丙, 2008-1018 年。"


def test_a_date_is_taken_only_where_the_document_dates_itself() -> None:
    assert (
        read("Distr.: General\n20 June 2017\n\nWells\n\n1. Dug on 4 May 2016.").document.date == "2017-06-20"
    )
    assert (
        read("Distr.: General\n\nNairobi, 4 May 2016\n\nWells\n\n1. Dug on 4 May 2016.").document.date is None
    )


def test_lines_without_blank_ones_between_are_paragraphs_each() -> None:
    found = paragraphs(
        "65/998.\tWells\nThe General Assembly,\nRecalling the wells of old,\nNoting the trees,\n"
        "Wells\n"
        "1. Decides to dig;\n2. Asks them:\n(a) To plant;\n(b) To rest;\n"
        "3. Requests a report on the\nwells of old."
    )
    assert list(found) == ["pp1", "pp2", "1", "2", "3"]
    assert found["3"].text == "Requests a report on the wells of old."


def test_the_cells_of_a_table_are_text_and_no_headings() -> None:
    found = paragraphs(
        "1. Dug by hand.\n\nDistrict\n\nNorth\n\n2009\n\nSouth\n\nPlans\n\n2. Trees came next."
    )
    assert found["1"].text == "Dug by hand."
    assert found["u1"].text == "North\n2009\nSouth"
    assert found["2"].section == ("Plans",)


def test_dotted_numbers_count_only_where_there_is_more_than_one() -> None:
    assert list(paragraphs("36.1 One.\n\n36.2 Two.\n\n36.3 Three.")) == ["36.1", "36.2", "36.3"]
    found = paragraphs("1. The area of dry land with wells grew by\n\n1.5 per cent in a year.\n\n2. Two.")
    assert found["1"].text == "The area of dry land with wells grew by 1.5 per cent in a year."
