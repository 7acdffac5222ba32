"""A question as it is searched: other names for what it names, and what its typing errors were meant to be.

A name counts as one thing, however many words it has: it is matched by whichever of its names a text matches
best, and weighs what the words in the question weigh. So a long official name doesn't drown the rest of the
question, and an abbreviation that no text holds doesn't stay unheard.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from index.analysis import simplify
from index.spelling import Spelling
from ingest.facts.geography import Country, cities_in, countries
from ingest.facts.glossary import Glossary, Mention, Term
from ingest.facts.numerals import chinese
from ingest.facts.ordinals import ORDINAL_WORDS

__all__ = ["Variant", "Wording", "read_wording"]

Language = Literal["en", "zh"]

_MOST_FORMS: Final = 4
"""Other names of one thing in one language; those of official tables come first."""
_MOST_VARIANTS: Final = 12
_HAN: Final = re.compile("[\u3400-\u9fff]")
_NUMBERED: Final = re.compile(
    r"(?<=[A-Z])[ -]?(?P<after>[1-9]\d?)(?![\d./-]|\s*(?:%|年|月|日))"
    r"|第\s*(?P<ordinal>[1-9]\d?)\s*[届次]"
    r"|第(?P<chinese>[一二三四五六七八九]?十?[一二三四五六七八九]|[一二三四五六七八九]?十)(?:届|次)(?=会|缔|大)"
)
"""A session by its number: COP 9, CRIC7, 第9届, 第九次会议."""
_JOINED: Final = re.compile(r"(?<=[A-Z]{3})(?=[1-9]\d?(?![A-Za-z0-9_/]|[.-]\d))")
"""Between a body's abbreviation and the number of its session."""
_CAPITAL_OF: Final = re.compile(r"\bcapital\s+(?:city\s+)?of\s+(?:the\s+)?$")
_CAPITAL: Final = re.compile(r"的?首都|'s\s+capital\b")
_TENS: Final = ("", "十", "二十", "三十", "四十", "五十", "六十", "七十", "八十", "九十")
_ONES: Final = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九")
_ENGLISH_ONES: Final = tuple(word for word, number in ORDINAL_WORDS.items() if number < 20)
_ENGLISH_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


@dataclass(frozen=True, slots=True)
class Variant:
    """``text[start:end]`` of a wording may also be called one of ``forms``, by language of the texts.

    ``sure`` (above 0, at most 1) is what a match of such a form counts beside one of the words themselves.
    """

    start: int
    end: int
    forms: Mapping[Language, tuple[str, ...]]
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Wording:
    """``text`` is the question with traditional characters and full-width forms folded, English typing
    errors mended and the number of a session apart from its body (COP9, AWG-LCA5). ``variants`` are in order
    and don't overlap.
    """

    text: str
    variants: tuple[Variant, ...]


def read_wording(question: str, glossary: Glossary, spelling: Spelling | None) -> Wording:
    """``spelling`` is left out where the words that texts hold are not known."""
    text = _JOINED.sub(" ", simplify(question))
    if spelling is not None:
        text = spelling.mended(text)
    mentions = glossary.find(text, any_case=True)
    found = [*_places(text, mentions, glossary), *_names(text, mentions), *_sessions(text)]
    if spelling is not None:
        found += [
            Variant(start, end, {"en": (meant,), "zh": (meant,)})
            for start, end, meant in spelling.doubtful(text)
        ]
    # Names before the numbers and doubts inside them.
    kept: list[Variant] = []
    for variant in found:
        if all(variant.end <= other.start or other.end <= variant.start for other in kept):
            kept.append(variant)
    return Wording(text, tuple(sorted(kept[:_MOST_VARIANTS], key=lambda variant: variant.start)))


@lru_cache(maxsize=1)
def _demonyms() -> tuple[re.Pattern[str], Mapping[str, Country]]:
    """What is said of countries, before a city or by itself, and of which country each word is said."""
    said = {demonym: country for country in countries().values() for demonym in country.demonyms}
    longest_first = sorted(map(re.escape, said), key=len, reverse=True)
    pattern = rf"\b(?P<said>{'|'.join(longest_first)})\b(?!\s+[A-Z])(?:\s+(?P<noun>capital|city|town)\b)?"
    return re.compile(pattern), said


@lru_cache(maxsize=4)
def _places_of(glossary: Glossary) -> Mapping[str, Term]:
    """Countries and cities by the English name to show."""
    return {term.en[0]: term for term in glossary.terms if term.kind in ("country", "city") and term.en}


def _places(text: str, mentions: Sequence[Mention], glossary: Glossary) -> list[Variant]:
    """Countries by what is said of them ("the Thai delegate"), their cities ("the Thai city", 泰国首都)."""
    known = _places_of(glossary)
    found = []
    pattern, said = _demonyms()
    for match in pattern.finditer(text):
        country = said[match["said"]]
        if match["noun"] == "capital":
            found += _capital(country, *match.span())
            continue
        names = [country.name] if match["noun"] is None else cities_in(country.name)[:_MOST_FORMS]
        terms = [known[name] for name in names if name in known]
        if terms:
            forms: dict[Language, tuple[str, ...]] = {
                "en": tuple(term.en[0] for term in terms),
                "zh": tuple(term.zh[0] for term in terms if term.zh),
            }
            found.append(Variant(*match.span(), forms))
    for mention in mentions:
        named = [countries()[t.en[0]] for t in mention.terms if t.en and t.en[0] in countries()]
        if not named:
            continue
        before = _CAPITAL_OF.search(text, 0, mention.start)
        after = _CAPITAL.match(text, mention.end)
        if before or after:
            start = before.start() if before else mention.start
            found += _capital(named[0], start, after.end() if after else mention.end)
    return found


def _capital(country: Country, start: int, end: int) -> list[Variant]:
    if not country.capitals_en:
        return []
    return [Variant(start, end, {"en": country.capitals_en, "zh": country.capitals_zh})]


def _names(text: str, mentions: Sequence[Mention]) -> list[Variant]:
    found = []
    for mention in mentions:
        written = text[mention.start : mention.end].casefold()
        forms: dict[Language, tuple[str, ...]] = {}
        for language in ("en", "zh"):
            names = [
                name
                for term in mention.terms
                for name in ((*term.en, *term.abbr_en) if language == "en" else (*term.zh, *term.abbr_zh))
                if name.casefold() != written
            ]
            if names:
                forms[language] = tuple(dict.fromkeys(names))[:_MOST_FORMS]
        if forms:
            found.append(Variant(mention.start, mention.end, forms))
    return found


def _sessions(text: str) -> list[Variant]:
    found = []
    for match in _NUMBERED.finditer(text):
        digits = match["after"] or match["ordinal"]
        number = int(digits) if digits else chinese(match["chinese"]) or 0
        if not 0 < number < 100:
            continue
        # People call a session (届) a meeting (次), and the other way round.
        written = {f"第{_chinese(number)}{unit}" for unit in "届次"} - {match[0]}
        forms: dict[Language, tuple[str, ...]] = {"zh": tuple(sorted(written)), "en": (_english(number),)}
        start = match.start("after") if match["after"] else match.start()
        found.append(Variant(start, match.end(), forms))
    return found


def _chinese(number: int) -> str:
    """``19`` → ``十九``; from 1 to 99."""
    return _TENS[number // 10] + _ONES[number % 10]


def _english(number: int) -> str:
    """``19`` → ``nineteenth``; from 1 to 99."""
    if number < 20:
        return _ENGLISH_ONES[number - 1]
    tens, one = _ENGLISH_TENS[number // 10 - 2], number % 10
    return f"{tens}-{_ENGLISH_ONES[one - 1]}" if one else f"{tens[:-1]}ieth"
