"""Text → pieces of a bounded length, cut at the best places that it has.

As LangChain's recursive splitter cuts it, with the same ends, best first; but an end is looked for once, not
once for each piece, and the library itself cuts only what has no end at all. It takes half a second to load,
which an ingest of texts never needs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

__all__ = ["piece_ends"]

_ENDS: Final = (
    (re.compile("\n"), True),
    (re.compile("[。！？；]"), False),
    (re.compile(r"[.!?;](?=\s)"), False),
    (re.compile("[，、：]"), False),
    (re.compile(r"[,:](?=\s)"), False),
    (re.compile(r"\s"), True),
)
"""Where a text is best cut, then where else; and whether before what is found, or after it."""


def piece_ends(text: str, most: int) -> list[int]:
    """Where the pieces of ``text``, each of at most ``most`` characters (1 or more), end.

    They are cut at the best ends that there are; a piece between two of these that is too long is cut at the
    next best, and short ones that follow one another are put together.
    """
    return _cut(text, 0, len(text), most, 0) if text else []


def _cut(text: str, begin: int, end: int, most: int, level: int) -> list[int]:
    if end - begin <= most:
        return [end]
    if level == len(_ENDS):
        return [begin + piece for piece in _cut_anywhere(text[begin:end], most)]
    pattern, before = _ENDS[level]
    if before:
        places = [match.start() for match in pattern.finditer(text, begin + 1, end)]
    else:
        places = [match.end() for match in pattern.finditer(text, begin, end)]
    if not places:
        return _cut(text, begin, end, most, level + 1)
    places.append(end)
    found: list[int] = []
    first = 0
    while end - begin > most:
        last = bisect_right(places, begin + most, first)
        if last > first:
            begin, first = places[last - 1], last
            found.append(begin)
        else:
            found += _cut(text, begin, places[first], most, level + 1)
            begin, first = places[first], first + 1
    if begin < end:
        found.append(end)
    return found


def _cut_anywhere(text: str, most: int) -> list[int]:
    return list(accumulate(map(len, _splitter(most).split_text(text))))


@lru_cache(maxsize=8)
def _splitter(most: int) -> RecursiveCharacterTextSplitter:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    return RecursiveCharacterTextSplitter(
        separators=[""], chunk_size=most, chunk_overlap=0, strip_whitespace=False
    )
