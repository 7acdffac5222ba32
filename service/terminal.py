"""Hits, paragraphs and what the index holds as text in a terminal."""

from __future__ import annotations

import unicodedata

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from service.document_schemas import (
    DocumentEntry,
    DocumentResponse,
    Inspection,
    Paragraph,
    VersionsReport,
)
from service.presentation import DIGEST, shortened, told
from service.schemas import SearchResponse
from service.wrapping import wrapped

__all__ = [
    "INDENT",
    "badge",
    "safe",
    "show_changes",
    "show_hits",
    "show_indented",
    "show_inspection",
    "show_paragraph",
    "show_versions",
]

INDENT = 4
"""Columns by which a paragraph stands in under its label."""

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def show_hits(console: Console, response: SearchResponse, language: str) -> None:
    """Ranked paragraphs, best first."""
    if not response.hits:
        console.print(Text({"en": "Nothing found.", "zh": "没有找到。"}[language], style="bold"))
    for hit in response.hits:
        head = Text(f"{hit.rank:>2}. ")
        head.append(getattr(hit.label, language), style="cyan")
        head.append(f"  {hit.score:.2f}", style="dim")
        badge(head, hit.edition, language)
        console.print(head)
        show_indented(console, Text(safe(shortened(hit.text))))


def show_paragraph(console: Console, paragraph: Paragraph, edition: str) -> None:
    """One paragraph in all its languages, with its headings and footnotes."""
    for language, text in paragraph.texts.items():
        label_language = "zh" if language == "zh" else "en"
        head = Text(getattr(paragraph.label, label_language), style="cyan")
        head.append(f"  ({language})", style="dim")
        badge(head, edition, label_language)
        console.print(head)
        section = paragraph.sections[language]
        if section:
            console.print(Text(safe(" › ".join(section)), style="dim"))
        console.print(wrapped(Text(safe(text)), console.width))
        for note in paragraph.footnotes:
            if language in note.texts:
                console.print(Text(f"  {safe(note.mark)} {safe(note.texts[language])}", style="dim"))
        console.print()
    _show_links(console, paragraph, "zh" if set(paragraph.texts) == {"zh"} else "en")


_LINKS = {
    "en": {"cites": "→ cites ", "missing": "→ cites, not in this index: ", "by": "← cited by "},
    "zh": {"cites": "→ 提及：", "missing": "→ 提及，不在本索引中：", "by": "← 提及本段："},
}


def _show_links(console: Console, paragraph: Paragraph, language: str) -> None:
    """What the paragraph cites, in this index and outside it, and the paragraphs by which it is cited."""
    said = {
        "cites": [one.target.id for one in paragraph.references if one.target is not None],
        "missing": [
            one.key if one.paragraph is None else f"{one.key}#{one.paragraph}"
            for one in paragraph.references
            if one.target is None
        ],
        "by": [one.id for one in paragraph.cited_by],
    }
    for kind, ids in said.items():
        if ids:
            line = _LINKS[language][kind] + ", ".join(map(safe, dict.fromkeys(ids)))
            console.print(Text(line, style="dim"), soft_wrap=True)


def show_changes(console: Console, document: DocumentEntry | DocumentResponse) -> None:
    """One line for each document that replaces or changes this one, or adds to it."""
    for later in document.later:
        console.print(Text(safe(told(document.symbol, later, "en")), style="yellow"), soft_wrap=True)


def show_inspection(console: Console, found: Inspection) -> None:
    """Documents as a table, then unpaired paragraphs, then the index itself."""
    table = Table("symbol", "languages", "paragraphs", "date", "edition", "title", box=None, pad_edge=False)
    for document in found.documents:
        table.add_row(
            Text(safe(document.symbol), style="cyan"),
            " ".join(document.languages),
            str(document.paragraphs),
            document.date or "",
            DIGEST["en"] if document.edition == "digest" else "official",
            Text(safe(document.title)),
        )
    console.print(table)
    console.print()
    for document in found.documents:
        show_changes(console, document)
    for unpaired in found.unpaired:
        missing = ", ".join(unpaired.missing)
        console.print(Text(f"{safe(unpaired.id)} has no text in {missing}", style="yellow"))
    texts = ", ".join(f"{count} in {language}" for language, count in found.languages.items())
    console.print(f"{len(found.documents)} documents, {found.paragraphs} paragraphs ({texts})")
    console.print(f"unpaired paragraphs: {len(found.unpaired)}")
    console.print(Text(f"model: {safe(found.model)}, {found.dimensions} dimensions"))
    console.print(Text(f"generation: {found.generation}, made {found.created}, {found.passages} passages"))


def show_versions(console: Console, found: VersionsReport) -> None:
    """One line for each discrepancy, then how many paragraphs of each document are paired."""
    for one in found.discrepancies:
        console.print(Text(safe(one.message), style="yellow"), soft_wrap=True)
    for document in found.documents:
        counts = ", ".join(f"{count} in {language}" for language, count in document.languages.items())
        console.print(f"{safe(document.symbol)}: {document.paired} paragraphs paired ({counts})")
    console.print(f"discrepancies: {len(found.discrepancies)}")


def show_indented(console: Console, text: Text) -> None:
    """``text`` as a paragraph under its label."""
    console.print(Padding(wrapped(text, console.width - INDENT), (0, 0, 0, INDENT)))


def badge(head: Text, edition: str, language: str) -> None:
    """Add to ``head`` that the text is no official one, where that is so."""
    if edition == "digest":
        head.append(f"  [{DIGEST[language]}]", style="yellow")


def safe(text: str) -> str:
    """``text`` without what could steer a terminal: control characters, direction overrides."""
    return "".join(
        char for char in text if char in "\n\t" or (unicodedata.category(char) != "Cc" and char not in _BIDI)
    )
