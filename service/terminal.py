"""Answers, hits and paragraphs as text in a terminal."""

from __future__ import annotations

import unicodedata

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from service.schemas import AnswerResponse, Citation, Inspection, Paragraph, Related, SearchResponse

__all__ = [
    "DIGEST",
    "safe",
    "shortened",
    "show_answer",
    "show_hits",
    "show_inspection",
    "show_paragraph",
]

DIGEST = {"en": "sample digest, not an official text", "zh": "样本摘要，非正式文本"}
"""What is said wherever text of a digest is shown."""

_REASONS = {
    "no_evidence": {
        "en": "The documents don't say, as far as this index can tell.",
        "zh": "在已收录的文件中找不到答案。",
    },
    "unknown_document": {"en": "That document is not in the index.", "zh": "索引中没有该文件。"},
    "not_a_question": {
        "en": "That is not a question about the documents.",
        "zh": "这不是一个关于文件内容的问题。",
    },
}
_NEAREST = {"en": "Nearest paragraphs (not an answer):", "zh": "最接近的段落（并非答案）："}
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def show_answer(console: Console, response: AnswerResponse) -> None:
    """The answer, then each citation with its quote marked in the paragraph, then the other languages."""
    language = response.language
    if response.answer is None:
        console.print(Text(_REASONS[response.reason or "no_evidence"][language], style="bold"))
        if response.unknown_documents:
            console.print(Text(", ".join(map(safe, response.unknown_documents)), style="yellow"))
        if response.related:
            console.print()
            console.print(Text(_NEAREST[language], style="dim"))
            for related in response.related:
                _show_related(console, related, language)
        return
    console.print(Text(safe(response.answer.text), style="bold"))
    for citation in response.citations:
        console.print()
        _show_citation(console, citation, language)


def _show_citation(console: Console, citation: Citation, language: str) -> None:
    head = Text(f"[{citation.index}] ")
    head.append(getattr(citation.label, language), style="cyan")
    _badge(head, citation.edition, language)
    console.print(head)
    if citation.section:
        console.print(Padding(Text(safe(" › ".join(citation.section)), style="dim"), (0, 0, 0, 4)))
    text = Text(safe(citation.text[: citation.start]), style="dim")
    text.append(safe(citation.quote), style="not dim bold underline")
    text.append(safe(citation.text[citation.end :]))
    console.print(Padding(text, (0, 0, 0, 4)))
    for other, translation in citation.translations.items():
        console.print(Padding(Text(f"({other}) {safe(translation)}", style="dim"), (0, 0, 0, 4)))


def _show_related(console: Console, related: Related, language: str) -> None:
    head = Text("  ")
    head.append(getattr(related.label, language), style="cyan")
    _badge(head, related.edition, language)
    console.print(head)
    console.print(Padding(Text(safe(shortened(related.text)), style="dim"), (0, 0, 0, 4)))


def show_hits(console: Console, response: SearchResponse, language: str) -> None:
    """Ranked paragraphs, best first."""
    if not response.hits:
        console.print(Text({"en": "Nothing found.", "zh": "没有找到。"}[language], style="bold"))
    for hit in response.hits:
        head = Text(f"{hit.rank:>2}. ")
        head.append(getattr(hit.label, language), style="cyan")
        head.append(f"  {hit.score:.2f}", style="dim")
        _badge(head, hit.edition, language)
        console.print(head)
        console.print(Padding(Text(safe(shortened(hit.text))), (0, 0, 0, 4)))


def show_paragraph(console: Console, paragraph: Paragraph, edition: str) -> None:
    """One paragraph in all its languages, with its headings and footnotes."""
    for language, text in paragraph.texts.items():
        label_language = "zh" if language == "zh" else "en"
        head = Text(getattr(paragraph.label, label_language), style="cyan")
        head.append(f"  ({language})", style="dim")
        _badge(head, edition, label_language)
        console.print(head)
        section = paragraph.sections[language]
        if section:
            console.print(Text(safe(" › ".join(section)), style="dim"))
        console.print(Text(safe(text)))
        for note in paragraph.footnotes:
            if language in note.texts:
                console.print(Text(f"  {safe(note.mark)} {safe(note.texts[language])}", style="dim"))
        console.print()
    if paragraph.cites:
        console.print(Text("→ " + ", ".join(map(safe, paragraph.cites)), style="dim"))


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
    for unpaired in found.unpaired:
        missing = ", ".join(unpaired.missing)
        console.print(Text(f"{safe(unpaired.id)} has no text in {missing}", style="yellow"))
    texts = ", ".join(f"{count} in {language}" for language, count in found.languages.items())
    console.print(f"{len(found.documents)} documents, {found.paragraphs} paragraphs ({texts})")
    console.print(f"unpaired paragraphs: {len(found.unpaired)}")
    console.print(Text(f"model: {safe(found.model)}, {found.dimensions} dimensions"))
    console.print(Text(f"generation: {found.generation}, made {found.created}, {found.passages} passages"))


def _badge(head: Text, edition: str, language: str) -> None:
    if edition == "digest":
        head.append(f"  [{DIGEST[language]}]", style="yellow")


def shortened(text: str, longest: int = 240) -> str:
    """``text`` on one line, cut after ``longest`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def safe(text: str) -> str:
    """``text`` without what could steer a terminal: control characters, direction overrides."""
    return "".join(
        char for char in text if char in "\n\t" or (unicodedata.category(char) != "Cc" and char not in _BIDI)
    )
