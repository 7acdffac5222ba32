"""An answer as text in a terminal: colours, the quote marked, both languages, links."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from rich.console import Console
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from service.presentation import IN_PATH, shortened
from service.schemas import AnswerResponse, Citation, Related
from service.terminal import INDENT, badge, safe, show_indented
from service.wrapping import wrapped

__all__ = ["Links", "show_answer"]

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
_STANDING = {
    "partial": {"en": "Part of the answer.", "zh": "部分答案。"},
    "conflicting": {"en": "The paragraphs disagree: read them all.", "zh": "各段说法不一，请逐一核对。"},
}
# The words of the IPCC's guidance note on the consistent treatment of uncertainties (2010).
_LIKELIHOOD = (
    (0.9, {"en": "Very likely right ({:.0%})", "zh": "很可能正确（{:.0%}）"}),
    (0.66, {"en": "Likely right ({:.0%})", "zh": "可能正确（{:.0%}）"}),
    (
        0.33,
        {
            "en": "About as likely right as not ({:.0%}): check the paragraph",
            "zh": "正误可能各半（{:.0%}）：请核对原段",
        },
    ),
    (
        0.0,
        {
            "en": "Unlikely to be right ({:.0%}): check the paragraph",
            "zh": "正确的可能较小（{:.0%}）：请核对原段",
        },
    ),
)
_QUOTE = "bold black on yellow"
_SIDE_BY_SIDE = 110
"""Columns from which two languages stand beside each other: half of it is a readable line of Chinese."""
_GUTTER = 4
_MOST_SAID = 0.99
"""The confidence that is said at most."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where labels lead to in a terminal that shows links (OSC 8).

    To ``base``, a running service, where there is one; else to the organisation's own copy of the document.
    """

    base: str | None = None

    def of(self, symbol: str, url: str, language: str) -> str:
        """``url`` is the paragraph's address in a service."""
        if self.base is not None:
            return f"{self.base}{url}"
        return f"https://docs.un.org/{language}/{quote(symbol, safe=IN_PATH)}"


def show_answer(console: Console, response: AnswerResponse, links: Links | None = None) -> None:
    """The answer and how likely it is right, then each citation with its quote marked in the paragraph and
    the other language beside it, or below where the terminal is narrow.
    """
    language, links = response.language, links or Links()
    if response.answer is None:
        console.print(Text(_REASONS[response.reason or "no_evidence"][language], style="bold"))
        if response.unknown_documents:
            console.print(Text(", ".join(map(safe, response.unknown_documents)), style="yellow"))
        _show_notes(console, response)
        if response.related:
            console.print()
            console.print(Text(_NEAREST[language], style="dim"))
            for related in response.related:
                _show_related(console, related, language, links)
        return
    console.print(_with_marks(safe(response.answer.text)))
    standing = Text(_likelihood(response.answer.confidence, language), style="dim")
    if response.status != "answered":
        standing = Text(f"{_STANDING[response.status][language]} ", style="yellow").append_text(standing)
    console.print(standing)
    _show_notes(console, response)
    for citation in response.citations:
        console.print()
        _show_citation(console, citation, language, links)


def _with_marks(text: str) -> Text:
    shown = Text(text, style="bold")
    shown.highlight_regex(r"\[\d+\]", "not bold cyan")
    return shown


def _likelihood(confidence: float, language: str) -> str:
    words = next(words for least, words in _LIKELIHOOD if confidence >= least)
    # Nothing that is estimated is certain.
    return words[language].format(min(confidence, _MOST_SAID))


def _show_notes(console: Console, response: AnswerResponse) -> None:
    for note in response.notes:
        console.print(Text(safe(note.message), style="yellow"))


def _show_citation(console: Console, citation: Citation, language: str, links: Links) -> None:
    head = Text(f"[{citation.index}] ", style="cyan")
    head.append_text(_label(citation, language, links))
    badge(head, citation.edition, language)
    console.print(head)
    if citation.section:
        show_indented(console, Text(safe(" › ".join(citation.section)), style="dim"))
    text = Text(safe(citation.text[: citation.start]))
    text.append(safe(citation.quote), style=_QUOTE)
    text.append(safe(citation.text[citation.end :]))
    columns = [text, *(Text(safe(other)) for other in citation.translations.values())]
    if len(columns) > 1 and console.width >= _SIDE_BY_SIDE:
        width = (console.width - INDENT) // len(columns) - _GUTTER
        table = Table.grid(padding=(0, _GUTTER, 0, 0))
        for _ in columns:
            table.add_column(width=width)
        table.add_row(*(wrapped(column, width) for column in columns))
        console.print(Padding(table, (0, 0, 0, INDENT)))
        return
    show_indented(console, text)
    for code, other in zip(citation.translations, columns[1:], strict=True):
        show_indented(console, Text(f"({code}) ", style="dim").append_text(other))


def _label(thing: Citation | Related, language: str, links: Links) -> Text:
    symbol = thing.id.partition("#")[0]
    style = Style(color="cyan", link=links.of(symbol, thing.url, language))
    return Text(safe(getattr(thing.label, language)), style=style)


def _show_related(console: Console, related: Related, language: str, links: Links) -> None:
    head = Text("  ")
    head.append_text(_label(related, language, links))
    badge(head, related.edition, language)
    console.print(head)
    show_indented(console, Text(safe(shortened(related.text)), style="dim"))
