"""The files that the versions in a generation were read from, so that the next ingest knows them again."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from index.store import Store
from ingest.sources import Source, Version

__all__ = ["merged", "put_sources", "read_sources"]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS sources (
    path BLOB PRIMARY KEY,       -- absolute, as the file system has it
    symbol TEXT NOT NULL,
    language TEXT NOT NULL,
    content BLOB NOT NULL,       -- SHA-256 of the file
    recipe BLOB NOT NULL,        -- SHA-256 over what else decides how it is read
    signature TEXT NOT NULL,     -- JSON array: device, inode, size, times
    hashed INTEGER NOT NULL,     -- when it was looked at, nanoseconds, UNIX time
    digest BLOB NOT NULL         -- of the version that was read from it
) STRICT, WITHOUT ROWID
"""


def read_sources(store: Store) -> list[Source]:
    """In the order of their paths, those whose versions are still as they were read; none where an older
    version of the program wrote the store.
    """
    if not store.select("SELECT 1 FROM sqlite_master WHERE name = 'sources'"):
        return []
    return [
        Source(Path(os.fsdecode(path)), symbol, language, content, recipe, tuple(json.loads(seen)), hashed)
        for path, symbol, language, content, recipe, seen, hashed in store.select(
            "SELECT path, symbol, sources.language, content, recipe, signature, hashed FROM sources "
            "JOIN documents USING (symbol) "
            "JOIN versions ON document = id AND versions.language = sources.language "
            "WHERE versions.digest = sources.digest ORDER BY path"
        )
    ]


def put_sources(connection: sqlite3.Connection, sources: Iterable[Source]) -> None:
    """Write them in place of those that are there, once their versions are in the store."""
    connection.execute(_SCHEMA)
    connection.execute("DELETE FROM sources")
    connection.executemany(
        "INSERT INTO sources (path, content, recipe, signature, hashed, symbol, language, digest) "
        "SELECT ?, ?, ?, ?, ?, symbol, language, digest FROM versions JOIN documents ON id = document "
        "WHERE symbol = ? AND language = ?",
        [
            (
                os.fsencode(source.path),
                source.content,
                source.recipe,
                json.dumps(source.signature),
                source.hashed,
                *source.version,
            )
            for source in sources
        ],
    )


def merged(
    before: Iterable[Source],
    found: Iterable[Source],
    gone: Collection[Path],
    replaced: Collection[Version],
) -> list[Source]:
    """What the next generation holds: ``found``, and of ``before`` what is neither gone nor of a version that
    was replaced from elsewhere.
    """
    now = {source.path: source for source in found}
    held = {source.version: (source.content, source.recipe) for source in now.values()}
    kept = [
        source
        for source in before
        if source.path not in now
        and source.path not in gone
        and (
            held[source.version] == (source.content, source.recipe)
            if source.version in held
            else source.version not in replaced
        )
    ]
    return sorted([*kept, *now.values()], key=lambda source: os.fsencode(source.path))
