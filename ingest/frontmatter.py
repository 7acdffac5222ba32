"""What stands before the body: what it says of the document itself, and where it ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.layout import Block, is_chinese
from ingest.resolutions import adopted_on, iso_date, title_line
from ingest.symbols import is_symbol

__all__ = ["date_of", "is_prose", "is_summary_heading", "numbers_of", "title_of"]

_SUMMARY = re.compile(r"(?:内容)?[概摘提]\s*要|(?:Executive )?[Ss]ummary|SUMMARY|Abstract")
_STOP = re.compile(r"[.。．!！?？…][\"'”’»」』)）\]⁰¹²³⁴⁵⁶⁷⁸⁹*\s]*\Z")
_BY_LINE = re.compile(
    r".{0,40}的(?:说明|报告)|(?:Note|Report|Letter|Memorandum|Statement)s? (?:by|of|from) .*"
)
_META = re.compile(
    r"Distr\.?.*|General|Limited|(?:Chinese|English|French|Spanish|Russian|Arabic)(?: (?:only|and).*)?"
    r"|Original:.*|原件.*|中文.*|普遍|联合国|United Nations|临时议程.*|议程项目.*|(?:Agenda )?[Ii]tems? .*"
    r"|.*provisional agenda.*|第.{1,10}[届次](?:会议|特别会议|年度会议).{0,12}|.{3,40} session(?: \(.*\))?"
    r"|\d{4} session|\[.*\]|\d{4}年.*"
    r"|[A-Z][\w ]+, \d{1,2}[\s–-].*\d{4}.*"
)


def is_summary_heading(text: str) -> bool:
    """Whether a block is the heading of the summary box."""
    return _SUMMARY.fullmatch(text) is not None


def is_prose(text: str) -> bool:
    """Whether a block before the first heading is a paragraph and not a line about the document."""
    if len(text) < (18 if is_chinese(text) else 50) or _STOP.search(text[-24:]) is None:
        return False
    return title_line(text) is None and adopted_on(text) is None and not text.startswith("[")


def numbers_of(front: Sequence[Block]) -> tuple[str, ...]:
    """The resolution or decision numbers that title lines state: ``67/78``."""
    return tuple(found[0] for block in front if (found := title_line(block.text)))


def title_of(front: Sequence[Block]) -> str | None:
    """A resolution's title, or the last block that is no symbol, date, session, agenda item or byline."""
    for block in front:
        if found := title_line(block.text):
            return " ".join(found[1].split())
    rest = [b.text for b in front if not _META.fullmatch(b.text) and not is_symbol(b.text)]
    named = [text for text in rest if not _BY_LINE.fullmatch(text)] or rest
    return named[-1] if named else None


def date_of(front: Sequence[Block], back: Sequence[str]) -> str | None:
    """The date that the text gives itself, ISO 8601: of adoption, distribution, or the meeting at its end.

    A session's or a conference's dates are not the document's.
    """
    lines = [line.text for block in front for line in block.lines]
    for block in front:
        if found := adopted_on(" ".join(block.text.split())):
            return found
    for i, text in enumerate(lines):
        if text.startswith(("Distr.", "分发", "普遍")):
            for near in lines[i : i + 4]:
                if found := iso_date(near):
                    return found
    return next((found for text in back if (found := iso_date(" ".join(text.split())))), None)
