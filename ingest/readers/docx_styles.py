"""What the styles of a Word file say of a paragraph: heading, title, footnote, its place in a list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from lxml import etree

__all__ = ["Role", "Style", "Styles", "is_on"]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 30

# The United Nations templates name their headings by where they stand on the page: "_ H _Ch", "_ H_2/3".
_LEVELS = {"hm": 1, "sm": 1, "hch": 2, "h1": 3, "h23": 4, "h4": 5, "h56": 6}
_HEADING = re.compile(r"(?:heading|berschrift|titre|标题)(\d)")
_TITLE = re.compile(r"title(?:h?m|hch|h\d+)?|stitle\w*|subtitle|titel|标题")
_FRONT = re.compile(r"session|agenda\w*|distr\w*|symbol\w*")
_CONTENTS = re.compile(r"toc\d|tableofcontents\w*|目录\d?")
_NOTE = re.compile(r"(?:foot|end)notetext\w*")
_OUTLINE = 2
"""Level of the headings of a style that has an outline level 0 and no name that we know."""

Role = Literal["heading", "title", "front", "contents", "note", ""]
"""``heading``, ``title``, ``front``, ``contents``, ``note``, or empty."""

_NAMED: tuple[tuple[re.Pattern[str], Role], ...] = (
    (_TITLE, "title"),
    (_FRONT, "front"),
    (_CONTENTS, "contents"),
    (_NOTE, "note"),
)


@dataclass(frozen=True, slots=True)
class Style:
    """A resolved style. ``level`` is a heading's, from 1; ``number`` and ``depth`` its place in a list."""

    role: Role = ""
    level: int = 0
    number: str | None = None
    depth: int | None = None
    superscript: bool = False
    hidden: bool = False
    bold: bool = False


class Styles:
    """Styles by their id, each with what it takes from those it is based on."""

    def __init__(self, root: etree._Element | None) -> None:
        self._elements: dict[str, etree._Element] = {}
        self._made: dict[str, Style] = {}
        self.default = ""
        if root is None:
            return
        for element in root.findall(f"{W}style"):
            name = element.get(f"{W}styleId", "")
            self._elements[name] = element
            if element.get(f"{W}type") == "paragraph" and is_on(element.get(f"{W}default", "0")):
                self.default = name

    def get(self, name: str) -> Style:
        """The style with this id; an empty one where there is none."""
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._resolve(name)
        return made

    def _resolve(self, name: str) -> Style:
        chain: list[etree._Element] = []
        while name in self._elements and len(chain) < _DEEPEST:
            element = self._elements[name]
            if element in chain:
                break
            chain.append(element)
            based = element.find(f"{W}basedOn")
            name = "" if based is None else based.get(f"{W}val", "")
        role, level = _role(chain)
        number = _first(chain, f"{W}pPr/{W}numPr/{W}numId")
        depth = _first(chain, f"{W}pPr/{W}numPr/{W}ilvl")
        return Style(
            role=role,
            level=level,
            number=number,
            depth=int(depth) if depth and depth.isdigit() else None,
            superscript=_first(chain, f"{W}rPr/{W}vertAlign") == "superscript",
            hidden=_flag(chain, "vanish"),
            bold=_flag(chain, "b"),
        )


def is_on(value: str | None) -> bool:
    """Whether a switch is on: present without a value, or with a true one."""
    return value not in ("0", "false", "off", "none")


def _first(chain: list[etree._Element], path: str) -> str | None:
    for element in chain:
        found = element.find(path)
        if found is not None:
            return str(found.get(f"{W}val", ""))
    return None


def _flag(chain: list[etree._Element], name: str) -> bool:
    for element in chain:
        found = element.find(f"{W}rPr/{W}{name}")
        if found is not None:
            return is_on(found.get(f"{W}val"))
    return False


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _role(chain: list[etree._Element]) -> tuple[Role, int]:
    for element in chain:
        named = element.find(f"{W}name")
        name = _plain("" if named is None else named.get(f"{W}val", ""))
        for pattern, role in _NAMED:
            if pattern.fullmatch(name):
                return role, 0
        if name in _LEVELS:
            return "heading", _LEVELS[name]
        if match := _HEADING.fullmatch(name):
            return "heading", int(match[1]) + _OUTLINE - 1
    outline = _first(chain, f"{W}pPr/{W}outlineLvl")
    if outline is not None and outline.isdigit() and int(outline) < 9:
        return "heading", int(outline) + _OUTLINE
    return "", 0
