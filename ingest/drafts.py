"""Paragraphs while they are being read: text that grows line by line, with its items."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from ingest.labels import item_values
from ingest.layout import ends_line, ends_sentence, separator
from ingest.paragraphs import Footnote, Kind

__all__ = ["Draft", "Heading", "Span"]


@dataclass(slots=True, eq=False)
class Heading:
    """A heading as printed; ``name`` is its part in an id, empty without a label; ``order`` its depth.

    ``above`` are the headings that it stands under.
    """

    text: str
    line: int
    order: int
    name: str = ""
    above: tuple[Heading, ...] = ()


@dataclass(slots=True)
class Span:
    """An item's own text in a draft's."""

    labels: tuple[str, ...]
    start: int
    end: int


_DEEPEST = 4
"""Levels of items: ``1. (a) (i) a.`` is the most that documents have."""


@dataclass(slots=True, eq=False)
class Draft:
    """One paragraph. ``number`` is as printed, or empty; ``run`` counts restarts of the numbering."""

    kind: Kind
    number: str
    headings: tuple[Heading, ...]
    run: int
    line: int
    names: tuple[str, ...] = ()
    spans: list[Span] = field(default_factory=list)
    footnotes: list[Footnote] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _last: str = ""
    _levels: list[tuple[str, int, str]] = field(default_factory=list)
    _flushed: bool = False
    _taken: set[tuple[str, ...]] = field(default_factory=set)
    _offsets: list[int] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""

    @text.setter
    def text(self, text: str) -> None:
        self._pieces, self._length, self._last = [text], len(text), text

    def line_at(self, offset: int) -> int:
        """The source line that the text at ``offset`` came from."""
        return self._lines[max(0, bisect_right(self._offsets, offset) - 1)] if self._lines else self.line

    @property
    def complete(self) -> bool:
        """Whether the text ends where a paragraph may: at a stop, or a preambular one at a comma."""
        return ends_line(self._last) if self.kind == "preambular" else ends_sentence(self._last)

    @property
    def introduces(self) -> bool:
        """Whether the text ends with a colon: what follows is what it announces."""
        return self._last[-24:].rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹* ").endswith((":", "："))

    def _append(self, before: str, text: str, line: int) -> None:
        if before:
            self._pieces.append(before)
        self._pieces.append(text)
        self._offsets.append(self._length + len(before))
        self._lines.append(line)
        self._length += len(before) + len(text)
        self._last = text or self._last

    def add_line(self, text: str, line: int, *, flush: bool = True) -> None:
        """A line of its own that belongs to no item; after a ``flush`` one, a first item opens a new list."""
        self._append("\n" if self._length else "", text, line)
        self._flushed = flush

    def continue_with(self, text: str, line: int) -> None:
        """The rest of what a page broke: it goes on in the same line, and in the same item."""
        open_item = bool(self.spans) and self.spans[-1].end == self._length
        self._append(separator(self._last, text), text, line)
        if open_item:
            self.spans[-1].end = self._length

    def nested(self, label: str, following: str | None) -> tuple[str, ...] | None:
        """Where a label stands in this paragraph's lists, outermost first; ``None`` where it fits nowhere.

        ``following`` is the next block's item label: ``(i)`` before ``(ii)`` is a Roman numeral,
        before ``(j)`` a letter.
        """
        depth = self._depth(label, following)
        return (*(name for _, _, name in self._levels[: depth[0]]), label) if depth else None

    def _depth(self, label: str, following: str | None) -> tuple[int, str, int] | None:
        values = list(item_values(label))
        if following is not None and len(values) > 1:
            nexts = set(item_values(following))
            supported = [v for v in values if (v[0], v[1] + 1) in nexts]
            values = supported + [v for v in values if v not in supported]
        opens = (self.introduces or not self._levels) and len(self._levels) < _DEEPEST
        if self._flushed:
            for style, number in values:
                if number == 1:
                    return 0, style, number
        opens_any = len(self._levels) < _DEEPEST
        for style, number in values:
            if number == 1 and opens:
                return len(self._levels), style, number
        for style, number in values:
            for depth in range(len(self._levels) - 1, -1, -1):
                if self._levels[depth][0] == style and self._levels[depth][1] + 1 == number:
                    return depth, style, number
        for style, number in values:
            if number == 1 and opens_any and all(level[0] != style for level in self._levels):
                return len(self._levels), style, number
        for style, number in values:
            for depth in range(len(self._levels) - 1, -1, -1):
                if (
                    self._levels[depth][0] == style
                    and self._levels[depth][1] < number <= self._levels[depth][1] + 3
                ):
                    return depth, style, number
        return None

    def expects(self, label: str) -> bool:
        """Whether a label is the next one of a list that is open."""
        return any((style, last + 1) in item_values(label) for style, last, _ in self._levels)

    def add_item(self, label: str, text: str, line: int, following: str | None = None) -> bool:
        """An item on a line of its own; ``False`` where its label fits nowhere and it stays a plain line."""
        depth = self._depth(label, following)
        labels: tuple[str, ...] = ()
        if depth is not None:
            at, style, number = depth
            labels = (*(name for _, _, name in self._levels[:at]), label)
            self._levels[at:] = [(style, number, label)]
        elif not self.spans:
            labels = (label,)
            self._levels = [(style, number, label) for style, number in item_values(label)[:1]]
        self._flushed = False
        placed = bool(labels) and labels not in self._taken
        self._append("\n" if self._length else "", f"({label}) ", line)
        start = self._length
        self._append("", text, line)
        if placed:
            self._taken.add(labels)
            self.spans.append(Span(labels, start, self._length))
        return placed
