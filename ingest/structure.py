"""Blocks → a document: its paragraphs with their ids, its title and date, the role of each line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ingest.footnotes import FrontLine, attach
from ingest.frontmatter import date_of, numbers_of, title_of
from ingest.identities import identify
from ingest.layout import blocks
from ingest.outline import Outline
from ingest.paragraphs import Document, Edition
from ingest.readers.lines import TextSource
from ingest.sheet import Role

__all__ = ["Parsed", "Role", "parse"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document, the one role of each non-blank line (by number from 1), and what was odd on the way.

    ``symbols`` are the document symbols, and ``numbers`` the resolution numbers (``67/78``), that the
    front matter states.
    """

    document: Document
    roles: Mapping[int, Role]
    remarks: tuple[str, ...]
    symbols: tuple[str, ...]
    numbers: tuple[str, ...]


def parse(
    source: TextSource,
    symbol: str,
    language: str,
    *,
    title: str | None = None,
    date: str | None = None,
    edition: Edition = "official",
) -> Parsed:
    """Read a document. ``title`` and ``date``, where given, win over what the text says of itself."""
    found = blocks(source.lines)
    outline = Outline(found)
    outline.read()
    sheet = outline.sheet
    hinted = {block.lines[0].number for block in found if block.hint is not None}
    drafts = sheet.with_bare_headings([draft for draft in sheet.drafts if draft.text], hinted)
    front = [FrontLine(block.text, block.lines[0].number) for block in sheet.front_blocks]
    in_front, odd = attach(drafts, sheet.sections.all, front, [note for note, _ in outline.notes])
    unclaimed = {id(note) for note in in_front}
    for note, block in outline.notes:
        if id(note) in unclaimed:
            sheet.role(block, "front matter")
    paragraphs, doubled = identify(drafts, symbol)
    document = Document(
        symbol=symbol,
        language=language,
        title=title or sheet.told_title() or title_of(sheet.front_blocks) or symbol,
        paragraphs=tuple(paragraphs),
        date=date or date_of(sheet.front_blocks, sheet.back),
        edition=edition,
        source=source.name,
    )
    remarks = (*source.remarks, *sheet.remarks, *odd, *doubled)
    return Parsed(document, sheet.roles, remarks, tuple(sheet.symbols), numbers_of(sheet.front_blocks))
