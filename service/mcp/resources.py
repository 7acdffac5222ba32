"""Paragraphs as resources: each has an address of its own, and the list of them comes in pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

from index.store import StoredParagraph
from ingest.symbols import label
from service.library import Desk, UnknownParagraphError
from service.presentation import IN_PATH, leading

__all__ = ["PAGE", "TEMPLATE", "CursorError", "Entry", "Version", "entries", "versions"]

SCHEME = "rapporteur://paragraphs/"
TEMPLATE = SCHEME + "{+id}"
"""RFC 6570. The ``#`` of an id may stand as it is or as ``%23``."""

PAGE = 200
"""Paragraphs on a page."""


class CursorError(ValueError):
    """A page was asked for that no list has named."""


@dataclass(frozen=True, slots=True)
class Entry:
    uri: str
    name: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Version:
    """The text of a paragraph in one language."""

    language: str
    text: str


def entries(desk: Desk, cursor: str | None) -> tuple[list[Entry], str | None]:
    """A page of all paragraphs, by document and reading order, and where the next one begins, if any.

    A cursor is the id of the first paragraph on its page.

    :raises CursorError: if there is no such paragraph.
    """
    found: list[Entry] = []
    for paragraph in _from(desk, cursor):
        if len(found) == PAGE:
            return found, str(paragraph.id)
        language = leading(paragraph.versions)
        found.append(
            Entry(
                uri=SCHEME + quote(str(paragraph.id), safe=IN_PATH),
                name=str(paragraph.id),
                title=label(paragraph.id, "zh" if language == "zh" else "en"),
                description=paragraph.document.title(language),
            )
        )
    return found, None


def _from(desk: Desk, cursor: str | None) -> Iterator[StoredParagraph]:
    symbols = [document.symbol for document in desk.store.documents()]
    started = cursor is None
    if cursor is not None:
        first = cursor.partition("#")[0]
        if first not in symbols:
            raise CursorError(_unknown(cursor))
        symbols = symbols[symbols.index(first) :]
    for symbol in symbols:
        for paragraph in desk.store.paragraphs(symbol):
            started = started or str(paragraph.id) == cursor
            if started:
                yield paragraph
        if not started:
            raise CursorError(_unknown(str(cursor)))


def _unknown(cursor: str) -> str:
    return f"expected the cursor that a page of resources/list named, got {cursor[:100]!r}: begin without one"


def versions(desk: Desk, uri: str) -> list[Version]:
    """The texts of the paragraph at ``uri`` in all its languages, the leading one first.

    :raises UnknownParagraphError: if ``uri`` names no paragraph.
    :raises UnknownDocumentError: if it names one of a document that is not in the index.
    """
    if not uri.startswith(SCHEME):
        raise UnknownParagraphError("any document", uri[:200])
    symbol, _, local = unquote(uri.removeprefix(SCHEME)).partition("#")
    desk.document(symbol)
    stored = desk.paragraph(symbol, local)
    first = leading(stored.versions)
    order = sorted(stored.versions, key=lambda language: (language != first, language))
    return [Version(language, stored.versions[language].text) for language in order]
