"""Numbers written out in English and Chinese as UN editors write them; each reads back as its value.

English groups thousands with commas, Chinese with spaces (1,186 and 1 186); large round numbers take
their magnitude (25 billion, 250亿), where nothing is lost by it.
"""

from __future__ import annotations

from decimal import Decimal

from ingest.facts.dates import Language
from ingest.facts.numbers import Comparator

__all__ = ["compared", "render_number"]

_COMPARED: dict[Language, dict[Comparator, str]] = {
    "en": {
        "=": "{}",
        ">": "more than {}",
        ">=": "at least {}",
        "<": "less than {}",
        "<=": "up to {}",
        "~": "about {}",
    },
    "zh": {"=": "{}", ">": "超过{}", ">=": "至少{}", "<": "不到{}", "<=": "至多{}", "~": "约{}"},
}
_BIG_EN = ((Decimal(10**12), "trillion"), (Decimal(10**9), "billion"), (Decimal(10**6), "million"))
_BIG_ZH = ((Decimal(10**12), "万亿"), (Decimal(10**8), "亿"), (Decimal(10**4), "万"))
_UNIT_EN = {
    "%": "{} per cent",
    "USD": "${}",
    "EUR": "€{}",
    "GBP": "£{}",
    "CHF": "{} Swiss francs",
    "ha": "{} hectares",
    "km": "{} kilometres",
    "km2": "{} square kilometres",
    "t": "{} tons",
    "degC": "{}°C",
    **{unit: f"{{}} {unit}s" for unit in ("year", "month", "week", "day", "hour")},
}
_UNIT_ZH = {
    "%": "{}%",
    "USD": "{}美元",
    "EUR": "{}欧元",
    "GBP": "{}英镑",
    "CHF": "{}瑞士法郎",
    "CNY": "{}元",
    "JPY": "{}日元",
    "ha": "{}公顷",
    "km": "{}公里",
    "km2": "{}平方公里",
    "t": "{}吨",
    "degC": "{}°C",
    "year": "{}年",
    "month": "{}个月",
    "week": "{}周",
    "day": "{}天",
    "hour": "{}小时",
}


def render_number(
    value: float, language: Language, *, unit: str | None = None, comparator: Comparator = "="
) -> str:
    """``25000000000`` with unit ``USD`` as ``$25 billion`` or ``250亿美元``.

    A unit unknown to the language is set after the number. ``value`` is not negative.
    """
    figure = _figure(Decimal(str(value)), language)
    units = _UNIT_EN if language == "en" else _UNIT_ZH
    pattern = "{}" if unit is None else units.get(unit, f"{{}} {unit}")
    written = pattern.format(figure)
    if language == "en" and value == 1 and unit in ("year", "month", "week", "day", "hour"):
        written = f"1 {unit}"
    return compared(written, language, comparator)


def compared(written: str, language: Language, comparator: Comparator) -> str:
    """A number that is ``written`` out, with the words for ``comparator``: more than 100, 超过100."""
    return _COMPARED[language][comparator].format(written)


def _figure(value: Decimal, language: Language) -> str:
    for size, name in _BIG_EN if language == "en" else _BIG_ZH:
        scaled = value / size
        if scaled >= 1 and scaled == round(scaled, 1 if language == "en" else 0) and scaled < 10_000:
            return f"{_grouped(scaled, language)}{' ' if language == 'en' else ''}{name}"
    return _grouped(value, language)


def _grouped(value: Decimal, language: Language) -> str:
    digits = f"{value.normalize():f}"
    whole, point, rest = digits.partition(".")
    mark = "," if language == "en" else " "
    if len(whole) > 3:
        whole = f"{int(whole):,}".replace(",", mark)
    return whole + point + rest
