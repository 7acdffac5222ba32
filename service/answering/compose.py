"""From the chosen sentence to what is served: the quote with its mark, the citation, the translations."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.paragraphs import Edition, Paragraph, ParagraphId
from service.answering.answer import Citation, Language

__all__ = ["answer_text", "cite", "version_for"]

_LABEL = re.compile(r"[(（]\w{1,5}[)）]\s*")


def version_for(versions: Mapping[str, Paragraph], preferred: Language, otherwise: str) -> str:
    """The language to quote in: ``preferred`` where there is that version, else ``otherwise``."""
    return preferred if preferred in versions else otherwise


def cite(
    versions: Mapping[str, Paragraph],
    language: str,
    start: int,
    end: int,
    *,
    edition: Edition,
    score: float,
) -> Citation:
    """Cite ``text[start:end]`` of the version in ``language``; its item where the quote lies inside one.

    The item's label is left out of the quote: the citation names it.
    """
    paragraph = versions[language]
    pid, start = _innermost(paragraph, start, end)
    return Citation(
        id=pid,
        language=language,
        quote=paragraph.text[start:end],
        start=start,
        end=end,
        text=paragraph.text,
        translations={other: version.text for other, version in versions.items() if other != language},
        section=paragraph.section,
        edition=edition,
        score=score,
    )


def _innermost(paragraph: Paragraph, start: int, end: int) -> tuple[ParagraphId, int]:
    """The id of the innermost item around the span, or the paragraph's; where the span starts without it."""
    found = start
    labels: tuple[str, ...] = ()
    for item in paragraph.items:
        if len(item.labels) <= len(labels) or not item.start < end <= item.end:
            continue
        if start >= item.start:
            labels = item.labels
        elif _LABEL.fullmatch(paragraph.text[start : item.start]):
            labels, found = item.labels, item.start
    pid = paragraph.id
    return ParagraphId(pid.symbol, pid.number, pid.part, labels), found


def answer_text(citations: tuple[Citation, ...]) -> str:
    """The quotes, each with its mark, each on a line of its own."""
    return "\n".join(f"{citation.quote} [{number}]" for number, citation in enumerate(citations, 1))
