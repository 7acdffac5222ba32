"""The text of Word runs as printed: tracked changes accepted, comments and hidden text dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from ingest.readers.docx_styles import Styles, is_on
from ingest.readers.inline import BREAK, superscript

__all__ = ["Runs", "W", "chosen", "local"]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_WRAPPERS = frozenset(
    {
        "hyperlink",
        "ins",
        "moveTo",
        "smartTag",
        "customXml",
        "fldSimple",
        "dir",
        "bdo",
        "rubyBase",
        "sdtContent",
    }
)
_DEEPEST = 100


def local(element: etree._Element) -> str:
    """An element's name without its namespace; empty for comments and instructions."""
    return _local(element.tag)


@lru_cache(maxsize=4096)
def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


@dataclass(slots=True)
class Runs:
    """Collects one paragraph's text, and what hangs on it.

    ``mark`` gives a note reference its printed mark. ``notes`` are marks with their references; ``boxes`` the
    contents of text boxes; ``charts`` the relationship ids of charts and diagrams; ``drawn`` whether it holds
    any drawing.
    """

    styles: Styles
    mark: Callable[[etree._Element], str]
    notes: list[tuple[str, etree._Element]] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    charts: list[str] = field(default_factory=list)
    drawn: bool = False
    bold: int = 0
    """Letters set in bold; all of them in a heading made by hand."""
    _pieces: list[str] = field(default_factory=list)
    _custom: etree._Element | None = None

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def walk(self, parent: etree._Element, depth: int = 0) -> None:
        """Add what stands in a paragraph or in what wraps its runs."""
        if depth > _DEEPEST:
            return
        for element in parent:
            name = local(element)
            if name == "r":
                self._run(element, depth)
            elif name in _WRAPPERS:
                self.walk(element, depth + 1)
            elif name == "sdt":
                for content in element.findall(f"{W}sdtContent"):
                    self.walk(content, depth + 1)
            elif name == "AlternateContent":
                for choice in chosen(element):
                    self.walk(choice, depth + 1)
            elif name in ("oMath", "oMathPara"):
                self._pieces.append("".join(_math(element)))

    def _run(self, run: etree._Element, depth: int) -> None:
        raised = hidden = bold = False
        properties = run.find(f"{W}rPr")
        if properties is not None:
            style = properties.find(f"{W}rStyle")
            if style is not None:
                known = self.styles.get(style.get(f"{W}val", ""))
                raised, hidden, bold = known.superscript, known.hidden, known.bold
            for element in properties:
                name = local(element)
                if name == "vertAlign":
                    raised = element.get(f"{W}val") == "superscript"
                elif name == "vanish":
                    hidden = is_on(element.get(f"{W}val"))
                elif name == "b":
                    bold = is_on(element.get(f"{W}val"))
        if hidden:
            return
        begin = len(self._pieces)
        self._content(run, depth)
        if raised:
            self._pieces[begin:] = [superscript("".join(self._pieces[begin:]))]
        if bold:
            self.bold += sum(map(str.isalpha, "".join(self._pieces[begin:])))

    def _content(self, run: etree._Element, depth: int) -> None:
        for element in run:
            name = local(element)
            if name == "t":
                text = element.text or ""
                if self._custom is not None and text.strip():
                    self.notes.append((text.strip(), self._custom))
                    self._custom = None
                    text = superscript(text)
                self._pieces.append(text)
            elif name in ("tab", "ptab"):
                self._pieces.append("\t")
            elif name in ("br", "cr"):
                self._pieces.append(BREAK if element.get(f"{W}type") in (None, "textWrapping") else "")
            elif name == "noBreakHyphen":
                # Word's own text export prints a plain hyphen too; the other one would not be found.
                self._pieces.append("-")
            elif name == "sym":
                self._pieces.append(_symbol(element))
            elif name in ("footnoteReference", "endnoteReference"):
                if is_on(element.get(f"{W}customMarkFollows", "0")):
                    self._custom = element
                    continue
                mark = self.mark(element)
                self.notes.append((mark, element))
                self._pieces.append(superscript(mark))
            elif name in ("drawing", "pict", "object"):
                self._drawing(element)
            elif name == "ruby":
                for base in element.findall(f"{W}rubyBase"):
                    self.walk(base, depth + 1)
            elif name == "AlternateContent" and depth <= _DEEPEST:
                for choice in chosen(element):
                    self._content(choice, depth + 1)

    def _drawing(self, element: etree._Element) -> None:
        self.drawn = True
        waiting = [element]
        found: list[etree._Element] = []
        while waiting:
            here = waiting.pop()
            name = local(here)
            if name == "txbxContent":
                found.append(here)
            elif name == "AlternateContent":
                waiting.extend(reversed(list(chosen(here))))
            else:
                if here.tag == _CHART:
                    self.charts.append(here.get(f"{_R}id", ""))
                elif here.tag == _DIAGRAM:
                    self.charts.append(here.get(f"{_R}dm", ""))
                waiting.extend(reversed(here))
        self.boxes.extend(found)


def chosen(element: etree._Element) -> Iterator[etree._Element]:
    """Of alternatives that say the same, the first."""
    for child in element:
        if local(child) in ("Choice", "Fallback"):
            yield child
            return


def _math(element: etree._Element) -> Iterator[str]:
    for child in element.iter():
        if local(child) == "t":
            yield child.text or ""


def _symbol(element: etree._Element) -> str:
    """A character of a symbol font: bullets mostly, printed from the private use area."""
    try:
        code = int(element.get(f"{W}char", ""), 16)
    except ValueError:
        return ""
    if not 32 <= code < 0x110000 or 0xD800 <= code < 0xE000:
        return ""
    return "•" if 0xF000 <= code <= 0xF0FF else chr(code)
