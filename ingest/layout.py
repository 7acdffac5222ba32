"""Lines → blocks: what a printed page adds (furniture, contents) told apart from what the author wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ingest.labels import heading_label, item_label, paragraph_number
from ingest.readers.lines import Hint, Line
from ingest.symbols import is_symbol

__all__ = [
    "Block",
    "blocks",
    "ends_line",
    "ends_sentence",
    "hard_wrapped",
    "is_chinese",
    "looks_like_heading",
    "separator",
]

_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u2018-\u201d\u2014\u2026"
_HAN = re.compile(r"[\u3400-\u9fff]")
_NO_SPACE_AFTER = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]\Z")
_NO_SPACE_BEFORE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
_END = re.compile(rf"[.。．;；:：,，、!！?？…][\"'”’»」』》)）\]]*[{_SUPERSCRIPT}*\s]*\Z")
_STOP = re.compile(rf"[.。．;；:：!！?？…][\"'”’»」』)）\]]*[{_SUPERSCRIPT}*\s]*\Z")

_FURNITURE = re.compile(
    r"GE\.\d\d-\d{4,6}.*"
    r"|\*\s*(?:[\dA-Z]\s*){5,12}\*"
    r"|\d\d-\d{5}(?:\s*\([ACEFRS]\))?(?:\s+\d{6})*(?:\s*\*\d+\*)?"
    r"|[NV]\d{7}(?:\s*\([ACEFRS]\))?"
    r"|请\s*回收|Please recycle.{0,3}"
    r"|[_＿‗─—\-–=]{3,}"
    r"|(?:Page|page|第)\s*\d{1,4}(?:\s*(?:页|of\s+\d+))?"
    r"|\d{1,4}\s*/\s*\d{1,4}"
    r"|[-–—]\s*\d{1,4}\s*[-–—]"
    r"|[\u200b-\u200f\u2060\ufeff]+"
)
_PAGE_NUMBER = re.compile(r"\d{1,3}|[ivxlc]{1,6}")
_BACK = re.compile(
    r"\d{1,4}(?:st|nd|rd|th)\s+(?:\(\w+\)\s+)?(?:plenary\s+)?meeting\b.*|第\s*[\d一二三四五六七八九十百]+\s*次全体会议.*"
)

_CONTENTS = re.compile(r"目\s*[录次]|(?:Table of )?[Cc]ontents|CONTENTS|TABLE OF CONTENTS")
_CONTENTS_HEADER = re.compile(
    r"(?:段\s*次|Paragraphs?|页\s*次|Page|章\s*次|Chapter)(?:[\s\t]+(?:段\s*次|Paragraphs?|页\s*次|Page))*"
)
_PAGES = r"\d{1,3}(?:\s*[-–—]\s*\d{1,3})?"
_ENTRY = re.compile(
    rf".*?(?:\.{{3,}}+|…++|·{{3,}}+|(?:\. ){{3,}}+|_{{3,}}+)[\s.]*+(?:{_PAGES}\s*){{0,2}}"
    rf"|.+\t{_PAGES}\t\d{{1,3}}|.+\s\d{{1,3}}[-–—]\d{{1,3}}\s+\d{{1,3}}"
)
_LEADERS = re.compile(r"(?:\.{4,}+|…{2,}+|(?:\. ){4,}+)[\s.]*+\d")
_LONGEST_ENTRY = 400

_FOOTNOTE = re.compile(rf"(?P<mark>[{_SUPERSCRIPT}]+|\*{{1,4}}|†{{1,2}}|‡)\s*(?=\S)")
_BULLET = re.compile(r"[•▪◦●■\uf0b7]\s*|[-–*]\s+(?=[(（])")
_LEAD_IN = re.compile(r"(?:[:：;；,，.。]|\b(?:and|or)|[和或及]|[”\"])[\s*" + _SUPERSCRIPT + r"]*\Z")

Kind = Literal["text", "furniture", "contents", "footnote", "symbol", "back"]


@dataclass(slots=True)
class Block:
    """Lines that belong together; ``text`` is theirs, joined, without the mark of a footnote.

    ``hint`` is what the file's format says of them; without one, their wording and place decide.
    """

    kind: Kind
    lines: list[Line]
    text: str
    mark: str = ""
    hint: Hint | None = None


def is_chinese(text: str) -> bool:
    """Whether a text is set in Chinese: a fifth or more of its letters are Han characters."""
    if _HAN.search(text) is None:
        return False
    han = len(_HAN.findall(text))
    return han * 5 >= sum(map(str.isalpha, text))


def separator(before: str, after: str) -> str:
    """What stands between two lines that go on: nothing in Chinese or after a hyphen, else a space."""
    if not before or not after:
        return ""
    if _NO_SPACE_AFTER.search(before[-1]) or _NO_SPACE_BEFORE.match(after):
        return ""
    if before[-1] in "-‐‑/\u00ad" and before[-2:-1].isalnum():
        return ""
    return " "


def ends_line(text: str) -> bool:
    """Whether a text ends with a mark that may end a line of a list, a comma included."""
    return _END.search(text[-24:]) is not None


def ends_sentence(text: str) -> bool:
    """Whether a text ends with a stop, semicolon or colon: nothing is broken off there."""
    return _STOP.search(text[-24:]) is not None


def looks_like_heading(text: str, *, labelled: bool = False) -> bool:
    """Whether a block is set like a heading: short, and no punctuation at its end."""
    if not text or len(text) > 400 or ends_line(text):
        return False
    if is_chinese(text):
        return len(text) <= (200 if labelled else 60)
    return len(text) <= (400 if labelled else 220) and not text[0].islower()


def _contents(lines: Sequence[Line]) -> frozenset[int]:
    """Numbers of the lines of a table of contents: under its heading, or a run of dot leaders."""
    filled = [line for line in lines if line.text]
    # Nothing longer is an entry; a long line of dots would take the patterns long.
    short = [line.text if len(line.text) <= _LONGEST_ENTRY else "" for line in filled]
    found: set[int] = set()
    i = 0
    while i < len(filled):
        text = short[i]
        titled = _CONTENTS.fullmatch(text) is not None
        if not titled and not (
            _LEADERS.search(text) and any(_LEADERS.search(entry) for entry in short[i + 1 : i + 4])
        ):
            i += 1
            continue
        j = i + 1 if titled else i
        start = i
        last = i if titled else i - 1
        while j < len(filled):
            entry = short[j]
            if _ENTRY.fullmatch(entry) or _CONTENTS_HEADER.fullmatch(entry):
                last = j
            elif j - last > 2 or not entry or ends_line(entry):
                # An entry may run over two lines before its dots; more is the body.
                break
            j += 1
        if last < start or (titled and last == start):
            # Dots, or the heading, without a single entry.
            i += 1
            continue
        found.update(line.number for line in filled[start : last + 1])
        i = last + 1
    return frozenset(found)


def hard_wrapped(lines: Sequence[Line]) -> bool:
    """Whether lines end where the page did, not where the paragraph did."""
    lengths = sorted(len(line.text) for line in lines if line.text)
    if not lengths:
        return False
    chinese = is_chinese("".join(line.text for line in lines[:200]))
    if lengths[int(len(lengths) * 0.97)] > (60 if chinese else 130):
        return False
    pairs = [before.text for before, after in pairwise(lines) if before.text and after.text]
    return sum(not ends_line(text) for text in pairs) * 5 > len(pairs) * 2


def _starts(line: str, previous: str, *, wrapped: bool) -> bool:
    """Whether a line directly under another begins something of its own."""
    if line[0] in _SUPERSCRIPT or _BULLET.match(line):
        return True
    if item_label(line):
        return _LEAD_IN.search(previous) is not None or item_label(previous) is not None
    if number := paragraph_number(line):
        # Under a numbered heading; 1.5 at the start of a line is more often a figure.
        return (
            not wrapped
            or ends_line(previous)
            or (paragraph_number(previous) is not None and "." not in number[0])
        )
    if heading_label(line, {}) and looks_like_heading(line, labelled=True):
        return not wrapped or ends_sentence(previous)
    return not wrapped and ends_sentence(previous) and not line[0].islower()


def blocks(lines: Sequence[Line]) -> list[Block]:
    """Every non-blank line, in order, in exactly one block."""
    contents = _contents(lines)
    wrapped = hard_wrapped(lines)
    starred = any("*" in line.text[1:] for line in lines if not _FURNITURE.fullmatch(line.text))
    found: list[Block] = []
    for raw in _paragraphs(lines, dense=not wrapped and _dense(lines)):
        if raw[0].hint is not None:
            found.append(_hinted(raw[0], raw[0].hint, starred=starred))
            continue
        alone = all(_PAGE_NUMBER.fullmatch(line.text) or _FURNITURE.fullmatch(line.text) for line in raw)
        previous: Block | None = None
        for line in raw:
            kind, mark, text = _kind(line, contents, alone=alone, starred=starred)
            if (
                previous is not None
                and kind == "text"
                and previous.kind in ("text", "footnote", "back")
                and not _starts(line.text, previous.lines[-1].text, wrapped=wrapped)
            ):
                previous.lines.append(line)
                continue
            previous = Block(kind, [line], text, mark)
            found.append(previous)
    for block in found:
        if len(block.lines) > 1:
            block.text = _joined(block)
    return found


def _hinted(line: Line, hint: Hint, *, starred: bool) -> Block:
    """A line that its format tells apart; furniture and symbols among them are known by sight."""
    if hint.role == "contents":
        return Block("contents", [line], line.text, hint=hint)
    match = _FOOTNOTE.match(line.text) if hint.role in ("note", "front", "body") else None
    if match and (hint.role == "note" or match["mark"][0] != "*" or starred):
        return Block("footnote", [line], line.text[match.end() :], match["mark"], hint)
    if hint.role in ("front", "body"):
        kind, _, _ = _kind(line, frozenset(), alone=False, starred=False)
        if kind in ("furniture", "symbol", "back"):
            return Block(kind, [line], line.text, hint=hint)
    return Block("text", [line], line.text, hint=hint)


def _joined(block: Block) -> str:
    pieces = [block.text]
    for before, line in pairwise(block.lines):
        pieces.append(separator(before.text, line.text))
        pieces.append(line.text)
    return "".join(pieces)


def _kind(line: Line, contents: frozenset[int], *, alone: bool, starred: bool) -> tuple[Kind, str, str]:
    text = line.text
    if line.number in contents:
        return "contents", "", text
    if _FURNITURE.fullmatch(text) or (alone and _PAGE_NUMBER.fullmatch(text)):
        return "furniture", "", text
    if is_symbol(text):
        return "symbol", "", text
    if _BACK.fullmatch(text):
        return "back", "", text
    if (match := _FOOTNOTE.match(text)) and (match["mark"][0] != "*" or starred):
        return "footnote", match["mark"], text[match.end() :]
    return "text", "", text


def _dense(lines: Sequence[Line]) -> bool:
    """Whether paragraphs stand one to a line, without blank lines between them."""
    filled = sum(bool(line.text) for line in lines)
    return filled > 8 and (len(lines) - filled) * 10 < filled


def _paragraphs(lines: Sequence[Line], *, dense: bool) -> Iterator[list[Line]]:
    """Runs of lines without a blank line between them; each line alone where none stand between any."""
    run: list[Line] = []
    for line in lines:
        if run and (dense or line.hint is not None or run[-1].hint is not None):
            yield run
            run = []
        if line.text:
            run.append(line)
        elif run:
            yield run
            run = []
    if run:
        yield run
