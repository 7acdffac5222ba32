"""Printed labels: ``1.``, ``(a)``, ``II.``, ``一.``, ``Annex II`` and what they count.

Numbers are read the way the United Nations Editorial Manual prints them; a label says what a
line could be, its place in a sequence decides (``structure``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "Label",
    "Rank",
    "cjk_number",
    "heading_label",
    "item_label",
    "item_values",
    "paragraph_number",
    "roman",
    "roman_number",
]

_CJK = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ROMAN_FORM = re.compile(r"(?=[IVXLC])(?:C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")

Rank = Literal["annex", "title", "part", "decision", "roman", "letter", "arabic", "bracket", "rule", "plain"]
"""Kinds of heading, outermost first."""


@dataclass(frozen=True, slots=True)
class Label:
    """A heading's label: its rank, its number from 1, and its name in a paragraph id."""

    rank: Rank
    number: int
    name: str
    length: int
    """Code points of the heading that the label takes, with the white space after it."""


def cjk_number(text: str) -> int | None:
    """1 to 99 for ``一`` to ``九十九``; ``None`` for anything else."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _CJK.get(text)
    if (tens and tens not in _CJK) or (ones and ones not in _CJK):
        return None
    return (_CJK[tens] if tens else 1) * 10 + (_CJK[ones] if ones else 0)


def roman_number(text: str) -> int | None:
    """1 to 399 for a well-formed upper-case Roman numeral; ``None`` for anything else."""
    if not _ROMAN_FORM.fullmatch(text):
        return None
    values = [_ROMAN[letter] for letter in text]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def roman(number: int) -> str:
    """The Roman numeral of 1 to 399."""
    if not 1 <= number < 400:
        raise ValueError(f"expected 1 to 399, got {number}")
    parts = []
    for value, letters in (
        (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        count, number = divmod(number, value)
        parts.append(letters * count)
    return "".join(parts)


# A number followed by a digit (1.5 per cent) is a figure, except the dotted ones of budget fascicles (36.1).
_PARAGRAPH = re.compile(
    r"(?P<number>\d{1,4}(?:\.\d{1,3})*(?:bis|ter|quater)?)(?:\s?[.．、](?!\d)|(?=\t))\s*(?=\S)"
    r"|(?P<dotted>\d{1,3}\.\d{1,3})\s+(?=\S)"
)


def paragraph_number(text: str) -> tuple[str, int] | None:
    """The printed number a text starts with and how many code points it takes, or ``None``."""
    match = _PARAGRAPH.match(text)
    return (match["number"] or match["dotted"], match.end()) if match else None


_ITEM = re.compile(
    r"(?:[-–—•·*▪◦]\s*)?[(（](?P<label>[a-z]{1,2}|[ivxl]{1,6}|[A-Z]|\d{1,2}|[一二三四五六七八九十]{1,3})[)）]\s*(?=\S)"
)


def item_label(text: str) -> tuple[str, int] | None:
    """The label in brackets a text starts with, stray bullet aside, and how many code points both take."""
    match = _ITEM.match(text)
    return (match["label"], match.end()) if match else None


def item_values(label: str) -> tuple[tuple[str, int], ...]:
    """What an item's label can count as, as ``(style, number from 1)``: ``i`` is letter 9 or Roman 1."""
    values: list[tuple[str, int]] = []
    if label.isdigit():
        return (("arabic", int(label)),)
    if (number := cjk_number(label)) is not None:
        return (("cjk", number),)
    if len(label) == 1 and label.isascii():
        values.append(("upper" if label.isupper() else "letter", ord(label.lower()) - 96))
    elif len(label) == 2 and label[0] == label[1]:
        values.append(("letter", ord(label[0]) - 96 + 26))
    if label.islower() and (number := roman_number(label.upper())) is not None:
        values.append(("roman", number))
    return tuple(values)


_ANNEX = re.compile(
    r"(?P<word>Annex|Appendix|Enclosure|Attachment|ANNEX|APPENDIX)(?:\s+(?P<roman>[IVXLC]+|\d{1,2}|[A-Z]))?\s*[.:]?\s*(?=$|[^\w\s]|\n)"
    r"|(?P<zh>附件|附录|附文)\s*(?P<cjk>[一二三四五六七八九十]+|[IVXLC]+|\d{1,2})?\s*[.．:：]?\s*(?=$|\n)"
)
_WORD = re.compile(
    r"(?P<word>Rule|Article|Regulation|Principle|Objective|Priority|Goal|Target|Chapter|Section|Part)"
    r"\s+(?P<number>[IVXLC]+|\d{1,3}|[A-Z]|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive)(?:\s*[.:]\s*|\s+|$)"
    r"|第\s*(?P<cjk>[一二三四五六七八九十]+|\d{1,3})\s*(?P<zh>部分|编|章|节|条)(?:\s+|$|[.．:：])"
)
# What opens one decision in the report of a conference: its number, alone or before its title.
_DECISION = re.compile(
    r"(?:(?P<word>(?:Decision|DECISION|Resolution|RESOLUTION)\s+)|第\s*)?"
    r"(?P<key>\d{1,3}/(?:COP|CP|CMP|CMA|MOP)[.\-]?\d{1,3}|(?(word)(?:BS-|NP-|CP-)?[IVX]{1,6}/\d{1,3}|(?!)))"
    r"(?:\s*号\s*(?:决定|决议))?(?:\s*$|\s*[:：\t]|\.\s|\n)\s*"
)
_NUMBERED = re.compile(
    r"(?:(?P<cjk>[一二三四五六七八九十]{1,3})[.．、]|(?P<latin>[IVXLC]{1,7}|[A-Z])[.．])\s*(?=\S)"
)
_ALONE = re.compile(r"[A-Z]|[IVXLC]{1,7}")
_BARE = re.compile(r"(?P<roman>[IVXLC]{1,7})[ \t\xa0]+(?=[A-Z“\"])")
_ZH_WORDS = {"部分": "part", "编": "part", "章": "chapter", "节": "section", "条": "article"}
_EN_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_OUTER_WORDS = {"part", "chapter", "section"}


def _count(text: str) -> int:
    number = (
        int(text)
        if text.isdigit()
        else _EN_NUMBERS.get(text.lower())
        or roman_number(text)
        or cjk_number(text)
        or ord(text[0].upper()) - 64
    )
    return min(number, 399)


def _latin(latin: str, length: int, previous: dict[Rank, int]) -> Label | None:
    """``C.`` after ``B.`` is a letter, after ``XCIX.`` a Roman numeral; ``I.`` starts Roman numerals."""
    number = roman_number(latin)
    if len(latin) > 1:
        return Label("roman", number, latin, length) if number else None
    letter = ord(latin) - 64
    if number is not None:
        next_letter = letter > 1 and letter == previous.get("letter", 0) + 1
        if number == previous.get("roman", 0) + 1 or (latin == "I" and not next_letter):
            return Label("roman", number, latin, length)
    return Label("letter", letter, latin, length)


def heading_label(text: str, previous: dict[Rank, int]) -> Label | None:
    """The label a heading starts with, or ``None``.

    ``previous`` holds the last number seen at each rank: it settles whether ``I.`` after ``H.`` is
    the ninth letter or the first Roman numeral, and a Roman numeral without a full stop
    (``II Capacity-building``) is only believed where it is the next one.
    """
    if match := _ANNEX.match(text):
        word = "annex" if match["zh"] == "附件" or (match["word"] or "").lower() == "annex" else "appendix"
        printed = match["roman"] or match["cjk"]
        if not printed:
            return Label("annex", 0, word, match.end())
        number = _count(printed)
        lettered = len(printed) == 1 and printed.isupper() and roman_number(printed) is None
        return Label("annex", number, f"{word}.{printed if lettered else roman(number)}", match.end())
    if match := _DECISION.match(text):
        name = re.sub(r"(?<=[A-Z])[.-]?(?=\d+\Z)", "-", match["key"]).replace("/", "-")
        return Label("decision", 0, f"decision-{name}", match.end())
    if match := _WORD.match(text):
        word = match["word"].lower() if match["word"] else _ZH_WORDS[match["zh"]]
        number = _count(match["number"] or match["cjk"])
        if word in _OUTER_WORDS:
            return Label("part", number, f"{word}-{roman(max(1, number))}", match.end())
        return Label("rule", number, f"{word}-{number}", match.end())
    if match := _NUMBERED.match(text):
        if match["cjk"]:
            counted = cjk_number(match["cjk"])
            return Label("roman", counted, roman(counted), match.end()) if counted else None
        return _latin(match["latin"], match.end(), previous)
    if _ALONE.fullmatch(text):
        alone = roman_number(text)
        if alone is not None and alone == previous.get("roman", 0) + 1:
            return Label("roman", alone, text, len(text))
        letter = ord(text) - 64 if len(text) == 1 else 0
        return Label("letter", letter, text, len(text)) if letter == previous.get("letter", 0) + 1 else None
    if match := _BARE.match(text):
        bare = roman_number(match["roman"])
        if bare is not None and (
            bare == previous.get("roman", 0) + 1 or (bare == 2 and "roman" not in previous)
        ):
            return Label("roman", bare, roman(bare), match.end())
    return None
