"""What the blocks after a block say about it: numbers that go on, lines that run on, cells of a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ingest.labels import heading_label, item_label, paragraph_number
from ingest.layout import Block, ends_line, ends_sentence, is_chinese, looks_like_heading
from ingest.numbering import Candidate, Reading, read_numbers
from ingest.resolutions import is_enacting, is_preambular

__all__ = ["BULLET", "broken_off", "is_flush_prose", "number_readings", "table_lines"]

BULLET = re.compile(r"([•▪◦●■\uf0b7])\s*")
"""A list's bullet at the start of a line."""

_SENTENCES = re.compile(r"[。；;]|：.|[a-z)]\.\s+[A-Z]")
_LABELLED = re.compile(r"[IVXLC]{1,7}\s+[A-Z“\"]|(?:[IVXLC]{1,7}|[A-Z]|[一二三四五六七八九十]{1,3})[.．、]")
_TABLE = 4
"""Short lines without punctuation, one after the other, from which on they are a table and not headings."""


def broken_off(found: Sequence[Block]) -> frozenset[int]:
    """Blocks without a stop that go on after a footnote or furniture, or in lower case: no headings."""
    broken: set[int] = set()
    waiting: int | None = None
    gap = False
    for i, block in enumerate(found):
        if block.hint is not None:
            waiting, gap = None, False
            continue
        if block.kind != "text":
            gap = gap or block.kind in ("footnote", "furniture", "symbol")
            continue
        if waiting is not None and is_flush_prose(block.text, broken=True):
            chinese = is_chinese(block.text)
            if (gap and (chinese or not looks_like_heading(block.text))) or block.text[0].islower():
                broken.add(waiting)
        waiting = None if ends_line(block.text) else i
        gap = False
    return frozenset(broken)


def number_readings(
    found: Sequence[Block], places: Sequence[int], broken: frozenset[int]
) -> dict[int, Reading]:
    """What each block that starts with a number is; blocks by their index, ``places`` those to look at."""
    numbered: list[int] = []
    candidates: list[Candidate] = []
    boundary = False
    for position, i in enumerate(places):
        text, hint = found[i].text, found[i].hint
        if hint is not None and hint.role == "heading":
            boundary = True
            continue
        number = paragraph_number(text)
        if number is None:
            boundary = boundary or (hint is None and _may_restart(text)) or is_enacting(text)
            continue
        following = found[places[position + 1]].text if position + 1 < len(places) else ""
        rest = text[number[1] :]
        heading = (
            hint is None and i not in broken and looks_like_heading(rest) and _SENTENCES.search(rest) is None
        )
        candidates.append(Candidate(number[0], heading, boundary, is_flush_prose(following)))
        numbered.append(i)
        boundary = False
    return dict(zip(numbered, read_numbers(candidates), strict=True))


def _may_restart(text: str) -> bool:
    """Whether numbering may start again after this block: a heading, or a preamble."""
    return (
        looks_like_heading(text)
        or is_enacting(text)
        or (text[-1] in ",，" and is_preambular(text))
        or (_LABELLED.match(text) is not None and looks_like_heading(text, labelled=True))
    )


def is_flush_prose(text: str, *, broken: bool = False) -> bool:
    """Whether a block is prose without a label: under a heading, or (``broken``) going on with a line."""
    return (
        ends_sentence(text)
        and (broken or not text[0].islower())
        and paragraph_number(text) is None
        and item_label(text) is None
        and BULLET.match(text) is None
    )


def table_lines(texts: Sequence[tuple[int, str]], readings: Mapping[int, Reading]) -> frozenset[int]:
    """Blocks that are cells of a table: the inner ones of a long run of short lines without punctuation."""
    cells: set[int] = set()
    run: list[int] = []
    for i, text in [*texts, (-1, "1. ")]:
        short = (
            i not in readings
            and len(text) <= 80
            and looks_like_heading(text)
            and BULLET.match(text) is None
            and item_label(text) is None
            and heading_label(text, {}) is None
        )
        if short:
            run.append(i)
            continue
        if len(run) >= _TABLE:
            # The first may be the table's heading, the last that of what comes next.
            cells.update(run[1:] if i < 0 else run[1:-1])
        run = []
    return frozenset(cells)
