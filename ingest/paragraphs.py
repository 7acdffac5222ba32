"""What a document is once it is read: numbered paragraphs with their items and footnotes.

The paragraph is the unit of everything that follows. A paragraph has one id in all
languages, ``SYMBOL#[PART.]NUMBER[(ITEM)]``, and one text in each language version.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "Document",
    "Edition",
    "Footnote",
    "Item",
    "Kind",
    "Paragraph",
    "ParagraphId",
]

Edition = Literal["official", "digest"]
"""``official``: the text as the organisation published it. ``digest``: a retelling
that may not be cited as an official text."""

Kind = Literal["numbered", "summary", "preambular", "operative", "unnumbered"]
"""``preambular`` and ``operative`` only in resolutions and decisions; the paragraphs of an annex are
``numbered``."""

_ID = re.compile(
    r"(?P<symbol>[^\s#]+)\#"
    r"(?:(?P<part>[^\W\d][^\s().#]*(?:\.[^\W\d][^\s().#]*)*)\.)?"
    r"(?P<number>\d+(?:\.\d+)*(?:bis|ter|quater)?|summary|u\d+|pp\d+)"
    r"(?P<items>(?:\([^\s()#]+\))*)"
)


@dataclass(frozen=True, slots=True, order=True)
class ParagraphId:
    """The address of a paragraph or of one of its items, the same in every language.

    ``number`` is the printed number (``15``, ``36.1``), ``summary``, ``u3`` (third unnumbered
    paragraph) or ``pp3`` (third preambular paragraph). ``part`` is set only where numbering
    restarts inside the document (``II``, ``annex``, ``annex.I``). ``items`` holds the printed
    labels without brackets, outermost first: ``("c", "i")`` for ``(c)(i)``.
    """

    symbol: str
    number: str
    part: str | None = None
    items: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.symbol}#{self.local}"

    @classmethod
    def parse(cls, text: str) -> ParagraphId:
        """Read an id back from its printed form.

        :raises ValueError: if ``text`` is not of the form ``SYMBOL#[PART.]NUMBER[(ITEM)]``.
        """
        match = _ID.fullmatch(text)
        if match is None:
            raise ValueError(
                f"expected a paragraph id such as A/64/202#II.35 or ICCD/COP(13)/CST/5#36(c), got {text!r}"
            )
        items = tuple(re.findall(r"\(([^()]+)\)", match["items"]))
        return cls(symbol=match["symbol"], number=match["number"], part=match["part"], items=items)

    @property
    def paragraph(self) -> ParagraphId:
        """The id of the whole paragraph: this id without its items."""
        return self if not self.items else ParagraphId(self.symbol, self.number, self.part)

    @property
    def local(self) -> str:
        """The id inside its document: what stands after ``#``."""
        local = f"{self.part}.{self.number}" if self.part else self.number
        return local + "".join([f"({item})" for item in self.items]) if self.items else local


@dataclass(frozen=True, slots=True)
class Item:
    """A sub-paragraph that starts a line of its own: ``(a)``, or ``(i)`` one level down.

    ``start`` and ``end`` are code point offsets into the paragraph's text such that
    ``text[start:end]`` is the item's own text without its label.
    """

    labels: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote of the paragraph that carries its mark.

    ``offset`` is the code point offset in the paragraph's text where the mark stood
    (0 <= offset <= len(text)). ``mark`` is as printed, in plain digits for superscripts (``4``, ``*``).
    """

    mark: str
    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One language version of one paragraph.

    ``text`` is verbatim apart from white space at the ends and lines joined where a page
    broke them. It starts after the printed number; items stand in it, each on a line of its own
    after its label ``(a) ``; footnote marks are taken out. ``section`` is the path of
    headings above the paragraph, outermost first.
    """

    id: ParagraphId
    kind: Kind
    text: str
    section: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    footnotes: tuple[Footnote, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One language version of one document, its paragraphs in reading order.

    ``language`` is an ISO 639-1 code. ``date`` is the document's own date, ISO 8601, whole or
    shortened (``2017-06-20``, ``2009``), or ``None`` where the text states none and no
    ``corpus.toml`` gives one. ``source`` is the name of the file it was read from.
    """

    symbol: str
    language: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    date: str | None = None
    edition: Edition = "official"
    source: str = ""
