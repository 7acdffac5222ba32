"""HTML pages → lines with what their elements say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from lxml import etree, html

from ingest.labels import item_label, paragraph_number, roman
from ingest.readers.captions import Entry, EntryRole, captioned
from ingest.readers.inline import BREAK, CONTENTS, pieces, superscript, tidy
from ingest.readers.lines import Hint, TextSource, UnreadableError
from ingest.readers.text import check_kind, read_bytes

__all__ = ["read_html", "source_of_html"]

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_DROPPED = frozenset(
    {
        "script", "style", "head", "nav", "template", "noscript", "svg", "math", "iframe", "object", "button",
        "input", "select", "textarea", "audio", "video", "canvas", "map",
    }
)  # fmt: skip
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "header", "hgroup", "hr", "html", "li", "main", "ol",
        "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
        "caption", "h1", "h2", "h3", "h4", "h5", "h6",
    }
)  # fmt: skip
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![\d.]*[1-9])", re.IGNORECASE
)
_NOTE = re.compile(r"(?:^|[\s_-])(?:foot|end)notes?(?:$|[\s_-])|doc-(?:foot|end)notes?", re.IGNORECASE)
_BACKLINK = re.compile(r"[\s\xa0]*[↩↑^]\ufe0e?[\s\xa0]*\Z")
_BRACKETED = re.compile(r"\A\[([\w*]{1,3})\]\Z")
_DEEPEST = 250


def read_html(path: Path) -> TextSource:
    """Read a page; scripts, navigation and what is hidden are left out.

    :raises UnreadableError: if it is no text, in an encoding that it does not state, or holds nothing.
    """
    data = read_bytes(path)
    check_kind(data, expected="an HTML page")
    return source_of_html(_decoded(data), path.name)


def source_of_html(text: str, name: str) -> TextSource:
    """Lines of a page.

    :raises UnreadableError: if it holds no text, or its elements stand in one another too deep.
    """
    # Bytes with an encoding given, because that which the page states is done with.
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise UnreadableError("empty", "the page holds no text", "fetch it again") from None
    reader = _Reader()
    reader.element(root, 0)
    reader.flush("")
    if not any(entry.text for entry in reader.entries):
        raise UnreadableError(
            "empty", "the page holds no text", "it may be made by a script: save it as shown"
        )
    return TextSource.from_lines(_lines(reader.entries), name)


def _decoded(data: bytes) -> str:
    for bom, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(bom):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    stated = _CHARSET.search(data[:4096])
    encoding = stated[1].decode("ascii") if stated else "windows-1252"
    if encoding.lower() in ("gb2312", "gbk"):
        encoding = "gb18030"
    try:
        return data.decode(encoding, "replace" if stated else "strict")
    except (LookupError, UnicodeDecodeError):
        raise UnreadableError(
            "wrong encoding", f"expected UTF-8 or a stated encoding, got {encoding!r}", "save it as UTF-8"
        ) from None


def _lines(entries: Sequence[Entry]) -> Iterator[tuple[str, Hint | None]]:
    styled = any(entry.role in ("heading", "title") for entry in entries)
    for entry in captioned(entries):
        if not entry.text:
            yield "", None
        elif entry.hint is not None:
            yield entry.text, entry.hint
        elif styled:
            yield entry.text, Hint("body")
        else:
            yield entry.text, None
            yield "", None


class _Reader:
    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._pieces: list[str] = []
        self._label = ""
        self._titled = False
        self._contents = False
        self._lists = 0

    def flush(self, role: EntryRole, level: int = 0) -> None:
        """End the line: what was gathered is one block, or several where a break sets an item apart."""
        text, self._pieces = "".join(self._pieces), []
        if not text.strip():
            return
        label, self._label = self._label, ""
        for i, piece in enumerate(pieces(text)):
            line = tidy(f"{label}\t{piece.strip()}" if label and not i else piece)
            if role == "" and CONTENTS.fullmatch(line):
                self._contents = True
                role = "contents"
            elif self._contents and role in ("heading", "title"):
                self._contents = False
            self.entries.append(Entry(line, role, level))

    def element(self, element: etree._Element, depth: int) -> None:
        """Read an element and what stands in it (not its tail)."""
        name = element.tag if isinstance(element.tag, str) else ""
        if depth > _DEEPEST:
            raise UnreadableError("too deep", f"elements stand more than {_DEEPEST} deep", "check what it is")
        if name in _DROPPED or not name or _is_hidden(element):
            return
        if name == "br":
            self._pieces.append(BREAK)
        elif name == "sup":
            raised = " ".join("".join(element.itertext()).split())
            self._pieces.append(superscript(_BRACKETED.sub(r"\1", raised)))
        elif name in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._heading(element, int(name[1]), depth)
        elif name == "table":
            self._table(element, depth)
        elif name in ("ol", "ul"):
            self._list(element, name, depth)
        elif name == "pre":
            self.flush("")
            for line in "".join(element.itertext()).split("\n"):
                self.entries.append(Entry(line.strip()))
        elif name in _BLOCKS:
            self.flush("")
            self._children(element, depth)
            self.flush("caption" if name in ("caption", "figcaption") else "")
        else:
            self._children(element, depth)

    def _children(self, element: etree._Element, depth: int) -> None:
        if element.text:
            self._pieces.append(_spaced(element.text))
        for child in element:
            self.element(child, depth + 1)
            if child.tail:
                self._pieces.append(_spaced(child.tail))

    def _heading(self, element: etree._Element, level: int, depth: int) -> None:
        self.flush("")
        self._children(element, depth)
        text = "".join(self._pieces)
        if CONTENTS.fullmatch(" ".join(text.split())):
            self._contents = True
            self.flush("contents")
            return
        self._contents = False
        if level == 1 and not self._titled:
            self._titled = True
            self.flush("title")
        else:
            self.flush("heading", level)

    # -- lists

    def _list(self, element: etree._Element, name: str, depth: int) -> None:
        self.flush("")
        notes = _is_notes(element)
        count = _whole(element.get("start"), 1)
        for item in element:
            if item.tag != "li":
                self.element(item, depth + 1)
                continue
            count = _whole(item.get("value"), count)
            begin = len(self.entries)
            self._label = "" if notes else _item_label(element, name, count, self._lists, item)
            self._lists += 1
            self._children(item, depth + 1)
            self.flush("contents" if self._contents else "")
            self._lists -= 1
            self._label = ""
            if notes:
                text = " ".join(entry.text for entry in self.entries[begin:])
                self.entries[begin:] = [Entry(f"{superscript(str(count))} {_BACKLINK.sub('', text)}", "note")]
            count += 1

    # -- tables

    def _table(self, table: etree._Element, depth: int) -> None:
        self.flush("")
        rows = [row for row in table.iter("tr") if _owner(row) is table]
        cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
        laid_out = any(True for _ in table.iter("h1", "h2", "h3", "h4", "table") if _ is not table)
        if laid_out or all(len(row) <= 1 for row in cells):
            self._children(table, depth)
            self.flush("")
            return
        for caption in table.iter("caption"):
            if _owner(caption) is table:
                self._children(caption, depth + 1)
                self.flush("caption")
        for row in cells:
            texts = [self._cell(cell, depth + 2) for cell in row]
            while texts and not texts[-1]:
                texts.pop()
            while texts and not texts[0]:
                texts.pop(0)
            if texts:
                self.entries.append(Entry(" | ".join(texts), "contents" if self._contents else "table"))
        self._contents = False

    def _cell(self, cell: etree._Element, depth: int) -> str:
        inner = _Reader()
        inner._children(cell, depth)
        inner.flush("")
        return " ".join(" ".join(entry.text for entry in inner.entries).split())


def _spaced(text: str) -> str:
    """White space of the source is one space, line breaks included."""
    return re.sub(r"[ \t\r\n\f]+", " ", text)


def _is_hidden(element: etree._Element) -> bool:
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _HIDDEN.search(element.get("style", "")) is not None
    )


def _is_notes(element: etree._Element) -> bool:
    """Whether a list is that of a page's footnotes."""
    for one in (element, element.getparent()):
        if one is not None and _NOTE.search(
            f"{one.get('class', '')} {one.get('role', '')} {one.get('id', '')}"
        ):
            return True
    return False


def _whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.strip().isdecimal() and len(text) < 8 else default


def _owner(element: etree._Element) -> etree._Element | None:
    parent = element.getparent()
    while parent is not None and parent.tag != "table":
        parent = parent.getparent()
    return parent


def _item_label(element: etree._Element, name: str, count: int, nested: int, item: etree._Element) -> str:
    """The label of a list's item: as printed where it prints its own, in brackets below the first level."""
    start = "".join(item.itertext())[:40].strip()
    if paragraph_number(start) or item_label(start) or "none" in element.get("style", ""):
        return ""
    if name == "ul":
        return "•"
    kind = element.get("type", "1")
    if kind in ("a", "A") and 1 <= count <= 26:
        letter = chr(96 + count)
        return f"({letter if kind == 'a' else letter.upper()})"
    if kind in ("i", "I") and 1 <= count < 400:
        return f"({roman(count).lower() if kind == 'i' else roman(count)})"
    if not nested:
        return f"{count}."
    return f"({count})"
