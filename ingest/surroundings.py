"""Blocks as those around them explain them: numbers that go on, lines that were broken off, lists, tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.labels import item_label
from ingest.layout import Block, ends_sentence, is_chinese
from ingest.lookahead import broken_off, is_flush_prose, number_readings, table_lines
from ingest.numbering import Reading
from ingest.readers.lines import HintRole

__all__ = ["Surroundings", "told"]

_CLAUSE = re.compile(r"[，；：,]")
_LINE = 45
"""Characters from which on a Chinese line without a stop is a line of text rather than a heading."""


def told(block: Block) -> HintRole | None:
    """What the format says that a block is."""
    return None if block.hint is None else block.hint.role


class Surroundings:
    """Looked up by a block's index.

    ``readings`` are of blocks that start with a number, ``broken`` those that go on after a page, ``table``
    cells of tables.
    """

    def __init__(self, found: Sequence[Block]) -> None:
        self._blocks = found
        texts = [i for i, block in enumerate(found) if block.kind == "text"]
        self._next = dict(pairwise(texts))
        self.broken = broken_off(found)
        free = [i for i in texts if told(found[i]) not in ("table", "caption", "title", "front", "note")]
        self.readings: dict[int, Reading] = number_readings(found, free, self.broken)
        unhinted = [(i, found[i].text) for i in free if found[i].hint is None]
        self.table = table_lines(unhinted, self.readings)

    def following(self, i: int) -> str | None:
        """The text after a block, ``None`` after the last."""
        after = self._next.get(i)
        return None if after is None else self._blocks[after].text

    def before_number(self, i: int) -> bool:
        """Whether a numbered paragraph comes next."""
        return self._reading_after(i) in ("paragraph", "restart")

    def before_reading(self, i: int) -> bool:
        """Whether a number comes next, whatever it is."""
        return self._reading_after(i) is not None

    def leads(self, i: int) -> bool:
        """Whether a labelled line can be a heading: a numbered paragraph or prose comes next, and no item."""
        following = self.following(i) or ""
        return self.before_number(i) or (item_label(following) is None and ends_sentence(following))

    def runs_on(self, i: int, text: str) -> bool:
        """Whether a Chinese line is too much of a sentence to be the heading of the prose after it."""
        following = self.following(i)
        if following is None or not is_chinese(text):
            return False
        if len(text) < _LINE and _CLAUSE.search(text) is None:
            return False
        return is_flush_prose(following)

    def _reading_after(self, i: int) -> Reading | None:
        after = self._next.get(i)
        return None if after is None else self.readings.get(after)
