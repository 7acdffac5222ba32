"""Coverage-guided fuzzing of one reader: ``python tests/reader_fuzzing.py FORMAT RUNS SEED FOLDER``.

A process of its own, for libFuzzer (by way of atheris) ends it: with 0 after RUNS cases, with another status
at the first that raises what no reader may raise, takes over 30 seconds or over 2 GB; the case is then in
FOLDER.

A file of a container format is put together from parts that are changed: a ZIP archive whose bytes are
changed fails its checksums and leads no further.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris
from lxml import etree

with atheris.instrument_imports(include=["ingest"]):
    from ingest.archives import Bounds, unpack
    from ingest.exchange import outcome_from_json, outcome_to_json
    from ingest.readers import docx, html, markdown, pdf, text  # noqa: F401 (loaded here to be instrumented)
    from ingest.readers.lines import UnreadableError
    from ingest.reading import Job, read_document

from office_examples import NUMBERING, STYLES, W, footnote, paragraph, reference, run, table, zipped
from office_examples import docx as word
from pdf_examples import page
from pdf_examples import pdf as printed

from ingest.corpus import SAMPLE

_CUT = b"\0\xff\0"
_LARGEST = 40_000
_BOUNDS = Bounds(members=200, member_bytes=2**20, total_bytes=2**22)


def _excerpts() -> list[str]:
    """Pieces of the sample in both languages, long enough to hold parts, items and footnotes."""
    texts = [path.read_text("utf-8") for path in sorted(SAMPLE.glob("*.txt"))]
    return [text[start : start + 3000] for text in texts for start in (0, len(text) // 2)]


_WORD_PARTS = (
    paragraph("Wells", style="H1")
    + paragraph("Wells were dug.", number=(1, 0), runs=reference(1))
    + paragraph("By hand", number=(1, 1))
    + table(("Year", "Wells"), ("2009", "17"))
    + paragraph("2.\tTrees", runs=run(" were planted.", '<w:vertAlign w:val="superscript"/>'))
    + "<w:p><w:ins><w:r><w:t>added</w:t></w:r></w:ins><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
    + "</w:p>"
)
_HTML = (
    "<html><head><title>Wells</title></head><body><h1>I. Wells</h1><ol><li>Wells were dug.<sup>1</sup></li>"
    "<li>Trees<ol type=a><li>many</li><li>few</li></ol></li></ol><table><tr><td>2009</td><td>17</td></tr>"
    "</table><p>3. Roads<br>were built.</p><div class=footnote>1 See A/64/202.</div></body></html>"
)
_MARKDOWN = (
    "# I. Wells\n\n1. Wells were dug.[^1]\n\n   (a) by hand\n\n2. Trees\n\n"
    "| Year | Wells |\n|--|--|\n| 2009 | 17 |\n\n[^1]: See A/64/202.\n"
)
_CONTENTS = (
    "A/64/202\n\nContents\n\nParagraphs  Page\n\nI. Wells .......... 1-2 3\n\nII. Trees …… 4\n\n"
    "(XI.10, ....0.i)\n\nI. Wells\n\n1. Wells¹ were dug.\n\n(a) By hand;\n\n(i) In spring;\n\n"
    "¹ See A/64/203.\n\n* * *\n\nAnnex II\n\n1. Trees.\n"
)


def seeds(kind: str) -> list[bytes]:
    """A few well-formed files of a format, as the parts that are changed."""
    if kind in ("txt", "md"):
        return [text.encode() for text in (*_excerpts(), _MARKDOWN, _CONTENTS)]
    if kind == "html":
        paragraphs = ["".join(f"<p>{line}</p>" for line in text.split("\n")) for text in _excerpts()]
        return [text.encode() for text in (*paragraphs, _HTML)]
    if kind == "docx":
        bodies = [_WORD_PARTS, *("".join(map(paragraph, text.split("\n"))) for text in _excerpts()[:2])]
        return [
            _CUT.join(
                (b.encode(), footnote(1, "See A/64/202.").encode(), NUMBERING.encode(), STYLES.encode())
            )
            for b in bodies
        ]
    if kind == "docx-file":
        return [word(_WORD_PARTS, footnotes=footnote(1, "See A/64/202."))]
    if kind == "pdf":
        lines = [
            "Distr.: General",
            "I. Wells",
            "1. Wells were dug by hand in the dry",
            "year.",
            "2. Trees were planted.",
        ]
        return [
            printed([page(lines), page(["A/64/202", "3. Roads.", "1 See A/63/1."], size=8)]),
            printed([page(lines, x=300)]),
        ]
    return [
        _CUT.join(part for name, data in members.items() for part in (name.encode(), data))
        for members in (
            {"A_1_1.en.txt": _excerpts()[0].encode(), "x/corpus.toml": b"", "readme.pdf": b"%PDF-1.4"},
        )
    ]


def files(kind: str, data: bytes) -> tuple[str, bytes]:
    """The name and the bytes of the file that ``data`` stands for."""
    if kind == "docx":
        body, notes, numbering, styles = [*data.split(_CUT, 3), b"", b"", b""][:4]
        parts = {
            "word/document.xml": _xml("document", b"<w:body>" + body + b"</w:body>", len(data)),
            "word/footnotes.xml": _xml("footnotes", notes, len(data)),
            "word/numbering.xml": _xml("numbering", numbering, len(data)),
            "word/styles.xml": _xml("styles", styles, len(data)),
        }
        return "A_1_1.en.docx", word("", parts=parts)
    if kind == "zip":
        pieces = data.split(_CUT)
        names = [piece.decode("utf-8", "replace") for piece in pieces[::2]]
        members = {
            name.partition("\0")[0] or "x": piece for name, piece in zip(names, pieces[1::2], strict=False)
        }
        return "all.zip", zipped(members)
    return f"A_1_1.en.{kind.partition('-')[0]}", data


def _xml(root: str, inner: bytes, length: int) -> bytes:
    """A part of a Word file; three of four are mended, since what is not well-formed leads no further."""
    data = f'<w:{root} xmlns:w="{W}">'.encode() + inner + f"</w:{root}>".encode()
    if length % 4 == 0:
        return data
    mended = etree.fromstring(data, etree.XMLParser(recover=True, resolve_entities=False, no_network=True))
    return data if mended is None else etree.tostring(mended)


def case(kind: str, folder: Path) -> Callable[[bytes], None]:
    """What is done with each case: read as an ingest reads it, in this process."""

    def one(data: bytes) -> None:
        name, content = files(kind, data)
        path = folder / name
        path.write_bytes(content)
        if kind == "zip":
            with tempfile.TemporaryDirectory(dir=folder) as into:
                try:
                    unpack(path, Path(into) / "in", lambda member, error: None, _BOUNDS)
                except UnreadableError as error:
                    _told(error.what, error.why, error.remedy)
                outside = [found for found in Path(into).rglob("*") if found.is_symlink()]
                if outside or sorted(p.name for p in Path(into).iterdir()) not in ([], ["in"]):
                    raise AssertionError(f"unpacked outside its folder: {outside}")
            return
        outcome = read_document(Job(path, name, "A/1/1", "en"))
        if outcome_from_json(outcome_to_json(outcome)) != outcome:
            raise AssertionError("an outcome that does not survive the way between two processes")
        if outcome.problem is not None:
            _told(outcome.problem.what, outcome.problem.why, outcome.problem.remedy)
        elif outcome.document is None or not outcome.document.paragraphs:
            raise AssertionError("neither a document nor a problem")
        else:
            ids = [p.id for p in outcome.document.paragraphs]
            if len(set(ids)) < len(ids):
                raise AssertionError("one paragraph id twice")
            for found in outcome.document.paragraphs:
                for item in found.items:
                    if not 0 <= item.start <= item.end <= len(found.text):
                        raise AssertionError(f"{found.id}: an item outside its paragraph")

    return one


def _told(*said: str) -> None:
    if not all(said):
        raise AssertionError(f"a problem without what, why or remedy: {said}")


def main() -> None:
    kind, runs, seed, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    for number, data in enumerate(seeds(kind)):
        (corpus / f"seed-{number}").write_bytes(data)
    limits = [
        "-timeout=30",
        "-rss_limit_mb=2048",
        f"-max_len={_LARGEST}",
        "-print_final_stats=1",
        "-verbosity=1",
    ]
    atheris.Setup(
        [sys.argv[0], str(corpus), f"-runs={runs}", f"-seed={seed}", f"-artifact_prefix={folder}/", *limits],
        case(kind, folder),
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
