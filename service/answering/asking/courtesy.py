"""What is said around a question taken off: greetings, thanks, who asks and for what, "could you tell me".

Sentences and clauses are judged by what they hold, not by whole phrases: one that asks is kept, without the
words that only carry the question ("I was wondering whether you know", 麻烦您帮我查一下); one that doesn't is
dropped where it speaks of who asks or of who is asked, or holds nothing but courtesies; any other is kept, as
it may name what is asked about. Where what is left is too little to stand alone ("How many came?"), what was
dropped but names something stays too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from index.analysis import fold
from service.answering.asking.manners import (
    APART,
    ASIDE,
    ASKED,
    CAPITAL,
    COURTESY,
    CUE,
    FRAME,
    GOING_ON,
    LEANING,
    NAMING,
    OPENING,
    PERSON,
    PREPOSITION,
    QUOTED,
    TAIL,
    TELLING,
    TOPIC,
    content,
    suspected,
)

__all__ = ["request"]

_HAN: Final = re.compile("[\u3400-\u9fff]")
_LONGEST: Final = 2000
"""Characters of a text that is looked at; a longer one is no question wrapped in courtesy."""

_END: Final = re.compile(
    r"[!?。]+[\s)\"'”’»」』]*|;\s*|(?:\.{2,}|…+)\s*|(?<!\b[a-z])(?<!\b(?:no|dr|mr|ms|st))(?<!\b(?:mrs|add|rev|art|res|dec|doc|vol|fig|sec))(?<!\b(?:para|corr|conf))\.(?=\s|$)\s*"
)
_PAUSE: Final = re.compile(r"[,:、](?!\d)\s*|(?<!\d)[,:、]\s*|\s-+\s|-{2,}|~+\s*")
_ASIDE: Final = 3
"""Words beyond courtesy that a clause on who asks may hold; with more it may tell what is asked about."""
_LEAST: Final = 4
"""With more words than these, a question that says "it" says what it means itself."""
_LONG: Final = 8
"""Words of a sentence that is no remark."""
_SELF: Final = re.compile(r"\b(?:i|me|my|we|us|our|you|your)\b|[我你您咱俺]")
_ABBREVIATION: Final = re.compile(r"\b[A-Z]{2,}\b")
_MOST: Final = 24
"""Clauses of a sentence that are looked at; one with more is kept whole."""
_NEAR: Final = 80
"""Characters before an indirect question in which what introduces it ends."""


@dataclass(slots=True)
class _Part:
    """A sentence or clause, by its place in the text.

    ``personal``: it speaks of who asks or is asked. ``polite``: it holds nothing but courtesies.
    ``courtesy``: it holds a word of courtesy. ``firm``: if it asks, that is no aside. ``yes_no``: it is a
    question without a word of courtesy. ``idle``: it holds no word of content and asks nothing. ``framed``:
    it begins with words that carry a question. ``aside``: it may go where it stands before what asks.
    """

    start: int
    end: int
    chinese: bool
    asks: bool = False
    personal: bool = False
    polite: bool = False
    courtesy: bool = False
    firm: bool = False
    yes_no: bool = False
    idle: bool = False
    framed: bool = False
    aside: bool = False


@dataclass(slots=True)
class _Said:
    """Places in the text: what asks, what wishes to be told, what tells, and what may go; of this, what asks
    as well but not surely, and not of who asks.
    """

    asking: list[tuple[int, int]]
    wished: list[tuple[int, int]]
    context: list[tuple[int, int]]
    dropped: list[tuple[int, int]]
    doubted: list[tuple[int, int]]
    courteous: bool


def request(text: str) -> str:
    """The part of ``text`` that asks.

    ``text`` is a question with compatibility characters folded (NFKC) and white space normalised. It is
    returned as it is where nothing can be taken off, or where nothing but courtesies would be left. Linear
    in the length of ``text``.
    """
    if len(text) > _LONGEST:
        return text
    view = _aligned(text)
    if not suspected(view) or GOING_ON.search(view) is not None:
        return text
    sentences = _cut(view, 0, len(view), _END)
    said = _sorted_out(view, sentences)
    kept = said.asking or said.wished
    context = said.context
    if kept and (said.courteous or not _leans(view, kept)):
        # What stands beside a whole question and names nothing is a courtesy.
        context = [span for span in context if _names(text, view, span)]
    kept = kept + context
    if not kept:
        return text
    leaning = _leans(view, kept)
    # What someone says of themselves may tell what they ask about: "I heard that the Parties met in Bonn."
    kept += [
        span
        for span in said.dropped
        if NAMING.search(view, *span) is not None and (leaning or content(view[slice(*span)]) > _ASIDE)
    ]
    if leaning:
        # "The Lamp Board has to tell someone what it did. To which session does it report?"
        kept += [span for span in said.doubted if span not in kept and CAPITAL.search(text, *span)]
        kept += [span for span in said.dropped if span not in kept and _ABBREVIATION.search(text, *span)]
    kept.sort()
    if kept == [(part.start, part.end) for part in sentences]:
        return text
    found = " ".join(text[start:end].strip() for start, end in kept).strip(" ,;:、")
    return found if any(map(str.isalnum, found)) else text


def _aligned(text: str) -> str:
    """``text`` folded, each character in its place."""
    folded = fold(text)
    if len(folded) == len(text):
        return folded
    return "".join(one if len(one := fold(character)) == 1 else " " for character in text)


def _cut(view: str, start: int, end: int, boundary: re.Pattern[str]) -> list[_Part]:
    """``view[start:end]`` cut after each ``boundary``; what holds no letter or digit joins what is before."""
    parts: list[_Part] = []
    at = start
    for place in [*(match.end() for match in boundary.finditer(view, start, end)), end]:
        if place <= at:
            continue
        if any(map(str.isalnum, view[at:place])):
            parts.append(_Part(at, place, _HAN.search(view, at, place) is not None))
        elif parts:
            parts[-1].end = place
        at = place
    return parts


def _sorted_out(view: str, sentences: Sequence[_Part]) -> _Said:
    """What the sentences are to the question."""
    said = _Said([], [], [], [], [], False)
    for sentence in sentences:
        _judge(view, sentence)
        if not sentence.polite and not sentence.asks:
            clauses = _clauses(view, sentence)
            sentence.polite = all(one.polite or one.idle for one in clauses) and not sentence.idle
    said.courteous = any(one.polite or (one.personal and not one.asks) for one in sentences)
    plain = any(one.asks and one.firm for one in sentences)
    for sentence in sentences:
        whole = (sentence.start, sentence.end)
        if sentence.asks and plain and not sentence.firm:
            said.dropped.append(whole)
            if _SELF.search(view, *whole) is None:
                said.doubted.append(whole)
        elif sentence.asks:
            span, left = _asking(view, sentence)
            said.courteous = said.courteous or bool(left) or span != whole
            said.asking.append(span)
            said.dropped.extend(left)
        elif sentence.personal or (sentence.polite and content(view[slice(*whole)]) > 1):
            # "I need the list of themes." asks where nothing else does.
            span, _ = _asking(view, sentence)
            framed = span[0] > sentence.start and FRAME.search(view, sentence.start, span[0]) is not None
            framed = framed and content(view[slice(*span)]) > 1
            (said.wished if framed else said.dropped).append(span if framed else whole)
        elif sentence.polite or (sentence.idle and said.courteous):
            said.dropped.append(whole)
        else:
            said.context.append(whole)
    return said


def _judge(view: str, part: _Part) -> None:
    piece = view[part.start : part.end]
    said = content(piece)
    bare = _unframed(piece)
    cue, marked = CUE.search(bare) is not None, "?" in piece
    opening = OPENING.match(piece) is not None
    courtesy = opening or COURTESY.search(piece) is not None
    part.personal = PERSON.search(piece) is not None and QUOTED.search(piece) is None
    part.polite = (
        (said == 0 and (part.personal or courtesy))
        or (said <= 1 and courtesy and (part.personal or not cue))
        or (opening and not cue and not marked)
    )
    part.asks = not part.polite and (
        (cue and (said > 0 or not part.personal)) or (marked and said > part.personal)
    )
    part.framed = FRAME.match(piece) is not None
    part.firm = marked or part.framed or not part.personal
    part.courtesy = courtesy
    part.yes_no = marked and not courtesy
    part.idle = said == 0 and not cue
    introduced = _introduced(piece)
    told = content(bare) if part.framed else content(piece[introduced:])
    allowed = 0 if part.framed or introduced or piece.startswith(("if ", "when ", "如果", "假如")) else _ASIDE
    part.aside = not part.asks and (part.polite or (part.personal and told <= allowed))


def _unframed(piece: str) -> str:
    """``piece`` with a dash in place of the frame at the head of any of its clauses."""
    rest: list[str] = []
    at = 0
    for start in (0, *(match.end() for match in _PAUSE.finditer(piece))):
        frame = FRAME.match(piece, start) if start >= at else None
        if frame is not None:
            rest += [piece[at:start], " - "]
            at = frame.end()
    return "".join([*rest, piece[at:]])


def _clauses(view: str, sentence: _Part) -> list[_Part]:
    clauses = _cut(view, sentence.start, sentence.end, _PAUSE)
    for clause in clauses:
        _judge(view, clause)
    return clauses


def _asking(view: str, sentence: _Part) -> tuple[tuple[int, int], list[tuple[int, int]]]:
    """Where the sentence asks, without its courteous clauses and frames; and what was left out."""
    clauses = _clauses(view, sentence)
    if len(clauses) > _MOST:
        return (sentence.start, sentence.end), []
    first, last = 0, len(clauses)
    cue = next((n for n, clause in enumerate(clauses) if clause.asks), last)
    for place, clause in enumerate(clauses[: min(cue, last - 1)]):
        introduced = ":" in view[clause.end - 3 : clause.end] or clauses[place + 1].framed
        before = clauses[first : place + 1]
        if introduced and any(
            one.personal or one.polite or one.framed or one.courtesy for one in (*before, clauses[place + 1])
        ):
            told = [
                one
                for one in before
                if not (one.polite or one.idle) and (not one.personal or (one.framed and cue == last))
            ]
            if not any((one.framed and cue == last) or _tells(view, one) for one in told):
                first = place + 1
    while first < min(cue, last - 1) and (clauses[first].aside or (first > 0 and clauses[first].idle)):
        first += 1
    while last - 1 > first and _trails(view, clauses[last - 1]):
        last -= 1
    start, end = _trimmed(view, clauses[first].start, clauses[last - 1].end)
    return (start, end), [(clause.start, clause.end) for clause in (*clauses[:first], *clauses[last:])]


def _tells(view: str, clause: _Part) -> bool:
    """Whether a clause before "may I ask" says what the question is about."""
    piece = view[clause.start : clause.end]
    return content(piece) > _ASIDE or NAMING.search(piece) is not None or TOPIC.match(piece) is not None


def _topical(before: str) -> bool:
    return PERSON.search(before) is None and content(before) > 0


def _trails(view: str, clause: _Part) -> bool:
    """Whether a clause at the end of a question is none of it."""
    if clause.polite:
        return not clause.yes_no
    piece = view[clause.start : clause.end]
    return clause.personal and not clause.asks and "?" not in piece and ASIDE.match(piece) is not None


def _trimmed(view: str, start: int, end: int) -> tuple[int, int]:
    """Without the frame at its head and the courtesy at its end."""
    for pattern in (OPENING, FRAME):
        head = pattern.match(view, start, end)
        # "Thanks to the host" and 感谢东道国 are no thanks to whoever answers.
        apart = head is not None and (pattern is FRAME or APART.match(view, head.end(), end) is not None)
        if head is not None and apart and content(view[head.end() : end]) >= 1:
            start = head.end()
    start = _past_indirect(view, start, end)
    tail = TAIL.search(view, start, end)
    if tail is not None and content(view[start : tail.start()]) >= 1:
        end = tail.start()
    return start, end


def _past_indirect(view: str, start: int, end: int) -> int:
    """Where an indirect question begins: "I wonder if you know (by when ...)"."""
    word = CUE.search(view, start, end)
    if word is None or word.start() == start or _HAN.match(word[0]) is not None:
        return start
    before = view[start : word.start()]
    pauses = [match.end() for match in _PAUSE.finditer(before)]
    if PERSON.search(before) is None or (pauses and _topical(before[: pauses[-1]])):
        return start
    preposition = PREPOSITION.search(before[-_NEAR:])
    rest = preposition[0] if preposition is not None else ""
    asked = ASKED.search(before[-_NEAR:]) is not None and NAMING.search(before) is None
    if asked or content(before.removesuffix(rest)) == 0:
        begin = word.start() - len(rest)
        # "Whether you could tell me when" carries a question too.
        return begin + (_introduced(view[begin:end]) if word[0] == "whether" else 0)
    return start + _introduced(before)


def _introduced(piece: str) -> int:
    """Where in ``piece`` its introduction ends ("if you can explain"); 0 if it has none."""
    for told in reversed([*TELLING.finditer(piece[:_NEAR])]):
        if content(piece[: told.end()]) == 0 and PERSON.search(piece, 0, told.end()) is not None:
            return told.end()
    return 0


def _leans(view: str, kept: Sequence[tuple[int, int]]) -> bool:
    """Whether what is kept says too little to be understood alone."""
    piece = " ".join(view[start:end] for start, end in kept)
    said = content(piece)
    return said <= 2 or (said <= _LEAST and LEANING.search(piece) is not None)


def _names(text: str, view: str, span: tuple[int, int]) -> bool:
    """Whether a sentence names something that a document may tell of, or says much."""
    if content(view[slice(*span)]) > _LONG or QUOTED.search(view, *span) is not None:
        return True
    return NAMING.search(view, *span) is not None or CAPITAL.search(text, *span) is not None
