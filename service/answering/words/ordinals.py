"""Which working group, which paragraph, which report of a series: 第几, and the number before its noun."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["asked_ordinal", "ordinals"]

_ASKED: Final = re.compile(
    r"第几个?(?P<noun>[\u3400-\u9fff]{1,8}?)(?=[?？，,。、的里中内上]|$)|"
    r"哪(?:一|几)?(?P<one>段|章|节|款|阶段|版|期|卷|轮|批)(?![时间])"
)
# "哪份出版物的第几版": the number alone says too little.
_OTHERWISE: Final = re.compile("[哪谁]|什么")
_NUMBER: Final = r"第 ?[一二三四五六七八九十百\d]{1,5} ?"


def asked_ordinal(question: str) -> str | None:
    """What begins with the noun whose number ``question`` asks for (第几工作组来写); ``None`` where none."""
    match = _ASKED.search(question)
    if match is None or _OTHERWISE.search(question, 0, match.start()) is not None:
        return None
    return match["noun"] or match["one"]


def ordinals(text: str, span: tuple[int, int], noun: str, question: str) -> list[tuple[int, int]]:
    """Where ``text[span]`` says the number of a ``noun`` that ``question`` doesn't, each once, in order: of
    as much of the noun as there are numbers of.
    """
    found: dict[str, tuple[int, int]] = {}
    for size in range(len(noun), 0, -1):
        for match in re.finditer(_NUMBER + re.escape(noun[:size]), text[span[0] : span[1]]):
            said = re.sub(r"\s", "", match[0])
            if said not in question:
                found.setdefault(said, (span[0] + match.start(), span[0] + match.end()))
        if found:
            break
    return list(found.values())
