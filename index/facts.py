"""Facts in the store of a generation: read from each text at ingest, kept where it did not change.

Two tables over the facts themselves make them searchable: a record is one dated fact or one mandate of a
paragraph in all its languages, a quote is what one language version says of it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Final

from index.factrows import FactRows, Names, fact_rows, facts_from_json, facts_to_json, folded
from index.keys import key_range
from index.links import LINK_SCHEMA, delete_links, put_links
from ingest.paragraphs import Document

__all__ = [
    "SCHEMA",
    "delete_facts",
    "facts_from_json",
    "facts_rules",
    "facts_to_json",
    "folded",
    "put_facts",
    "put_rows",
    "put_rules",
]

SCHEMA: Final = f"""{LINK_SCHEMA}
CREATE TABLE facts (
    text INTEGER PRIMARY KEY REFERENCES texts (id),
    basis BLOB NOT NULL,         -- SHA-256 over all that they were read from
    found TEXT NOT NULL          -- ingest.facts.extract.Facts as JSON, defaults left out
) STRICT;
CREATE TABLE records (
    kind TEXT NOT NULL,          -- date or mandate
    paragraph INTEGER NOT NULL REFERENCES paragraphs (key),
    place INTEGER NOT NULL,      -- among those of its kind in the paragraph
    name TEXT NOT NULL UNIQUE,   -- the same as long as the paragraph says the same
    value TEXT,                  -- ISO 8601; of a mandate: by when
    time TEXT,                   -- of a mandate: where its days are from: due, session or text
    first TEXT,                  -- first and last day, null where there is none or its year is unknown
    last TEXT,
    session TEXT,                -- of a mandate: key of the session at which
    held TEXT NOT NULL,          -- when the document says that session is: ISO 8601, between line breaks
    decisions TEXT NOT NULL,     -- keys, each between line breaks
    actors TEXT NOT NULL,        -- folded; of a mandate: who asks; all names of each
    addressees TEXT NOT NULL,    -- folded; of a mandate: who is asked
    actions TEXT NOT NULL,       -- folded; of a mandate: verb and action; of a date: its sentence
    PRIMARY KEY (kind, paragraph, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX records_by_day ON records (kind, first);
CREATE TABLE quotes (
    kind TEXT NOT NULL,
    paragraph INTEGER NOT NULL,
    place INTEGER NOT NULL,
    language TEXT NOT NULL,
    "start" INTEGER NOT NULL,    -- the quote is text[start:end] of the paragraph's version
    "end" INTEGER NOT NULL,
    fact INTEGER NOT NULL,       -- place in Facts.dates or Facts.mandates of that version
    PRIMARY KEY (kind, paragraph, place, language)
) STRICT, WITHOUT ROWID;
CREATE TABLE rules (
    fingerprint TEXT NOT NULL    -- of the rules that all facts here were read by
) STRICT;
"""


_OWN: Final = ("factrows.py", "facts.py", "links.py", "pairing.py")


def facts_rules(glossary: Path | None = None) -> str:
    """SHA-256 over the rules by which facts are read and joined: the code and tables of
    :mod:`ingest.facts` and of references, the user's own ``glossary``, this module and those beside it.
    """
    total = hashlib.sha256()
    package = resources.files("ingest")
    files = [entry for entry in package.joinpath("facts").iterdir() if entry.name.endswith((".py", ".tsv"))]
    files += [package.joinpath(name) for name in ("symbols.py", "crossreferences.py", "pinpoints.py")]
    own = [resources.files("index").joinpath(name) for name in _OWN]
    for file in (*sorted(files, key=lambda entry: entry.name), *own):
        content = file.read_bytes()
        total.update(f"{file.name} {len(content)}\n".encode() + content)
    if glossary is not None:
        total.update(b"glossary\n" + glossary.read_bytes())
    return total.hexdigest()


def put_rules(connection: sqlite3.Connection, fingerprint: str) -> None:
    connection.execute("DELETE FROM rules")
    connection.execute("INSERT INTO rules (fingerprint) VALUES (?)", (fingerprint,))


def delete_facts(connection: sqlite3.Connection, document: int) -> None:
    """Remove the facts and links of a document, whose texts and paragraphs must still be there."""
    delete_links(connection, document)
    keys = "SELECT key FROM paragraphs WHERE document = ?"
    texts = f"SELECT id FROM texts WHERE paragraph IN ({keys})"  # noqa: S608 (fixed names)
    connection.execute(f"DELETE FROM facts WHERE text IN ({texts})", (document,))  # noqa: S608
    for table in ("records", "quotes"):
        for kind in ("date", "mandate"):
            connection.execute(
                f"DELETE FROM {table} WHERE kind = ? AND paragraph IN ({keys})",  # noqa: S608
                (kind, document),
            )


def put_facts(
    connection: sqlite3.Connection,
    document: int,
    versions: Mapping[str, Document],
    names: Names,
    known: Mapping[bytes, str],
) -> tuple[int, int]:
    """Write the facts and links of a document that was just put; the numbers of texts read and taken over.

    ``known`` holds facts as JSON by what they were read from. Versions in a language without rules have none.
    """
    rows = fact_rows(versions, names, known)
    put_rows(connection, document, rows)
    kept = sum(basis in known for _, _, basis, _ in rows.facts)
    return len(rows.facts) - kept, kept


def put_rows(connection: sqlite3.Connection, document: int, rows: FactRows) -> None:
    """Write the facts and links of a document that was just put, read by whoever it was."""
    first_key, end_key = key_range(document)
    first = dict(
        connection.execute(
            "SELECT language, min(id) FROM texts WHERE paragraph >= ? AND paragraph < ? GROUP BY language",
            (first_key, end_key),
        )
    )
    connection.executemany(
        "INSERT INTO facts (text, basis, found) VALUES (?, ?, ?)",
        ((first[language] + position, basis, found) for language, position, basis, found in rows.facts),
    )
    put_links(
        connection,
        document,
        ((first_key | ordinal, *rest) for ordinal, *rest in rows.links),
        (
            (name, rank, *(None if place is None else first_key | place for place in span))
            for name, rank, *span in rows.names
        ),
    )
    connection.executemany(
        "INSERT INTO records (kind, paragraph, place, name, value, time, first, last, session, held, "
        "decisions, actors, addressees, actions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((kind, first_key | ordinal, *rest) for kind, ordinal, *rest in rows.records),
    )
    connection.executemany(
        'INSERT INTO quotes (kind, paragraph, place, language, "start", "end", fact) '
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((kind, first_key | ordinal, *rest) for kind, ordinal, *rest in rows.quotes),
    )
