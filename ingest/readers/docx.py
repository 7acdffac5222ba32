"""Word files (``.docx``) → lines with what their styles say of them.

Read with lxml rather than python-docx, which renders no automatic numbering, footnotes, tracked changes or
text boxes; those are what a document's paragraphs hang on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree

from ingest.labels import item_label, paragraph_number
from ingest.layout import hard_wrapped, looks_like_heading
from ingest.readers.captions import Entry, EntryRole, captioned
from ingest.readers.charts import chart_rows
from ingest.readers.docx_numbering import Numbering, rendered
from ingest.readers.docx_styles import Style, Styles
from ingest.readers.docx_text import Runs, W, chosen, local
from ingest.readers.inline import CONTENTS, pieces, superscript, tidy
from ingest.readers.lines import Hint, Line, TextSource, UnreadableError
from ingest.readers.package import Package

__all__ = ["read_docx"]

_MAIN = "word/document.xml"
_NOTE = re.compile(r"\s*([a-pr-z]|\d{1,2}|\*{1,4})\t+\s*(?=\S)")
_DEEPEST = 60
_HEADER_LINES = 12
_FEW = 8


def read_docx(path: Path) -> TextSource:
    """Read a Word file: numbering rendered, footnotes after their paragraph, tables a line to a row.

    Tracked changes are accepted, comments and hidden text dropped; macros and external targets are never
    touched.

    :raises UnreadableError: if it is encrypted, damaged, too large, or holds no text.
    """
    with Package(path) as package:
        main = _main_part(package)
        body = package.xml(main).find(f"{W}body")
        if body is None:
            raise UnreadableError("damaged", "it has no body", "open it in Word and save it again")
        reader = _Reader(package, main)
        reader.header(body)
        reader.blocks(body)
        entries = reader.entries
        remarks = tuple(reader.remarks)
    if not any(entry.text.strip() for entry in entries):
        raise UnreadableError(
            "no text", "the document holds pictures at most", "extract its text by OCR and give that as .txt"
        )
    return TextSource.from_lines(_lines(entries), path.name, remarks)


def _main_part(package: Package) -> str:
    if _MAIN in package:
        return _MAIN
    for kind, name in package.related("").values():
        if kind == "officeDocument":
            if not name.startswith("word/"):
                break
            return name
    raise UnreadableError(
        "wrong ending",
        "expected a Word document, it has no word/document.xml",
        "check what the archive holds",
    )


def _lines(entries: Sequence[Entry]) -> Iterator[tuple[str, Hint | None]]:
    """Paragraphs with hints where styles tell headings; else blank lines between them, as in a text file."""
    styled = any(entry.role == "heading" and entry.level for entry in entries)
    if not styled:
        apart = not _by_lines(entries)
    for entry in captioned(entries) if styled else entries:
        text = entry.text
        if entry.role == "gap" or not text.strip():
            yield "", None
        elif entry.hint is not None:
            yield text, entry.hint
        elif styled:
            yield text, Hint("body")
        else:
            yield text, None
            if apart:
                yield "", None


def _by_lines(entries: Sequence[Entry]) -> bool:
    """Whether paragraphs are lines of a page: text converted line by line, most of them about as long."""
    lengths = sorted(len(entry.text) for entry in entries if entry.text.strip())
    full = [length for length in lengths if length * 4 >= lengths[-1] * 3]
    if len(lengths) < _FEW or len(full) * 2 < len(lengths):
        return False
    return hard_wrapped([Line(i, entry.text.strip()) for i, entry in enumerate(entries)])


@dataclass(slots=True)
class _Notes:
    """Foot- or endnotes by their id, and the marks given so far."""

    texts: dict[str, etree._Element] = field(default_factory=dict)
    form: str = "decimal"
    count: int = 0


class _Reader:
    def __init__(self, package: Package, main: str) -> None:
        self.entries: list[Entry] = []
        self.remarks: list[str] = []
        self._package = package
        self._related = package.related(main)
        self._styles = Styles(self._part("styles"))
        self._numbering = Numbering(self._part("numbering"))
        self._footnotes = self._notes("footnotes", "footnote")
        self._endnotes = self._notes("endnotes", "endnote")
        self._pending: list[tuple[str, etree._Element]] = []
        self._kept: list[str] = []
        self._front = True
        self._contents = False
        self._depth = 0

    def _part(self, kind: str) -> etree._Element | None:
        for found, name in self._related.values():
            if found == kind and name in self._package:
                return self._package.xml(name)
        return None

    def _notes(self, kind: str, tag: str) -> _Notes:
        notes = _Notes()
        root = self._part(kind)
        if root is not None:
            notes.texts = {note.get(f"{W}id", ""): note for note in root.iter(f"{W}{tag}")}
        return notes

    # -- what stands around the body

    def header(self, body: etree._Element) -> None:
        """The masthead on the first page: symbol, distribution, date."""
        section = next(body.iter(f"{W}sectPr"), None)
        if section is None:
            return
        references = {
            ref.get(f"{W}type", "default"): ref.get(
                "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", ""
            )
            for ref in section.findall(f"{W}headerReference")
        }
        first = section.find(f"{W}titlePg") is not None and "first" in references
        _, name = self._related.get(references.get("first" if first else "default", ""), ("", ""))
        if name not in self._package:
            return
        paragraphs = self._package.xml(name).iter(f"{W}p")
        texts = [" ".join(self._runs(p).text.split()) for p in paragraphs]
        self.entries.extend(Entry(text, "front") for text in [t for t in texts if t][:_HEADER_LINES])
        self._pending.clear()

    # -- blocks

    def blocks(self, parent: etree._Element) -> None:
        """Paragraphs and tables in reading order, whatever wraps them."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnreadableError(
                "too deep",
                f"tables or boxes stand in one another more than {_DEEPEST} deep",
                "check what it is",
            )
        for element in parent:
            name = local(element)
            if name == "p":
                self._paragraph(element)
            elif name == "tbl":
                self._table(element)
            elif name == "sdt":
                for content in element.findall(f"{W}sdtContent"):
                    self.blocks(content)
            elif name in ("customXml", "smartTag", "ins", "moveTo"):
                self.blocks(element)
            elif name == "AlternateContent":
                for choice in chosen(element):
                    self.blocks(choice)
            elif name == "altChunk":
                self.remarks.append(
                    "a chunk of another format is linked in, not read: save it as part of the file"
                )
        self._depth -= 1

    def _runs(self, paragraph: etree._Element) -> Runs:
        runs = Runs(self._styles, self._mark)
        runs.walk(paragraph)
        self._pending.extend(runs.notes)
        return runs

    def _mark(self, reference: etree._Element) -> str:
        if local(reference) == "endnoteReference":
            self._endnotes.count += 1
            return rendered(self._endnotes.count, "lowerRoman")
        self._footnotes.count += 1
        return str(self._footnotes.count)

    def _paragraph(self, paragraph: etree._Element) -> None:
        properties = paragraph.find(f"{W}pPr")
        style = self._style(properties)
        runs = self._runs(paragraph)
        text = "".join(self._kept) + runs.text
        self._kept.clear()
        if properties is not None and properties.find(f"{W}rPr/{W}del") is not None:
            # The mark at its end is deleted: it goes on in the next one.
            self._kept.append(text)
            return
        if text.strip():
            label = self._label(properties, style)
            for i, piece in enumerate(pieces(text)):
                self._line(f"{label}\t{piece}" if label and not i else piece, style, properties, runs)
        elif runs.drawn:
            self.entries.append(Entry("", "drawing"))
        else:
            self.entries.append(Entry("", "gap"))
        self._hanging(runs)

    def _style(self, properties: etree._Element | None) -> Style:
        if properties is None:
            return self._styles.get(self._styles.default)
        named = properties.find(f"{W}pStyle")
        style = self._styles.get(self._styles.default if named is None else named.get(f"{W}val", ""))
        outline = properties.find(f"{W}outlineLvl")
        if style.role or outline is None:
            return style
        value = outline.get(f"{W}val", "9")
        return replace(style, role="heading", level=int(value) + 2) if value in "012345678" else style

    def _label(self, properties: etree._Element | None, style: Style) -> str:
        number, depth = style.number, style.depth
        if number is not None and depth is None and properties is not None:
            named = properties.find(f"{W}pStyle")
            if named is not None:
                depth = self._numbering.level_of_style(number, named.get(f"{W}val", ""))
        given = None if properties is None else properties.find(f"{W}numPr")
        if given is not None:
            for element in given:
                if local(element) == "numId":
                    number = element.get(f"{W}val")
                elif local(element) == "ilvl" and (value := element.get(f"{W}val", "")).isdigit():
                    depth = int(value)
        if number is None or number == "0":
            return ""
        return self._numbering.label(number, depth or 0) or ""

    def _line(self, text: str, style: Style, properties: etree._Element | None, runs: Runs) -> None:
        text = tidy(text)
        role: EntryRole = style.role
        level = style.level
        if CONTENTS.fullmatch(text):
            self._contents = True
            self._all_front()
            role, level = "contents", 0
        numbered = paragraph_number(text) is not None
        if role == "heading" and not looks_like_heading(text, labelled=True):
            role, level = "", 0
        elif not role and not numbered and item_label(text) is None and _all_bold(text, runs):
            role = "heading"
        elif role == "note":
            text = _NOTE.sub(lambda match: superscript(match[1]) + " ", text, count=1)
        if role == "title" and not self._front:
            role, level = "heading", 1
        elif role == "front" and not self._front:
            role = ""
        elif role == "title":
            self._all_front()
        if role in ("heading", "title"):
            text = text.replace("\t", " ")
        if numbered and role in ("", "heading") and not (role == "heading" and self._front):
            self._front = False
        self.entries.append(Entry(text, role, level))

    def _all_front(self) -> None:
        """All that came before a title or a table of contents stands before the body."""
        if not self._front:
            return
        for i, entry in enumerate(self.entries):
            if entry.role in ("", "heading"):
                self.entries[i] = Entry(entry.text, "front")

    def _hanging(self, runs: Runs) -> None:
        """What a paragraph carries: charts, text boxes, notes."""
        for name in runs.charts:
            self._chart(name)
        for box in runs.boxes:
            begin = len(self.entries)
            self.blocks(box)
            if not self._front:
                self.entries[begin:] = [
                    Entry(entry.text, "table") if entry.role in ("", "heading") else entry
                    for entry in self.entries[begin:]
                ]
        self._write_notes()

    def _write_notes(self) -> None:
        pending, self._pending = self._pending, []
        for mark, reference in pending:
            notes = self._endnotes if local(reference) == "endnoteReference" else self._footnotes
            note = notes.texts.get(reference.get(f"{W}id", ""))
            text = "" if note is None else " ".join(self._note_text(note).split())
            self.entries.append(Entry(f"{superscript(mark)} {text or '-'}", "note"))

    def _note_text(self, note: etree._Element) -> str:
        """A note's text; what hangs on it (a note in a note) is left out."""
        pieces = []
        for paragraph in note.iter(f"{W}p"):
            runs = Runs(self._styles, lambda _: "")
            runs.walk(paragraph)
            pieces.append(runs.text)
        return " ".join(pieces)

    def _chart(self, name: str) -> None:
        _, part = self._related.get(name, ("", ""))
        if part in self._package:
            self.entries.extend(Entry(row, "table") for row in chart_rows(self._package.xml(part)))

    # -- tables

    def _table(self, table: etree._Element) -> None:
        rows = [row for row in _rows(table) if row.find(f"{W}trPr/{W}del") is None]
        cells = [list(_cells(row)) for row in rows]
        if all(sum(_filled(cell) for cell in row) <= 1 for row in cells):
            # A box around text, or a page laid out by a table: paragraphs like any other.
            for row in cells:
                for cell in row:
                    self.blocks(cell)
            return
        front = self._front and not self._contents and not any(e.role == "heading" for e in self.entries)
        for row in cells:
            texts = [self._cell(cell) for cell in row]
            while texts and not texts[-1]:
                texts.pop()
            while texts and not texts[0]:
                texts.pop(0)
            if texts:
                role: EntryRole = "contents" if self._contents else "front" if front else "table"
                self.entries.append(Entry(" | ".join(texts), role))
        self._contents = False
        self._write_notes()

    def _cell(self, cell: etree._Element, depth: int = 0) -> str:
        """A cell's text in one line, the numbering of its paragraphs included."""
        pieces: list[str] = []
        for element in cell:
            name = local(element)
            if name == "p":
                properties = element.find(f"{W}pPr")
                runs = self._runs(element)
                if runs.text.strip():
                    label = self._label(properties, self._style(properties))
                    pieces.append(f"{label} {runs.text}" if label else runs.text)
                if depth < _DEEPEST:
                    pieces.extend(self._cell(box, depth + 1) for box in runs.boxes)
            elif (
                name in ("tbl", "tr", "tc", "sdt", "sdtContent", "customXml", "ins", "moveTo")
                and depth < _DEEPEST
            ):
                pieces.append(self._cell(element, depth + 1))
        return " ".join(" ".join(pieces).split())


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for element in table:
        name = local(element)
        if name == "tr":
            yield element
        elif name in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _rows(element)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for element in row:
        name = local(element)
        if name == "tc":
            yield element
        elif name in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _cells(element)


def _filled(cell: etree._Element) -> bool:
    return any((text.text or "").strip() for text in cell.iter(f"{W}t"))


def _all_bold(text: str, runs: Runs) -> bool:
    return (
        runs.bold > 0
        and runs.bold >= sum(map(str.isalpha, runs.text))
        and len(text) <= 200
        and looks_like_heading(text)
    )
