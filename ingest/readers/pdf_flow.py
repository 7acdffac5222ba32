"""Rows of pages → paragraphs: running heads and page numbers out, footnotes from the foot, pages mended."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.labels import item_label, item_values, paragraph_number
from ingest.layout import ends_line, ends_sentence, is_chinese, separator
from ingest.readers.inline import superscript
from ingest.readers.pdf_page import Row

__all__ = ["flowing"]

_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:\d{1,4}|[ivxlc]{1,6})[-–—\s]*|(?:page |第\s*)?\d{1,4}\s*(?:/|of)\s*\d{1,4}(?:\s*页)?",
    re.IGNORECASE,
)
_CELLS = re.compile(r" \| |\t")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_NOTE = re.compile(
    r"([⁰¹²³⁴⁵⁶⁷⁸⁹]+|[ᵃ-ᶻ]|\d{1,3}(?=[\s\u3400-\u9fff“《(（])|[*†‡]{1,4}|[a-z](?=\s))\s*(?=\S)"
)
_HEADING = re.compile(
    r"(?:[IVXLC]{1,7}|[A-Z]|[一二三四五六七八九十]{1,3})[.、．]\s*\S|(?:Annex|ANNEX|附件)\b"
)
_INLINE = re.compile(
    r"(?<=[\s，；,;、])[(（]([a-z]{1,2}|[ivx]{1,5}|\d{1,2}|[一二三四五六七八九十]{1,3})[)）]"
)
_EDGE = 3
"""Rows from the top and the bottom of a page among which running heads are looked for."""
_ZONE = 0.14
"""Part of a page's height in which they stand."""
_SMALLER = 0.94
"""Notes are set in type smaller than this part of the body's."""


@dataclass(frozen=True, slots=True)
class _Spacing:
    """``leading`` is the usual distance of baselines inside a paragraph, in sizes of the type; ``spaced``
    tells whether paragraphs stand further apart.
    """

    leading: float
    spaced: bool

    @property
    def widest(self) -> float:
        """The greatest distance of two rows of one paragraph."""
        return self.leading * 1.2 + 0.1


def flowing(pages: Sequence[tuple[Sequence[Row], float]]) -> Iterator[str]:
    """Paragraphs and notes in reading order, each one line of text. ``pages`` are rows and a height each."""
    bare = _without_furniture(pages)
    rows = [row for page in bare for row in page]
    if not rows:
        return
    body = _common([(round(row.size, 1), len(row.text)) for row in rows])
    spacing = _spacing(bare)
    words = _vocabulary(rows)
    paragraph: list[Row] = []
    held: list[list[Row]] = []
    for page in bare:
        flow, notes = _notes_apart(page, body)
        for i, row in enumerate(flow):
            if paragraph and not _starts(paragraph, row, spacing, turned=i == 0):
                paragraph.append(row)
                continue
            if paragraph:
                yield _joined(paragraph, words)
                yield from (_note(note, words) for note in held)
                held = []
            paragraph = [row]
        held = _more_notes(held, notes)
    if paragraph:
        yield _joined(paragraph, words)
    yield from (_note(note, words) for note in held)


def _common(weighed: Sequence[tuple[float, int]]) -> float:
    weights: Counter[float] = Counter()
    for value, weight in weighed:
        weights[value] += weight
    return weights.most_common(1)[0][0]


def _spacing(pages: Sequence[Sequence[Row]]) -> _Spacing:
    gaps = [
        (round((above.base - row.base) / row.size * 20) / 20, len(row.text))
        for page in pages
        for above, row in pairwise(page)
        if above.column == row.column and 0.8 < (above.base - row.base) / row.size < 2.6
    ]
    leading = _common(gaps) if gaps else 1.2
    apart = sum(gap > leading * 1.2 + 0.1 for gap, _ in gaps)
    return _Spacing(leading, apart * 8 > len(gaps))


# -- running heads


def _without_furniture(pages: Sequence[tuple[Sequence[Row], float]]) -> list[list[Row]]:
    """Pages without what is repeated at their edges, and without their numbers."""
    edges = [_edges(rows, height) for rows, height in pages]
    seen = Counter(key for edge in edges for key in {key for place, row in edge for key in _keys(place, row)})
    numbered = sum(any(_PAGE_NUMBER.fullmatch(c) for _, row in edge for c in _cells(row)) for edge in edges)
    least = max(2, len(pages) * 3 // 10)
    found: list[list[Row]] = []
    for (rows, _), edge in zip(pages, edges, strict=True):
        counted = numbered * 2 >= len(pages) and len(pages) > 1
        dropped = {
            id(row)
            for place, row in edge
            if all(
                seen[key] >= least or (counted and _PAGE_NUMBER.fullmatch(cell))
                for key, cell in zip(_keys(place, row), _cells(row), strict=True)
            )
        }
        found.append([row for row in rows if id(row) not in dropped])
    return found


def _edges(rows: Sequence[Row], height: float) -> list[tuple[str, Row]]:
    by_height = sorted(rows, key=lambda row: -row.base)
    top = [("top", row) for row in by_height[:_EDGE] if row.base > height * (1 - _ZONE)]
    bottom = [("bottom", row) for row in by_height[-_EDGE:] if row.base < height * _ZONE]
    return top + bottom


def _cells(row: Row) -> list[str]:
    return [cell.strip() for cell in _CELLS.split(row.text)]


def _keys(place: str, row: Row) -> list[tuple[str, str]]:
    return [(place, _DIGITS.sub("#", cell)) for cell in _cells(row)]


# -- footnotes


def _notes_apart(page: Sequence[Row], body: float) -> tuple[list[Row], list[list[Row]]]:
    """The page's flow, and its notes: rows in smaller type at the foot of a column, from the first mark on.

    A first note without a mark goes on with the last one of the page before.
    """
    flow: list[Row] = []
    notes: list[list[Row]] = []
    columns = list(dict.fromkeys(row.column for row in page))
    for column in columns:
        rows = [row for row in page if row.column == column]
        cut = len(rows)
        while cut and rows[cut - 1].size < _SMALLER * body:
            cut -= 1
        small = rows[cut:]
        first = next((i for i, row in enumerate(small) if _NOTE.match(row.text)), None)
        if first is None or (first and cut):
            flow.extend(rows)
            continue
        flow.extend(rows[:cut])
        for row in small:
            if _NOTE.match(row.text) or not notes:
                notes.append([row])
            else:
                notes[-1].append(row)
    return flow, notes


def _more_notes(held: list[list[Row]], notes: list[list[Row]]) -> list[list[Row]]:
    if held and notes and not _NOTE.match(notes[0][0].text):
        return [*held[:-1], [*held[-1], *notes[0]], *notes[1:]]
    return [*held, *notes]


def _note(rows: Sequence[Row], words: frozenset[str]) -> str:
    return _NOTE.sub(lambda match: f"{superscript(match[1])} ", _joined(rows, words), count=1)


# -- paragraphs


def _starts(paragraph: Sequence[Row], row: Row, spacing: _Spacing, *, turned: bool) -> bool:
    """Whether a row begins a paragraph of its own after the one that is open."""
    above = paragraph[-1]
    turned = turned or row.column != above.column
    gap = (above.base - row.base) / min(row.size, above.size)
    beside = not turned and 0 <= gap <= spacing.widest
    wrapped = _wrapped(above, row)
    if abs(row.size - above.size) > 0.06 * above.size or " | " in row.text or " | " in above.text:
        return True
    if paragraph_number(row.text) is not None or item_label(row.text) is not None:
        level = beside and _aligned(above, row)
        if (turned or level) and _goes_on_inline(paragraph, row):
            return False
        if turned or not wrapped:
            return True
        if ends_line(above.text):
            # Where paragraphs stand apart, a label that starts a row without a gap is one in running text.
            return not (spacing.spaced and level)
    if turned:
        if _HEADING.match(row.text):
            return True
        return ends_sentence(above.text) or not (wrapped or row.text[:1].islower())
    if not beside:
        return True
    left = row.margins[0]
    indented = row.left > left + 0.8 * row.size and above.left < left + 0.4 * row.size
    if indented and ends_sentence(above.text):
        return True
    return ends_line(above.text) and not wrapped and not row.text[:1].islower()


def _wrapped(above: Row, row: Row) -> bool:
    """Whether a row ended because the first word of the next one did not fit."""
    first = row.text[:1] if is_chinese(row.text[:1]) else row.text.split()[0]
    width = len(first) * (row.right - row.left) / max(1, len(row.text))
    return above.right + width + 0.6 * row.size > above.margins[1]


def _goes_on_inline(paragraph: Sequence[Row], row: Row) -> bool:
    """Whether the label that a row starts with is the next of those inside the paragraph's running text."""
    item = item_label(row.text)
    if item is None:
        return False
    before = {(style, number - 1) for style, number in item_values(item[0])}
    text = " ".join(one.text for one in paragraph)
    labels = (match[1] for match in _INLINE.finditer(text, 1))
    return any(not before.isdisjoint(item_values(label)) for label in labels)


def _aligned(above: Row, row: Row) -> bool:
    return abs(above.left - row.left) < 0.5 * row.size


def _vocabulary(rows: Sequence[Row]) -> frozenset[str]:
    """Words that stand whole inside a row, in lower case."""
    found: set[str] = set()
    for row in rows:
        words = _WORD.findall(row.text)
        found.update(word.casefold() for word in (words[:-1] if row.text.endswith("-") else words))
    return frozenset(found)


def _joined(rows: Sequence[Row], words: frozenset[str]) -> str:
    text = rows[0].text
    for row in rows[1:]:
        if text.endswith(("-", "‐")) and text[-2:-1].isalpha() and row.text[:1].islower():
            text = _unhyphenated(text, row.text, words)
        else:
            text += separator(text, row.text) + row.text
    return text


def _unhyphenated(before: str, after: str, words: frozenset[str]) -> str:
    """Two rows joined at a hyphen: it goes where the word stands without it elsewhere, and not with it.

    A compound that stands nowhere else keeps it: documents of the organisation are hardly ever hyphenated.
    """
    head = re.search(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*(?=[-‐]\Z)", before)
    tail = _WORD.match(after)
    if head is None or tail is None:
        return before + after
    whole, parted = f"{head[0]}{tail[0]}".casefold(), f"{head[0]}-{tail[0]}".casefold()
    if whole in words and parted not in words:
        return before[:-1] + after
    return before + after
