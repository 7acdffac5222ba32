"""Paragraphs while they are being read: text that grows line by line, with its items."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from ingest.labels import item_values
from ingest.layout import ends_sentence, join
from ingest.paragraphs import Footnote, Kind

__all__ = ["Draft", "Heading"]


@dataclass(slots=True, eq=False)
class Heading:
    """A heading as printed. ``name`` is its part in an id, empty where it has no label; ``order`` its depth."""

    text: str
    line: int
    order: int
    name: str = ""


@dataclass(slots=True)
class _Span:
    labels: tuple[str, ...]
    start: int
    end: int


@dataclass(slots=True, eq=False)
class Draft:
    """One paragraph. ``number`` is as printed, empty where there is none; ``run`` counts restarts of the numbering."""

    kind: Kind
    number: str
    headings: tuple[Heading, ...]
    run: int
    line: int
    names: tuple[str, ...] = ()
    text: str = ""
    spans: list[_Span] = field(default_factory=list)
    footnotes: list[Footnote] = field(default_factory=list)
    _levels: list[tuple[str, int, str]] = field(default_factory=list)
    _offsets: list[int] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)

    def line_at(self, offset: int) -> int:
        """The source line that the text at ``offset`` came from."""
        return self._lines[max(0, bisect_right(self._offsets, offset) - 1)] if self._lines else self.line

    @property
    def complete(self) -> bool:
        """Whether the text ends where a sentence or a line of a list may end."""
        return ends_sentence(self.text)

    @property
    def introduces(self) -> bool:
        """Whether the text ends with a colon: what follows is what it announces."""
        return self.text.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹* ").endswith((":", "："))

    def _mark(self, line: int) -> None:
        self._offsets.append(len(self.text))
        self._lines.append(line)

    def add_line(self, text: str, line: int) -> None:
        """A line of its own that belongs to no item."""
        if self.text:
            self.text += "\n"
        self._mark(line)
        self.text += text
        self._levels.clear()

    def continue_with(self, text: str, line: int) -> None:
        """The rest of what a page broke: it goes on in the same line, and in the same item."""
        open_item = bool(self.spans) and self.spans[-1].end == len(self.text)
        joined = join(self.text, text)
        self._offsets.append(len(joined) - len(text))
        self._lines.append(line)
        self.text = joined
        if open_item:
            self.spans[-1].end = len(joined)

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
        opens = self.introduces or not self._levels
        for style, number in values:
            if number == 1 and opens:
                return len(self._levels), style, number
        for style, number in values:
            for depth in range(len(self._levels) - 1, -1, -1):
                if self._levels[depth][0] == style and self._levels[depth][1] + 1 == number:
                    return depth, style, number
        for style, number in values:
            if number == 1 and all(level[0] != style for level in self._levels):
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
        """An item on a line of its own; ``False`` where its label could not be placed, and it stands as a plain line."""
        depth = self._depth(label, following)
        labels: tuple[str, ...] = ()
        if depth is not None:
            at, style, number = depth
            labels = (*(name for _, _, name in self._levels[:at]), label)
            self._levels[at:] = [(style, number, label)]
        elif not self.spans:
            labels = (label,)
            self._levels = [(style, number, label) for style, number in item_values(label)[:1]]
        taken = not labels or any(span.labels == labels for span in self.spans)
        if self.text:
            self.text += "\n"
        self._mark(line)
        self.text += f"({label}) "
        start = len(self.text)
        self.text += text
        if not taken:
            self.spans.append(_Span(labels, start, len(self.text)))
        return not taken
