"""Numbers written in words: Chinese numerals and English number words.

Own grammar: the packages for it either guess (``cn2an`` reads 百 alone) or bring far more than is needed.
"""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["ENGLISH", "MAGNITUDES_EN", "MAGNITUDES_ZH", "chinese", "english", "han", "small"]

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"两": 2, "零": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}

MAGNITUDES_ZH = {
    "万亿": 10**12,
    "千亿": 10**11,
    "百亿": 10**10,
    "十亿": 10**9,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "千": 1000,
    "百": 100,
}
MAGNITUDES_EN = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_DECADES = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: value for value, word in enumerate(_ONES)} | {
    word: 20 + 10 * step for step, word in enumerate(_DECADES)
}

_LOW = "|".join(sorted(_ONES[1:], key=len, reverse=True))
ENGLISH = rf"(?:(?:{'|'.join(_DECADES)})(?:-(?:{'|'.join(_ONES[1:10])}))?|{_LOW})"
"""Pattern of an English number word below a hundred: ``three``, ``twenty-one``."""


def han(number: int) -> str:
    """A whole number from 0 to 999 as documents write the numbers of sessions: 六十七, 十五, 一百零五.

    :raises ValueError: if it is not within that range.
    """
    if not 0 <= number <= 999:
        raise ValueError(f"expected a number from 0 to 999, got {number}")
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    written = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        written += "十" if tens == 1 and not hundreds else f"{digits[tens]}十"
    elif hundreds and ones:
        written += "零"
    return written + digits[ones] if ones or not number else written


def chinese(numeral: str) -> int | None:
    """The value of a Chinese numeral (三, 二十三, 一百零五, 三万五千), ``None`` where it is none (十十)."""
    if not numeral:
        return None
    total = section = 0
    digit: int | None = None
    unit_before, big_before = 10**4, 10**16
    for sign in numeral:
        if sign in _DIGITS:
            if digit not in (None, 0):
                return None
            digit = _DIGITS[sign]
        elif sign in _TENS:
            unit = _TENS[sign]
            if unit >= unit_before or (digit is None and unit != 10) or digit == 0:
                return None
            section += (1 if digit is None else digit) * unit
            digit, unit_before = None, unit
        elif sign in ("万", "亿"):
            big = MAGNITUDES_ZH[sign]
            section += digit or 0
            if section == 0 or (big >= big_before and sign != "亿"):
                return None
            total = (total + section) * big if big > big_before else total + section * big
            section, digit, unit_before, big_before = 0, None, 10**4, big
        else:
            return None
    return total + section + (digit or 0)


def small(word: str) -> int:
    """The value of a Chinese or English number word from two to ten.

    :raises ValueError: if it is none.
    """
    value = chinese(word) if word in "二两三四五六七八九十" else english(word)
    if value is None:
        raise ValueError(f"expected a number word from two to ten, got {word!r}")
    return value


def english(words: str) -> int | None:
    """The value of a number word below a hundred, ``None`` where it is none."""
    parts = re.split(r"[- ]", words.lower())
    values = [_WORDS.get(part) for part in parts]
    if None in values or len(values) > 2:
        return None
    return int(sum(Decimal(value) for value in values if value is not None))
