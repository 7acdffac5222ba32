"""Named things in a paragraph: what the glossary knows, and articles of treaties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.facts.folding import fold
from ingest.facts.glossary import Glossary
from ingest.facts.numerals import chinese
from ingest.facts.spans import Spans

__all__ = ["NO_ACTORS", "Entity", "find_entities"]


@dataclass(frozen=True, slots=True)
class Entity:
    """``text[start:end]`` names something; ``en`` and ``zh`` are its names to show.

    ``kind`` is the glossary's type (``body``, ``convention``, ``fund``, ``mechanism``, ``instrument``,
    ``event``, ``term``, ``country``, ``region``, ``city``) or ``article``. ``also`` holds the other things
    that share the name, as ``(en, zh, kind)``.
    """

    start: int
    end: int
    text: str
    kind: str
    en: str
    zh: str
    also: tuple[tuple[str, str, str], ...] = ()
    abbr: str = ""

    @property
    def may_act(self) -> bool:
        """Whether it is a body, a treaty, an event or the like, not a place, a term or "a decision"."""
        common = self.kind == "instrument" and self.en.islower()
        return not common and self.kind not in NO_ACTORS


NO_ACTORS = frozenset({"term", "article", "country", "region", "city"})
"""Kinds of what can neither act nor be acted under."""

_HAN_NUMBER = r"[〇一二三四五六七八九十百]{1,5}"
_LETTER = r"(?:\ ?\([a-z]{1,3}\))?"
_ARTICLE = re.compile(
    rf"""
    第\ ?(?P<zh>\d{{1,3}}|{_HAN_NUMBER})\ ?(?P<letter>\([a-z]\))?\ ?条
    (?:第?\ ?(?P<zp>\d{{1,2}}|{_HAN_NUMBER})\ ?(?P<zl>\([a-z]\))?\ ?款)?
  | \b[Aa]rticle\ (?P<en>\d{{1,3}})(?P<el>{_LETTER})
    (?:,?\ para(?:graph|\.)\ (?P<ep>\d{{1,2}})(?P<epl>{_LETTER}),?)?
    """,
    re.VERBOSE,
)


def find_entities(text: str, glossary: Glossary) -> tuple[Entity, ...]:
    """The named things of one paragraph, in order, none overlapping another."""
    mentions = glossary.find(text)
    found = [
        Entity(
            start=mention.start,
            end=mention.end,
            text=text[mention.start : mention.end],
            kind=mention.terms[0].kind,
            en=mention.terms[0].name("en"),
            zh=mention.terms[0].name("zh"),
            also=tuple((term.name("en"), term.name("zh"), term.kind) for term in mention.terms[1:]),
            abbr=next(iter(mention.terms[0].abbr_en), ""),
        )
        for mention in mentions
    ]
    articles = list(_articles(text))
    if articles:
        spans = Spans((entity.start, entity.end) for entity in found)
        found += [article for article in articles if spans.free(article.start, article.end)]
        found.sort(key=lambda entity: entity.start)
    return tuple(found)


def _articles(text: str) -> Iterator[Entity]:
    if "条" not in text and "rticle" not in text:
        return
    for match in _ARTICLE.finditer(fold(text)):
        if match["zh"]:
            article, letter = _digits(match["zh"]), match["letter"] or ""
            paragraph, sub = _digits(match["zp"]), match["zl"] or ""
        else:
            article, letter = match["en"], (match["el"] or "").strip()
            paragraph, sub = match["ep"], (match["epl"] or "").strip()
        if article is None:
            continue
        end = match.end() - (match.group().endswith(","))
        en = f"article {article}" + (f" {letter}" if letter else "")
        zh = f"第{article}{letter}条"
        if paragraph is not None:
            en += f", paragraph {paragraph}" + (f" {sub}" if sub else "")
            zh += f"第{paragraph}{sub}款"
        yield Entity(match.start(), end, text[match.start() : end], "article", en, zh)


def _digits(numeral: str | None) -> str | None:
    if numeral is None or numeral.isdecimal():
        return numeral
    value = chinese(numeral)
    return None if value is None else str(value)
