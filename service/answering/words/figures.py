"""Numbers and ordinals of a text in whatever script: what a question and its evidence must have in common."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from ingest.facts.numerals import chinese
from ingest.facts.ordinals import ORDINAL_WORDS, ordinals

__all__ = ["ORDINALS", "figures"]

_NUMBERS: Final = {word: str(number) for word, number in ORDINAL_WORDS.items() if number <= 20}
ORDINALS: Final = {int(number): name for name, number in _NUMBERS.items()}
"""English words for 1st to 20th."""

_FIGURE: Final = re.compile(
    r"(?P<digits>\d{1,3}(?:[, ]\d{3}(?!\d))+|\d+)"
    r"|第(?P<zh>[一二三四五六七八九十百]{1,5})"
    r"|首(?P<head>[届次个期])"
    rf"|\b(?P<en>{'|'.join(_NUMBERS)})\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=1 << 14)
def figures(text: str) -> frozenset[str]:
    """The numbers in ``text``, in digits without grouping signs, and its ordinals (第五, fifth: 5)."""
    found: set[str] = set()
    for match in _FIGURE.finditer(unicodedata.normalize("NFKC", text)):
        if match["digits"]:
            found.add(re.sub(r"\D", "", match["digits"]).lstrip("0") or "0")
        elif match["zh"]:
            value = chinese(match["zh"])
            if value is not None:
                found.add(str(value))
        elif match["head"]:
            found.add("1")
        else:
            found.add(_NUMBERS[match["en"].lower()])
    # Those above the twentieth are two words.
    return frozenset(found.union(map(str, ordinals(text))))
