"""Captions of tables and figures told from headings: they name a table, not what follows it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.readers.lines import Hint, HintRole

__all__ = ["Entry", "EntryRole", "captioned"]

EntryRole = HintRole | Literal["", "gap", "drawing"]

_CAPTION = re.compile(
    r"(?P<label>(?:Table|Figure|Chart|Box|Map|Tableau|Graphique|Cuadro|Gráfico|Figura|Таблица|Диаграмма|Рисунок"
    r"|الجدول|الشكل|表|图|方框)\s*(?:[A-Z]?\d[\w.]*|[IVXLC]+(?:\.[\w.]+)?)?)(?:[.:：\s]\s*(?P<title>\S.*))?",
)
_UNIT = re.compile(r"[(（].{2,120}[)）]")
_REMARK = re.compile(
    r"(?:Note|Source|Abbreviation|Nota|Fuente|Remarque|Примечание|Источник|注|资料来源|缩写)s?\s*[:：].*"
)
_DEEP = 5
"""Headings of this level and below that stand directly on a table are its title."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as a reader met it. ``gap`` is an empty paragraph, ``drawing`` one with a picture only."""

    text: str
    role: EntryRole = ""
    level: int = 0

    @property
    def hint(self) -> Hint | None:
        """What the line's format says of it, if anything."""
        if self.role == "" or self.role == "gap" or self.role == "drawing":
            return None
        return Hint(self.role, self.level)


def captioned(entries: Sequence[Entry]) -> list[Entry]:
    """The entries in order, with captions, units and remarks of tables and figures marked as theirs."""
    found = list(entries)
    filled = [i for i, entry in enumerate(found) if entry.role != "gap"]
    open_table = False
    place = 0
    while place < len(filled):
        i = filled[place]
        entry = found[i]
        if entry.role in ("heading", "") and (match := _CAPTION.fullmatch(entry.text)):
            headed = entry.role == "heading" or not entry.text.endswith((".", "。", ":", "："))
            taken = _under(found, filled, place, titled=match["title"] is not None)
            if headed and (entry.role == "heading" or taken > 1 or _directly_on(found, filled, place)):
                found[i] = Entry(entry.text, "caption")
                for j in filled[place + 1 : place + taken]:
                    found[j] = Entry(found[j].text, "table")
                place += taken
                open_table = True
                continue
        if entry.role == "heading" and entry.level >= _DEEP:
            taken = _directly_on(found, filled, place)
            if taken:
                found[i] = Entry(entry.text, "table" if open_table else "caption")
                for j in filled[place + 1 : place + taken]:
                    found[j] = Entry(found[j].text, "table")
                place += taken
                open_table = True
                continue
        if entry.role == "" and _UNIT.fullmatch(entry.text) and _directly_on(found, filled, place):
            found[i] = Entry(entry.text, "table" if open_table else "caption")
            open_table = True
        elif open_table and entry.role == "" and _REMARK.fullmatch(entry.text):
            found[i] = Entry(entry.text, "table")
        elif entry.role in ("table", "drawing"):
            open_table = True
        elif entry.role == "note" and _unmarked(entry.text):
            found[i] = Entry(entry.text, "table")
        elif entry.role != "note":
            open_table = False
        place += 1
    return [entry for entry in found if entry.role != "drawing"]


def _under(found: Sequence[Entry], filled: Sequence[int], place: int, *, titled: bool) -> int:
    """How many entries the caption takes, itself included: its title, the unit, a heading on the table."""
    taken = 1
    while place + taken < len(filled):
        entry = found[filled[place + taken]]
        if (
            (entry.role == "heading" and not titled)
            or (entry.role in ("", "heading") and _UNIT.fullmatch(entry.text))
            or (
                entry.role == "heading"
                and entry.level >= _DEEP
                and _directly_on(found, filled, place + taken)
            )
        ):
            titled = True
        else:
            break
        taken += 1
    return taken


def _directly_on(found: Sequence[Entry], filled: Sequence[int], place: int) -> int:
    """How many entries stand between here and a table's first row, units only; 0 where no table follows."""
    for taken in range(1, 4):
        if place + taken >= len(filled):
            return 0
        entry = found[filled[place + taken]]
        if entry.role == "table":
            return taken
        if not (entry.role in ("", "heading") and _UNIT.fullmatch(entry.text)):
            return 0
    return 0


def _unmarked(text: str) -> bool:
    return not text[:1] or text[0] not in "⁰¹²³⁴⁵⁶⁷⁸⁹*†‡ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
