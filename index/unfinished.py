"""Work that an ingest did before it was stopped, so that the next one goes on where it was.

What files were read as, facts and vectors lie in one SQLite file in the data folder, by what they were made
from, until an ingest that made or used them is done. Nobody depends on it: each piece carries its SHA-256, a
file that is damaged or can't be written is thrown away, and the ingest goes on without.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import time
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["UNFINISHED", "Unfinished"]

UNFINISHED: Final = "unfinished.sqlite"
"""Its name in the data folder."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS work (
    kind TEXT NOT NULL,          -- document, facts or vectors
    key BLOB NOT NULL,           -- SHA-256 over what it was made from
    made INTEGER NOT NULL,       -- when, seconds, UNIX time
    digest BLOB NOT NULL,        -- SHA-256 of the content
    content BLOB NOT NULL,       -- compressed
    PRIMARY KEY (kind, key)
) STRICT
"""
_MOST_BYTES: Final = 4 * 2**30
_LEAST_FREE: Final = 2**29
"""Bytes left free on the disk: the index itself comes first."""
_OLDEST: Final = 7 * 24 * 3600
"""Seconds for which work that nobody came back for is kept."""
_PAUSE: Final = 0.5
"""Seconds of work that may be lost when the process is killed."""
_DIGEST: Final = 32


class Unfinished:
    """Opened for one ingest; used by one thread. The file is made with the first piece of work."""

    def __init__(self, data: Path, *, most_bytes: int = _MOST_BYTES, least_free: int = _LEAST_FREE) -> None:
        self._path = data / UNFINISHED
        self._most_bytes = most_bytes
        self._least_free = least_free
        self._connection: sqlite3.Connection | None = None
        self._full = False
        self._written = 0
        self._saved = time.monotonic()
        self._touched: set[tuple[str, bytes]] = set()
        self._vectors: dict[bytes, NDArray[np.float32]] = {}
        if self._path.exists():
            self._open()
            self._full = False

    def get(self, key: bytes) -> bytes | None:
        """What a file was read as (:class:`ingest.sources.Finished`)."""
        return self._get("document", key)

    def put(self, key: bytes, made: bytes) -> None:
        self._put("document", key, made)

    def facts(self, rules: str, symbol: str) -> dict[bytes, str]:
        """A document's facts as JSON, by what they were read from: :meth:`index.store.Store.known_facts`."""
        made = self._get("facts", _key(rules, symbol))
        return (
            {} if made is None else {bytes.fromhex(basis): found for basis, found in json.loads(made).items()}
        )

    def put_facts(self, rules: str, symbol: str, facts: Mapping[bytes, str]) -> None:
        made = json.dumps({basis.hex(): found for basis, found in facts.items()})
        self._put("facts", _key(rules, symbol), made.encode("ascii"))

    def find_vectors(self, model: str, dimensions: int) -> None:
        """Load the vectors that the model with this fingerprint made: no more than the index will hold."""
        self._vectors = {}
        size = _DIGEST + 4 * dimensions
        for (key,) in self._run("SELECT key FROM work WHERE kind = 'vectors'"):
            made = self._get("vectors", key) if key.startswith(_key(model)[:16]) else None
            if made is None or len(made) % size:
                continue
            count = len(made) // size
            vectors = np.frombuffer(made, np.float32, offset=count * _DIGEST).reshape(count, dimensions)
            for place, vector in enumerate(vectors):
                self._vectors[made[place * _DIGEST : (place + 1) * _DIGEST]] = vector

    def vector(self, digest: bytes) -> NDArray[np.float32] | None:
        """The vector of the text with this SHA-256, shape (dimensions,), of those that were found."""
        return self._vectors.get(digest)

    def put_vectors(self, model: str, digests: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Vectors, shape (n, dimensions), of the texts with these SHA-256s."""
        content = b"".join(digests)
        key = _key(model)[:16] + hashlib.sha256(content).digest()
        self._put("vectors", key, content + np.ascontiguousarray(vectors, np.float32).tobytes())

    def finish(self) -> None:
        """The ingest is done: forget what it made or used, and the file if nothing is left in it."""
        if self._connection is None:
            return
        try:
            self._connection.executemany("DELETE FROM work WHERE kind = ? AND key = ?", sorted(self._touched))
            left = self._connection.execute("SELECT count(*) FROM work").fetchone()[0]
        except sqlite3.DatabaseError:
            left = 0
        if left:
            self.close()
        else:
            self._drop()

    def close(self) -> None:
        """Keep what there is for the next ingest."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.DatabaseError):
                connection.commit()
            connection.close()

    def _get(self, kind: str, key: bytes) -> bytes | None:
        for digest, content in self._run(
            "SELECT digest, content FROM work WHERE kind = ? AND key = ?", (kind, key)
        ):
            if hashlib.sha256(content).digest() == digest:
                self._touched.add((kind, key))
                return zlib.decompress(content)
        return None

    def _put(self, kind: str, key: bytes, made: bytes) -> None:
        if self._full:
            return
        content = zlib.compress(made, 0 if kind == "vectors" else 1)
        self._written += len(content)
        if self._written > self._most_bytes:
            self._full = True
            return
        if self._connection is None:
            self._open()
        digest = hashlib.sha256(content).digest()
        values = (kind, key, int(time.time()), digest, content)
        self._run(
            "INSERT OR REPLACE INTO work (kind, key, made, digest, content) VALUES (?, ?, ?, ?, ?)", values
        )
        self._touched.add((kind, key))
        if time.monotonic() - self._saved > _PAUSE:
            self._save()

    def _save(self) -> None:
        try:
            if self._connection is not None:
                self._connection.commit()
            self._full = self._full or shutil.disk_usage(self._path.parent).free < self._least_free
        except (sqlite3.DatabaseError, OSError):
            self._give_up()
        self._saved = time.monotonic()

    def _open(self) -> None:
        try:
            connection = sqlite3.connect(self._path)
            self._connection = connection
            # A process that is killed loses nothing so; a machine that is may, and checksums tell.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(_SCHEMA)
            connection.execute("DELETE FROM work WHERE made < ?", (int(time.time()) - _OLDEST,))
            query = "SELECT coalesce(sum(length(content)), 0) FROM work"
            self._written += connection.execute(query).fetchone()[0]
            connection.commit()
        except (sqlite3.DatabaseError, OSError):
            self._give_up()

    def _run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[bytes, ...]]:
        if self._connection is None:
            return []
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.DatabaseError:
            self._give_up()
            return []

    def _give_up(self) -> None:
        """A full disk, a damaged file: an ingest is not the worse for going on without."""
        self._full = True
        self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.DatabaseError):
                connection.close()
        for ending in ("", "-wal", "-shm"):
            with suppress(OSError):
                self._path.with_name(self._path.name + ending).unlink()


def _key(*parts: str) -> bytes:
    return hashlib.sha256(json.dumps(parts).encode("ascii")).digest()
