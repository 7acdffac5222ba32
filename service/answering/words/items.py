"""Recommendations, objectives, annexes, topics and the like by their numbers: 建议 2, "the second phase"."""

from __future__ import annotations

import re
from typing import Final

from ingest.facts.numerals import ENGLISH, chinese, small
from ingest.facts.ordinals import ORDINAL_WORDS

__all__ = ["counted_items", "items"]

_ITEMS: Final = {
    "建议": "recommendation",
    "目标": "target",
    "附件": "annex",
    "阶段": "phase",
    "备选": "option",
    "主题": "topic",
    "议题": "topic",
    "题目": "topic",
}
_ITEM: Final = re.compile(
    rf"第\s*(?P<zh>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*[项条个]?(?P<what>{'|'.join(_ITEMS)})|"
    rf"(?P<which>{'|'.join(_ITEMS)})\s*(?P<n>\d{{1,2}})(?!\d|\.\d)|"
    rf"\b(?P<en>{'|'.join(_ITEMS.values())})\s+(?P<number>\d{{1,2}})(?!\d|\.\d)|"
    rf"\b(?P<ordinal>{'|'.join(ORDINAL_WORDS)})\s+(?:of\s+(?:the\s+)?(?:\w+\s+)?)?(?P<noun>{'|'.join(_ITEMS.values())})s?\b",
    re.IGNORECASE,
)
# "The following three topics": then there is a third.
_SO_MANY: Final = re.compile(
    rf"(?P<zh>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*[项条个大点]\s*(?P<what>{'|'.join(_ITEMS)})|"
    rf"\b(?P<en>{ENGLISH})\s+(?:[\w-]+\s+)?(?P<noun>{'|'.join(_ITEMS.values())})s\b",
    re.IGNORECASE,
)


def items(text: str) -> frozenset[tuple[str, int]]:
    """The numbered recommendations, targets and the like that ``text`` names, by their English nouns."""
    found = set()
    for match in _ITEM.finditer(text):
        digits = match["zh"] or match["n"] or match["number"]
        value = ORDINAL_WORDS[match["ordinal"].lower()] if match["ordinal"] else _count(digits)
        noun = match["what"] or match["which"]
        name = _ITEMS[noun] if noun else (match["en"] or match["noun"]).lower()
        if value is not None:
            found.add((name, value))
    return frozenset(found)


def counted_items(text: str) -> frozenset[tuple[str, int]]:
    """All of the items that ``text`` says how many there are of."""
    found: set[tuple[str, int]] = set()
    for match in _SO_MANY.finditer(text):
        many = _count(match["zh"]) if match["zh"] else small(match["en"].lower())
        name = _ITEMS[match["what"]] if match["what"] else match["noun"].lower()
        found |= {(name, number) for number in range(1, (many or 0) + 1)}
    return frozenset(found)


def _count(digits: str) -> int | None:
    return int(digits) if digits.isdecimal() else chinese(digits)
