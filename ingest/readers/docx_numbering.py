"""Automatic numbering of a Word file, rendered as Word prints it (ECMA-376 part 1, 17.9)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from ingest.labels import roman

__all__ = ["BULLET", "Numbering", "rendered"]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BULLET = "•"
_LEVELS = 9
_LARGEST = 30_000
_PLACE = re.compile(r"%([1-9])")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CJK_DIGITS = "零一二三四五六七八九"
_CYRILLIC = "абвгдежзиклмнопрстуфхцчшщэюя"
_ARABIC = "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"
_CJK_FORMATS = frozenset(
    {
        "chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting",
        "taiwaneseCounting", "taiwaneseCountingThousand", "koreanCounting",
    }
)  # fmt: skip


def _cjk(number: int) -> str:
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else _CJK_DIGITS[tens] + "十"
    return ten + (_CJK_DIGITS[ones] if ones or not tens else "")


def _lettered(number: int, alphabet: str) -> str:
    """``a`` to ``z``, then ``aa``, ``bb``: as Word counts."""
    times, place = divmod(number - 1, len(alphabet))
    return alphabet[place] * (times + 1)


def rendered(number: int, form: str) -> str:
    """A count in one of Word's formats; decimal where the format is none of those that documents use."""
    if form in ("none", "bullet"):
        return ""
    if not 0 < number < _LARGEST:
        return str(number)
    if form in ("upperRoman", "lowerRoman"):
        text = roman(number) if number < 400 else str(number)
        return text if form == "upperRoman" else text.lower()
    if form in ("upperLetter", "lowerLetter"):
        text = _lettered(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return text if form == "upperLetter" else text.lower()
    if form in _CJK_FORMATS:
        return _cjk(number)
    if form == "decimalZero":
        return f"{number:02}"
    if form == "decimalEnclosedCircle" and number <= len(_CIRCLED):
        return _CIRCLED[number - 1]
    if form in ("russianLower", "russianUpper"):
        text = _lettered(number, _CYRILLIC)
        return text if form == "russianLower" else text.upper()
    if form in ("arabicAlpha", "arabicAbjad"):
        return _lettered(number, _ARABIC)
    return str(number)


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    style: str = ""


@dataclass(slots=True)
class _List:
    """A numbering instance: its abstract definition's name, and what it overrides."""

    abstract: str
    levels: dict[int, _Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts paragraphs as they are met, in reading order."""

    def __init__(self, root: etree._Element | None) -> None:
        self._abstract: dict[str, dict[int, _Level]] = {}
        self._links: dict[str, str] = {}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, list[int]] = {}
        self._started: set[tuple[str, int]] = set()
        if root is not None:
            self._read(root)

    def _read(self, root: etree._Element) -> None:
        styled: dict[str, str] = {}
        for abstract in root.iter(f"{W}abstractNum"):
            name = abstract.get(f"{W}abstractNumId", "")
            self._abstract[name] = _levels(abstract)
            if (link := abstract.find(f"{W}styleLink")) is not None:
                styled[link.get(f"{W}val", "")] = name
            if (link := abstract.find(f"{W}numStyleLink")) is not None:
                self._links[name] = link.get(f"{W}val", "")
        self._links = {name: styled[style] for name, style in self._links.items() if style in styled}
        for num in root.iter(f"{W}num"):
            reference = num.find(f"{W}abstractNumId")
            if reference is None:
                continue
            made = _List(reference.get(f"{W}val", ""))
            made.abstract = self._links.get(made.abstract, made.abstract)
            for override in num.iter(f"{W}lvlOverride"):
                depth = _number(override.get(f"{W}ilvl"), 0)
                if (start := override.find(f"{W}startOverride")) is not None:
                    made.starts[depth] = _number(start.get(f"{W}val"), 1)
                made.levels.update(_levels(override))
            self._lists[num.get(f"{W}numId", "")] = made

    def level_of_style(self, number: str, style: str) -> int | None:
        """The level of a list that a paragraph style is tied to."""
        known = self._lists.get(number)
        if known is None:
            return None
        levels: Mapping[int, _Level] = self._abstract.get(known.abstract, {})
        return next((depth for depth, level in levels.items() if level.style == style), None)

    def label(self, number: str, depth: int) -> str | None:
        """Count one paragraph of list ``number`` at level ``depth`` (0 to 8); its label as printed.

        ``None`` where there is no such list, :data:`BULLET` for a bullet, empty for a level without a number.
        """
        known = self._lists.get(number)
        if known is None or not 0 <= depth < _LEVELS:
            return None
        base = self._abstract.get(known.abstract, {})
        levels = [known.levels.get(d) or base.get(d) or _Level() for d in range(_LEVELS)]
        counts = self._counts.setdefault(known.abstract, [0] * _LEVELS)
        if depth in known.starts and (number, depth) not in self._started:
            counts[depth] = known.starts[depth] - 1
        elif counts[depth] == 0:
            counts[depth] = levels[depth].start - 1
        self._started.add((number, depth))
        counts[depth] += 1
        for deeper in range(depth + 1, _LEVELS):
            restart = levels[deeper].restart
            if restart is None or (restart and depth < restart):
                counts[deeper] = 0
        level = levels[depth]
        if level.form == "bullet":
            return BULLET

        def shown(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            count = counts[place] or levels[place].start
            return rendered(count, "decimal" if level.legal else levels[place].form)

        return _PLACE.sub(shown, level.text).strip()


def _number(text: str | None, default: int) -> int:
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default


def _levels(parent: etree._Element) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for element in parent.findall(f"{W}lvl"):

        def value(name: str, element: etree._Element = element) -> str | None:
            child = element.find(f"{W}{name}")
            return None if child is None else child.get(f"{W}val", "")

        restart = value("lvlRestart")
        legal = element.find(f"{W}isLgl")
        found[_number(element.get(f"{W}ilvl"), 0)] = _Level(
            start=_number(value("start"), 1),
            form=value("numFmt") or "decimal",
            text=value("lvlText") or "",
            restart=None if restart is None else _number(restart, 0),
            legal=legal is not None and legal.get(f"{W}val") not in ("0", "false"),
            style=value("pStyle") or "",
        )
    return found
