"""Nouns and clauses joined by commas and a last "and": where each of them stands.

Dates, numbers with grouping commas and ordinary subordinate clauses are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, Literal

__all__ = ["joined"]

Span = tuple[int, int]
_Form = Literal["nouns", "clauses", "pair"]

_BRACKETS: Final = re.compile(r"[(（]([^()（）\n]{0,400})[)）]")
_INSIDE: Final = 8
"""Characters from which on the inside of brackets may be a list."""

_SECTION: Final = re.compile(r"[^。；：！？\n;:]+")
_ENGLISH_STOP: Final = re.compile(r"[.?!][\"”’]?\s+(?=[A-Z“\"(\x00])|\s[–—-]\s|[.?!][\"”’]?\s*\Z")
_ABBREVIATED: Final = re.compile(r"\b(?:Mr|Ms|Mrs|Dr|St|Nos?|paras?|[A-Z])\Z")
_HAN: Final = re.compile("[\u3400-\u9fff]")
_MONTH_EN: Final = re.compile(
    r"\b(?:and|to|January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_LETTER: Final = re.compile(r"[^\W\d_]")

_CLAUSE_ZH: Final = re.compile(r"[^，,]+")
_COMMA_ZH: Final = re.compile(r"、(?!(?<=[\d日月年]、)\d)")
_JOINT_ZH: Final = re.compile(
    r"以及|\s+and\s+|(?<![总缓温调维柔共中])和(?![平谐解])(?!(?<=[日月年]和)\d)|(?<![以普涉提波])及(?![其时早])|(?<![参给])与(?!会)|或(?!者)"
)
_CUE_ZH: Final = re.compile(
    r"(?:包括|包含|涵盖|涉及|例如|比如|诸如|即|分别是|分别为|其中有|设有|分为|列有|列出|是指|有(?![机关效利必限毒害助待权意所])|"
    r"如(?!何|果|下)|(?<!尤其)(?<!特别)是|为(?!了|期|止))(?:了|着)?"
)
_LATER_ZH: Final = re.compile(r"\s*(?:以及|和|及)")
_ACTING_ZH: Final = re.compile(r"(?:建议|要求|请|决定|吁请|促请|敦促|鼓励|授权|商定|同意|呼吁|目标|将|应)")
_LAST_CLAUSE_ZH: Final = re.compile(r"\s*(?:并|以及|还|同时|最后)")

_COMMA_EN: Final = re.compile(r",\s+")
_AND_EN: Final = re.compile(r"\s(?:and|or|as well as|&)\s")
_OPENS_EN: Final = re.compile(r"(?:and|or|as\s+well\s+as)\s+")
_CUE_EN: Final = re.compile(
    r"\b(?:including|includes?|namely|such\s+as|comprising|comprises|covering|covers|are|were|is|was|between|from|"
    r"of|on|in|with|by|for|at|into|against|through|as|to|that|like|towards?)\s+"
)
_SUBORDINATE_EN: Final = re.compile(
    r"(?:which|who|whose|whom|where|when|while|if|although|because|since|held|namely|including|such|with\s+a\s+view|"
    r"taking|noting|recalling|as\s+(?:well\s+)?appropriate|in\s+(?:particular|accordance|order|line)|as\s+amended)\b"
)
_INTRODUCES_EN: Final = re.compile(
    r"(?:namely|including|inter\s+alia|for\s+(?:example|instance)|such\s+as|in\s+particular)\s*"
)
_PARALLEL_EN: Final = re.compile(r"(?:to|on|in|for|that|by|with|of|from|the|a|an|how|at)\b")
_ARTICLES_EN: Final = frozenset({"a", "an", "the"})
_SAME_EN: Final = {"a": "an?", "an": "an?"}
_KNOWN_EN: Final = re.compile(
    r"\b(?:Great\s+Britain|Trinidad|Bosnia|Antigua|Tome|Vincent|Kitts|Food|Trade|Drugs|Economic|Social|Education|"
    r"Science|Technology|Peace|Law|Population|Water|Environment)(?P<and>\s+and\s+)(?=[A-Z])"
)
"""Joints inside names."""
_NAME_EN: Final = re.compile(r"(?:the\s+)?[A-Z“\"]")
_WORD: Final = re.compile(r"\S+")
_WITHIN_NAME: Final = frozenset({"of", "the", "for", "on", "and", "de", "du", "la", "es"})
_HEAD: Final = 300
"""Characters before the first joint in which the first element is looked for."""
_MOST: Final = 24
"""Elements of one series."""
_NAMED_EN: Final = re.compile(
    r"(?:the\s+)?(?:(?:Mr|Ms|Mrs|Dr|St)\.\s+)?[A-Z\x00“][^\s,.]*"
    r"(?:\s+(?:[A-Z\x00][^\s,.]*|(?:of|for|on|in)(?:\s+the)?(?=\s[A-Z])|"
    r"secretariat|members?|delegations?))*"
)


def joined(text: str) -> Iterator[tuple[list[Span], _Form]]:
    """The elements of each series of joined nouns or clauses, in no order, with their form."""
    masked = _KNOWN_EN.sub(
        lambda match: match[0][: -len(match["and"])] + "\x00" * len(match["and"]),
        _BRACKETS.sub(lambda match: "\x00" * len(match[0]), text),
    )
    for start, end in _sections(masked):
        yield from _series(masked, text, start, end)
    for match in _BRACKETS.finditer(text):
        start, end = match.span(1)
        if end - start >= _INSIDE:
            yield from _series(text, text, start, end)


def _sections(masked: str) -> Iterator[Span]:
    """What stands between stops, colons and semicolons."""
    for match in _SECTION.finditer(masked):
        at = match.start()
        for stop in _ENGLISH_STOP.finditer(masked, match.start(), match.end()):
            if stop[0][0] == "." and _ABBREVIATED.search(masked, max(at, stop.start() - 6), stop.start()):
                continue
            yield at, stop.start()
            at = stop.end()
        if at < match.end():
            yield at, match.end()


def _series(masked: str, text: str, start: int, end: int) -> Iterator[tuple[list[Span], _Form]]:
    if _HAN.search(masked, start, end):
        yield from _chinese(masked, start, end)
    else:
        yield from _english(masked, text, start, end)


def _chinese(text: str, start: int, end: int) -> Iterator[tuple[list[Span], _Form]]:
    clauses = [match.span() for match in _CLAUSE_ZH.finditer(text, start, end)]
    for place, (first, last) in enumerate(clauses):
        elements = _nouns_zh(text, first, last)
        if len(elements) > 1:
            if place + 1 < len(clauses) and _LATER_ZH.match(text, *clauses[place + 1]):
                elements.append(clauses[place + 1])
            yield elements, "nouns" if len(elements) > 2 or "、" in text[first:last] else "pair"
    lasts = [n for n, span in enumerate(clauses) if n and _LAST_CLAUSE_ZH.match(text, *span)]
    if lasts and (acting := [n for n, span in enumerate(clauses) if _ACTING_ZH.search(text, *span)]):
        run = clauses[acting[0] : lasts[-1] + 1]
        if len(run) > 1:
            yield list(run), "clauses"


def _nouns_zh(text: str, start: int, end: int) -> list[Span]:
    places = [match.span() for match in _COMMA_ZH.finditer(text, start, end)]
    last = places[-1][1] if places else start
    joint = next((m for m in _JOINT_ZH.finditer(text, last, end) if m.start() > last and m.end() < end), None)
    if joint is not None:
        places.append(joint.span())
    if not places:
        return []
    first = start
    for cue in _CUE_ZH.finditer(text, start, places[0][0]):
        if cue.end() < places[0][0]:
            first = cue.end()
    begins = [first, *(after for _, after in places)]
    finishes = [*(before for before, _ in places), end]
    spans = [(b, e) for b, e in zip(begins, finishes, strict=True) if b < e]
    return spans if all(_LETTER.search(text, b, e) for b, e in spans) else []


def _english(masked: str, text: str, start: int, end: int) -> Iterator[tuple[list[Span], _Form]]:
    commas = [match.span() for match in _COMMA_EN.finditer(masked, start, end)]
    begins = [start, *(after for _, after in commas)]
    finishes = [*(before for before, _ in commas), end]
    segments = [span for span in zip(begins, finishes, strict=True) if span[0] < span[1]]
    run: list[Span] = []
    """Segments since the last joint, the first of them what follows it."""
    whole: list[Span] = []
    """Segments since the last comma with a joint after it."""
    for place, (begin, finish) in enumerate(segments):
        opens = _OPENS_EN.match(masked, begin, finish) if place else None
        if opens is not None and opens.end() < finish:
            yield from _cut_en(masked, text, [*whole[-_MOST:], (opens.end(), finish)])
            begin = opens.end()
            run, whole = [], []
        elif _INTRODUCES_EN.fullmatch(masked, begin, finish):
            run, whole = [], []
            continue
        elif _SUBORDINATE_EN.match(masked, begin, finish):
            run, whole = [], []
        joints = [one.span() for one in _AND_EN.finditer(masked, begin, finish) if not _dated(masked, one)]
        if joints:
            yield from _cut_en(masked, text, [*run[-_MOST:], (begin, joints[0][0]), (joints[0][1], finish)])
            if run and _NAME_EN.match(masked, begin, finish):
                yield from _cut_en(masked, text, [(begin, joints[0][0]), (joints[0][1], finish)])
            for (_, after), (before, last) in pairwise(joints[:_MOST]):
                yield from _cut_en(masked, text, [(after, before), (last, finish)])
            run = [(joints[-1][1], finish)]
        else:
            run.append((begin, finish))
        whole.append((begin, finish))


def _dated(text: str, joint: re.Match[str]) -> bool:
    """Whether a joint stands between two days or figures."""
    return text[joint.start() - 1].isdigit() and text[joint.end() : joint.end() + 1].isdigit()


def _cut_en(masked: str, text: str, spans: list[Span]) -> Iterator[tuple[list[Span], _Form]]:
    """``spans`` from the first that is like the last one on, and without the words before the first element
    and those after the last.
    """
    if len(spans) < 2:
        return
    names = _NAME_EN.match(masked, *spans[-1]) is not None
    begins = None if names else _PARALLEL_EN.match(masked, *spans[-1])
    like = _NAME_EN if names else _PARALLEL_EN if begins is not None else None
    first = len(spans) - 2
    while first > 0 and (like is None or like.match(masked, *spans[first])):
        first -= 1
    same = None
    if begins is not None:
        word = re.compile(rf"\b{_SAME_EN.get(begins[0], begins[0])}\b")
        same = word.search(masked, max(spans[first][0], spans[first][1] - _HEAD), spans[first][1])
        if same is None and begins[0] not in _ARTICLES_EN and first == len(spans) - 2:
            return
        if same is None and first == len(spans) - 2:
            first = 0
            same = word.search(masked, max(spans[0][0], spans[0][1] - _HEAD), spans[0][1])
        elif same is None:
            first += 1
            same = word.search(masked, *spans[first])
    spans = spans[first:]
    begin, finish = spans[0]
    begin = max(begin, finish - _HEAD)
    if names:
        begin = _name_start(masked, begin, finish)
        last = _NAMED_EN.match(masked, *spans[-1])
        if last is not None:
            spans[-1] = (spans[-1][0], last.end())
    elif same is not None:
        begin = same.start()
    else:
        cues = [cue for cue in _CUE_EN.finditer(masked, begin, finish) if cue.end() < finish]
        begin = cues[-1].end() if cues else begin
    spans[0] = (begin, finish)
    if all(_LETTER.search(_MONTH_EN.sub("", text[begin:finish])) for begin, finish in spans):
        yield spans, "pair" if len(spans) == 2 else "nouns"


def _name_start(text: str, start: int, end: int) -> int:
    """Where the name begins that ``text[start:end]`` ends in; ``start`` if it ends in none."""
    found = None
    words = list(_WORD.finditer(text, start, end))
    for place in range(len(words) - 1, -1, -1):
        word = words[place]
        if word[0][0].isupper() or word[0][0] in "\x00“":
            # A verb that opens a sentence is no name.
            if place or words[1:] == [] or words[1][0][0].isupper():
                found = word.start()
        elif word[0] not in _WITHIN_NAME:
            break
    return start if found is None else found
