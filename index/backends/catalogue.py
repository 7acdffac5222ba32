"""Documents and paragraphs of a generation on Milvus.

What is small lies in a catalogue, a store of the usual form without its texts, of which each machine has a
copy: documents, ids, references, records. What is large is read from the cluster when it is asked for: texts,
footnotes, passages, facts.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from index.backends.cluster import Cluster
from index.backends.engines import fetch_parts
from index.backends.rows import Content, join_content
from index.facts import facts_from_json
from index.keys import WINDOW_BITS, key_range
from index.manifest import Counts
from index.store import Store, StoredParagraph
from ingest.facts.extract import Facts
from ingest.paragraphs import Footnote, Item, Paragraph

__all__ = ["MilvusStore", "strip_store"]

_AT_ONCE: Final = 500
"""Texts fetched with one call."""
_REMEMBERED: Final = 4096
"""Texts that are kept in memory, about."""

_STRIP: Final = """
DELETE FROM footnotes;
DELETE FROM passages;
DELETE FROM facts;
UPDATE texts SET section = '[]', text = '';
CREATE TABLE terms (
    language TEXT NOT NULL,
    term TEXT NOT NULL,
    texts INTEGER NOT NULL,      -- that hold it
    PRIMARY KEY (language, term)
) STRICT, WITHOUT ROWID;
CREATE TABLE written (
    language TEXT NOT NULL,
    document INTEGER NOT NULL,
    digest BLOB NOT NULL,        -- SHA-256 over all that its rows on the cluster are made from
    PRIMARY KEY (language, document)
) STRICT, WITHOUT ROWID;
"""


def strip_store(
    path: Path, terms: Mapping[str, Mapping[str, int]], written: Mapping[str, Mapping[int, bytes]]
) -> None:
    """Make a catalogue of the store in ``path``.

    ``terms``: language → term → how many texts hold it; ``written``: language → document → its digest.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(f"BEGIN; {_STRIP}")
        connection.executemany(
            "INSERT INTO terms (language, term, texts) VALUES (?, ?, ?)",
            ((language, *entry) for language, counts in terms.items() for entry in sorted(counts.items())),
        )
        connection.executemany(
            "INSERT INTO written (language, document, digest) VALUES (?, ?, ?)",
            ((language, *entry) for language, digests in written.items() for entry in digests.items()),
        )
        connection.execute("COMMIT")
        connection.execute("VACUUM")


class MilvusStore(Store):
    """An opened catalogue with the texts behind it. As the store of a folder, for any number of threads."""

    def __init__(self, path: Path, cluster: Cluster, collections: Mapping[str, str], counts: Counts) -> None:
        """``collections``: language → the collection of its texts."""
        self._cluster, self._collections, self._counts = cluster, collections, counts
        # Replaced as a whole when full, so that readers need no lock.
        self._contents: dict[tuple[int, str], Content] = {}
        super().__init__(path)

    def frequency(self, language: str, term: str) -> int:
        """How many texts of a language hold a term."""
        rows = self._rows("SELECT texts FROM terms WHERE language = ? AND term = ?", (language, term))
        return int(rows[0][0]) if rows else 0

    def counts(self) -> Counts:
        return self._counts

    def contents(self, language: str, keys: Sequence[int]) -> dict[int, Content]:
        """By paragraph key; all of the paragraphs must have a text in ``language``. What was read lately is
        remembered.
        """
        known = self._contents
        found = {key: known[key, language] for key in keys if (key, language) in known}
        unread = [key for key in keys if key not in found]
        for start in range(0, len(unread), _AT_ONCE):
            some = unread[start : start + _AT_ONCE]
            parts = fetch_parts(self._cluster, self._collections[language], some, "content")
            read = {key: join_content(rows) for key, rows in parts.items()}
            found |= read
            if len(known) > _REMEMBERED:
                self._contents = known = {}
            known |= {(key, language): content for key, content in read.items()}
        return found

    def facts_at(self, keys: Sequence[int]) -> dict[int, dict[str, Facts]]:
        found: dict[int, dict[str, Facts]] = {}
        for key, language, content in self._all(keys):
            if content.facts is not None:
                found.setdefault(key, {})[language] = facts_from_json(content.facts[1])
        return found

    def known_facts(self, symbol: str) -> dict[bytes, str]:
        return {
            bytes.fromhex(content.facts[0]): content.facts[1]
            for _, _, content in self._all(self._keys_of(symbol))
            if content.facts is not None
        }

    def passage_keys(self, symbol: str) -> dict[tuple[str, bytes], int]:
        return {
            (language, bytes.fromhex(digest)): key << WINDOW_BITS | window
            for key, language, content in self._all(self._keys_of(symbol))
            for window, (_, _, digest) in enumerate(content.passages)
        }

    def texts_at(self, keys: Sequence[int], language: str) -> dict[int, str]:
        held = [key for key, known in self._held(keys) if known == language]
        return {key: content.text for key, content in self.contents(language, held).items()}

    def texts(
        self, language: str, documents: Sequence[int] | None = None
    ) -> Iterator[tuple[int, int, tuple[str, ...], str]]:
        ranges = [(0, 1 << 62)] if documents is None else [key_range(number) for number in documents]
        for start, end in ranges:
            rows = self._rows(
                "SELECT key, document FROM texts JOIN paragraphs ON paragraph = key "
                "WHERE language = ? AND key >= ? AND key < ? ORDER BY key",
                (language, start, end),
            )
            for first in range(0, len(rows), _AT_ONCE):
                some = rows[first : first + _AT_ONCE]
                contents = self.contents(language, [key for key, _ in some])
                for key, number in some:
                    yield key, number, contents[key].section, contents[key].text

    def _read_spans(self, keys: Sequence[int]) -> dict[tuple[int, str, int], tuple[int, int]]:
        return {
            (key, language, window): (start, end)
            for key, language, content in self._all(keys)
            for window, (start, end, _) in enumerate(content.passages)
        }

    def _paragraphs(self, keys: Sequence[int]) -> dict[int, StoredParagraph]:
        marks = ", ".join("?" * len(keys))
        ids = self.ids(keys)
        contents = {(key, language): content for key, language, content in self._all(keys)}
        items: dict[tuple[int, str], list[Item]] = {}
        for key, language, labels, start, end in self._rows(
            'SELECT paragraph, language, labels, "start", "end" FROM items '  # noqa: S608 (marks)
            f"JOIN texts ON texts.id = items.text WHERE paragraph IN ({marks}) ORDER BY items.text, place",
            keys,
        ):
            items.setdefault((key, language), []).append(Item(tuple(json.loads(labels)), start, end))
        versions: dict[int, dict[str, Paragraph]] = {}
        for key, language, kind in self._rows(
            "SELECT paragraph, language, kind FROM texts "  # noqa: S608 (marks)
            f"WHERE paragraph IN ({marks}) ORDER BY paragraph, language",
            keys,
        ):
            content = contents[key, language]
            versions.setdefault(key, {})[language] = Paragraph(
                id=ids[key],
                kind=kind,
                text=content.text,
                section=content.section,
                items=tuple(items.get((key, language), ())),
                footnotes=tuple(Footnote(mark, note, offset) for mark, note, offset in content.footnotes),
            )
        return {
            key: StoredParagraph(ids[key], found, self._documents[ids[key].symbol])
            for key, found in versions.items()
        }

    def _keys_of(self, symbol: str) -> list[int]:
        rows = self._rows(
            "SELECT key FROM paragraphs WHERE document = ? ORDER BY key", (self._numbers.get(symbol),)
        )
        return [key for (key,) in rows]

    def _held(self, keys: Sequence[int]) -> list[tuple[int, str]]:
        """(Key, language) of the versions that the paragraphs have; unknown keys are left out."""
        found: list[tuple[int, str]] = []
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            found += self._rows(
                f"SELECT paragraph, language FROM texts WHERE paragraph IN ({marks}) ORDER BY 1, 2",  # noqa: S608
                some,
            )
        return found

    def _all(self, keys: Iterable[int]) -> Iterator[tuple[int, str, Content]]:
        """(Key, language, content) of all versions of the paragraphs."""
        held = self._held(list(keys))
        by_language: dict[str, list[int]] = {}
        for key, language in held:
            by_language.setdefault(language, []).append(key)
        contents = {language: self.contents(language, known) for language, known in by_language.items()}
        for key, language in held:
            yield key, language, contents[language][key]
