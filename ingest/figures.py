"""The numbers that a text states, in one spelling whatever its language: to compare language versions."""

from __future__ import annotations

import re
import unicodedata

from ingest.labels import cjk_number

__all__ = ["stated_numbers"]

_UNITS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth",
)  # fmt: skip
_TENS = {"twent": 20, "thirt": 30, "fort": 40, "fift": 50, "sixt": 60, "sevent": 70, "eight": 80, "ninet": 90}
_ORDINALS = {
    **{word: i for i, word in enumerate(_UNITS, start=1)},
    **{f"{stem}ieth": tens for stem, tens in _TENS.items()},
    **{f"{stem}y-{unit}": tens + i for stem, tens in _TENS.items() for i, unit in enumerate(_UNITS[:9], 1)},
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b")
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?")
_SCALES = {
    "万": 10**4,
    "亿": 10**8,
    "million": 10**6,
    "billion": 10**9,
    "thousand": 10**3,
    "trillion": 10**12,
}
_ADDRESS = re.compile(r"<*(?:https?://)?(?:www\.)?[a-z]+\.[a-z]+[./][\w./-]+>*")
_FRACTION = re.compile(r"\b(?:one|two|three)[ -](?:third|quarter|fifth|tenth)s?\b")
_ZH_ORDINAL = re.compile(r"第([一二三四五六七八九十]+)|([一二三四五六七八九十]+)世纪")
_ZH_FIRST = re.compile("首[次届个]")
_FIGURE = re.compile(
    r"(\d{1,3}(?:[ ,]\d{3})+(?!\d)|\d+(?:\.\d+)?)\s*(万|亿|million|billion|thousand|trillion)?"
)
_GROUPED = re.compile(r"(?<=\d)[\s.,\u066c\u202f](?=\d{3}(?!\d))")
_LONG = re.compile(r"\d{2,}")


def stated_numbers(text: str, *, words: bool = True) -> frozenset[str]:
    """Numbers in figures, as ordinals and as months: ``2017年3月`` and ``March 2017`` are 3 and 2017.

    ``6 000万`` and ``60 million`` are 60000000, ``第十三届`` and ``thirteenth`` 13. Fractions and web
    addresses are left out. Where ``words`` is false (a language whose words are not read), only figures of
    two digits and more count, in any script's digits.
    """
    text = unicodedata.normalize("NFKC", _ADDRESS.sub(" ", text))
    if not words:
        plain = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)
        return frozenset(number.lstrip("0") or "0" for number in _LONG.findall(_GROUPED.sub("", plain)))
    text = _FRACTION.sub(" ", text)
    found: set[str] = set()
    for ordinal, century in _ZH_ORDINAL.findall(text):
        number = cjk_number(ordinal or century)
        if number is not None:
            found.add(str(number))
    found.update("1" for _ in _ZH_FIRST.findall(text))
    found.update(str(_ORDINALS[word]) for word in _WORD.findall(text.lower()) if word in _ORDINALS)
    found.update(str(_MONTHS.index(month) + 1) for month in _MONTH.findall(text))
    for figure, scale in _FIGURE.findall(text):
        plain = re.sub(r"[ ,]", "", figure)
        found.add(f"{float(plain) * _SCALES[scale]:.0f}" if scale else plain.lstrip("0") or "0")
    return frozenset(found)
