"""Numbers of sessions, meetings, rounds and editions, however written: what tells one from the next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from ingest.facts.numerals import chinese, english

__all__ = ["ORDINAL_WORDS", "ordinals", "ordinals_in_order"]

_UNITS: Final = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|"
    "fifteenth|sixteenth|seventeenth|eighteenth|nineteenth"
)
_TENS: Final = "twentieth|thirtieth|fortieth|fiftieth|sixtieth|seventieth|eightieth|ninetieth"
ORDINAL_WORDS: Final[Mapping[str, int]] = {
    **{word: value for value, word in enumerate(_UNITS.split("|"), 1)},
    **{word: 10 * value for value, word in enumerate(_TENS.split("|"), 2)},
}
"""English words for 1st to 19th, and for 20th, 30th and so on to 90th, in order."""

# "The twenty-first century", "first day", "was first proposed".
_NOT_OF_A_SERIES: Final = r"(?!\s+(?:century|centuries|day|[a-z]{2,}ed)\b)"

_ORDINAL: Final = re.compile(
    r"第 ?(?P<zh>[一二三四五六七八九十百〇零]{1,5}|\d{1,3}) ?[届次屆轮輪期版稿回场場批]"
    r"|(?P<head>首[届次屆回场場轮輪]|[头頭]一?[届次屆回场場轮輪])"
    r"|(?<![/\w])(?:COP|CMP|CMA|CST|CRIC|SBSTTA|SBSTA|SBI|CSD|IPCC|MOP|AWG-?\w{0,4}|WG-?\w{0,4}) ?-?"
    r"(?P<short>\d{1,3})(?!\d|[/.]\w)"
    rf"|\b(?P<suffixed>\d{{1,3}})(?:st|nd|rd|th)\b{_NOT_OF_A_SERIES}"
    rf"|\b(?P<en>(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-)?(?:{_UNITS})|{_TENS})\b{_NOT_OF_A_SERIES}",
    re.IGNORECASE,
)


@lru_cache(maxsize=1 << 12)
def ordinals(text: str) -> frozenset[int]:
    """The numbers of sessions, meetings, rounds and editions in ``text``: 第五届, COP 9, fifth, 45th."""
    return frozenset(ordinals_in_order(text))


def ordinals_in_order(text: str) -> list[int]:
    """The same, each as often as it is told, in the order in which they are."""
    found: list[int] = []
    for match in _ORDINAL.finditer(text):
        if match["zh"]:
            value = int(match["zh"]) if match["zh"].isdecimal() else chinese(match["zh"])
        elif match["head"]:
            value = 1
        elif match["en"]:
            tens, _, unit = match["en"].lower().rpartition("-")
            value = ORDINAL_WORDS[unit] + ((english(tens) or 0) if tens else 0)
        else:
            value = int(match["short"] or match["suffixed"])
        if value is not None:
            found.append(value)
    return found
