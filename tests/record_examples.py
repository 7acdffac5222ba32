"""A small bilingual document of our own about lighthouses, with dates and mandates."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from index_models import TermVectors

from index.build import build_generation
from ingest.paragraphs import Document, Item, Paragraph, ParagraphId

__all__ = ["ENGLISH", "MADE", "lighthouses", "lighthouses_index"]

MADE = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)

ENGLISH = (
    (
        "The Committee on Science and Technology held its fourteenth session from 4 to 6 May 2011 in "
        'Tallinn; many came. The board\'s "green" lamp was lit in 2009.'
    ),
    (
        "In decision 3/COP.9 the Conference of the Parties requested the secretariat to report to the "
        "Committee on Science and Technology at its fourteenth session on all lamps. It invited the Parties "
        "to repaint them by 30 June 2012."
    ),
    (
        "The Conference of the Parties may wish to:\n(a) Urge all Parties to light the lamps;\n"
        "(b) Request the secretariat to publish a list by 2014."
    ),
    "Every year the day of lamps is kept on 17 June.",
)
CHINESE = (
    "科学和技术委员会第十四届会议于2011年5月4日至6日在塔林举行，来者甚众。灯塔委员会的绿灯于2009年点亮。",
    "缔约方会议在第3/COP.9号决定中请秘书处向科学和技术委员会第十四届会议报告所有灯塔的情况。它邀请各缔约方在2012年6月30日前重新粉刷灯塔。",
    "缔约方会议不妨：\n(a) 敦促所有缔约方点亮灯塔；\n(b) 请秘书处在2014年之前公布一份清单。",
    "每年6月17日是灯塔日。",
)


def lighthouses(language: str, texts: tuple[str, ...] | None = None) -> Document:
    """One version, symbol ``LAMP/COP(12)/1``; items where a line begins with a label."""
    symbol = "LAMP/COP(12)/1"
    given = texts or {"en": ENGLISH, "zh": CHINESE}[language]
    return Document(
        symbol=symbol,
        language=language,
        title="Lamps" if language == "en" else "灯塔",
        paragraphs=tuple(
            Paragraph(ParagraphId(symbol, str(number)), "numbered", text, items=_items(text))
            for number, text in enumerate(given, 1)
        ),
        date="2012-01-10",
        source=f"LAMP_COP(12)_1.{language}.txt",
    )


def lighthouses_index(folder: Path) -> Path:
    build_generation(folder, [lighthouses("en"), lighthouses("zh")], TermVectors())
    return folder


def _items(text: str) -> tuple[Item, ...]:
    found: list[Item] = []
    start = 0
    for line in text.split("\n"):
        if line.startswith("("):
            found.append(Item((line[1],), start + 4, start + len(line)))
        start += len(line) + 1
    return tuple(found)
