"""Which paragraphs of something a text names: "paras. 12 to 15", "sect. II, para. 35", 第36(c)和(d)段.

Of what they are paragraphs is told by the words around them (:mod:`ingest.crossreferences`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.facts.numerals import chinese

__all__ = ["Named", "Pinpoint", "find_pinpoints", "part_of"]

_LONGEST_RANGE = 60
"""Paragraphs in a range that are named one by one; of a longer one, its ends."""

_BACK = 60
"""Characters before a paragraph's number in which its section and annex are looked for."""


@dataclass(frozen=True, slots=True)
class Named:
    """One paragraph by its id inside a document (``II.35``, ``36(c)``, ``pp3``), and where it is named."""

    local: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pinpoint:
    """``text[start:end]`` names paragraphs of one thing, in the order given."""

    start: int
    end: int
    named: tuple[Named, ...]


_ITEM = r"\((?:[a-z]|[ivx]{1,5})\)"
_NUMBER = rf"(?:[IVX]{{1,5}}\.)?\d{{1,3}}(?:\.\d{{1,3}}){{0,2}}(?!\d)(?:\s?{_ITEM}){{0,3}}"
_AND = r"(?:,\s+and\s+|,\s+or\s+|,\s*|\s+and\s+|\s+or\s+|\s+to\s+|\s*-\s*)"
_WHERE = r"(?:annex(?:\s+[IVXL]{1,6})?|(?:sect\.|section|part)\s+[IVXL]{1,6})"
_ENGLISH = re.compile(
    r"\bpara(?:graph)?s?\.?\s+"
    rf"(?P<list>{_NUMBER}(?:{_AND}(?:{_NUMBER}|{_ITEM})){{0,40}})",
    re.IGNORECASE,
)
# What stands before it, looked for only where a paragraph is named.
_BEFORE = re.compile(rf"(?P<where>(?:\b{_WHERE}\s*,?\s+){{0,2}})(?P<kind>\bpreambular\s+)?\Z", re.IGNORECASE)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_PREAMBULAR = re.compile(rf"\b(?P<ordinal>{'|'.join(_ORDINALS)})\s+preambular\s+paragraph\b", re.IGNORECASE)
_HAN = "[一二三四五六七八九十]{1,3}"
_ZH_NUMBER = rf"(?:{_NUMBER}|{_HAN}(?:{_ITEM})?)"
_ZH_AND = r"\s*(?:段\s*)?(?:、|和|及|与|以及|或|至|到|-)\s*"
_ZH_WHERE = rf"(?:附件\s*(?:{_HAN}|[IVXL]{{1,6}})?|第\s*(?:{_HAN}|[IVXL]{{1,6}})\s*(?:节|部分))"
_CHINESE = re.compile(
    rf"第\s*(?P<list>{_ZH_NUMBER}(?:{_ZH_AND}(?:第\s*)?(?:{_ZH_NUMBER}|{_ITEM})){{0,40}})\s*段"
)
_ZH_BEFORE = re.compile(
    rf"(?P<where>(?:{_ZH_WHERE}\s*[,、]?\s*(?:的\s*)?){{0,2}})(?P<kind>序言部分|执行部分)?\s*(?:的\s*)?\Z"
)
_PIECE = re.compile(
    rf"(?P<joint>to\s|至|到|-)|(?P<number>{_NUMBER})|(?P<item>{_ITEM})|(?P<han>{_HAN})(?P<of_han>(?:{_ITEM})?)",
    re.IGNORECASE,
)
_SECTION = re.compile(
    rf"annex(?:\s+(?P<annex>[IVXL]+))?|(?:sect\.|section|part)\s+(?P<part>[IVXL]+)"
    rf"|附件\s*(?P<zh_annex>{_HAN}|[IVXL]+)?|第\s*(?P<zh_part>{_HAN}|[IVXL]+)\s*(?:节|部分)",
    re.IGNORECASE,
)
_MAY = re.compile("[Pp]ara|段")


def find_pinpoints(folded: str) -> Iterator[Pinpoint]:
    """Paragraphs named in a text, in order. ``folded`` is the text as :func:`ingest.facts.folding.fold`
    makes it, whose offsets are the text's own.
    """
    if _MAY.search(folded) is None:
        return
    patterns = ((_ENGLISH, _BEFORE), (_CHINESE, _ZH_BEFORE))
    found = [_listed(match, before) for pattern, before in patterns for match in pattern.finditer(folded)]
    for match in _PREAMBULAR.finditer(folded):
        local = f"pp{_ORDINALS.index(match['ordinal'].lower()) + 1}"
        found.append(Pinpoint(match.start(), match.end(), (Named(local, *match.span()),)))
    yield from sorted(found, key=lambda one: one.start)


def part_of(where: str) -> str:
    """``annex I, sect. II`` or 附件一第二节 → ``annex.I.II``, as ids name parts; empty where none is."""
    pieces: list[str] = []
    for match in _SECTION.finditer(where):
        if match[0].lower().startswith(("annex", "附件")):
            pieces.append("annex")
        number = match["annex"] or match["part"] or match["zh_annex"] or match["zh_part"]
        if number:
            pieces.append(number.upper() if number.isascii() else _roman(chinese(number)))
    return ".".join(filter(None, pieces))


_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")


def _roman(number: object) -> str:
    value = int(str(number)) if number is not None else 0
    tens, ones = divmod(value, 10)
    return "X" * tens + _ROMAN[ones] if 0 < value < 40 else ""


def _listed(match: re.Match[str], pattern: re.Pattern[str]) -> Pinpoint:
    where = pattern.search(match.string, max(0, match.start() - _BACK), match.start())
    if where is None:
        raise ValueError(f"expected a pattern that matches the empty text, got {pattern.pattern!r}")
    part = part_of(where["where"])
    kind = (where["kind"] or "").strip().lower()
    before = f"{part}." if part else "pp" if kind in ("preambular", "序言部分") else ""
    named: list[Named] = []
    joint: int | None = None
    for piece in _PIECE.finditer(match.string, match.start("list"), match.end("list")):
        if piece["joint"]:
            joint = piece.start()
            continue
        local = _local(piece, named[-1].local if named else "", before)
        if local is None:
            continue
        if joint is not None and named:
            named += _between(named[-1], local, piece.end())
        named.append(Named(local, piece.start(), piece.end()))
        joint = None
    return Pinpoint(where.start(), match.end(), tuple(named))


def _local(piece: re.Match[str], last: str, before: str) -> str | None:
    if piece["item"]:
        # "36 (c) and (d)": another item of the same paragraph.
        return re.sub(r"\([^()]*\)\Z", "", last) + piece["item"] if last else None
    if piece["han"]:
        value = chinese(piece["han"])
        return None if value is None else f"{before}{value}{piece['of_han']}"
    number = "".join(piece["number"].split())
    return number if before and number[0] in "IVX" else before + number


def _between(first: Named, last: str, end: int) -> Iterator[Named]:
    """The paragraphs, or the items, inside a range."""
    stem, low = _split(first.local)
    other, high = _split(last)
    if stem != other or not 1 < high - low <= _LONGEST_RANGE:
        return
    items = stem.endswith("(")
    for value in range(low + 1, high):
        yield Named(f"{stem}{chr(value)})" if items else f"{stem}{value}", first.start, end)


def _split(local: str) -> tuple[str, int]:
    """``II.35`` → ``("II.", 35)``; ``36(c)`` → ``("36(", ord("c"))``."""
    match = re.fullmatch(r"(?P<stem>.*?)(?:(?P<number>\d+)|\((?P<letter>[a-z])\))", local)
    if match is None:
        return local, 0
    if match["letter"]:
        return f"{match['stem']}(", ord(match["letter"])
    return match["stem"], int(match["number"])
