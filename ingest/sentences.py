"""Text → sentences, as spans that leave nothing out."""

from __future__ import annotations

import re

__all__ = ["sentences"]

# A question quoted inside a list of them ends no sentence before the mark that follows it: "…？”；“…？”和".
_CHINESE_END = re.compile(
    r"[。；！？!?]++(?![”’」』》）)\]])"
    r"|[。；！？!?]++(?:[”’」』》）)\]]++[。；！？!?]*+)++(?![，、：]|[和与及][“「《])|\n"
)
# A stop, closing marks, white space, and then what can open a sentence.
_ENGLISH_END = re.compile(
    r"(?:[.!?]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]*[A-Z0-9\u4e00-\u9fff])|;(?=\s)|[。！？；]+[”’）]*)\s*|\n"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|[Nn]os?|[Aa]rts?|Add|Corr|Rev|[Vv]ol|paras?|sects?|chaps?|pp?|figs?|cf|vs"
    r"|approx|Inc|Ltd|Co|e\.g|i\.e|et al|[Ii]bid|U\.S|U\.N|a\.m|p\.m)|\b[A-Z])\.\Z"
)


def sentences(text: str, language: str) -> list[tuple[int, int]]:
    """Spans ``(start, end)`` of the sentences of ``text``, in order, none of them blank.

    A line of its own (an item) starts a sentence, and so does what follows ``。；！？`` or, in English, a
    semicolon or a stop that no abbreviation, initial or decimal explains. Marks alone are no sentence: they
    belong to the one before them. Between two spans stands white space only.
    """
    end_of = _CHINESE_END if language == "zh" else _ENGLISH_END
    spans: list[tuple[int, int]] = []
    start = 0
    for match in end_of.finditer(text):
        end = match.end()
        if (
            language != "zh"
            and text[match.start()] == "."
            and _ABBREVIATION.search(text, max(0, match.start() - 12), match.start() + 1)
        ):
            continue
        _add(spans, text, start, end)
        start = end
    _add(spans, text, start, len(text))
    return spans


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return
    if spans and not any(map(str.isalnum, text[start:end])):
        spans[-1] = (spans[-1][0], end)
    else:
        spans.append((start, end))
