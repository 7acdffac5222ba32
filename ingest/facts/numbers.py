"""Numbers in Chinese and English text: plain values, with unit, comparator and what is counted.

Left out: what only names a place in a text or a thing (第 4 段, "paragraph 4", "Goal 15", COVID-19, 77国集团,
"Group of 77", "10 a.m."), ordinals, and what the caller knows to be a date or a symbol.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ingest.facts.dates import Language
from ingest.facts.folding import fold
from ingest.facts.numerals import ENGLISH, MAGNITUDES_EN, MAGNITUDES_ZH, chinese, english
from ingest.scanning import matches, words

__all__ = ["Comparator", "Number", "find_numbers", "in_full"]

Comparator = Literal["=", ">", ">=", "<", "<=", "~"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number: ``text[start:end]`` with its magnitude and unit (``250 亿美元``, ``US$ 25 billion``, ``2%``).

    ``value`` counts in ``unit``: 580亿 is 58000000000, 2% is 2 with unit ``%``, 四分之一 is 0.25. ``upper``
    is the other end of a range (``10 to 20``). ``unit`` is an ISO 4217 code, ``%``, a symbol (``ha``, ``km``,
    ``t``, ``degC``), a span of time (``year``, ``month``, ``week``, ``day``, ``hour``) or ``None``. ``noun``
    is what is counted, as printed, cut short.
    """

    start: int
    end: int
    text: str
    value: int | float
    upper: int | float | None = None
    comparator: Comparator = "="
    unit: str | None = None
    noun: str | None = None


_UNITS_ZH = {
    "%": "%",
    "美元": "USD",
    "欧元": "EUR",
    "日元": "JPY",
    "英镑": "GBP",
    "瑞士法郎": "CHF",
    "元": "CNY",
    "人民币": "CNY",
    "公顷": "ha",
    "平方公里": "km2",
    "公里": "km",
    "吨": "t",
    "摄氏度": "degC",
    "°C": "degC",
    "℃": "degC",
    "个月": "month",
    "年": "year",
    "周": "week",
    "天": "day",
    "小时": "hour",
}
_UNITS_EN = {
    "per cent": "%",
    "percent": "%",
    "%": "%",
    "united states dollars": "USD",
    "dollars": "USD",
    "euros": "EUR",
    "euro": "EUR",
    "swiss francs": "CHF",
    "hectares": "ha",
    "hectare": "ha",
    "square kilometres": "km2",
    "kilometres": "km",
    "kilometers": "km",
    "km": "km",
    "metric tons": "t",
    "tonnes": "t",
    "tons": "t",
    "degrees celsius": "degC",
    "°c": "degC",
    **{word + plural: word for word in ("year", "month", "week", "day", "hour") for plural in ("s", "")},
}
_FRACTIONS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_CURRENCIES = {"US$": "USD", "$": "USD", "USD": "USD", "€": "EUR", "EUR": "EUR", "£": "GBP", "CHF": "CHF"}

_GROUPED = r"\d{1,3}(?:[ ,]\d{3}){1,5}(?:\.\d{1,6})?(?![\d:]|\.\d)"
_PLAIN = r"\d{1,15}(?:\.\d{1,6})?(?![\d:]|\.\d)"
_FIGURE = rf"(?:{_GROUPED}|{_PLAIN})"
_HAN_DIGITS = "〇一二三四五六七八九十百千万亿两"
_CLASSIFIER = r"个|名|位|人|项|次|份|家|种|类|票|倍|章|页|国|大|场|届|轮|期|件|条|篇|封|笔|套|组|座|处|公约"
_BIG_ZH = "|".join(MAGNITUDES_ZH)
_CLASSED_NUMBER = re.compile(rf" ?[多余几]? ?(?:{_CLASSIFIER})(?:以上|左右)?|[多余几]")
_HAN = re.compile("[\u3400-\u9fff]")
_UNIT_ZH = "|".join(sorted(map(re.escape, _UNITS_ZH), key=len, reverse=True))
_UNIT_EN = "|".join(sorted(map(re.escape, _UNITS_EN), key=len, reverse=True))

_NUMBER_ZH = re.compile(
    rf"""
    (?=[\d半{_HAN_DIGITS}])(?<![A-Za-z0-9_/.:\-{_HAN_DIGITS}])
    (?:(?P<below>[{_HAN_DIGITS}]{{1,8}})分之(?P<above>[{_HAN_DIGITS}]{{1,8}})
      |(?P<half>一半|半数)
      |(?P<a>{_FIGURE})(?:\ ?-\ ?(?P<b>{_FIGURE}))?
       (?:\ ?(?P<many0>多|余)?\ ?(?P<big>{_BIG_ZH})(?:(?P<c>{_FIGURE})\ ?(?P<big2>万|千|百))?)?
      |(?P<words>[{_HAN_DIGITS}]{{1,12}})(?=(?:[多余]\ ?)?(?:{_CLASSIFIER}|{_UNIT_ZH}|[多余]))
    )
    (?:\ ?(?P<many>多|余|几))?
    (?:\ ?(?P<unit>{_UNIT_ZH}))?
    """,
    re.VERBOSE,
)
_NUMBER_EN = re.compile(
    rf"""
    (?<![\w/.:\-+@,;])
    (?:(?P<currency>US\$|USD|EUR|CHF|\$|€|£)\ ?)?
    (?:(?P<a>{_FIGURE})(?:(?:\ ?-\ ?|\ to\ )(?P<b>{_FIGURE}))?
      |(?P<fa>one|two|three|a)[ -](?P<fb>third|quarter|half|fifth|tenth)s?\b
      |(?P<words>{ENGLISH})\b(?!-[a-z]*(?:first|second|third|th)\b)
    )
    (?:[ -](?P<big>hundred|thousand|million|billion|trillion)(?:\ (?P<big2>thousand|million))?\b)?
    (?:[ -]?(?P<unit>{_UNIT_EN})(?![A-Za-z]))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LINKS = {"between": "and", "from": "to"}
_BETWEEN = re.compile(
    r"\b(between|from)(?: (?:some|about|around|approximately))? (?:us\$|\$|€|£)?$", re.IGNORECASE
)
_BIG_EN = re.compile(r"\b(?:hundred|thousand|million|billion|trillion)\b", re.IGNORECASE)
_FIGURE_START = re.compile(r"[\d$€£](?<!\d\d)")
_NUMBER_WORDS = frozenset(("us", "a", *re.findall("[a-z]+", ENGLISH)))
_CURRENCY_WORDS = ("usd", "eur", "chf")
"""The words that ``_NUMBER_EN`` may begin with; figures may follow those of currencies at once."""
_HALVES = frozenset(f"{word}{plural}" for word in _FRACTIONS for plural in ("", "s"))
"""The words that may follow "a"."""

_PLACE_ZH = re.compile(
    r"(?:第|目标|附件|议程|项目|建议|决定|决议|指标|方案|文件|卷|方面|附录|表|图|框|注|阶段|选项|案文"
    r"|工作组|编号)"
    r" ?\(?$"
)
_NAME_AFTER_ZH = re.compile(r" ?(?:国集团|号|款(?!项)|条|段|节|卷|世纪|时|点|分(?!之))")
_CHAPTERS = re.compile(r"\d+ ?- ?\d+ ?[章页]")
_PLACE_EN = re.compile(
    r"\b(?:rules?|paras?\.?|paragraphs?|articles?|sections?|sect\.|chapters?|annex(?:es)?|goals?|targets?"
    r"|items?"
    r"|resolutions?|decisions?|priorit(?:y|ies)|phases?|parts?|pages?|pp?\.|nos?\.?|numbers?|subprogrammes?"
    r"|tables?|figures?|box|footnotes?|notes?|sdgs?|indicators?|vol\.|volume|categor(?:y|ies)|stage|tier"
    r"|level"
    r"|agenda|group of|version|protocol|principles?|recommendations?|regulations?|components?|outputs?|action"
    r"|programme|working group|committee|options?|covid|appendix|expo|youth|horizon|vision|strategy) ?\(?$",
    re.IGNORECASE,
)
_TIME_EN = re.compile(r" (?:Agenda\b|\((?:19|20)\d\d\))| ?(?:[ap]\.m\.|[ap]m\b|o'clock)|(?:st|nd|rd|th)\b")
_LIST = re.compile(
    r"(?: ?\([a-z0-9]{1,4}\))*(?:, (?:and |or )?| and | to | or | ?- ?| ?、 ?| ?和 ?| ?至 ?| ?及 ?|,)$"
)

_BEFORE_ZH: tuple[tuple[re.Pattern[str], Comparator], ...] = (
    (re.compile(r"(?:至少|不少于|不低于|起码) ?有? ?$"), ">="),
    (re.compile(r"(?:超过|多于|高于|大于|逾) ?$"), ">"),
    (re.compile(r"(?:最多|至多|不超过|不多于|多达|高达) ?$"), "<="),
    (re.compile(r"(?:不到|少于|低于|不足) ?$"), "<"),
    (re.compile(r"(?:大约|大概|(?<![公条协缔纽大签])约有?|(?<!附)近|接近|几乎|估计) ?$"), "~"),
)
_AFTER_ZH: tuple[tuple[re.Pattern[str], Comparator], ...] = (
    (re.compile(r".{0,2}?以上"), ">"),
    (re.compile(r".{0,2}?以下"), "<"),
    (re.compile(r".{0,4}?左右"), "~"),
)
_BEFORE_EN: tuple[tuple[re.Pattern[str], Comparator], ...] = (
    (re.compile(r"\b(?:at least|no fewer than|(?:not|no) less than|a minimum of) $"), ">="),
    (
        re.compile(
            r"\b(?:up to|at most|(?:no|not) more than|not (?:to )?exceed(?:ing)?|a maximum of|as many as) $"
        ),
        "<=",
    ),
    (re.compile(r"\b(?:more than|over|above|exceed(?:ing|ed|s)?|in excess of|greater than) $"), ">"),
    (re.compile(r"\b(?:less than|under|below|fewer than) $"), "<"),
    (
        re.compile(
            r"\b(?:about|some|around|approximately|nearly|almost|roughly|(?:an )?estimated(?: at)?|close to"
            r"|circa) $"
        ),
        "~",
    ),
)
_AFTER_EN: tuple[tuple[re.Pattern[str], Comparator], ...] = (
    (re.compile(r" (?:\w+ )?or (?:more|above|over)\b"), ">="),
    (re.compile(r" (?:\w+ )?or (?:less|fewer|below)\b"), "<="),
)

_CLASSED = re.compile(rf" ?(?:{_CLASSIFIER})")
# A classifier that stands there is never part of the noun. (Said with a look-ahead: Python 3.11.2 misreads a
# possessive group.)
_NOUN_ZH = re.compile(
    rf" ?(?:(?=[人国])|{_CLASSIFIER}|(?!{_CLASSIFIER})) ?(?:以上|左右)?的?(?P<noun>[\u4e00-\u9fff]{{1,12}})"
)
_NOUN_STOP_ZH = re.compile(
    r"(?<=人)|[的在于和及与或已被以将都向是提进举来为出参总各也]|有(?!机)|(?<!展)中|[关基由](?=于)|由|通过"
    r"|共同"
)
_NOUN_EN = re.compile(r"(?: of(?: the)?)?(?P<noun>(?:[ -][A-Za-z][A-Za-z-]{1,24}){1,5})")
_NOUN_STOP_EN = frozenset(
    [
        "of",
        "in",
        "and",
        "to",
        "for",
        "the",
        "a",
        "an",
        "or",
        "at",
        "on",
        "by",
        "with",
        "from",
        "as",
        "that",
        "which",
        "who",
        "whose",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "will",
        "shall",
        "may",
        "can",
        "not",
        "but",
        "than",
        "this",
        "these",
        "those",
        "per",
        "its",
        "their",
        "his",
        "her",
        "it",
        "they",
        "he",
        "she",
        "we",
        "you",
        "if",
        "when",
        "where",
        "while",
        "during",
        "between",
        "among",
        "under",
        "over",
        "into",
        "through",
        "about",
        "after",
        "before",
        "since",
        "until",
        "live",
        "lives",
        "lived",
        "participated",
        "attended",
        "submitted",
        "remain",
        "remained",
        "continue",
        "lack",
        "lacked",
    ]
)
_ARTICLE_ZH = re.compile(r"一[个项种次份类件套期场条组轮届大处座]")
_ONE_EN = re.compile(
    r" (?!(?:of|another|or|that|which|who|and|the|can|could|must|is|in|to|side|hand|has|by|at|based|from|way"
    r"|such|part)\b)[a-z]"
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A number of folded text before its neighbours are looked at; ``is_place``: it only names a place."""

    start: int
    end: int
    value: Decimal
    upper: Decimal | None
    comparator: Comparator
    unit: str | None
    noun: tuple[int, int] | None
    is_place: bool


def find_numbers(
    text: str, language: Language, *, taken: Iterable[tuple[int, int]] = ()
) -> tuple[Number, ...]:
    """The numbers of one paragraph, in order, none overlapping another or any span in ``taken``."""
    folded = fold(text)
    spans = sorted(taken)
    numbers: list[Number] = []
    place_end = -1
    at = 0
    for found in _chinese(folded) if language == "zh" else _english(folded):
        while at < len(spans) and spans[at][1] <= found.start:
            at += 1
        if at < len(spans) and spans[at][0] < found.end:
            continue
        follows = 0 <= found.start - place_end <= 24 and _LIST.fullmatch(folded[place_end : found.start])
        if found.is_place or (follows and found.unit is None):
            place_end = found.end
            continue
        numbers.append(
            Number(
                start=found.start,
                end=found.end,
                text=text[found.start : found.end],
                value=_plain(found.value),
                upper=None if found.upper is None else _plain(found.upper),
                comparator=found.comparator,
                unit=found.unit,
                noun=None if found.noun is None else text[slice(*found.noun)],
            )
        )
    return tuple(_ranges(text, folded, numbers, language))


def _ranges(text: str, folded: str, numbers: Sequence[Number], language: Language) -> Iterator[Number]:
    """The numbers, with two that are the ends of one range as one: "between 691 million and 783 million"."""
    last: Number | None = None
    for number in numbers:
        if last is not None and _one_range(folded, last, number, language):
            yield dataclasses.replace(
                number,
                start=last.start,
                text=text[last.start : number.end],
                value=last.value if _magnitude(last) > 1 else last.value * _magnitude(number),
                upper=number.value,
                comparator="=",
            )
            last = None
            continue
        if last is not None:
            yield last
        last = number
    if last is not None:
        yield last


def _one_range(folded: str, low: Number, high: Number, language: Language) -> bool:
    """Whether two numbers in a row are the ends of one range."""
    if low.upper is not None or high.upper is not None or low.unit not in (None, high.unit):
        return False
    between = folded[low.end : high.start]
    if language == "zh":
        return between in ("至", "到", " 至 ", " 到 ", "~") and low.value < high.value
    opened = _BETWEEN.search(folded, max(0, low.start - 16), low.start)
    return opened is not None and between == f" {_LINKS[opened[1]]} " and low.value < high.value


def _magnitude(number: Number) -> int:
    """What the English words of ``number`` multiply its figures by."""
    match = _BIG_EN.search(number.text)
    return 1 if match is None else MAGNITUDES_EN[match[0].lower()]


def in_full(text: str, number: Number) -> str:
    """``number`` as ``text`` says it, with the words that compare it ("more than 100", 四分之一以上), in
    Chinese with its classifier (27名).
    """
    start, end = number.start, number.end
    if number.upper is not None and " and " in number.text:
        opened = _BETWEEN.search(text, max(0, start - 24), start)
        start = start if opened is None else opened.start()
    chinese_text = _HAN.search(text, max(0, start - 8), end + 8) is not None
    if number.comparator != "=":
        before, after = (_BEFORE_ZH, _AFTER_ZH) if chinese_text else (_BEFORE_EN, _AFTER_EN)
        first = max(0, start - 20)
        leading = next((m for p, _ in before if (m := p.search(text[first:start]))), None)
        if leading is not None:
            start = first + leading.start()
        else:
            end = next((m.end() for p, _ in after if (m := p.match(text, end))), end)
    if chinese_text and number.unit is None:
        classed = _CLASSED_NUMBER.match(text, end)
        end = classed.end() if classed is not None else end
    return " ".join(text[start:end].split())


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _figure(digits: str) -> Decimal:
    return Decimal(digits.replace(" ", "").replace(",", ""))


def _compare(
    text: str,
    start: int,
    end: int,
    before: Iterable[tuple[re.Pattern[str], Comparator]],
    after: Iterable[tuple[re.Pattern[str], Comparator]],
) -> Comparator:
    window = text[max(0, start - 20) : start]
    for pattern, comparator in before:
        if pattern.search(window):
            return comparator
    window = text[end : end + 20]
    return next((comparator for pattern, comparator in after if pattern.match(window)), "=")


def _chinese(text: str) -> Iterator[_Found]:
    for match in _NUMBER_ZH.finditer(text):
        start, end = match.span()
        unit = None if match["unit"] is None else _UNITS_ZH[match["unit"]]
        upper: Decimal | None = None
        if match["below"]:
            over = chinese(match["above"])
            under = MAGNITUDES_ZH.get(match["below"]) or chinese(match["below"])
            if over is None or not under:
                continue
            value = Decimal(over) if under == 100 else Decimal(over) / Decimal(under)
            unit = "%" if under == 100 else unit
        elif match["half"]:
            value = Decimal("0.5")
        elif match["words"]:
            words = chinese(match["words"])
            if words is None or (words == 1 and unit is None and _ARTICLE_ZH.match(text, start)):
                continue
            value = Decimal(words)
        else:
            value = _figure(match["a"]) * MAGNITUDES_ZH.get(match["big"] or "", 1)
            if match["c"]:
                value += _figure(match["c"]) * MAGNITUDES_ZH[match["big2"]]
            if match["b"]:
                upper = _figure(match["b"]) * MAGNITUDES_ZH.get(match["big"] or "", 1)
                if upper <= value:
                    continue
        many = match["many"] or match["many0"]
        if match["unit"] is None:
            end = match.start("many") if match["many"] else end
            end -= len(text[start:end]) - len(text[start:end].rstrip())
        comparator: Comparator = ">" if many else _compare(text, start, end, _BEFORE_ZH, _AFTER_ZH)
        noun = _noun_zh(text, match.end()) if unit in (None, "%") else None
        yield _Found(start, end, value, upper, comparator, unit, noun, _is_place_zh(text, start, end, unit))


def _is_place_zh(text: str, start: int, end: int, unit: str | None) -> bool:
    if unit is None and (_NAME_AFTER_ZH.match(text, end) or _CHAPTERS.match(text, start)):
        return True
    if text[start - 1 : start] == "(" and text[end : end + 1] == ")":
        return True
    before = text[max(0, start - 6) : start].rstrip()
    if before.endswith("第"):
        return True
    return unit is None and _PLACE_ZH.search(before) is not None and not _CLASSED.match(text, end)


def _noun_zh(text: str, at: int) -> tuple[int, int] | None:
    match = _NOUN_ZH.match(text, at)
    if match is None:
        return None
    start, end = match.span("noun")
    stop = _NOUN_STOP_ZH.search(text, start, end)
    end = end if stop is None else stop.start()
    return (start, end) if end > start else None


def _english(text: str) -> Iterator[_Found]:
    for match in matches(_NUMBER_EN, text, _starts_en(text)):
        start, end = match.span()
        unit = None if match["unit"] is None else _UNITS_EN[match["unit"].lower()]
        if match["currency"]:
            if match["unit"] and unit not in _CURRENCIES.values():  # "$5 per day": the amount alone
                end = match.start("unit")
            unit = _CURRENCIES[match["currency"].upper()]
        upper: Decimal | None = None
        if match["fa"]:
            over = 1 if match["fa"].lower() == "a" else english(match["fa"])
            value = Decimal(over or 1) / _FRACTIONS[match["fb"].lower()]
        elif match["words"]:
            word = english(match["words"])
            if word is None or (
                word == 1 and unit is None and not match["big"] and not _ONE_EN.match(text, end)
            ):
                continue
            value = Decimal(word)
        else:
            value = _figure(match["a"])
            upper = None if match["b"] is None else _figure(match["b"])
        scale = 1
        for magnitude in (match["big"], match["big2"]):
            scale *= MAGNITUDES_EN.get((magnitude or "").lower(), 1)
        value *= scale
        if upper is not None:
            upper *= scale
            if upper <= value:
                continue
        comparator = _compare(text, start, end, _BEFORE_EN, _AFTER_EN)
        noun = _noun_en(text, match.end()) if unit in (None, "%", "ha", "t") else None
        yield _Found(start, end, value, upper, comparator, unit, noun, _is_place_en(text, start, end, unit))


def _starts_en(text: str) -> list[int]:
    """Where a number may start: at a figure, a sign of a currency, or a word for a number."""
    starts = [found.start() for found in _FIGURE_START.finditer(text)]
    split = words(text)
    named = split.known & _NUMBER_WORDS
    if _HALVES.isdisjoint(split.known):
        named -= {"a"}
    if starts and any(map(split.text.__contains__, _CURRENCY_WORDS)):
        named |= {word for word in split.known if word.startswith(_CURRENCY_WORDS)}
    return sorted({*starts, *split.where(named)}) if named else starts


def _is_place_en(text: str, start: int, end: int, unit: str | None) -> bool:
    if text[start - 1 : start] == "(" and text[end : end + 1] == ")":
        return True
    if unit is not None:
        return False
    if _TIME_EN.match(text, end) or text[end : end + 1] in ("/", "("):
        return True
    if text[end : end + 2] in (".\t", ".") and (start == 0 or text[start - 1] == "\n"):
        return True
    return _PLACE_EN.search(text[max(0, start - 24) : start].rstrip(" -")) is not None


def _noun_en(text: str, at: int) -> tuple[int, int] | None:
    match = _NOUN_EN.match(text[at : at + 80])
    if match is None:
        return None
    start = at + match.start("noun")
    end = start
    for word in re.finditer(r"[ -]([A-Za-z][A-Za-z-]*)", match["noun"]):
        if word[1].lower() in _NOUN_STOP_EN:
            break
        end = start + word.end()
    start += 1
    return (start, end) if end > start else None
