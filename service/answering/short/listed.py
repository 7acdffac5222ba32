"""A list that answers: which words of it are served, and how long they may be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ingest.facts.entities import Entity
from service.answering.answer import Language
from service.answering.sentences.evidence import Passage
from service.answering.short.enumerations import Enumeration, Form, Span
from service.answering.short.rendering import LONGEST, in_a_row

__all__ = ["APART", "Listed", "list_text", "listed_of"]

APART: Final = frozenset({"labels", "parts", "quotes"})
"""Forms whose elements are told apart by signs of their own."""

_MOST: Final = 6
"""Elements that room is left for."""

_OF_ITS_OWN: Final = re.compile(
    r"\s*(?:secretariat|members?|delegations?|office|government)\b|秘书处|成员|主席|总统|总理|政府|代表|会议|委员会|大会|缔约方|公约|议定书|执行|专家|[一-龥]{0,4}组"
)
_GOES_ON: Final = re.compile("(?!共|联|合作|等|在|于|对|已|将|都|分别|的)[\u4e00-\u9fff]")
_LATIN: Final = re.compile("[a-zA-Z]")
_HAN: Final = re.compile("[\u3400-\u9fff]")
_STOP: Final = re.compile(r"[。！？\n]|\.\s")
_CLAUSE_END: Final = re.compile(r"[，。；：！？\n]|[,;:.]\s+")
_CUT: Final = re.compile(r"[，；。：,;:](?=\s|[^\x00-\x7f]|\Z)")
_TRIMMED: Final = " \n\t“”\"'、,，.。;；:：()（）"


@dataclass(frozen=True, slots=True)
class Listed:
    """``elements`` of ``passage`` answer; ``start`` is where what introduces them begins. ``said`` is the
    text that names them all.
    """

    passage: Passage
    start: int
    elements: tuple[Span, ...]
    form: Form
    said: Span

    @property
    def end(self) -> int:
        return max(self.elements[-1][1], self.said[1])


def listed_of(passage: Passage, one: Enumeration, entities: Sequence[Entity], found: Span) -> Listed:
    """The enumeration as an answer.

    Said are names alone, where it is of names; of other nouns the clauses that they stand in, and what was
    ``found`` beside them, where there is room; else what stands from the first element to the last.
    """
    text, elements = passage.text, one.elements
    said = elements[0][0], one.end
    if one.form not in APART:
        named = _of_names(text, one, entities)
        if named is not None:
            elements, said = named, (named[0][0], named[-1][1])
        elif one.form == "clauses" or not all(_opens_name(text, *span) for span in elements):
            said = _clause_start(text, said[0]), one.end
            both = min(said[0], found[0]), max(one.end, found[1])
            between = text[min(found[1], one.end) : max(found[0], said[0])]
            longest = 2 * LONGEST["zh" if _HAN.search(text, *both) else "en"]
            if one.form != "pair" and both[1] - both[0] <= longest and _STOP.search(between) is None:
                said = both
    return Listed(passage, min(one.start, said[0]), elements, one.form, said)


def _of_names(text: str, one: Enumeration, entities: Sequence[Entity]) -> tuple[Span, ...] | None:
    """The elements, each a known name, without what stands before the first name and after the last."""
    spans = [entity for entity in entities if text[entity.start - 1 : entity.start] not in ("(", "（")]
    first, *inner, last = one.elements
    names = [
        next((e for e in spans if e.start >= first[0] and _at_end(text, (e.start, e.end), first[1])), None),
        *(next((e for e in spans if _covers(text, (e.start, e.end), each)), None) for each in inner),
        next((e for e in spans if e.end <= last[1] and _at_start(text, last[0], (e.start, e.end))), None),
    ]
    known = [name for name in names if name is not None]
    if len(known) < len(names) or not (inner or known[0].kind == known[-1].kind):
        return None
    end = known[-1].end
    if _OF_ITS_OWN.match(text, end) or (text[end - 1] == "》" and _GOES_ON.match(text, end)):
        return None
    return ((known[0].start, first[1]), *inner, (last[0], known[-1].end))


def _opens_name(text: str, start: int, end: int) -> bool:
    return text[start:end].removeprefix("the ")[:1].isupper()


def _clause_start(text: str, start: int) -> int:
    """Where the clause that the first element stands in begins."""
    cuts = [match.end() for match in _CLAUSE_END.finditer(text, max(0, start - 160), start)]
    return cuts[-1] if cuts else start if start > 160 else 0


def _covers(text: str, name: Span, element: Span) -> bool:
    return (
        element[0] <= name[0]
        and name[1] <= element[1]
        and not _rest(text, (element[0], name[0]), (name[1], element[1]))
    )


def _at_end(text: str, name: Span, end: int) -> bool:
    return name[1] <= end and not _rest(text, (name[1], end))


def _at_start(text: str, start: int, name: Span) -> bool:
    return start <= name[0] and not _rest(text, (start, name[0]))


def _rest(text: str, *spans: Span) -> str:
    rest = "".join(text[start:end] for start, end in spans)
    rest = re.sub(r"[(（][^()（）]*[)）]", "", rest).strip(_TRIMMED).lower()
    return "" if rest in ("the", "and", "a", "s") else rest


def list_text(one: Listed, entities: Sequence[Entity], language: Language) -> str:
    """What is said: the text from the first to the last element; what stands under labels without these; in
    another language names, where all elements are.

    Elements that there is no room for are cut where a clause ends, and say so.
    """
    text = one.passage.text
    if one.passage.language != language:
        names = _named(one, entities, language)
        if names is not None:
            return names
    chinese = _HAN.search(text, one.elements[0][0], one.end) is not None
    room = LONGEST["zh" if chinese else "en"] * min(_MOST, len(one.elements))
    words = [_plain(text[start:end]) for start, end in one.elements]
    joined = ("；" if chinese else "; ").join(words)
    if one.form not in ("labels", "parts"):
        plain = _plain(text[one.said[0] : one.said[1]])
        if len(plain) <= room:
            joined = plain
    if len(joined) <= room:
        return joined
    each = room // len(words) - 2
    return ("；" if chinese else "; ").join(_cut(word, each) for word in words)


def _named(one: Listed, entities: Sequence[Entity], language: Language) -> str | None:
    names = []
    for element in one.elements:
        entity = next((e for e in entities if _covers(one.passage.text, (e.start, e.end), element)), None)
        if entity is None:
            return None
        names.append(entity.zh if language == "zh" else entity.en)
    return in_a_row(names, language)


def _plain(text: str) -> str:
    words = " ".join(text.split()).strip(" ；;，,、。")
    return words[:-1] if words.endswith(".") and words[-2:-1].islower() else words


def _cut(words: str, room: int) -> str:
    if len(words) <= room:
        return words
    cuts = [match.start() for match in _CUT.finditer(words, 0, room) if match.start() >= room // 4]
    if cuts:
        return words[: cuts[0] if _LATIN.search(words) is None else cuts[-1]] + "…"
    space = words.rfind(" ", 0, room)
    return words[: space if space > room // 2 else room].rstrip() + "…"
