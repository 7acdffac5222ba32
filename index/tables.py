"""The SQLite file of a generation: its tables, and how versions of documents are written into it.

It is the one source of truth: the vectors and the lexical index hold keys (:mod:`index.keys`) and can be
made again from it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from index.facts import SCHEMA, delete_facts
from index.keys import MAX_DOCUMENTS, MAX_PARAGRAPHS, MAX_WINDOWS, WINDOW_BITS, paragraph_key
from index.order import ordered
from ingest.paragraphs import Document, Paragraph
from ingest.passages import passages

__all__ = [
    "PassageEntry",
    "Windows",
    "create",
    "headed",
    "paragraph_digest",
    "passage_text",
    "put_document",
    "remove_document",
    "version_digest",
]

_SCHEMA: Final = """
CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    symbol TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE versions (
    document INTEGER NOT NULL REFERENCES documents (id),
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    date TEXT,
    edition TEXT NOT NULL,
    source TEXT NOT NULL,
    digest BLOB NOT NULL,        -- SHA-256 of the whole version
    PRIMARY KEY (document, language)
) STRICT, WITHOUT ROWID;
CREATE TABLE paragraphs (
    key INTEGER PRIMARY KEY,     -- index.keys.paragraph_key: document and place in the reading order
    document INTEGER NOT NULL REFERENCES documents (id),
    part TEXT,
    number TEXT NOT NULL,
    local TEXT NOT NULL,         -- the id inside its document
    UNIQUE (document, local)
) STRICT;
CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    paragraph INTEGER NOT NULL REFERENCES paragraphs (key),
    language TEXT NOT NULL,
    position INTEGER NOT NULL,   -- place in the reading order of this version
    kind TEXT NOT NULL,
    section TEXT NOT NULL,       -- JSON array, outermost heading first
    text TEXT NOT NULL,
    digest BLOB NOT NULL,        -- SHA-256 over symbol, language, paragraph and text
    UNIQUE (paragraph, language)
) STRICT;
CREATE TABLE items (
    text INTEGER NOT NULL REFERENCES texts (id),
    place INTEGER NOT NULL,
    labels TEXT NOT NULL,        -- JSON array, outermost first
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    PRIMARY KEY (text, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE footnotes (
    text INTEGER NOT NULL REFERENCES texts (id),
    place INTEGER NOT NULL,
    mark TEXT NOT NULL,
    note TEXT NOT NULL,
    "offset" INTEGER NOT NULL,
    PRIMARY KEY (text, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE passages (
    text INTEGER NOT NULL REFERENCES texts (id),
    window INTEGER NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    digest BLOB NOT NULL,        -- SHA-256 of what was embedded
    PRIMARY KEY (text, window)
) STRICT, WITHOUT ROWID;
"""


Windows = Mapping[str, Sequence[Sequence[tuple[int, int]]]]
"""Language → for each paragraph of that version, in order, where its passages start and end."""


@dataclass(frozen=True, slots=True)
class PassageEntry:
    """A passage as it was stored: its language, its key, the SHA-256 of ``text``, and what is to be
    embedded.
    """

    language: str
    key: int
    digest: bytes
    text: str


def create(path: Path) -> None:
    """Write an empty store."""
    connection = sqlite3.connect(path)
    try:
        connection.executescript(_SCHEMA + SCHEMA)
    finally:
        connection.close()


def paragraph_digest(paragraph: Paragraph, language: str) -> bytes:
    """SHA-256 over symbol, language, paragraph and text: the same exactly where nothing worth embedding
    changed.
    """
    parts = (paragraph.id.symbol, language, paragraph.id.local, paragraph.text)
    return hashlib.sha256(json.dumps(parts).encode("ascii")).digest()


def version_digest(document: Document) -> bytes:
    """SHA-256 over everything that a version of a document holds, its paragraphs' items and footnotes
    included.
    """
    content = [
        document.symbol,
        document.language,
        document.title,
        document.date,
        document.edition,
        document.source,
        [
            (
                str(paragraph.id),
                paragraph.kind,
                paragraph.text,
                paragraph.section,
                [(item.labels, item.start, item.end) for item in paragraph.items],
                [(note.mark, note.text, note.offset) for note in paragraph.footnotes],
            )
            for paragraph in document.paragraphs
        ],
    ]
    return hashlib.sha256(json.dumps(content).encode("ascii")).digest()


def put_document(
    connection: sqlite3.Connection, versions: Mapping[str, Document], windows: Windows | None = None
) -> tuple[int, list[PassageEntry]]:
    """Write all language versions of one document in place of what the store holds of it.

    ``windows`` are the passages of versions for which they are known.

    Returns the document's number and the passages to embed.

    :raises ValueError: if a version has one paragraph id twice, or a limit of :mod:`index.keys` is passed.
    """
    symbol = next(iter(versions.values())).symbol
    connection.execute("INSERT OR IGNORE INTO documents (symbol) VALUES (?)", (symbol,))
    (number,) = connection.execute("SELECT id FROM documents WHERE symbol = ?", (symbol,)).fetchone()
    _delete(connection, number)
    order = ordered(versions.values())
    if number >= MAX_DOCUMENTS or len(order) > MAX_PARAGRAPHS:
        raise ValueError(
            f"{symbol}: expected at most {MAX_DOCUMENTS} documents of {MAX_PARAGRAPHS} paragraphs, "
            f"got {len(order)} paragraphs as document {number}: split the document or the index"
        )
    keys = {local: paragraph_key(number, ordinal) for ordinal, local in enumerate(order)}
    ids = {p.id.local: p.id for version in versions.values() for p in version.paragraphs}
    connection.executemany(
        "INSERT INTO paragraphs (key, document, part, number, local) VALUES (?, ?, ?, ?, ?)",
        [(keys[local], number, ids[local].part, ids[local].number, local) for local in order],
    )
    entries: list[PassageEntry] = []
    for version in versions.values():
        entries += _put_version(connection, number, version, keys, (windows or {}).get(version.language))
    return int(number), entries


def remove_document(connection: sqlite3.Connection, symbol: str) -> int | None:
    """Remove a document with all its versions; its number, ``None`` where it isn't there."""
    row = connection.execute("SELECT id FROM documents WHERE symbol = ?", (symbol,)).fetchone()
    if row is None:
        return None
    _delete(connection, row[0])
    connection.execute("DELETE FROM documents WHERE id = ?", row)
    return int(row[0])


def headed(section: Sequence[str], text: str) -> str:
    """``text`` under its headings: a paragraph hardly ever repeats what they say it is about."""
    return "\n".join((*section, text))


def passage_text(paragraph: Paragraph, start: int, end: int) -> str:
    """What is embedded for a passage: it stands under the heading nearest to it."""
    return headed(paragraph.section[-1:], paragraph.text[start:end])


def _delete(connection: sqlite3.Connection, number: int) -> None:
    delete_facts(connection, number)
    texts = "SELECT id FROM texts WHERE paragraph IN (SELECT key FROM paragraphs WHERE document = ?)"
    for table in ("items", "footnotes", "passages"):
        connection.execute(f"DELETE FROM {table} WHERE text IN ({texts})", (number,))  # noqa: S608 (fixed names)
    connection.execute(
        "DELETE FROM texts WHERE paragraph IN (SELECT key FROM paragraphs WHERE document = ?)", (number,)
    )
    connection.execute("DELETE FROM paragraphs WHERE document = ?", (number,))
    connection.execute("DELETE FROM versions WHERE document = ?", (number,))


def _put_version(
    connection: sqlite3.Connection,
    number: int,
    version: Document,
    keys: Mapping[str, int],
    windows: Sequence[Sequence[tuple[int, int]]] | None,
) -> list[PassageEntry]:
    connection.execute(
        "INSERT INTO versions (document, language, title, date, edition, source, digest) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            version.language,
            version.title,
            version.date,
            version.edition,
            version.source,
            version_digest(version),
        ),
    )
    (first,) = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM texts").fetchone()
    connection.executemany(
        "INSERT INTO texts (id, paragraph, language, position, kind, section, text, digest) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                first + position,
                keys[paragraph.id.local],
                version.language,
                position,
                paragraph.kind,
                json.dumps(paragraph.section, ensure_ascii=False),
                paragraph.text,
                paragraph_digest(paragraph, version.language),
            )
            for position, paragraph in enumerate(version.paragraphs)
        ),
    )
    _put_details(connection, first, version.paragraphs)
    return _put_passages(connection, first, version, keys, windows)


def _put_details(connection: sqlite3.Connection, first: int, paragraphs: Sequence[Paragraph]) -> None:
    """Items and footnotes of the texts from ``first`` on."""
    connection.executemany(
        'INSERT INTO items (text, place, labels, "start", "end") VALUES (?, ?, ?, ?, ?)',
        (
            (text, place, json.dumps(item.labels, ensure_ascii=False), item.start, item.end)
            for text, paragraph in enumerate(paragraphs, first)
            for place, item in enumerate(paragraph.items)
        ),
    )
    connection.executemany(
        'INSERT INTO footnotes (text, place, mark, note, "offset") VALUES (?, ?, ?, ?, ?)',
        (
            (text, place, note.mark, note.text, note.offset)
            for text, paragraph in enumerate(paragraphs, first)
            for place, note in enumerate(paragraph.footnotes)
        ),
    )


def _put_passages(
    connection: sqlite3.Connection,
    first: int,
    version: Document,
    keys: Mapping[str, int],
    windows: Sequence[Sequence[tuple[int, int]]] | None,
) -> list[PassageEntry]:
    entries: list[PassageEntry] = []
    rows: list[tuple[int, int, int, int, bytes]] = []
    for place, paragraph in enumerate(version.paragraphs):
        found = [(one.start, one.end) for one in passages(paragraph)] if windows is None else windows[place]
        if len(found) > MAX_WINDOWS:
            raise ValueError(
                f"{paragraph.id} ({version.language}): expected at most {MAX_WINDOWS} passages in a "
                f"paragraph, got {len(found)}: check that the file was read as paragraphs"
            )
        key = keys[paragraph.id.local] << WINDOW_BITS
        heading = passage_text(paragraph, 0, 0)
        for window, (start, end) in enumerate(found):
            embedded = heading + paragraph.text[start:end]
            digest = hashlib.sha256(embedded.encode()).digest()
            entries.append(PassageEntry(version.language, key | window, digest, embedded))
            rows.append((first + place, window, start, end, digest))
    connection.executemany(
        'INSERT INTO passages (text, window, "start", "end", digest) VALUES (?, ?, ?, ?, ?)', rows
    )
    return entries
