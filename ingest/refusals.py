"""Documents that are better left out than indexed: wrong names, tables of contents without a body."""

from __future__ import annotations

import re

from ingest.languages import contradiction
from ingest.layout import ends_sentence
from ingest.manifest import MANIFEST
from ingest.paragraphs import Document
from ingest.report import Problem
from ingest.structure import Parsed

__all__ = ["refusal"]

_MOST_PARAGRAPHS = 100_000
_LONGEST_PARAGRAPH = 1_000_000
"""In characters: a table of a thousand rows is far below it."""

_ENTRY = re.compile(r"(?:.*[^\d.])?(?:\.{2,}|…|\s)\s*\d{1,3}(?:\s*[-–]\s*\d{1,3})?(?:\s+\d{1,3})?\s*")
_NUMBERS = re.compile(r"\d+|[IVX]+")


def refusal(path: str, parsed: Parsed) -> Problem | None:
    """Why a document must not be taken in, or ``None``."""
    document = parsed.document
    if parsed.symbols and document.symbol not in parsed.symbols:
        stated = ", ".join(dict.fromkeys(parsed.symbols))
        return Problem(
            path,
            "symbol contradicts the text",
            f"the name says {document.symbol}, the text says {stated}",
            f"rename the file, or give the symbol in {MANIFEST} and take the other out of the text",
        )
    if parsed.numbers and not any(_agrees(document.symbol, number) for number in parsed.numbers):
        return Problem(
            path,
            "symbol contradicts the text",
            f"the name says {document.symbol}, the title line of the text says {parsed.numbers[0]}",
            "rename the file after the resolution or decision it holds",
        )
    if _only_contents(parsed):
        return Problem(
            path,
            "contents without a body",
            "it lists headings and page numbers, but holds no paragraph",
            "extract the whole document, not only its table of contents",
        )
    if not any(ends_sentence(paragraph.text) for paragraph in document.paragraphs):
        return Problem(
            path, "no paragraphs", "nothing in it reads as a paragraph of a document", "check what it holds"
        )
    if (large := _too_large(document)) is not None:
        return Problem(path, "too large", large, "split it, or check that it was read as paragraphs")
    found = contradiction(
        "\n".join(paragraph.text[:2_000] for paragraph in document.paragraphs[:40]), document.language
    )
    if found is not None:
        return Problem(
            path,
            "language contradicts the text",
            f"the name says {document.language}, the text is {found}",
            "rename the file after the language it is in",
        )
    return None


def _too_large(document: Document) -> str | None:
    count = len(document.paragraphs)
    if count > _MOST_PARAGRAPHS:
        return f"{count} paragraphs, at most {_MOST_PARAGRAPHS} are taken from a document"
    longest = max(len(paragraph.text) for paragraph in document.paragraphs)
    if longest > _LONGEST_PARAGRAPH:
        return f"a paragraph of {longest} characters, at most {_LONGEST_PARAGRAPH} are taken"
    return None


def _agrees(symbol: str, number: str) -> bool:
    """Whether ``72/278`` can be the number of ``A/RES/72/278``, ``3/4`` that of ``UNEP/EA.3/RES.4``."""
    stated, held = _NUMBERS.findall(number), _NUMBERS.findall(symbol)
    return any(held[i : i + len(stated)] == stated for i in range(len(held) - len(stated) + 1))


def _only_contents(parsed: Parsed) -> bool:
    """Whether nothing stands after a table of contents (a summary may stand before it), or nearly every
    line is an entry of one.
    """
    last_entry = max((line for line, role in parsed.roles.items() if role == "contents"), default=None)
    if last_entry is not None:
        return not any(line > last_entry and role == "paragraph" for line, role in parsed.roles.items())
    paragraphs = parsed.document.paragraphs
    lines = [line for paragraph in paragraphs for line in paragraph.text.split("\n")]
    entries = sum(len(line) < 200 and _ENTRY.fullmatch(line) is not None for line in lines)
    return len(lines) > 1 and entries * 10 >= len(lines) * 7
