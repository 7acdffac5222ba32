"""Which network, which fund, which strategy, what it is called: the proper name or the title that says it.

A resolution names things in one breath with what is asked of everybody ("invites Governments to consider
joining the framework of the International Network of Sustainable Tourism Observatories as a way to …"): asked
which network, the answer is the name. In English texts names are told by their capitals, in Chinese ones by
their quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

__all__ = ["asked_things", "asks_title", "proper_names", "titles"]

_THINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "模型": ("model",),
    "网络": ("network",),
    "战略": ("strategy",),
    "基金": ("fund", "facility"),
    "计划": ("plan", "programme", "program"),
    "行动计划": ("plan",),
    "纲领": ("programme", "platform"),
    "方案": ("programme", "program"),
    "平台": ("platform",),
    "框架": ("framework",),
    "机制": ("mechanism", "facility"),
    "倡议": ("initiative",),
    "宣言": ("declaration",),
    "协定": ("agreement",),
    "议程": ("agenda",),
    "报告": ("report", "outlook"),
    "指南": ("guidelines", "guide"),
    "准则": ("guidelines", "principles"),
    "论坛": ("forum",),
    "联盟": ("alliance", "coalition", "partnership"),
    "伙伴关系": ("partnership",),
    "路线图": ("roadmap", "pathway"),
    "运动": ("campaign",),
    "调查": ("survey",),
    "指数": ("index",),
}
"""Chinese nouns with their English ones."""

_NOUNS: Final = "|".join(
    sorted({noun for nouns in _THINGS.values() for noun in nouns}, key=len, reverse=True)
)
_HAN_NOUNS: Final = "|".join(sorted(_THINGS, key=len, reverse=True))
_ASKED: Final = re.compile(
    rf"\b(?:which|what)\s+(?:(?!(?:is|was|are|were|did|does|do|has|have|will)\b)[\w'-]+\s+){{0,3}}?(?P<en>{_NOUNS})\b|"
    rf"\bname\s+of\s+the\s+(?:[\w'-]+\s+){{0,3}}?(?P<named>{_NOUNS})\b|"
    rf"(?:哪[一个项份种套]*|什么)[^，。？?\s]{{0,6}}?(?P<zh>{_HAN_NOUNS})(?![一-鿿]*(?:提|说|规定|要求)(?:了|出))",
    re.IGNORECASE,
)
_SMALL: Final = "of|for|on|and|the|in|to|against|with|at|by|from|as"
_CAPITAL: Final = r"(?:[A-Z][\w’'-]*|\d{1,4}-[A-Z][\w-]*)"
_PROPER: Final = re.compile(rf"\b[A-Z][\w’'-]*(?:(?:\s+(?:{_SMALL})){{0,2}}\s+{_CAPITAL})*")
# "the United Nations trust fund for disaster reduction": whose it is by its capitals, what it is not.
_OF_SOMEBODY: Final = re.compile(
    rf"\b[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*\s+(?:[a-z-]+\s+){{0,2}}?(?P<noun>{_NOUNS})\b"
    rf"(?:\s+(?:for|on)(?:\s+(?!(?:{_SMALL}|that|which|its|all)\b)[a-z-]+){{1,3}})?"
)
_QUOTED: Final = re.compile(
    rf"《[^》]{{2,60}}》|“[^”]{{2,60}}”(?:{_HAN_NOUNS})?|"
    rf"[\"“][^\"“”]{{2,80}}[\"”](?: \([A-Z]{{2,8}}\))?(?: (?:{_NOUNS})\b)?"
)
# No name of a treaty, as 《公约》 is.
_TITLE: Final = re.compile('《(?![^》]{0,16}(?:公约|议定书)》)[^》]{2,80}》|“[^”]{2,160}”|"[^"\n]{2,160}"')
_ASKS_TITLE: Final = re.compile(
    r"叫(?:做|作)?(?:什么|啥|甚么)|什么(?:名字|名称|标题|题目|主题|议题|口号)|"
    r"(?:名称|名字|标题|书名|题目|口号)(?:是|叫|为)?(?:什么|啥)?(?=[?？。，, ]|$)|"
    r"\b(?:titt?le|name|theme|motto|slogan)\s+of\b|\bwhat\b[^?]{2,80}\b(?:called|entitled|titled|named)\b|"
    r"\b(?:which|what)\s+(?:titt?le|name|theme|motto|slogan)\b|\b(?:theme|title|motto)\s*\??$",
    re.IGNORECASE,
)


def asked_things(question: str) -> frozenset[str]:
    """The English nouns and the Chinese one of the thing that ``question`` asks for by name; often none."""
    match = _ASKED.search(question)
    if match is None:
        return frozenset()
    if match["zh"]:
        return frozenset({match["zh"], *_THINGS[match["zh"]]})
    noun = (match["en"] or match["named"]).lower()
    return frozenset({noun, *(zh for zh, nouns in _THINGS.items() if noun in nouns)})


def proper_names(text: str, span: tuple[int, int], things: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where proper names of ``things`` stand in ``text[span]``, in order."""
    for match in _PROPER.finditer(text, *span):
        words = match[0].lower().split()
        if len(words) > 1 and not things.isdisjoint(words):
            yield match.span()
    for match in _OF_SOMEBODY.finditer(text, *span):
        if match["noun"] in things:
            yield match.span()
    for match in _QUOTED.finditer(text, *span):
        said = match[0].lower()
        if any(thing in said if not thing.isascii() else said.endswith(f" {thing}") for thing in things):
            yield match.span()


def asks_title(question: str) -> bool:
    """Whether ``question`` asks how something is called."""
    return _ASKS_TITLE.search(question) is not None


def titles(text: str, span: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Where titles stand in ``text[span]``, in their marks."""
    for match in _TITLE.finditer(text, *span):
        yield match.span()
