"""The headings above the line being read, and the names that the labelled ones give to parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.drafts import Draft, Heading
from ingest.labels import Label, Rank

__all__ = ["Sections"]

_ORDER: Mapping[Rank, int] = {
    "annex": 0, "title": 1, "part": 2, "decision": 3, "roman": 4, "rule": 5, "letter": 6, "arabic": 7,
    "bracket": 8, "plain": 9,
}  # fmt: skip
_TOLD = 10
"""Orders that each level takes where the format tells it: more than there are ranks of labels."""
_ANNEX, _TITLE, _PLAIN = _ORDER["annex"], _ORDER["title"], _ORDER["plain"]


class Sections:
    """A stack of headings, outermost first."""

    def __init__(self) -> None:
        self.all: list[Heading] = []
        self._stack: list[Heading] = []
        self.previous: dict[Rank, int] = {}
        """The last number seen at each rank that is still open: what :func:`heading_label` asks for."""

    @property
    def path(self) -> tuple[Heading, ...]:
        return tuple(self._stack)

    @property
    def opens_annex(self) -> bool:
        """Whether an annex's own heading is the last one: its title comes next."""
        return bool(self._stack) and self._stack[-1].order == _ANNEX

    def enter(
        self, text: str, line: int, label: Label | None, drafts: Sequence[Draft], level: int = 0
    ) -> None:
        """Go on under a heading. ``drafts`` are the paragraphs read so far.

        ``level`` is given where the format tells it (from 1); else the label decides, and the wording.
        """
        rank: Rank = label.rank if label else "title" if self.opens_annex else "plain"
        if label is not None:
            if rank == "annex":
                self.previous.clear()
            self._infer_first(label, drafts)
            for deeper in [r for r in self.previous if _ORDER[r] > _ORDER[rank]]:
                del self.previous[deeper]
            self.previous[rank] = label.number
        heading = Heading(text, line, _ORDER[rank], label.name if label else "")
        if level and rank not in ("annex", "title"):
            # At one level, the label decides, and a heading without one stands under one with it.
            heading.order = _TOLD * level + _ORDER[rank]
            self._push_told(heading, drafts)
        else:
            self._push(heading, drafts)
        heading.above = tuple(self._stack[:-1])
        self.all.append(heading)

    def _push_told(self, heading: Heading, drafts: Sequence[Draft]) -> None:
        """Two headings of one level with nothing between them are one in two lines: both stay."""
        top = self._stack[-1] if self._stack else None
        if top is not None and top.order == heading.order and not _used(top, drafts) and not heading.name:
            self._stack.append(heading)
            return
        while self._stack and self._stack[-1].order >= heading.order:
            self._stack.pop()
        self._stack.append(heading)

    def _push(self, heading: Heading, drafts: Sequence[Draft]) -> None:
        orders = [h.order for h in self._stack]
        if heading.order in orders:
            del self._stack[orders.index(heading.order) :]
        elif (
            _TITLE < heading.order < _PLAIN and orders[-1:] == [_PLAIN] and not _used(self._stack[-1], drafts)
        ):
            # A heading straight above the first of a series names the whole series.
            if _TITLE in orders:
                del self._stack[orders.index(_TITLE)]
            self._stack[-1].order = _TITLE
        while self._stack and self._stack[-1].order > heading.order:
            self._stack.pop()
        self._stack.append(heading)

    def _infer_first(self, label: Label, drafts: Sequence[Draft]) -> None:
        """``II`` without a ``I`` before it: what stood under a heading without a label was section I.

        Extraction drops the first numeral of some resolutions (A/RES/70/248).
        """
        if label.rank != "roman" or label.number != 2 or "roman" in self.previous:
            return
        outer = tuple(h for h in self._stack if h.order < _ORDER["roman"])
        for draft in reversed(drafts):
            if tuple(h for h in draft.headings if h.order < _ORDER["roman"]) != outer:
                break
            top = next((h for h in draft.headings if h.order == _PLAIN), None)
            if top is not None and not top.name:
                top.name = "I"


def _used(heading: Heading, drafts: Sequence[Draft]) -> bool:
    return bool(drafts) and any(h is heading for h in drafts[-1].headings)
