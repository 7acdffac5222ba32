"""PDF files → lines: pages mended, so that the structure is read as from a text.

PDFium (pypdfium2; Apache-2.0 or BSD-3-Clause) keeps the order of the file and gives each character's place;
it is faster than readers in pure Python, and runs in a process of its own here.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2 as pdfium

from ingest.readers.inline import CONTENTS
from ingest.readers.lines import Hint, TextSource, UnreadableError
from ingest.readers.pdf_flow import flowing
from ingest.readers.pdf_page import page_rows
from ingest.readers.text import read_bytes

__all__ = ["MAX_PAGES", "read_pdf"]

MAX_PAGES = 5_000
"""Files with more pages are refused: the longest report has some hundreds."""

_PASSWORD = 4
_FEW = 20
"""Letters on a page below which it may be a picture of one."""


def read_pdf(path: Path) -> TextSource:
    """Read a file's text: running heads and page numbers are dropped, footnotes follow their paragraph.

    :raises UnreadableError: if it is encrypted, damaged, too long, or scanned (with the command that helps).
    """
    data = read_bytes(path)
    if b"%PDF" not in data[:1024]:
        raise UnreadableError(
            "damaged", "expected a PDF, its first bytes are those of something else", "fetch it again"
        )
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD or "assword" in str(error):
            raise UnreadableError(
                "encrypted", "it opens with a password only", "save it without the password (qpdf --decrypt)"
            ) from None
        raise UnreadableError("damaged", f"PDFium can't open it ({error})", _repair(path)) from None
    try:
        return _read(document, path)
    finally:
        document.close()


def _repair(path: Path) -> str:
    old, new = shlex.quote(path.name), shlex.quote(f"repaired-{path.name}")
    return f"fetch it again, or repair it: qpdf {old} {new}"


def _read(document: pdfium.PdfDocument, path: Path) -> TextSource:
    count = len(document)
    if count > MAX_PAGES:
        raise UnreadableError("too long", f"{count} pages, at most {MAX_PAGES} are read", "split it")
    pages = []
    bare: list[int] = []
    damaged: list[int] = []
    for number in range(count):
        try:
            page = document[number]
        except pdfium.PdfiumError:
            damaged.append(number + 1)
            continue
        try:
            rows, height = page_rows(page)
        finally:
            page.close()
        if sum(len(row.text) for row in rows) < _FEW:
            bare.append(number + 1)
        pages.append((rows, height))
    if not any(rows for rows, _ in pages) or len(bare) == len(pages):
        if damaged or not count:
            raise UnreadableError("damaged", "none of its pages can be opened", _repair(path))
        old, new = shlex.quote(path.name), shlex.quote(f"text-{path.name}")
        raise UnreadableError(
            "scanned",
            f"its {count} {'page is a picture' if count == 1 else 'pages are pictures'} without text",
            f"make one with text: ocrmypdf -l chi_sim+eng {old} {new}",
        )
    remarks = []
    if bare and len(pages) > 1:
        remarks.append(f"no text on {_listed(bare)}: a picture or an empty page")
    if damaged:
        remarks.append(f"{_listed(damaged)} can't be opened and are left out")
    return TextSource.from_lines(_lines(list(flowing(pages))), path.name, tuple(remarks))


def _lines(paragraphs: Sequence[str]) -> Iterator[tuple[str, Hint | None]]:
    """Paragraphs with blank lines between them; rows of cells that stand together are a table or contents."""
    celled = [" | " in paragraph for paragraph in paragraphs]
    contents = False
    for i, paragraph in enumerate(paragraphs):
        neighbours = celled[max(0, i - 1) : i] + celled[i + 1 : i + 2]
        if celled[i] and (any(neighbours) or paragraph.count(" | ") > 1):
            yield paragraph, Hint("contents" if contents else "table")
            continue
        contents = CONTENTS.fullmatch(paragraph) is not None
        yield paragraph, Hint("contents") if contents and celled[i + 1 : i + 2] == [True] else None
        yield "", None


def _listed(pages: list[int]) -> str:
    shown = ", ".join(map(str, pages[:8]))
    more = f" and {len(pages) - 8} more" if len(pages) > 8 else ""
    return f"{'page' if len(pages) == 1 else 'pages'} {shown}{more}"
