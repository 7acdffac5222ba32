"""What each paragraph of a document refers to: decisions, resolutions, documents, and paragraphs of them.

Beyond what is named whole (:func:`ingest.symbols.find_references`), the words around say what is meant:
"decisions 13 and 18" of the eighth session, "paragraph 36 of the present report", 该决定第3段, "Ibid.".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ingest.facts.folding import clause, fold
from ingest.facts.numerals import chinese
from ingest.paragraphs import Document, Paragraph
from ingest.pinpoints import Pinpoint, find_pinpoints, part_of
from ingest.symbols import Reference, find_references

__all__ = ["CrossReference", "find_crossreferences", "find_pinpointed"]


@dataclass(frozen=True, slots=True)
class CrossReference:
    """A document, decision or resolution that a paragraph or a footnote of it names.

    ``paragraph`` is the id inside it (``II.35``, ``36(c)``) where one is named. ``text[start:end]`` names it,
    in the paragraph or, where ``note`` is set, in its footnote at that place (from 0).
    """

    key: str
    kind: Literal["decision", "resolution", "document"]
    paragraph: str | None
    start: int
    end: int
    note: int | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """What a text's references depend on: its document, its headings, and what was named last before it."""

    symbol: str
    headings: tuple[str, ...]
    last: Reference | None


def find_crossreferences(
    document: Document, named: Callable[[Paragraph], Sequence[Reference]] | None = None
) -> Iterator[tuple[Paragraph, tuple[CrossReference, ...]]]:
    """The cross-references of each paragraph that has any, in reading order.

    ``named`` gives a paragraph's references where they are known already.
    """
    known = named or (lambda paragraph: find_references(paragraph.text))
    last: Reference | None = None
    noted: Reference | None = None
    for paragraph in document.paragraphs:
        above = (document.symbol, document.title, *paragraph.section)
        found, last = _found(paragraph.text, known(paragraph), _Place(document.symbol, above, last))
        for number, note in enumerate(paragraph.footnotes):
            same = noted if _SAME.match(note.text) else last
            place = _Place(document.symbol, above, same)
            inside, after = _found(note.text, find_references(note.text), place)
            noted = after if inside else noted
            found += [replace(one, note=number) for one in inside]
        if found:
            yield paragraph, tuple(dict.fromkeys(found))


def find_pinpointed(text: str) -> list[CrossReference]:
    """The paragraphs of decisions, resolutions and documents that ``text`` alone names, in order."""
    found, _ = _found(text, find_references(text), _Place("", (), None))
    return [one for one in found if one.paragraph is not None]


_MAY = ("para", "Para", "段", "decision", "Decision", "决定")
_SAME = re.compile(r"\s*(?:Ibid\b|同上)")
_ARTICLE = re.compile(
    r"(?:\b(?:article|rule|regulation|principle|chapter|goal|target)s?\s+[\dIVX.]+(?:\s?\([a-z]\))*,?\s*"
    r"|第\s*[\d一二三四五六七八九十百]+\s*(?:\([a-z]\)\s*)?[条章][,、]?\s*)\Z",
    re.IGNORECASE,
)
_SELF_AFTER = re.compile(
    r",?\s+(?:above|below|supra|infra)\b"
    r"|,?\s+(?:of|in|to)\s+(?:the\s+present|this)\s+(?:report|note|document|resolution|decision|annex|text|paper)\b"
)
_SELF_BEFORE = re.compile(
    r"(?:本(?:报告|文件|说明|决议|决定|照会|文)|[上下]文|以[上下]|上述)\s*(?:的\s*)?[,(]?\s*\Z"
)
_SEE = re.compile(r"(?:\b[Ss]ee\s+(?:also\s+)?|[见參参](?:阅|看)?\s*)\Z")
_THAT_AFTER = re.compile(
    r",?\s+thereof\b"
    r"|,?\s+(?:of|in)\s+(?:that|the\s+same|the\s+said)\s+(?:resolution|decision|report|document)\b(?!\s+[\dIVX(])"
    r"|,?\s+(?:of|in)\s+the\s+(?:resolution|decision)\b(?!\s+(?:[\dIVX(]|of\b|[a-z]+ed\b))"
)
_THAT_BEFORE = re.compile(r"(?:该(?:项)?|同一|同一项|上述)(?:决定|决议|报告|文件)\s*(?:的\s*)?[,(]?\s*\Z")
_ANNEX_AFTER = re.compile(r",?\s+of\s+(?:the\s+)?(?P<annex>annex(?:\s+[IVXL]+)?)\s+thereto\b", re.IGNORECASE)
_OF = re.compile(
    r",?\s+(?:of|in|to|under|from)\s+(?P<words>(?:[A-Za-z’'&-]+\s+){0,12})(?:\()?\Z", re.IGNORECASE
)
_OTHER = re.compile(r",?\s+of\s+(?!\d{1,2}\s+[A-Z])")
_AFTER_KEY = re.compile(
    r"(?:\s+of\s+\d{1,2}\s+[A-Z][a-z]+\s+\d{4})?\s*[)\"”]?\s*[,:;]?\s*\(?\s*(?:see\s+)?(?:in\s+)?\Z"
    r"|\s*号?\s*(?:决议|决定|文件|报告)?\s*[)》]?\s*[,、:]?\s*\(?\s*(?:的\s*)?(?:[(]?见\s*)?\Z"
)
_JOINED = re.compile(r"\s*(?:,|;|、|和|及|与|以及|and|,\s*and)?\s*\Z")
_MODIFIED = re.compile(r"\s*(?:,|、|和|及|and|,\s*and)\s*(?P<more>(?:Add|Corr|Rev|Amend)\.\s?\d{1,3})\b")
_AND_NUMBER = re.compile(
    r"\s*(?:,|、|和|及|and|,\s*and)\s*(?P<more>\d{1,2})(?![\d/.(]|\s*\()(?=\s*(?:[,;).和及、]|\Z)|\s+and\b)"
)
_ORGAN_HYPHEN = re.compile(r"-(?=[A-Z]{1,5}/)")
_KIND = re.compile(r"/(?:Add|Corr|Rev|Amend)\.?\s?\d{0,3}\Z")


def _found(
    text: str, references: Sequence[Reference], place: _Place
) -> tuple[list[CrossReference], Reference | None]:
    """The cross-references of one text in order, and the reference that stands last in it or before it."""
    if not references and not any(word in text for word in _MAY):
        return [], place.last
    folded = fold(text)
    whole = sorted((*_whole(folded, references), *_shortened(folded, references, place)), key=_order)
    found: list[CrossReference] = []
    pinned: set[Reference] = set()
    target: Reference | None = None
    part, end = "", 0
    for pin in find_pinpoints(folded):
        joined = end <= pin.start and _JOINED.fullmatch(folded, end, min(pin.start, end + 20)) is not None
        told = _target(folded, pin, whole, place)
        if told is not None:
            target, part = told
        elif not joined or end + 20 < pin.start or _OTHER.match(folded, pin.end):
            target, part = None, ""
        end = pin.end
        if target is not None:
            pinned.add(target)
            for named in pin.named:
                local = f"{part}.{named.local}" if part else named.local
                found.append(CrossReference(target.key, target.kind, local, named.start, named.end))
    found += [
        CrossReference(one.key, one.kind, None, one.start, one.end)
        for one in whole
        if one not in pinned and one.key != place.symbol
    ]
    found.sort(key=lambda one: (one.start, one.end))
    return found, whole[-1] if whole else place.last


def _order(one: Reference) -> tuple[int, int]:
    return one.start, one.end


def _whole(folded: str, references: Sequence[Reference]) -> Iterator[Reference]:
    """References named whole, joint symbols taken apart, and what is added to a symbol: ``and Add.1``."""
    before: Reference | None = None
    for one in references:
        yield from _within(folded, before, one)
        before = one
        if one.kind != "document":
            yield one
            continue
        start = one.start
        for key in _ORGAN_HYPHEN.split(one.key):
            yield Reference(key, one.kind, start, start + len(key))
            start += len(key) + 1
            last = key
        yield from _modified(folded, last, one.end)


def _modified(folded: str, symbol: str, at: int) -> Iterator[Reference]:
    stem = symbol
    while match := (_MODIFIED.match(folded, at) or (_KIND.search(stem) and _AND_NUMBER.match(folded, at))):
        more = "".join(match["more"].split())
        if more.isdigit():
            stem = re.sub(r"\d+\Z", more, stem)
        else:
            kind = _KIND.search(stem)
            same = kind is not None and (kind[0][1:4] == more[:3] or stem != symbol)
            stem = f"{stem[: kind.start()] if kind is not None and same else stem}/{more}"
        yield Reference(stem, "document", match.start("more"), match.end("more"))
        at = match.end()


def _within(folded: str, first: Reference | None, last: Reference) -> Iterator[Reference]:
    """The decisions inside a range: those between 3/COP.8 and 6/COP.8."""
    if first is None or last.kind == "document" or first.kind != last.kind:
        return
    if re.fullmatch(r"\s*(?:号\s*)?(?:to|至|到|-)\s*(?:第\s*)?", folded[first.end : last.start]) is None:
        return
    (low, _, of), (high, _, other) = first.key.partition("/"), last.key.partition("/")
    if of == other and low.isdigit() and high.isdigit() and 1 < int(high) - int(low) <= 60:
        for number in range(int(low) + 1, int(high)):
            yield Reference(f"{number}/{of}", last.kind, first.start, last.end)


_BARE_EN = re.compile(
    r"\b[Dd]ecisions?\s+(?P<list>\d{1,3}(?:(?:,\s+and|,|\s+and|\s+or)\s+\d{1,3}){0,20})(?![\d/.(])"
)
_BARE_ZH = re.compile(
    r"(?<![\d/.])(?:第\s*)?(?P<list>\d{1,3}\s*号?(?:\s*[、和及与]\s*(?:第\s*)?\d{1,3}\s*号?){0,20})(?<=号)\s*决定"
)
_SESSION_KEY = re.compile(r"\d{1,3}/(?P<of>(?:COP|CP|CMP|CMA|MOP)[.-]?\d{1,3})\Z")
_ORDINAL = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth"),
    *("eighteenth", "nineteenth", "twentieth"),
)
_SESSION = re.compile(
    rf"\b(?P<en>{'|'.join(_ORDINAL)})\s+(?:session|meeting)\b"
    r"|第\s*(?P<zh>[一二三四五六七八九十]{1,3}|\d{1,2})\s*(?:届会议|次会议|届)|\bCOP[ -]?(?P<cop>\d{1,2})\b"
)
_REACH = 240
"""Characters on either side in which the session of a decision named by its number alone is looked for."""
_SERIES = (
    (re.compile(r"ICCD|UNCCD|荒漠化|[Dd]esertification"), "{0}/COP.{1}"),
    (re.compile(r"FCCC|气候变化框架公约|Framework Convention on Climate Change"), "{0}/CP.{1}"),
)


def _shortened(folded: str, references: Sequence[Reference], place: _Place) -> Iterator[Reference]:
    """Decisions by their number alone, where the sentence names the session and a heading the convention."""
    for pattern, word in ((_BARE_EN, "ecision"), (_BARE_ZH, "决定")):
        for match in pattern.finditer(folded) if word in folded else ():
            series = _series(folded, match, references, place)
            if series is not None:
                for number in re.finditer(r"\d+", match["list"]):
                    start = match.start("list") + number.start()
                    yield Reference(series.format(number[0]), "decision", start, start + len(number[0]))


def _series(folded: str, match: re.Match[str], references: Sequence[Reference], place: _Place) -> str | None:
    sessions = list(_SESSION.finditer(folded, *clause(folded, *match.span(), reach=_REACH)))
    if sessions:
        nearest = min(
            sessions, key=lambda one: min(abs(one.end() - match.start()), abs(one.start() - match.end()))
        )
        value = _ordinal(nearest)
        for heading in reversed(place.headings):
            for named, series in _SERIES:
                if named.search(heading):
                    return series.format("{0}", value)
        return None
    place_of = bisect_right(references, match.start(), key=lambda one: one.start)
    last = _SESSION_KEY.match(references[place_of - 1].key) if place_of else None
    return None if last is None else "{0}/" + last["of"]


def _ordinal(match: re.Match[str]) -> int:
    if match["en"]:
        return _ORDINAL.index(match["en"]) + 1
    digits = match["cop"] or match["zh"]
    return int(digits) if digits.isdigit() else int(str(chinese(digits)))


def _target(
    folded: str, pin: Pinpoint, whole: Sequence[Reference], place: _Place
) -> tuple[Reference, str] | None:
    """Of what a pinpoint's paragraphs are, and the part that the words in between name."""
    before = folded[max(0, pin.start - 60) : pin.start]
    if _ARTICLE.search(before):
        return None
    own = Reference(place.symbol, "document", pin.start, pin.end)
    if _SELF_AFTER.match(folded, pin.end) or _SELF_BEFORE.search(before):
        return own, ""
    place_of = bisect_right(whole, pin.start, key=lambda one: one.start)
    previous = whole[place_of - 1] if place_of and whole[place_of - 1].end <= pin.start else None
    if _THAT_AFTER.match(folded, pin.end) or _THAT_BEFORE.search(before):
        last = previous or place.last
        return None if last is None else (last, "")
    if (annex := _ANNEX_AFTER.match(folded, pin.end)) is not None and previous is not None:
        return previous, part_of(annex["annex"])
    following = next((one for one in whole[place_of : place_of + 3] if one.start >= pin.end), None)
    if following is not None:
        gap = _OF.fullmatch(folded, pin.end, following.start) if following.start - pin.end < 120 else None
        if gap is not None:
            return following, part_of(gap["words"])
    if _OTHER.match(folded, pin.end):
        return None
    if previous is not None and pin.start - previous.end < 60:
        if _AFTER_KEY.fullmatch(folded, previous.end, pin.start):
            return previous, ""
    elif previous is None and _SAME.match(folded) and place.last is not None:
        return place.last, ""
    return (own, "") if _SEE.search(before) else None
