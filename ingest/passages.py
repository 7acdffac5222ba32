"""Paragraph → passages: the windows that are embedded, on sentence ends where there are any."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.layout import is_chinese
from ingest.paragraphs import Paragraph
from ingest.pieces import piece_ends

__all__ = ["CHINESE_CHARACTERS", "ENGLISH_CHARACTERS", "Passage", "passages"]

CHINESE_CHARACTERS = 90
"""Default length of a window over Chinese text, in code points."""

ENGLISH_CHARACTERS = 260
"""Default length of a window over any other text, in code points."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A window over a paragraph: ``paragraph.text[start:end] == text``."""

    start: int
    end: int
    text: str


def passages(
    paragraph: Paragraph, *, chinese: int = CHINESE_CHARACTERS, english: int = ENGLISH_CHARACTERS
) -> list[Passage]:
    """Windows of at most ``chinese`` or ``english`` code points, in order, each from the middle of the last.

    Every character that is not white space stands in at least one. A paragraph that fits is one passage.

    :raises ValueError: if a length is below 2.
    """
    if min(chinese, english) < 2:
        raise ValueError(f"expected windows of at least 2 characters, got {chinese} and {english}")
    text = paragraph.text
    size = chinese if is_chinese(text) else english
    if not text.strip():
        return []
    if len(text) <= size:
        return [Passage(0, len(text), text)]
    ends = piece_ends(text, size // 2)
    found: list[Passage] = []
    first = 0
    while True:
        begin = ends[first - 1] if first else 0
        last = first
        while last + 1 < len(ends) and ends[last + 1] - begin <= size:
            last += 1
        window = _trimmed(text, begin, ends[last])
        if window is not None and (not found or window.end > found[-1].end):
            # White space aside, two windows may start alike; the longer one holds the other.
            if found and found[-1].start == window.start:
                found.pop()
            found.append(window)
        if last + 1 >= len(ends):
            return found
        first += 1
        while first < last and ends[first - 1] - begin < size // 2:
            first += 1


def _trimmed(text: str, start: int, end: int) -> Passage | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Passage(start, end, text[start:end]) if start < end else None
