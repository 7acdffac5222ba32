"""Files made to do harm, or merely broken: each is one line of the report, and the rest is read."""

from __future__ import annotations

import io
import stat
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_examples import W, docx, paragraph, zipped

from ingest.archives import Bounds
from ingest.corpus import Corpus, read_corpus
from ingest.readers.docx import read_docx
from ingest.readers.lines import TextSource, UnreadableError
from ingest.report import Problem
from ingest.structure import parse
from ingest.workers import Limits

GOOD = docx(paragraph("Wells", style="H1") + paragraph("1.\tWells were dug.") + paragraph("2.\tIt rained."))
TEXT = b"A/1/1\n\nI. Wells\n\n1. Wells were dug by hand.\n\n2. Trees were planted.\n"


def beside_a_good_one(folder: Path, name: str, data: bytes, **bounds: object) -> Corpus:
    """What is read of a folder with one Word file, one text, and the file in question."""
    (folder / "A_1_1.en.docx").write_bytes(GOOD)
    (folder / "A_9_9.en.txt").write_bytes(TEXT.replace(b"A/1/1", b"A/9/9"))
    (folder / name).write_bytes(data)
    corpus = read_corpus([folder], **bounds)  # type: ignore[arg-type]
    assert {"A/1/1", "A/9/9"} <= {document.symbol for document in corpus.documents}
    return corpus


def only_problem(corpus: Corpus) -> Problem:
    (problem,) = corpus.report.problems
    assert all((problem.what, problem.why, problem.remedy))
    assert "\n" not in str(problem)
    return problem


BOMB = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
ROOT = (
    f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>'.encode()
)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "damaged"),
        (b"PK\x03\x04", "damaged"),
        (GOOD[: len(GOOD) // 2], "damaged"),
        (b"%PDF-1.7 and more", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "wrong ending"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (zipped({"content.xml": b"<office/>"}), "wrong ending"),
        (docx("", parts={"word/document.xml": b"<w:document"}), "damaged"),
        (docx("", parts={"word/document.xml": b"<nothing/>"}), "damaged"),
        (docx("", parts={"word/document.xml": BOMB + ROOT}), "unsafe XML"),
        (docx("", parts={"word/document.xml": EXTERNAL + ROOT}), "unsafe XML"),
        (docx("", parts={"word/styles.xml": BOMB + ROOT}), "unsafe XML"),
        (docx("<w:tbl><w:tr><w:tc>" * 200 + "</w:tc></w:tr></w:tbl>" * 200), "damaged"),
        (docx(""), "no text"),
        (docx(paragraph("Only a heading", style="H1")), "no paragraphs"),
    ],
)  # fmt: skip
def test_a_bad_word_file_is_one_line(tmp_path: Path, data: bytes, what: str) -> None:
    assert only_problem(beside_a_good_one(tmp_path, "A_1_2.en.docx", data)).what == what


def test_a_word_file_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    data = docx("", parts={"word/document.xml": b" " * (97 * 2**20)})
    assert len(data) < 2**20
    assert only_problem(beside_a_good_one(tmp_path, "A_1_2.en.docx", data)).what == "too large"


def test_targets_outside_the_file_are_never_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text(f'<w:styles xmlns:w="{W}"/>')
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="x/styles" Target="file://{secret}" TargetMode="External"/>'
        '<Relationship Id="r2" Type="x/numbering" Target="../../../etc/passwd"/>'
        '<Relationship Id="r3" Type="x/attachedTemplate" Target="http://example.org/t.dotm"'
        ' TargetMode="External"/>'
        "</Relationships>"
    )
    path = tmp_path / "A_1_2.en.docx"
    path.write_bytes(docx(paragraph("1. It rained."), parts={"word/_rels/document.xml.rels": links.encode()}))
    assert [line.text for line in read_docx(path).lines if line.text] == ["1. It rained."]


def test_macros_are_not_touched(tmp_path: Path) -> None:
    corpus = beside_a_good_one(
        tmp_path, "A_1_2.en.docm", docx(paragraph("1. It rained."), parts={"word/vbaProject.bin": b"\0" * 99})
    )
    assert corpus.report.ok
    assert "A/1/2" in {document.symbol for document in corpus.documents}


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    big = docx("".join(paragraph(f"{n}.\tIt rained in the dry year.") for n in range(1, 60_000)))
    start = time.monotonic()
    (tmp_path / "A_1_2.en.docx").write_bytes(big)
    problem = only_problem(read_corpus([tmp_path], limits=Limits(seconds=0.5)))
    assert problem.what == "takes too long"
    assert time.monotonic() - start < 30


def test_a_file_that_takes_too_much_memory_is_given_up(tmp_path: Path) -> None:
    big = docx("", parts={"word/document.xml": b"<w>" + b" " * (90 * 2**20) + b"</w>"})
    corpus = beside_a_good_one(tmp_path, "A_1_2.en.docx", big, limits=Limits(memory_bytes=200 * 2**20))
    assert only_problem(corpus).what in ("too large", "damaged")


# -- archives


def test_an_archive_is_read_like_a_folder(tmp_path: Path) -> None:
    archive = zipped(
        {
            "reports/A_2_1.en.docx": GOOD, "reports/A_2_2.en.txt": TEXT.replace(b"A/1/1", b"A/2/2"),
            "reports/odd name.txt": TEXT.replace(b"A/1/1", b"A/2/3"),
            "reports/corpus.toml": b'[files."odd name.txt"]\nsymbol = "A/2/3"\nlanguage = "en"\n',
            "readme.json": b"{}",
        }
    )  # fmt: skip
    corpus = beside_a_good_one(tmp_path, "all.zip", archive)
    assert corpus.report.ok, corpus.report.problems
    assert {"A/2/1", "A/2/2", "A/2/3"} <= {document.symbol for document in corpus.documents}
    assert any(read.path.endswith("all.zip/reports/A_2_1.en.docx") for read in corpus.report.read)
    assert any(note.path.endswith("all.zip") and ".json" in note.what for note in corpus.report.notes)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("../A_2_1.en.txt", "unsafe name"),
        ("/tmp/A_2_1.en.txt", "unsafe name"),  # noqa: S108
        ("..\\A_2_1.en.txt", "unsafe name"),
        ("C:\\A_2_1.en.txt", "unsafe name"),
        ("a/../../A_2_1.en.txt", "unsafe name"),
        (f"{'x' * 300}.txt", "unsafe name"),
        (f"{'旱' * 90}.txt", "unsafe name"),
        (f"{'x/' * 600}A_2_1.en.txt", "unsafe name"),
        ("more.zip", "an archive in an archive"),
        ("旱地/报告.txt", "the name is no document symbol"),
    ],
)
def test_a_member_with_a_bad_name_is_one_line(tmp_path: Path, name: str, what: str) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    corpus = beside_a_good_one(
        inside, "all.zip", zipped({name: TEXT, "A_2_2.en.txt": TEXT.replace(b"A/1/1", b"A/2/2")})
    )
    assert only_problem(corpus).what == what
    assert "A/2/2" in {document.symbol for document in corpus.documents}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        info = zipfile.ZipInfo("A_2_1.en.txt")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert only_problem(beside_a_good_one(tmp_path, "all.zip", target.getvalue())).what == "a link"


@pytest.mark.parametrize(
    ("bounds", "members"),
    [
        (Bounds(member_bytes=2**20), {"A_2_1.en.txt": b" " * 2**24}),
        (Bounds(total_bytes=2**20), {f"A_2_{n}.en.txt": b" " * 2**19 for n in range(1, 9)}),
        (Bounds(members=5), {f"{n}.txt": b"" for n in range(9)}),
    ],
)
def test_an_archive_beyond_its_bounds_is_refused(
    tmp_path: Path, bounds: Bounds, members: dict[str, bytes]
) -> None:
    corpus = beside_a_good_one(tmp_path, "all.zip", zipped(members), bounds=bounds)
    assert "too large" in {problem.what for problem in corpus.report.problems}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and nothing", zipped({"a.txt": b"x" * 9999})[:-9]])
def test_a_damaged_archive_is_one_line(tmp_path: Path, data: bytes) -> None:
    assert only_problem(beside_a_good_one(tmp_path, "all.zip", data)).what == "damaged"


# -- whatever a file holds


def _reads(data: bytes, folder: Path) -> TextSource | None:
    path = folder / "A_1_1.en.docx"
    path.write_bytes(data)
    try:
        return read_docx(path)
    except UnreadableError:
        return None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.integers(0, len(GOOD) - 1), change=st.binary(min_size=1, max_size=8))
def test_a_word_file_with_changed_bytes_is_read_or_refused(tmp_path: Path, place: int, change: bytes) -> None:
    _reads(GOOD[:place] + change + GOOD[place + len(change) :], tmp_path)


_TAGS = st.sampled_from(
    ["p", "r", "t", "tbl", "tr", "tc", "pPr", "numPr", "numId", "ilvl", "sdt", "sdtContent", "ins", "del",
     "footnoteReference", "drawing", "txbxContent", "hyperlink", "br", "tab", "sectPr", "pStyle",
     "outlineLvl"]
)  # fmt: skip
_VALUES = st.sampled_from(["", "1", "-9", "x", "99999999999"])


def _element(made: tuple[str, str, list[str]]) -> str:
    tag, value, inner = made
    return f'<w:{tag} w:val="{value}">{"".join(inner)}</w:{tag}>'


_XML = st.recursive(
    st.text("ab 1.(", max_size=8).map(lambda text: f"<w:r><w:t>{text}</w:t></w:r>"),
    lambda inner: st.tuples(_TAGS, _VALUES, st.lists(inner, max_size=4)).map(_element),
    max_leaves=25,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.lists(_XML, max_size=6).map("".join))
def test_elements_in_any_order_are_read_or_refused(tmp_path: Path, body: str) -> None:
    source = _reads(docx(body), tmp_path)
    if source is not None:
        assert set(parse(source, "A/1/1", "en").roles) == {line.number for line in source.lines if line.text}
