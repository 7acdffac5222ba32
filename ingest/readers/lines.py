"""What every reader makes of a file: numbered lines, with what the file's format says they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = ["Hint", "HintRole", "Line", "TextSource", "UnreadableError"]

_BREAKS = re.compile(r"\r\n|[\n\r\f\v\x85\u2028\u2029]")

HintRole = Literal["title", "front", "contents", "heading", "body", "caption", "table", "note"]
"""``title`` and ``front`` stand before the body. ``body`` is a whole paragraph, no heading. ``caption`` opens
a table or figure that the ``table`` lines after it belong to. ``note`` is a footnote, its mark in front."""


class UnreadableError(Exception):
    """A file that can't be read: ``what`` is wrong, ``why`` it can't go on, ``remedy`` to try."""

    def __init__(self, what: str, why: str, remedy: str) -> None:
        super().__init__(f"{what}: {why}; {remedy}")
        self.what, self.why, self.remedy = what, why, remedy


@dataclass(frozen=True, slots=True)
class Hint:
    """What a format says of a line. ``level``: a heading's, from 1 (outermost); 0 where its label decides."""

    role: HintRole
    level: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number from 1, and its text without white space at the ends.

    A line with a hint is whole: it is never joined with its neighbours before the structure is read.
    """

    number: int
    text: str
    hint: Hint | None = None


@dataclass(frozen=True, slots=True)
class TextSource:
    """A file's lines in order, blank ones included, and remarks about how it was read."""

    name: str
    lines: tuple[Line, ...]
    remarks: tuple[str, ...] = ()

    @classmethod
    def from_text(cls, text: str, name: str = "", remarks: tuple[str, ...] = ()) -> TextSource:
        """Lines end at any line break; a form feed is one (a page ends there)."""
        lines = tuple(Line(i, line.strip()) for i, line in enumerate(_BREAKS.split(text), start=1))
        return cls(name, lines, remarks)

    @classmethod
    def from_lines(
        cls, lines: Iterable[tuple[str, Hint | None]], name: str = "", remarks: tuple[str, ...] = ()
    ) -> TextSource:
        """Lines that a reader has told apart; a break inside one becomes a space."""
        made = (
            Line(i, " ".join(_BREAKS.split(text)).strip(), hint)
            for i, (text, hint) in enumerate(lines, start=1)
        )
        return cls(name, tuple(made), remarks)
