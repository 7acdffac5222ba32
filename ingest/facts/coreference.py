"""Bodies spoken of by the last words of their names.

A document names a body once in full and speaks of "the Working Group" (特设工作组) from then on, also in the
paragraphs that follow. Whom it means is the body last named whose name ends so; after a name that isn't
known, "the Working Group on Seeds", nobody can tell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from ingest.facts.dates import Language
from ingest.facts.entities import Entity
from ingest.facts.folding import fold
from ingest.facts.spans import Spans

__all__ = ["Antecedents", "spoken_of"]

Antecedents = Mapping[str, tuple[str, str]]
"""By its last words, folded and in lower case, the English and the Chinese name of the body last named."""

_HEADS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": (
        "ad hoc working group",
        "working group",
        "expert group",
        "liaison group",
        "subsidiary body",
        "task force",
        "committee",
        "commission",
        "council",
        "panel",
        "board",
        "platform",
        "group",
    ),
    "zh": (
        "特设工作组",
        "工作组",
        "专家组",
        "联络小组",
        "附属机构",
        "理事会",
        "委员会",
    ),
}
"""The longer first: a working group is a group too."""

_HEAD: Final[Mapping[Language, re.Pattern[str]]] = {
    "en": re.compile(rf"\b(?:{'|'.join(_HEADS['en'])})\b", re.IGNORECASE),
    "zh": re.compile(rf"(?:{'|'.join(_HEADS['zh'])})(?![织件])"),
}
_GOES_ON: Final = re.compile(r" (?:on|of|for)\b(?! (?:its|their|the)\b)|[ -](?:[IVX]+|\d+)\b")
_THE: Final = re.compile(r"\b(?:the|this|that) \Z", re.IGNORECASE)
_CAPITAL: Final = re.compile(r"\b[A-Z][\w-]* \Z")
# After what no name ends in, and after what speaks of any.
_BEFORE_BARE: Final = re.compile(
    r"(?:\A|[\s,.;:，。；：、(-]|[该本请由在向对和与及使为给经让但而是将把被]|请求|要求|授权|鼓励|敦促|同意|欢迎|注意到|今年|会上|此外)\Z"
)
_BEFORE_ANY: Final = re.compile(r"[各些个两几新所类种的]\Z")
_NAME_ENDS: Final = re.compile(r"\s(?:on|of|for|to|under|and|serving)\s")


def spoken_of(
    text: str, language: Language, entities: Sequence[Entity], before: Antecedents
) -> tuple[tuple[Entity, ...], dict[str, tuple[str, str]]]:
    """The ``entities`` of ``text`` with the bodies that it speaks of by their last words alone, in order, and
    what such words mean after it.

    ``before`` is what they mean where the text begins. The glossary may know the words themselves ("expert
    group"): then the body that is meant takes their place.
    """
    folded = fold(text)
    bare = {match.span() for match in _HEAD[language].finditer(folded)}
    named = [one for one in entities if (one.start, one.end) not in bare]
    bodies = {one.start: one for one in named if one.kind == "body"}
    if not (bare or bodies):
        return tuple(entities), dict(before)
    taken = Spans((one.start, one.end) for one in named if one.kind != "term")
    heads = {start: end for start, end in bare if taken.free(start, end)}
    known = dict(before)
    found = {one.start: one for one in entities}
    for start in sorted(bodies.keys() | heads.keys()):
        if start in bodies:
            body = bodies[start]
            known |= dict.fromkeys(_heads_of(body, language), (body.en, body.zh))
            continue
        end = heads[start]
        head, said = folded[start:end].lower(), _said(folded, start, end, language)
        if said == "it" and head in known:
            found[start] = Entity(start, end, text[start:end], "body", *known[head])
        elif said == "other":
            known = {one: meant for one, meant in known.items() if not _alike(one, head)}
    return tuple(found[start] for start in sorted(found)), known


def _said(folded: str, start: int, end: int, language: Language) -> Literal["it", "other", "any"]:
    """Whether the last words of a name at ``start`` stand for one named before, end another's, or neither."""
    back = max(0, start - 24)
    if language == "en":
        if _GOES_ON.match(folded, end):
            return "other"
        if _THE.search(folded, back, start):
            return "it"
        return "other" if folded[start].isupper() and _CAPITAL.search(folded, back, start) else "any"
    if _BEFORE_BARE.search(folded, back, start):
        return "it"
    return "any" if _BEFORE_ANY.search(folded, back, start) else "other"


def _alike(one: str, other: str) -> bool:
    return one.endswith(other) or other.endswith(one)


def _heads_of(body: Entity, language: Language) -> list[str]:
    """The last words by which ``body`` may be spoken of; of an English name, those before "on" or "of"."""
    if language == "zh":
        return [head for head in _HEADS["zh"] if fold(body.zh).endswith(head)]
    name = " " + _NAME_ENDS.split(body.en, maxsplit=1)[0].lower()
    return [head for head in _HEADS["en"] if name.endswith(f" {head}")]
