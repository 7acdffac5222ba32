"""Word files: numbering as printed, nothing lost, nothing that nobody sees."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree
from office_examples import NUMBERING, W, docx, footnote, paragraph, reference, run, table

from ingest.corpus import read_corpus
from ingest.paragraphs import Document, Paragraph
from ingest.readers.docx import read_docx
from ingest.readers.docx_numbering import Numbering, rendered
from ingest.structure import Parsed, parse

Read = Callable[..., dict[str, Paragraph]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reading(body: str, footnotes: str = "") -> dict[str, Paragraph]:
        path = tmp_path / "A_1_1.en.docx"
        path.write_bytes(docx(body, footnotes=footnotes))
        parsed = parse(read_docx(path), "A/1/1", "en")
        return {one.id.local: one for one in parsed.document.paragraphs}

    return reading


HEADED = paragraph("Wells", style="H1")


def test_automatic_numbering_is_rendered_with_its_items(read: Read) -> None:
    found = read(
        HEADED
        + paragraph("Wells were dug by hand.", number=(1, 0))
        + paragraph("The Meeting decided:", number=(1, 0))
        + paragraph("To plant trees:", number=(1, 1))
        + paragraph("In spring;", number=(1, 2))
        + paragraph("In autumn;", number=(1, 2))
        + paragraph("To fence the wells.", number=(1, 1))
        + paragraph("It rained.", number=(1, 0))
    )
    assert list(found) == ["1", "2", "3"]
    assert [item.labels for item in found["2"].items] == [("a",), ("a", "i"), ("a", "ii"), ("b",)]
    assert found["2"].text.split("\n")[2] == "(i) In spring;"
    assert found["1"].section == ("Wells",)


def test_a_list_that_starts_again_makes_a_part(read: Read) -> None:
    found = read(
        paragraph("I. Wells", style="H1")
        + paragraph("One.", number=(1, 0))
        + paragraph("Two.", number=(1, 0))
        + paragraph("II. Trees", style="H1")
        + paragraph("One.", number=(2, 0))
    )
    assert list(found) == ["I.1", "I.2", "II.1"]


@pytest.mark.parametrize(
    ("number", "form", "printed"),
    [
        (4, "upperRoman", "IV"), (27, "lowerLetter", "aa"), (21, "chineseCountingThousand", "二十一"),
        (3, "decimalZero", "03"), (2, "decimalEnclosedCircle", "②"), (5, "bullet", ""),
        (7, "ordinalText", "7"),
    ],
)  # fmt: skip
def test_counts_in_the_formats_of_word(number: int, form: str, printed: str) -> None:
    assert rendered(number, form) == printed


def test_levels_above_are_part_of_a_label() -> None:
    legal = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="36"/>'
        '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num>'
    )
    numbering = Numbering(etree.fromstring(f'<w:numbering xmlns:w="{W}">{legal}</w:numbering>'))
    labels = [numbering.label("5", depth) for depth in (0, 1, 1, 0, 1)]
    assert labels == ["36.", "36.1", "36.2", "37.", "37.1"]
    assert numbering.label("6", 0) is None
    assert (
        Numbering(etree.fromstring(f'<w:numbering xmlns:w="{W}">{NUMBERING}</w:numbering>')).label("1", 8)
        == ""
    )


def test_footnotes_are_with_the_paragraph_that_carries_their_mark(read: Read) -> None:
    found = read(
        HEADED
        + paragraph("1.\tWells were dug", runs=reference(3) + run(" by hand."))
        + paragraph("2.\tIt rained.", runs=reference(4)),
        footnotes=footnote(3, "Not all of them.") + footnote(4, "In one place."),
    )
    assert found["1"].text == "Wells were dug by hand."
    assert [(note.mark, note.text, note.offset) for note in found["1"].footnotes] == [
        ("1", "Not all of them.", 14)
    ]
    assert [(note.mark, note.text) for note in found["2"].footnotes] == [("2", "In one place.")]


def test_tracked_changes_are_accepted_comments_and_hidden_text_dropped(read: Read) -> None:
    changed = (
        f"<w:del>{run('twelve').replace('w:t', 'w:delText')}</w:del><w:ins>{run('fifteen')}</w:ins>"
        f"{run(' wells')}<w:moveFrom>{run(' gone')}</w:moveFrom>{run(' unseen', '<w:vanish/>')}"
        f'<w:r><w:commentReference w:id="0"/></w:r>{run(".")}'
    )
    joined = (
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + run("3.\tThis paragraph ") + "</w:p>"
        + paragraph("was two.")
    )  # fmt: skip
    cell = f"<w:tc>{paragraph('out')}</w:tc>"
    gone = f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{cell}{cell}</w:tr></w:tbl>"
    found = read(
        HEADED + paragraph("1.\tThere were ", runs=changed) + paragraph("2.\tIt rained.") + joined + gone
    )
    assert {name: one.text for name, one in found.items()} == {
        "1": "There were fifteen wells.",
        "2": "It rained.",
        "3": "This paragraph was two.",
    }


def test_a_table_is_a_paragraph_of_its_own_with_its_caption(read: Read) -> None:
    found = read(
        HEADED
        + paragraph("1.\tThe wells are listed in table 1.")
        + paragraph("Table 1", style="H2")
        + paragraph("Wells by year", style="H2", runs=run("a", '<w:vertAlign w:val="superscript"/>'))
        + paragraph("(Number of wells)")
        + table(("Year", "Wells"), ("2009", "12"), ("", ""))
        + paragraph(
            "", style="FN", runs=run("a", '<w:vertAlign w:val="superscript"/>') + run("\tDug by hand.")
        )
        + paragraph("2.\tIt rained.")
    )
    assert list(found) == ["1", "u1", "2"]
    assert found["u1"].text == "Table 1\nWells by year\n(Number of wells)\nYear | Wells\n2009 | 12"
    assert [(note.mark, note.text) for note in found["u1"].footnotes] == [("a", "Dug by hand.")]
    assert found["2"].section == ("Wells",)


def test_a_table_inside_a_list_does_not_end_it(read: Read) -> None:
    found = read(
        HEADED
        + paragraph("1.\tThe Meeting decided:")
        + paragraph("(a)\tTo plant trees;")
        + table(("Tree", "Number"), ("Oak", "5"))
        + paragraph("(b)\tTo fence the wells.")
    )
    assert [item.labels for item in found["1"].items] == [("a",), ("b",)]
    assert found["u1"].text == "Tree | Number\nOak | 5"


def test_headings_are_told_by_their_style_and_none_is_lost(read: Read) -> None:
    found = read(
        paragraph("Report on wells", style="T")
        + paragraph("Wells", style="H1")
        + paragraph("Depth", style="H2")
        + paragraph("1.\tA short line without a stop")
        + paragraph("Trees", style="H1")
    )
    assert found["1"].section == ("Wells", "Depth")
    assert found["1"].text == "A short line without a stop"
    assert found["u1"].text == "Trees"


def test_text_boxes_are_read_once(read: Read) -> None:
    box = f"<w:txbxContent>{paragraph('In a box.')}</w:txbxContent>"
    both = (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    found = read(HEADED + paragraph("1.\tA box follows.", runs=both))
    assert [one.text for one in found.values()] == ["A box follows.", "In a box."]


def test_without_styles_the_wording_decides_as_in_a_text(read: Read) -> None:
    found = read(
        paragraph("I. Wells") + paragraph("1. Wells were dug by hand in the dry year.")
        + paragraph("Trees") + paragraph("2. Trees were planted.")
    )  # fmt: skip
    assert {name: one.section for name, one in found.items()} == {
        "1": ("I. Wells",),
        "2": ("I. Wells", "Trees"),
    }


# -- the four budget files, which the project does not carry


@pytest.fixture(scope="module")
def budget(official_corpus: Path) -> dict[str, Document]:
    folder = official_corpus / "docx"
    if not folder.is_dir():
        pytest.skip("no Word files beside the official texts")
    corpus = read_corpus([folder])
    assert corpus.report.ok
    return {document.symbol: document for document in corpus.documents}


def test_budget_paragraphs_are_numbered_without_a_gap(budget: dict[str, Document]) -> None:
    expected = {
        "A/80/6/PLANOUTLINE": ("", 43), "A/80/6/SECT.35": ("35.", 23), "A/80/6/SECT.36": ("36.", 7),
        "A/80/6/Sect.13": ("13.", 39),
    }  # fmt: skip
    for symbol, (prefix, last) in expected.items():
        numbers = [one.id.number for one in budget[symbol].paragraphs if one.kind == "numbered"]
        assert numbers == [f"{prefix}{n}" for n in range(1, last + 1)], symbol
        assert budget[symbol].date is not None


def test_budget_files_keep_every_word(official_corpus: Path, budget: dict[str, Document]) -> None:
    """Each word that Word shows in the body stands in a paragraph, a heading above one, or a footnote.

    What stands before the body (title, agenda item, table of contents) is no paragraph; notes to it are gone.
    """
    for path in sorted((official_corpus / "docx").glob("*.docx")):
        parsed = _parsed(path)
        kept = _letters(
            " ".join(
                [line.text for line in read_docx(path).lines if parsed.roles.get(line.number) in _AROUND]
                + [heading for one in parsed.document.paragraphs for heading in one.section]
                + [one.text for one in parsed.document.paragraphs]
                + [note.text for one in parsed.document.paragraphs for note in one.footnotes]
            )
        )
        with zipfile.ZipFile(path) as package:
            body = etree.fromstring(package.read("word/document.xml"))
        for element in body.iter("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"):
            element.clear()
        for one in body.iter(f"{{{W}}}p"):
            text = _letters(_NUMBER.sub("", "".join(_own_text(one))))
            assert text in kept, (path.name, text[:80])


def _own_text(one: etree._Element) -> Iterator[str]:
    """What a paragraph shows, without what stands in a box of its own and without raised marks."""
    for text in one.iter(f"{{{W}}}t"):
        if (
            next(text.iterancestors(f"{{{W}}}p")) is one
            and text.getparent().find(f".//{{{W}}}vertAlign") is None
        ):
            yield text.text or ""


_NUMBER = re.compile(r"\A\s*\d+(?:\.\d+)?\.?\s*(?=\D)")
_AROUND = ("front matter", "contents")


def _parsed(path: Path) -> Parsed:
    return parse(read_docx(path), "A/1/1", "en")


def _letters(text: str) -> str:
    return re.sub(r"[^\w]+", "", text)


def test_mandates_and_annexes_of_a_budget_section(budget: dict[str, Document]) -> None:
    found = {one.id.local: one for one in budget["A/80/6/Sect.13"].paragraphs}
    listed = next(one for one in found.values() if "2297 (XXII) |" in one.text)
    assert listed.section[-1] == "Legislative mandates"
    assert {"annex.I.u1", "annex.II.u1"} <= set(found)
    assert ("a", "iii") in {item.labels for item in found["13.35"].items}
    assert found["13.35"].section[-1] == "Other changes"


def test_word_files_are_read_fast(official_corpus: Path) -> None:
    """300 paragraphs a second are asked for, on two processors; this holds one to a part of that."""
    files = sorted((official_corpus / "docx").glob("*.docx"))
    if not files:
        pytest.skip("no Word files beside the official texts")
    _parsed(files[0])
    start = time.process_time()
    count = sum(len(_parsed(path).document.paragraphs) for path in files)
    assert count / (time.process_time() - start) > 100
