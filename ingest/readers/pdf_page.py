"""A PDF page's characters → rows of text in reading order, column by column."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.layout import is_chinese
from ingest.readers.inline import superscript

__all__ = ["Row", "page_rows"]

_HYPHEN = "\ufffe"
"""What PDFium makes of a hyphen at the end of a line."""

_LABEL = re.compile(
    r"(?:\d{1,3}/\d{1,3}(?: [A-Z])?\.|\d{1,4}(?:\.\d{1,3})*[.．、]?|[(（]\w{1,5}[)）]|[IVXLC]{1,7}\.|[A-Z]\."
    r"|[一二三四五六七八九十]{1,3}[、.]|[•▪–—-]|[*†]{1,4}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})"
)
_WIDE = 2.0
"""A gap of this many times the size of the type separates columns, cells, or a label from its text."""
_FEWEST = 6
"""Rows in each of two columns, from which on a page is believed to have them."""
_STRAY = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u00ad\ufeff]")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a column. ``left`` and ``right`` in points; ``base`` its baseline, ``size`` that of its type.

    ``column`` tells rows of different columns apart, ``margins`` are those of the column.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    column: int = 0
    margins: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Glyph:
    char: str
    left: float
    right: float
    base: float
    size: float


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters that stand close together on one baseline."""

    text: str
    left: float
    right: float
    base: float
    size: float


def page_rows(page: pdfium.PdfPage) -> tuple[list[Row], float]:
    """Rows in reading order, and the page's height in points."""
    text = page.get_textpage()
    try:
        pieces = [piece for line in _lines(text) for piece in _pieces(line)]
    finally:
        text.close()
    return _in_order(pieces), page.get_height()


def _lines(text: pdfium.PdfTextPage) -> Iterator[list[_Glyph]]:
    """Characters, broken where PDFium sees a new line."""
    raw = text.raw
    box = pdfium_c.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    matrix = pdfium_c.FS_MATRIX()
    line: list[_Glyph] = []
    scale, known = 1.0, None
    for i in range(text.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(raw, i)
        if code in (10, 13):
            if line:
                yield line
                line = []
            continue
        char = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        if pdfium_c.FPDFText_IsGenerated(raw, i):
            if line:
                last = line[-1]
                line.append(_Glyph(" ", last.right, last.right, last.base, last.size))
            continue
        pdfium_c.FPDFText_GetLooseCharBox(raw, i, ctypes.byref(box))
        pdfium_c.FPDFText_GetCharOrigin(raw, i, ctypes.byref(x), ctypes.byref(y))
        size = pdfium_c.FPDFText_GetFontSize(raw, i)
        if size != known:
            pdfium_c.FPDFText_GetMatrix(raw, i, ctypes.byref(matrix))
            scale, known = (matrix.c**2 + matrix.d**2) ** 0.5 or 1.0, size
        line.append(_Glyph(char, box.left, box.right, y.value, size * scale))
    if line:
        yield line


def _pieces(line: Sequence[_Glyph]) -> Iterator[_Piece]:
    """A line cut at its wide gaps, and where PDFium did not see that another began."""
    begin = 0
    edge, base = line[0].right, line[0].base
    for i, glyph in enumerate(line):
        if glyph.char.isspace() or not glyph.char:
            continue
        size = max(glyph.size, 1.0)
        apart = glyph.left - edge > _WIDE * size or edge - glyph.left > _WIDE * size
        if i and (apart or abs(glyph.base - base) > 0.7 * size):
            if piece := _piece(line[begin:i]):
                yield piece
            begin = i
        edge = max(edge, glyph.right) if begin != i else glyph.right
        base = glyph.base
    if piece := _piece(line[begin:]):
        yield piece


def _piece(glyphs: Sequence[_Glyph]) -> _Piece | None:
    shown = [glyph for glyph in glyphs if glyph.char and not glyph.char.isspace()]
    if not shown:
        return None
    size = Counter(round(glyph.size, 1) for glyph in shown).most_common(1)[0][0]
    base = median(glyph.base for glyph in shown if round(glyph.size, 1) == size)
    made: list[str] = []
    raised = ""
    for glyph in glyphs:
        small = glyph.size < 0.85 * size and glyph.base > base + 0.12 * size
        if small and glyph.char:
            raised += glyph.char
            continue
        if raised:
            made.append(superscript(raised))
            raised = ""
        made.append(glyph.char)
    made.append(superscript(raised))
    text = _STRAY.sub("", "".join(made).replace(_HYPHEN, "-").replace("\x02", "-"))
    if not text.strip():
        return None
    return _Piece(
        " ".join(text.split()), min(g.left for g in shown), max(g.right for g in shown), base, max(size, 1.0)
    )


def _in_order(pieces: Sequence[_Piece]) -> list[Row]:
    """Rows of a page: two columns one after the other, between what runs across both."""
    if not pieces:
        return []
    gutter = _gutter(pieces)
    if gutter is None:
        return _rows(pieces, 0)
    ordered = sorted(pieces, key=lambda piece: (-piece.base, piece.left))
    rows: list[Row] = []
    band: list[_Piece] = []
    column = 0

    def flush() -> None:
        nonlocal column
        for side in ([p for p in band if p.right <= gutter], [p for p in band if p.right > gutter]):
            rows.extend(_rows(side, column))
            column += 1
        band.clear()

    across: list[_Piece] = []
    for piece in ordered:
        if piece.left < gutter < piece.right:
            if band:
                flush()
            across.append(piece)
        else:
            if across:
                rows.extend(_rows(across, column))
                column += 1
                across = []
            band.append(piece)
    flush()
    rows.extend(_rows(across, column))
    return rows


def _gutter(pieces: Sequence[_Piece]) -> float | None:
    """Where two columns part: the place in the middle that fewest lines cross, with text on both sides."""
    left, right = min(p.left for p in pieces), max(p.right for p in pieces)
    width = right - left
    if width <= 0:
        return None
    places = [left + width * part / 100 for part in range(38, 63)]
    crossing = [sum(p.left < x < p.right for p in pieces) for x in places]
    fewest = min(crossing)
    best = [x for x, count in zip(places, crossing, strict=True) if count == fewest]
    place = best[len(best) // 2]
    before = [p for p in pieces if p.right <= place]
    after = [p for p in pieces if p.left >= place]
    if min(len(before), len(after)) < _FEWEST or fewest * 3 > min(len(before), len(after)):
        return None
    # Cells of a table are short; lines of a column fill it.
    wide = sum(p.right - p.left > 0.28 * width for p in (*before, *after))
    return place if wide * 2 > len(before) + len(after) else None


def _rows(pieces: Sequence[_Piece], column: int) -> list[Row]:
    """Pieces of one column on the same baseline are one row."""
    rows: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda piece: -piece.base):
        if rows and abs(rows[-1][0].base - piece.base) < 0.45 * max(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    if not rows:
        return []
    margins = (min(p.left for p in pieces), max(p.right for p in pieces))
    return [_row(sorted(row, key=lambda piece: piece.left), column, margins) for row in rows]


def _labels(before: str, text: str) -> bool:
    """Whether a piece is the label of the text beside it; two figures are cells of a table."""
    return _LABEL.fullmatch(before) is not None and not (before[-1].isdigit() and text[0].isdigit())


def _row(pieces: Sequence[_Piece], column: int, margins: tuple[float, float]) -> Row:
    text = pieces[0].text
    for before, piece in pairwise(pieces):
        wide = piece.left - before.right > _WIDE * max(piece.size, before.size)
        if piece.size < 0.85 * before.size and piece.base > before.base + 0.12 * before.size:
            text += superscript(piece.text)
        elif before is pieces[0] and _labels(before.text, piece.text):
            text += "\t" + piece.text
        elif wide:
            text += " | " + piece.text
        else:
            text += ("" if is_chinese(before.text[-1]) and is_chinese(piece.text[0]) else " ") + piece.text
    widest = max(pieces, key=lambda piece: len(piece.text))
    return Row(text, pieces[0].left, max(p.right for p in pieces), widest.base, widest.size, column, margins)
