"""Characters that mean the same, made one, without moving any offset."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["clause", "fold"]

_PAIRS = (
    "兩两 雙双 億亿 萬万 屆届 開开 號号 於于 從从 間间 為为 個个 項项 這这 國国 點点 約约 過过 數数 餘余 "
    "內内 來来 後后 與与 請请 勵励 權权 議议 決决 該该 還还 應应 繼继 續续 單单 數数 組组 織织 際际 員员 "
    "邊边 總总 區区 域域 報报 書书 屬属 條条 執执 關关 負负 責责 機机 構构 "
)

_FOLDED = {
    **{ord("０") + digit: str(digit) for digit in range(10)},
    **dict.fromkeys(map(ord, "‐‑‒–—―−－～〜~"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000\t"), " "),
    **dict(zip(map(ord, "（）［］，．％：；／＄"), "()[],.%:;/$", strict=True)),
    **dict.fromkeys(map(ord, "○◯零"), "〇"),
    **dict.fromkeys(map(ord, "‘’"), "'"),
    **{ord(pair[0]): pair[1] for pair in _PAIRS.split()},
}

_FOREIGN = re.compile(r"[^\x00-\x08\x0a-\x7d\x7f]")
_FEW = 12
"""Different characters up to which one after the other is replaced: no replacement is replaced again."""

_CLAUSE_ENDS = ("。", ";", "!", "?", "！", "？", "\n", ". ")


@lru_cache(maxsize=8)  # every finder of one paragraph asks for the same text
def fold(text: str) -> str:
    """``text`` with full-width digits and punctuation, dashes, spaces and traditional forms made plain.

    One code point for one, so an offset into the result is the same offset into ``text``. Only the
    traditional forms that stand in dates, numbers and mandates are folded, not the whole script.
    """
    if len(foreign := set(_FOREIGN.findall(text))) > _FEW:
        return text.translate(_FOLDED)
    for character in foreign:
        if (plain := _FOLDED.get(ord(character))) is not None:
            text = text.replace(character, plain)
    return text


def clause(text: str, start: int, end: int, reach: int = 160) -> tuple[int, int]:
    """The span of the clause around ``text[start:end]`` of folded text: to the nearest 。 ; ! ? or line end.

    An English full stop counts only before a space, so that decimals and symbols stay whole. At most
    ``reach`` characters are taken on either side.
    """
    floor, ceiling = max(0, start - reach), min(len(text), end + reach)
    first = max(
        (at + len(mark) for mark in _CLAUSE_ENDS if (at := text.rfind(mark, floor, start)) >= 0),
        default=floor,
    )
    last = min((at for mark in _CLAUSE_ENDS if (at := text.find(mark, end, ceiling)) >= 0), default=ceiling)
    return first, last
