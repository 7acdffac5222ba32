"""What a paragraph lists: labelled items, quoted titles, parts between semicolons, joined nouns.

Read off signs and words alone, in Chinese and English. Where a list of nouns begins and ends is often not to
be seen: its first element then takes in the words before it, its last one those that follow, up to the next
sign.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

from service.answering.short.joints import joined

__all__ = ["Enumeration", "Form", "Span", "enumerations"]

Span = tuple[int, int]
Form = Literal["labels", "quotes", "parts", "nouns", "clauses", "pair"]

_MOST: Final = 64
"""Enumerations of one paragraph that are returned."""

_LEAD: Final = 40
"""Characters before a colon in which the number of what follows it may stand."""

_NUMERALS: Final = "一二三四五六七八九十"
_ROMAN: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_WORDS: Final = {
    **{word: n for n, word in enumerate(("first", "second", "third", "fourth", "fifth", "sixth"), 1)},
    **{word: n for n, word in enumerate(("firstly", "secondly", "thirdly", "fourthly", "fifthly"), 1)},
}
_BRACKETED: Final = re.compile(
    rf"[(（](?:(?P<letter>[a-z])|(?P<roman>[ivx]{{1,4}})|(?P<digit>\d{{1,2}})|(?P<han>[{_NUMERALS}]{{1,3}}))[)）]|"
    r"(?P<circled>[①②③④⑤⑥⑦⑧⑨⑩])"
)
_ON_LINES: Final = re.compile(
    r"^(?:(?P<line>\d{1,2})[.、．](?!\d)\s*|(?P<bullet>[•·●▪–—-])\s+)", re.MULTILINE
)
_CHINESE: Final = re.compile(
    rf"(?:^|(?<=[，；：。]))\s{{0,2}}(?:(?P<is>[{_NUMERALS}])(?:是|为|、)|"
    rf"(?:以及|和|而)?第(?P<nth>[{_NUMERALS}])(?:[个项点类份种方]面?)?(?:是|，|、|为(?!止))|"
    r"(?P<order>首先|其次|再次|最后)[，是]?|(?P<one>一|另一|再一)[个份项种类](?:是|为|关于|论述|涉及))",
    re.MULTILINE,
)
_ENGLISH: Final = re.compile(
    r"(?:^|(?<=[;:,.]\s)|(?<=\band\s))(?P<word>(?:the\s+)?(?:first|second|third|fourth|fifth|sixth)"
    r"(?:ly|(?=,|\s(?:is|was|one|theme|topic|concerns|covers|deals)\b)))(?:,|\s(?:is|was)\b)?",
    re.MULTILINE | re.IGNORECASE,
)
_ONE_ENGLISH: Final = re.compile(
    r"(?:^|(?<=[;:,.]\s))(?:and\s+)?(?P<one>one|another|the\s+other)\s+"
    r"(?=(?:on|for|about|concerning|of|to|from|in|with|by|at|covering|dealing)\b)"
)
_HAN: Final = re.compile("[\u3400-\u9fff]")
_ORDER: Final = {
    "首先": 1,
    "其次": 2,
    "再次": 3,
    "最后": 0,
    "一": 1,
    "另一": 0,
    "再一": 0,
    "one": 1,
    "another": 0,
    "the other": 0,
}
"""0 goes on whatever number comes next."""

_SENTENCE_END: Final = re.compile(r"[。！？；!?]+[”’」』》）)\]]*|\n+|[.;][\"'”’)\]]*(?=\s)")
_STOP: Final = re.compile(r"[。！？\n]|[.?!][\"'”’)]*(?=\s+[A-Z“\"(]|\s*\Z)")
_ABBREVIATED: Final = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|No|Nos|paras?|e\.g|i\.e|[A-Z])\.)\Z")
_QUOTED: Final = re.compile(r"“[^“”\n]{1,300}”|「[^「」\n]{1,300}」|《[^《》\n]{1,120}》")
_BETWEEN_QUOTES: Final = re.compile(
    r"\s*(?:[、，；,;])?\s*(?:和|与|及|以及|或|\band\b|\bor\b|as well as)?\s*(?:the\s+)?"
)
_COLON: Final = re.compile(r"[：:](?=\s|[^\d\s/])")
_SEMICOLON: Final = re.compile(r"；|;(?=\s)")
_COMMA: Final = re.compile("，")
# "Two issues: how they are tied together, and what came of it".
_OF_TWO: Final = re.compile(r"\b(?:two|both)\b|两|二者", re.IGNORECASE)
_LAST_OF_TWO: Final = re.compile(r",\s+and\s+|，\s*(?:以及|和|与|及)")
_EDGES: Final = " \n\t，；：。、,;:.—–"
_LAST_JOINT: Final = re.compile(r"\s*(?:[；;，,、]\s*)?(?:and|or|as well as|以及|和|及|并|与)?\s*\Z")
_FIRST_JOINT: Final = re.compile(r"(?:and|or|as well as|以及|和(?!平)|及)\s*(?=\S)")


@dataclass(frozen=True, slots=True)
class Enumeration:
    """``text[start:end]`` lists at least two ``elements``, in order, none overlapping, none empty.

    ``lead`` is what says what is listed, before the first element in its sentence, or the sentence before
    (empty where nothing is); ``start`` is where it begins, ``end`` where the last element ends. ``form`` is
    what tells the elements apart: ``labels`` ((a), 1., 一是, firstly), ``quotes``, ``parts`` between the
    semicolons or sentences after a colon, ``nouns`` joined by commas, ``clauses`` likewise, a ``pair``.
    """

    start: int
    end: int
    lead: Span
    elements: tuple[Span, ...]
    form: Form


@lru_cache(maxsize=1024)
def enumerations(text: str) -> list[Enumeration]:
    """The enumerations of a paragraph, in the order of their beginnings; those inside others too.

    Takes time in proportion to the length of ``text``.
    """
    ends = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
    stops = [match.end() for match in _STOP.finditer(text) if not _abbreviated(text, match)]
    found: list[Enumeration] = []
    for elements, labelled in _labelled(text, stops):
        found += _made(text, ends, elements, "labels", labelled)
    for elements in _quoted(text):
        found += _made(text, ends, elements, "quotes")
    labelled_ends = {(one.end, len(one.elements)) for one in found if one.form == "labels"}
    for elements in _parts(text, stops):
        # What labels tell apart is said without these.
        found += [
            one
            for one in _made(text, ends, elements, "parts")
            if (one.end, len(one.elements)) not in labelled_ends
        ]
    for elements, form in joined(text):
        found += _made(text, ends, elements, form)
    unique = {one.elements: one for one in reversed(found)}
    return sorted(unique.values(), key=lambda one: (one.elements[0][0], -one.end))[:_MOST]


def _abbreviated(text: str, match: re.Match[str]) -> bool:
    return (
        match[0][0] == "."
        and _ABBREVIATED.search(text, max(0, match.start() - 6), match.start() + 1) is not None
    )


def _made(
    text: str, ends: Sequence[int], elements: Sequence[Span], form: Form, before: int | None = None
) -> Iterator[Enumeration]:
    """The enumeration of ``elements`` without marks at their ends, if two are left; ``before`` is where the
    first one's label begins.
    """
    kept = tuple(span for span in (_bare(text, *span) for span in elements) if span[0] < span[1])
    if len(kept) < 2:
        return
    first = kept[0][0] if before is None else min(before, kept[0][0])
    at = bisect_right(ends, first) - 1
    start, end = _bare_start(text, ends[at], first), first
    if start >= end and at > 0:
        start = _bare_start(text, ends[at - 1], first)
    while end > start and text[end - 1].isspace():
        end -= 1
    yield Enumeration(start, kept[-1][1], (start, end), kept, form)


def _bare(text: str, start: int, end: int) -> Span:
    """Without marks at its ends, a joint after the last of them and one before the first."""
    while start < end and text[start] in _EDGES:
        start += 1
    joint = _FIRST_JOINT.match(text, start, end)
    start = joint.end() if joint else start
    tail = max(start, end - 14)
    joint = _LAST_JOINT.search(text[tail:end])
    if joint is not None and (joint.start() > 0 or tail > start) and _whole(text, tail + joint.start(), end):
        end = tail + joint.start()
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return start, end


def _whole(text: str, start: int, end: int) -> bool:
    """Whether what is cut off at ``start`` is no end of a word."""
    cut = text[start:end]
    return not cut[:1].isalpha() or (cut[0] > "\u3400" and start > 0 and text[start - 1] in "；，、;, \n")


def _bare_start(text: str, start: int, end: int) -> int:
    while start < end and text[start] in _EDGES:
        start += 1
    return start


def _labelled(text: str, stops: Sequence[int]) -> Iterator[tuple[list[Span], int]]:
    """Runs of labels that count up, with where the first label begins; nested ones inside their element."""
    open_runs: list[tuple[str, int, list[re.Match[str]]]] = []
    done: list[tuple[list[re.Match[str]], int]] = []

    def close(down_to: int, end: int) -> None:
        while len(open_runs) > down_to:
            _, _, labels = open_runs.pop()
            if len(labels) > 1:
                done.append((labels, end))

    for match in _labels(text):
        for family, number in _readings(match):
            depth = next(
                (
                    depth
                    for depth in range(len(open_runs) - 1, max(-1, len(open_runs) - 5), -1)
                    if open_runs[depth][0] == family and number in (open_runs[depth][1] + 1, 0)
                ),
                None,
            )
            if depth is not None:
                close(depth + 1, match.start())
                _, last, labels = open_runs[depth]
                labels.append(match)
                open_runs[depth] = (family, last + 1, labels)
                break
            if number == 1 or (family == "bullet"):
                depth = next(
                    (d for d, (known, _, _) in enumerate(open_runs) if known == family), len(open_runs)
                )
                close(depth, match.start())
                open_runs.append((family, 1, [match]))
                break
    close(0, len(text))
    for labels, end in done:
        spans = [(one.end(), other.start()) for one, other in pairwise(labels)]
        last = labels[-1].end()
        at = bisect_right(stops, last)
        close_at = stops[at] if at < len(stops) else end
        yield [*spans, (last, min(end, close_at))], labels[0].start()


def _labels(text: str) -> list[re.Match[str]]:
    """What may be a label, in order."""
    found = list(_BRACKETED.finditer(text))
    if "\n" in text:
        found += _ON_LINES.finditer(text)
    if _HAN.search(text):
        found += _CHINESE.finditer(text)
    else:
        if "irst" in text:
            found += _ENGLISH.finditer(text)
        if "other " in text:
            found += _ONE_ENGLISH.finditer(text)
    return sorted(found, key=lambda match: match.start())


def _readings(match: re.Match[str]) -> Iterator[tuple[str, int]]:
    """The families and numbers that a label may have: (i) is a letter and a Roman number."""
    family = match.lastgroup or ""
    said = match[family]
    match family:
        case "letter":
            if said in _ROMAN:
                yield "roman", _ROMAN.index(said) + 1
            yield "letter", ord(said) - ord("a") + 1
        case "roman":
            if said in _ROMAN:
                yield "roman", _ROMAN.index(said) + 1
        case "digit" | "line":
            yield family, int(said)
        case "circled":
            yield family, ord(said) - ord("①") + 1
        case "bullet":
            yield family, 0
        case "order" | "one":
            yield family, _ORDER[" ".join(said.split())]
        case "word":
            yield family, _WORDS[said.lower().removeprefix("the").strip()]
        case _:
            yield family, _han(said)


def _han(said: str) -> int:
    tens, ten, ones = said.rpartition("十")
    if not ten:
        return _NUMERALS.find(said) + 1 if len(said) == 1 else -1
    return (_NUMERALS.find(tens) + 1 if tens else 1) * 10 + (_NUMERALS.find(ones) + 1 if ones else 0)


def _quoted(text: str) -> Iterator[list[Span]]:
    """Quotations one after the other, with nothing but a joint between."""
    run: list[Span] = []
    for match in _QUOTED.finditer(text):
        if run:
            between = text[run[-1][1] : match.start()] if match.start() - run[-1][1] < 24 else "…"
            if _BETWEEN_QUOTES.fullmatch(between) is None:
                yield run
                run = []
        run.append(match.span())
    yield run


def _parts(text: str, stops: Sequence[int]) -> Iterator[list[Span]]:
    """What stands between the semicolons that follow a colon in its sentence."""
    done = 0
    for match in _COLON.finditer(text):
        if match.end() < done:
            continue
        at = bisect_right(stops, match.end())
        done = stops[at] if at < len(stops) else len(text)
        inside = text[match.end() : done]
        cuts = [cut.end() for cut in _SEMICOLON.finditer(inside)]
        if not cuts and len(commas := [cut.end() for cut in _COMMA.finditer(inside)]) > 1:
            cuts = commas
        if not cuts and _OF_TWO.search(text, max(0, match.start() - _LEAD), match.start()):
            cuts = [cut.end() for cut in _LAST_OF_TWO.finditer(inside)]
            cuts = cuts if len(cuts) == 1 else []
        if cuts:
            places = [match.end(), *(match.end() + cut for cut in cuts), done]
            yield list(pairwise(places))
