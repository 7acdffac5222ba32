"""Who cites what, in the store of a generation: references as they are named, resolved when they are read.

What a paragraph names is stored with it, and under which names a document is known with the document. So a
document that comes, changes or goes touches its own rows only, and the links of all others follow.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from ingest.crossreferences import find_crossreferences
from ingest.paragraphs import Document, Paragraph
from ingest.symbols import Reference, find_references

__all__ = ["LINK_SCHEMA", "delete_links", "link_name", "link_rows", "name_rows", "put_links"]

LINK_SCHEMA: Final = """
CREATE TABLE links (
    paragraph INTEGER NOT NULL REFERENCES paragraphs (key),
    language TEXT NOT NULL,      -- of the version that names it
    place INTEGER NOT NULL,      -- among the references of that version
    name TEXT NOT NULL,          -- link_name of the key
    key TEXT NOT NULL,           -- ingest.symbols.Reference.key
    kind TEXT NOT NULL,          -- decision, resolution or document
    local TEXT,                  -- the paragraph named, as the text numbers it
    note INTEGER,                -- place of the footnote that names it; NULL: the paragraph itself
    "start" INTEGER NOT NULL,    -- text[start:end] names it, in the paragraph or the footnote
    "end" INTEGER NOT NULL,
    PRIMARY KEY (paragraph, language, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_name ON links (name);
CREATE TABLE names (
    name TEXT NOT NULL,          -- link_name of a symbol, decision or resolution
    rank INTEGER NOT NULL,       -- 0: the symbol itself, 1: its other name, 2: a decision that it holds
    document INTEGER NOT NULL REFERENCES documents (id),
    first INTEGER,               -- keys of the paragraphs that a decision takes up; NULL: all
    last INTEGER,
    PRIMARY KEY (name, rank, document)
) STRICT, WITHOUT ROWID;
CREATE INDEX names_by_document ON names (document);
"""

_COP: Final = re.compile(r"(?<=[A-Z])[.-]?(?=\d{1,3}\Z)")
_PARTS: Final = re.compile(r"(?P<stem>.+/\d+)/?(?P<first>[A-Z])-(?P<last>[A-Z])")
_DECIDED: Final = (
    (re.compile(r"(?:UNEP/)?CBD/COP/DEC/(?P<key>[IVX]+/\d+|\d+/\d+)(?:\.[A-Z])?"), "{0}"),
    (re.compile(r"(?:UNEP/)?CBD/BS/COP-MOP/DEC/(?P<key>[IVX]+/\d+)"), "BS-{0}"),
    (re.compile(r"[AE]/DEC/(?P<key>\d+/\d+(?:\s?[A-Z])?)"), "{0}"),
    (re.compile(r"(?:ICCD|FCCC)/DEC/(?P<key>\d+/[A-Z]+\.?\d+)"), "{0}"),
)
_HEADING: Final = re.compile(r"(?:(?:Decision|Resolution|Décision|Decisión)\s+|第\s*)?\Z", re.IGNORECASE)


def link_name(key: str) -> str:
    """A key or symbol as links compare it: ``A/RES/65/37 A`` and ``A/RES/65/37A`` are one."""
    name = "".join(key.split()).rstrip("*").upper()
    stem, stroke, session = name.rpartition("/")
    return f"{stem}{stroke}{_COP.sub('.', session)}" if stem.isdigit() else name


def delete_links(connection: sqlite3.Connection, document: int) -> None:
    """Remove what a document, whose paragraphs must still be there, cites, and the names it is known by."""
    keys = "SELECT key FROM paragraphs WHERE document = ?"
    connection.execute(f"DELETE FROM links WHERE paragraph IN ({keys})", (document,))  # noqa: S608 (fixed)
    connection.execute("DELETE FROM names WHERE document = ?", (document,))


def link_rows(
    versions: Mapping[str, Document],
    ordinals: Mapping[str, int],
    known: Mapping[tuple[str, str], Sequence[Reference]],
) -> list[tuple[object, ...]]:
    """What the versions of a document cite: rows of the table, with the paragraph's ordinal for its key.

    ``ordinals``: paragraph (the id inside the document) → its place in the reading order. ``known``: the
    references of a text, where they were read already, by language and paragraph.
    """
    rows: list[tuple[object, ...]] = []
    for language, version in versions.items():

        def named(paragraph: Paragraph, language: str = language) -> Sequence[Reference]:
            found = known.get((language, paragraph.id.local))
            return find_references(paragraph.text) if found is None else found

        rows += [
            (
                *(ordinals[paragraph.id.local], language, place, link_name(one.key), one.key, one.kind),
                *(one.paragraph, one.note, one.start, one.end),
            )
            for paragraph, found in find_crossreferences(version, named)
            for place, one in enumerate(found)
        ]
    return rows


def put_links(
    connection: sqlite3.Connection,
    document: int,
    links: Iterable[Sequence[object]],
    names: Iterable[Sequence[object]],
) -> None:
    """Write rows of :func:`link_rows`, with keys, and of :func:`name_rows`."""
    connection.executemany(
        "INSERT INTO links (paragraph, language, place, name, key, kind, local, note, "
        '"start", "end") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        links,
    )
    connection.executemany(
        "INSERT OR IGNORE INTO names (name, rank, document, first, last) VALUES (?, ?, ?, ?, ?)",
        ((name, rank, document, *span) for name, rank, *span in names),
    )


def name_rows(
    versions: Mapping[str, Document], ordinals: Mapping[str, int]
) -> Iterator[tuple[str, int, int | None, int | None]]:
    """The names that others cite a document by: name, rank, and the ordinals of the first and last paragraph
    that it stands for.
    """
    symbol = next(iter(versions.values())).symbol
    yield link_name(symbol), 0, None, None
    for other in _other_names(symbol):
        yield link_name(other), 1, None, None
    spans: dict[str, tuple[int, int]] = {}
    for version in versions.values():
        if (key := _headed(version.title)) is not None:
            yield link_name(key), 1, None, None
        known: dict[str, str | None] = {}
        for paragraph in version.paragraphs:
            # A report about a decision has headings like these too; what it holds is in its words.
            if paragraph.kind in ("preambular", "operative"):
                here = ordinals[paragraph.id.local]
                for heading in paragraph.section:
                    if heading not in known:
                        known[heading] = _headed(heading)
                    if (key := known[heading]) is not None:
                        first, last = spans.get(key, (here, here))
                        spans[key] = min(first, here), max(last, here)
    for key, (first, last) in spans.items():
        yield link_name(key), 2, first, last


def _other_names(symbol: str) -> Iterator[str]:
    """What else a document of this symbol is called: ``UNEP/CBD/COP/DEC/IX/12`` is decision IX/12."""
    if (parts := _PARTS.fullmatch(symbol)) is not None:
        yield parts["stem"]
        for letter in range(ord(parts["first"]), ord(parts["last"]) + 1):
            yield f"{parts['stem']}{chr(letter)}"
    for pattern, name in _DECIDED:
        if (match := pattern.fullmatch(symbol)) is not None:
            yield name.format(match["key"])


def _headed(heading: str) -> str | None:
    """The decision or resolution that a heading opens with, or ``None``."""
    first = next(iter(find_references(heading[:80])), None)
    if first is None or first.kind == "document" or _HEADING.fullmatch(heading, 0, first.start) is None:
        return None
    return first.key
