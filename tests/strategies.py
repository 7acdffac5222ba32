"""Hypothesis strategies: printed documents, with the paragraphs that a careful reader finds in them."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Literal

from hypothesis import strategies as st

Language = Literal["en", "zh"]

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_ENGLISH = [
    "the", "delegates", "reviewed", "a", "plan", "for", "wells", "and", "terraces,", "noting", "that",
    "rainfall",
    "had", "varied", "since", "2009", "while", "herders", "in", "drylands", "asked", "for", "seed,", "maps",
    "training;", "secretariat", "circulated", "draft", "figures", "of", "1.5", "per", "cent",
]  # fmt: skip
_CHINESE = [
    "代表们", "审查了", "梯田方案", "2009年", "，并指出", "水井", "降雨量", "有所变化", "、牧民", "请求",
    "提供种子", "(见第8(j)条)", "第 3/COP.4 号决定", "“旱地”", "和 1.5%", "的培训",
]  # fmt: skip
_HEADINGS = {
    "en": ["Background", "Water and land", "Outlook for 2010", "Seed banks and maps"],
    "zh": ["背景", "水和土地", "2010年展望", "种子库和地图"],
}
_ROMAN = ["I", "II", "III", "IV"]
_CJK = ["一", "二", "三", "四"]


@dataclass
class Expected:
    """A paragraph as it ought to be read: ``text`` without white space, ``notes`` as mark → text."""

    local: str
    text: str
    section: tuple[str, ...]
    items: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)


@dataclass
class Printed:
    """A document's text and what is in it."""

    language: Language
    text: str
    paragraphs: list[Expected]


def squeeze(text: str) -> str:
    return "".join(text.split())


@st.composite
def _sentence(draw: st.DrawFn, language: Language, end: str, least: int = 3) -> str:
    pool = _ENGLISH if language == "en" else _CHINESE
    words = draw(st.lists(st.sampled_from(pool), min_size=least, max_size=14))
    joined = (" " if language == "en" else "").join(words).strip(",;，、 ")
    if language == "zh":
        return "会议" + joined + end
    return "Today " + joined + end


class _Printer:
    """Puts paragraphs on paper: page breaks, footnotes and blank lines where the drawn numbers say."""

    def __init__(self, draw: st.DrawFn, language: Language, width: int | None) -> None:
        self.draw, self.language, self.width = draw, language, width
        self.lines: list[str] = []
        self.waiting: list[str] = []
        self.marks = 0

    def put(self, line: str, *, blank: bool = True) -> None:
        if self.width is not None:
            self.lines.extend(textwrap.wrap(line, self.width, break_long_words=False, break_on_hyphens=False))
        else:
            self.lines.append(line)
        if blank:
            self.lines.append("")

    def notes(self) -> None:
        for note in self.waiting:
            self.put(note)
        self.waiting.clear()

    def marked(self, text: str, expected: Expected) -> str:
        """Put a footnote's mark somewhere in a text."""
        if self.draw(st.integers(0, 3)):
            return text
        at = self._cut(text, self.draw(st.integers(4, max(4, len(text) - 3))))
        self.marks += 1
        note = self.draw(_sentence(self.language, "." if self.language == "en" else "。"))
        expected.notes[str(self.marks)] = squeeze(note)
        mark = str(self.marks).translate(SUPERSCRIPTS)
        self.waiting.append(f"{mark} {note}")
        return f"{text[:at]}{mark}{text[at:]}"

    def _cut(self, text: str, at: int) -> int:
        """Where a text may be cut: between words in English, not within numbers or marks in Chinese."""
        if self.language == "en":
            space = text.find(" ", at)
            return space if space > 0 else len(text)
        while 0 < at < len(text) and (
            text[at].isascii() or not text[at].isalpha() or not text[at - 1].isalpha()
        ):
            at += 1
        return min(at, len(text))

    def body(self, printed: str) -> None:
        """A paragraph or item, now and then broken by a page, with the page's footnotes in the gap."""
        if len(printed) > 30 and self.draw(st.integers(0, 3)) == 0:
            at = self._cut(printed, self.draw(st.integers(12, len(printed) - 12)))
            head, tail = printed[:at].rstrip(), printed[at:].lstrip()
            # No page ends within a paragraph's first line or two; short, it could be a heading.
            tail_ok = len(head) > 62 or "。" in head or self.language == "en"
            tail_ok = tail_ok and bool(tail) and (self.language == "zh" or tail[0].islower())
            if tail_ok and head.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹")[-1] not in ";.；。:：" and tail[0] not in "⁰¹²³⁴⁵⁶⁷⁸⁹":
                self.put(head)
                self.notes()
                if self.draw(st.booleans()):
                    self.put(str(self.draw(st.integers(2, 40))))
                self.put(tail)
                return
        self.put(printed)
        if self.draw(st.booleans()):
            self.notes()


@st.composite
def documents(draw: st.DrawFn, language: Language) -> Printed:
    """Parts whose numbering restarts or goes on, headings of three kinds, items, footnotes, page breaks."""
    width = draw(st.sampled_from([None, None, 72])) if language == "en" else None
    printer = _Printer(draw, language, width)
    restarts = draw(st.booleans())
    parts = draw(st.integers(1, 3))
    expected: list[Expected] = []
    stop = "." if language == "en" else "。"
    number = 0
    for part in range(parts):
        roman = _ROMAN[part] if language == "en" else _CJK[part]
        top = f"{roman}. {_HEADINGS[language][part]}"
        printer.notes()
        printer.put(top)
        if restarts:
            number = 0
        section: tuple[str, ...] = (top,)
        for letter in range(draw(st.integers(0, 2))):
            heading = f"{'AB'[letter]}. {draw(st.sampled_from(_HEADINGS[language]))}"
            printer.notes()
            printer.put(heading)
            section = (top, heading)
            number = _paragraphs(draw, printer, expected, section, number, part, restarts and parts > 1, stop)
            if number > 2 and draw(st.booleans()):
                # A heading whose number is not the next paragraph's.
                sub = f"1. {draw(st.sampled_from(_HEADINGS[language]))}"
                printer.notes()
                printer.put(sub)
                number = _paragraphs(
                    draw, printer, expected, (*section, sub), number, part, restarts and parts > 1, stop
                )
        if len(section) == 1:
            number = _paragraphs(draw, printer, expected, section, number, part, restarts and parts > 1, stop)
    printer.notes()
    return Printed(language, "\n".join(printer.lines) + "\n", expected)


def _paragraphs(
    draw: st.DrawFn,
    printer: _Printer,
    expected: list[Expected],
    section: tuple[str, ...],
    number: int,
    part: int,
    parted: bool,
    stop: str,
) -> int:
    language = printer.language
    for _ in range(draw(st.integers(1, 3))):
        number += 1
        local = f"{_ROMAN[part]}.{number}" if parted else str(number)
        paragraph = Expected(local, "", section)
        expected.append(paragraph)
        if draw(st.integers(0, 3)):
            text = draw(_sentence(language, stop)) + (
                (" " if language == "en" else "") + draw(_sentence(language, stop))
                if draw(st.booleans())
                else ""
            )
            paragraph.text = squeeze(text)
            printer.body(f"{number}. {printer.marked(text, paragraph)}")
            continue
        lead = draw(_sentence(language, ":" if language == "en" else "："))
        paragraph.text = squeeze(lead)
        printer.put(f"{number}. {lead}")
        count = draw(st.integers(1, 4))
        for i in range(count):
            end = stop if i + 1 == count else (";" if language == "en" else "；")
            item = draw(_sentence(language, end))
            label = f"({'abcd'[i]})"
            paragraph.items.append(squeeze(item))
            paragraph.text += squeeze(f"{label} {item}")
            bullet = "- " if draw(st.integers(0, 5)) == 0 else ""
            printer.body(f"{bullet}{label} {printer.marked(item, paragraph)}")
        if draw(st.booleans()):
            flush = draw(_sentence(language, stop))
            paragraph.text += squeeze(flush)
            printer.body(flush)
    return number
