"""PDF files: what a page adds taken away, what it broke mended; the sample as printed by LibreOffice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdf_examples import page, pdf, text
from printing import convert, needs_libreoffice, print_docx

from ingest.corpus import SAMPLE, read_corpus
from ingest.paragraphs import Document, Paragraph
from ingest.readers.doc import read_doc
from ingest.readers.lines import UnreadableError
from ingest.readers.pdf import read_pdf
from ingest.readers.pdf_flow import flowing
from ingest.readers.pdf_page import Row
from ingest.structure import parse

Read = Callable[..., dict[str, Paragraph]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reading(*pages: str) -> dict[str, Paragraph]:
        path = tmp_path / "A_1_1.en.pdf"
        path.write_bytes(pdf(pages))
        return {one.id.local: one for one in parse(read_pdf(path), "A/1/1", "en").document.paragraphs}

    return reading


def test_running_heads_and_page_numbers_are_dropped_and_pages_mended(read: Read) -> None:
    def printed(number: int, *lines: str) -> str:
        return "\n".join([text("A/1/1", 72, 800), page(lines), text(str(number), 290, 40)])

    found = read(
        printed(1, "I. Wells", "", "1. Wells were dug by hand in the dry year, when the rain had stayed away "
                "from the"),
        printed(2, "terraces for a long time and nobody knew when it would come to them again at last.", "",
                "2. Trees were planted."),
        printed(3, "3. It rained."),
    )  # fmt: skip
    assert list(found) == ["1", "2", "3"]
    assert "away from the terraces for a long time" in found["1"].text
    assert found["1"].section == ("I. Wells",)


def test_footnotes_at_the_foot_go_to_their_marks(read: Read) -> None:
    first = [
        page(["1. Wells were dug by hand in the dry year."]), text("1", 272, 723.5, 6),
        page(["", "", "2. It rained."]),
        page(["1 Not all of them, as the record of the Meeting says, and", "not in every place."],
             top=80, leading=9, size=8),
    ]  # fmt: skip
    found = read("\n".join(first), page(["3. Trees were planted."]))
    assert list(found) == ["1", "2", "3"]
    assert found["1"].text == "Wells were dug by hand in the dry year."
    ((note,),) = (found["1"].footnotes,)
    assert (note.mark, note.text) == (
        "1",
        "Not all of them, as the record of the Meeting says, and not in every place.",
    )


def test_two_columns_are_read_one_after_the_other(read: Read) -> None:
    left = ["1. Wells were dug by hand in the dry", "year, when the rain had stayed away.", "",
            "2. Trees were planted on terraces in", "all the villages of the valley, and",
            "they grew in the spring of the next", "year, as the Meeting had hoped for."]  # fmt: skip
    right = ["3. It rained in the autumn, and the", "wells filled again to the old marks.", "",
             "4. The Meeting thanked the people of", "the valley, who had worked so long,",
             "and asked them to report in a year", "on what had become of the terraces."]  # fmt: skip
    across = text("I. A heading that runs across both of the columns of this page of ours", 72, 750)
    found = read("\n".join([across, page(left), page(right, x=310)]))
    assert list(found) == ["1", "2", "3", "4"]
    assert found["2"].text.endswith("in the spring of the next year, as the Meeting had hoped for.")


def test_a_table_on_a_page_is_one_paragraph_with_a_row_to_a_line(read: Read) -> None:
    cells = [("Year", "Wells"), ("2009", "12"), ("2010", "15")]
    rows = [
        text(cell, x, 660 - 12 * i)
        for i, line in enumerate(cells)
        for x, cell in zip((72, 300), line, strict=True)
    ]
    above, below = page(["1. The wells are listed below:"]), page(["2. It rained."], top=600)
    found = read("\n".join([above, *rows, below]))
    assert list(found) == ["1", "u1", "2"]
    assert found["u1"].text == "Year | Wells\n2009 | 12\n2010 | 15"


def row(words: str, base: float, right: float = 500) -> Row:
    return Row(words, 72, right, base, 10, 0, (72, 500))


def test_a_hyphen_goes_where_the_word_stands_whole_elsewhere() -> None:
    rows = [row("All information on the pro-", 700), row("gramme and the programme itself is short-", 688),
            row("term infor-", 676), row("mation.", 664, 100)]  # fmt: skip
    assert list(flowing([(rows, 842)])) == [
        "All information on the programme and the programme itself is short-term information."
    ]


def test_a_list_inside_running_text_is_no_list_of_items() -> None:
    rows = [row("1. The Meeting asked for: (a) trees, which were to stand on all terraces;", 700),
            row("(b) wells; and", 688, 140), row("2. It rained.", 660, 140),
            row("3. It was dry.", 632, 140)]  # fmt: skip
    assert next(flowing([(rows, 842)])).endswith("terraces; (b) wells; and")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "damaged"),
        (b"PK\x03\x04", "damaged"),
        (b"%PDF-1.4\nnothing else", "damaged"),
        (pdf(["0 0 100 100 re f"] * 3), "scanned"),
        (pdf([], trailer=""), "damaged"),
    ],
)
def test_a_bad_pdf_is_named(tmp_path: Path, data: bytes, what: str) -> None:
    path = tmp_path / "A_1_1.en.pdf"
    path.write_bytes(data)
    with pytest.raises(UnreadableError) as caught:
        read_pdf(path)
    assert caught.value.what == what
    assert what != "scanned" or "ocrmypdf" in caught.value.remedy


def test_a_broken_cross_reference_table_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "A_1_1.en.pdf"
    path.write_bytes(pdf([page(["1. Wells were dug by hand."])]).replace(b"startxref\n", b"startxref\n9"))
    assert "1. Wells were dug by hand." in [line.text for line in read_pdf(path).lines]


def test_pages_without_text_are_noted(tmp_path: Path) -> None:
    path = tmp_path / "A_1_1.en.pdf"
    path.write_bytes(pdf([page(["1. Wells were dug by hand."]), "0 0 9 9 re f", "0 0 9 9 re f"]))
    assert read_pdf(path).remarks == ("no text on pages 2, 3: a picture or an empty page",)


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "A_1_1.en.pdf"
    path.write_bytes(pdf(["0 0 9 9 re f"] * 5001))
    with pytest.raises(UnreadableError, match="5001 pages"):
        read_pdf(path)


GOOD = pdf([page(["1. Wells were dug by hand.", "", "2. It rained."])])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.integers(0, len(GOOD) - 1), change=st.binary(min_size=1, max_size=8))
def test_a_pdf_with_changed_bytes_is_read_or_refused(tmp_path: Path, place: int, change: bytes) -> None:
    path = tmp_path / "A_1_1.en.pdf"
    path.write_bytes(GOOD[:place] + change + GOOD[place + len(change) :])
    try:
        source = read_pdf(path)
    except UnreadableError:
        return
    parse(source, "A/1/1", "en")


# -- the sample as LibreOffice prints it


@pytest.fixture(scope="module")
def sample() -> tuple[Document, ...]:
    return read_corpus([SAMPLE]).documents


def squeezed(document: Document) -> list[tuple[object, ...]]:
    """Paragraphs without white space, with what hangs on them."""

    def squeeze(words: str) -> str:
        return "".join(words.split())

    return [
        (
            one.id.local,
            squeeze(one.text),
            tuple(map(squeeze, one.section)),
            tuple(item.labels for item in one.items),
            tuple((note.mark, squeeze(note.text)) for note in one.footnotes),
        )
        for one in document.paragraphs
    ]


@needs_libreoffice
@pytest.mark.parametrize(("kind", "ending"), [("pdf", "pdf"), ("docx:MS Word 2007 XML", "docx")])
def test_the_sample_converted_equals_its_text(
    sample: tuple[Document, ...], tmp_path: Path, kind: str, ending: str
) -> None:
    convert(sorted(SAMPLE.glob("*.txt")), tmp_path, kind, reading="Text (encoded):UTF8,LF,,,")
    made = read_corpus(sorted(tmp_path.glob(f"*.{ending}"))).documents
    assert len(made) == len(sample) == 4
    for before, after in zip(sample, made, strict=True):
        assert squeezed(after) == squeezed(before)


@needs_libreoffice
def test_the_sample_printed_in_one_and_two_columns_equals_its_text(
    sample: tuple[Document, ...], tmp_path: Path
) -> None:
    """Headings in styles, real footnotes, a running head and page numbers; as Word file and as PDF."""
    for columns in (1, 2):
        folder = tmp_path / str(columns)
        folder.mkdir()
        for document in sample:
            name = f"{document.symbol.replace('/', '_')}.{document.language}.docx"
            print_docx(document, folder / name, columns=columns)
        convert(sorted(folder.glob("*.docx")), folder, "pdf")
        for ending in ("docx", "pdf"):
            made = read_corpus(sorted(folder.glob(f"*.{ending}"))).documents
            assert [squeezed(document) for document in made] == [squeezed(document) for document in sample]


@needs_libreoffice
def test_a_word_97_file_is_read_by_way_of_libreoffice(sample: tuple[Document, ...], tmp_path: Path) -> None:
    print_docx(sample[2], tmp_path / "a.docx")
    convert([tmp_path / "a.docx"], tmp_path, "doc:MS Word 97")
    source = read_doc(tmp_path / "a.doc")
    assert squeezed(parse(source, sample[2].symbol, "en").document) == squeezed(sample[2])


def test_without_libreoffice_a_word_97_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more")
    with pytest.raises(UnreadableError, match="install it"):
        read_doc(tmp_path / "a.doc")
