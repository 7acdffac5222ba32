"""Documents and paragraphs as a generation holds them: read-only, from SQLite, by any number of threads."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

from index.facts import facts_from_json
from index.keys import PARAGRAPH_BITS, WINDOW_BITS, key_range
from index.manifest import Counts
from ingest.facts.extract import Facts
from ingest.paragraphs import Document, Edition, Footnote, Item, Kind, Paragraph, ParagraphId
from ingest.revisions import Revisions

__all__ = ["DocumentVersion", "Store", "StoredDocument", "StoredParagraph", "UnknownIdError"]

_Detail = TypeVar("_Detail", Item, Footnote)

_Spans = dict[tuple[int, str, int], tuple[int, int]]

_REMEMBERED: Final = 1 << 14
"""Paragraphs whose ids and passages are kept in memory, about."""

_REMEMBERED_PARAGRAPHS: Final = 4096
"""Paragraphs that are kept in memory, about."""

_BATCH: Final = 500
"""Values bound in one statement; SQLite's own limit is higher, but plans stay short."""


class UnknownIdError(LookupError):
    """No document or paragraph of that name is in the index; ``name`` is what was asked for."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(
            f"expected the id of a {kind} in the index, got {name!r}, which is not in it: "
            'see "rapporteur inspect" for what is'
        )
        self.name = name


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """One language version of a document: its own title, date, edition and source file."""

    language: str
    title: str
    date: str | None
    edition: Edition
    source: str


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document with its language versions. ``paragraphs`` counts those found in any language."""

    symbol: str
    versions: Mapping[str, DocumentVersion]
    paragraphs: int

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted(self.versions))

    def title(self, language: str) -> str:
        """The title in ``language``, or in a language that the document has."""
        version = self.versions.get(language) or next(iter(self.versions.values()))
        return version.title

    @property
    def date(self) -> str | None:
        """The most exact date that any version states."""
        return max((v.date for v in self.versions.values() if v.date), key=len, default=None)

    @property
    def edition(self) -> Edition:
        """``official`` if any version is."""
        editions = {version.edition for version in self.versions.values()}
        return "official" if "official" in editions else "digest"


@dataclass(frozen=True, slots=True)
class StoredParagraph:
    """A paragraph with its language versions, and its document."""

    id: ParagraphId
    versions: Mapping[str, Paragraph]
    document: StoredDocument

    @property
    def kind(self) -> Kind:
        return next(iter(self.versions.values())).kind

    def section(self, language: str) -> tuple[str, ...]:
        """The path of headings in ``language``, or in a language that the paragraph has."""
        version = self.versions.get(language) or next(iter(self.versions.values()))
        return version.section


class Store:
    """An opened store, for any number of threads; :meth:`close` closes its connections.

    A reader takes a connection that nobody uses and gives it back. One for each thread would be one file held
    open for each thread that ever was: a service's threads end when there is nothing to do, and come again.
    """

    def __init__(self, path: Path) -> None:
        # immutable: the file never changes, so no locks are taken and no journal is looked for.
        self._uri = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
        self._lock = threading.Lock()
        self._free: list[sqlite3.Connection] = []
        self._closed = False
        # Replaced as a whole when full, so that readers need no lock.
        self._ids: dict[int, ParagraphId] = {}
        self._keys: dict[ParagraphId, int] = {}
        self._known: dict[ParagraphId, StoredParagraph] = {}
        self._spans: dict[int, _Spans] = {}
        self._documents = {document.symbol: document for document in self._read_documents()}
        self._numbers = dict(self._rows("SELECT symbol, id FROM documents"))
        self._symbols = {number: symbol for symbol, number in self._numbers.items()}
        self.revisions = Revisions({document.symbol: document.languages for document in self.documents()})

    def close(self) -> None:
        with self._lock:
            self._closed = True
            for connection in self._free:
                connection.close()
            self._free.clear()

    def documents(self) -> list[StoredDocument]:
        """All documents, by symbol."""
        return list(self._documents.values())

    def document(self, symbol: str) -> StoredDocument:
        """:raises UnknownIdError: if the index has no such document."""
        try:
            return self._documents[symbol]
        except KeyError:
            raise UnknownIdError(symbol, "document") from None

    def document_at(self, key: int) -> StoredDocument:
        """The document of the paragraph with this key (:mod:`index.keys`)."""
        return self._documents[self._symbols[key >> PARAGRAPH_BITS]]

    def number(self, symbol: str) -> int:
        """The number that stands for a document in keys.

        :raises UnknownIdError: if the index has no such document.
        """
        self.document(symbol)
        return int(self._numbers[symbol])

    def paragraph(self, pid: ParagraphId) -> StoredParagraph:
        """The whole paragraph that ``pid`` names, or that holds the item it names.

        :raises UnknownIdError: if the index has no such paragraph.
        """
        key = self.key(pid)
        return self.at([key])[key]

    def key(self, pid: ParagraphId) -> int:
        """The key (:mod:`index.keys`) of the paragraph that ``pid`` names, or that holds the item it names.

        :raises UnknownIdError: if the index has no such paragraph.
        """
        number = self._numbers.get(pid.symbol)
        rows = self._rows(
            "SELECT key FROM paragraphs WHERE document = ? AND local = ?", (number, pid.paragraph.local)
        )
        for (key,) in rows:
            return int(key)
        raise UnknownIdError(str(pid), "paragraph")

    def facts(self, pid: ParagraphId) -> dict[str, Facts]:
        """Language → the facts of the whole paragraph that ``pid`` names, or that holds the item it names.

        Versions in languages whose facts are not read are left out.

        :raises UnknownIdError: if the index has no such paragraph.
        """
        for (key,) in self.select(
            "SELECT key FROM paragraphs WHERE document = ? AND local = ?",
            (self._numbers.get(pid.symbol), pid.paragraph.local),
        ):
            return self.facts_at([key]).get(key, {})
        raise UnknownIdError(str(pid), "paragraph")

    def facts_at(self, keys: Sequence[int]) -> dict[int, dict[str, Facts]]:
        """Facts by paragraph key and language; what has none read is left out."""
        found: dict[int, dict[str, Facts]] = {}
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            marks = ", ".join("?" * len(batch))
            for key, language, facts in self.select(
                "SELECT paragraph, language, found FROM facts JOIN texts ON texts.id = facts.text "  # noqa: S608 (marks)
                f"WHERE paragraph IN ({marks})",
                batch,
            ):
                found.setdefault(key, {})[language] = facts_from_json(facts)
        return found

    def known_facts(self, symbol: str) -> dict[bytes, str]:
        """What a document's facts were read from → the facts as JSON (:mod:`index.facts`)."""
        return dict(
            self.select(
                "SELECT basis, found FROM facts JOIN texts ON texts.id = facts.text "
                "JOIN paragraphs ON paragraph = key WHERE document = ?",
                (self._numbers.get(symbol),),
            )
        )

    def facts_rules(self) -> str | None:
        """Fingerprint of the rules that the facts were read by."""
        rows = self.select("SELECT fingerprint FROM rules")
        return rows[0][0] if rows else None

    def select(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Rows of a query over the tables of :mod:`index.tables` and :mod:`index.facts`."""
        return self._rows(statement, values)

    def paragraphs(self, symbol: str) -> list[StoredParagraph]:
        """All paragraphs of a document in reading order.

        :raises UnknownIdError: if the index has no such document.
        """
        self.document(symbol)
        rows = self._rows(
            "SELECT key FROM paragraphs WHERE document = ? ORDER BY key", (self._numbers[symbol],)
        )
        return list(self.at([key for (key,) in rows]).values())

    def at(self, keys: Sequence[int]) -> dict[int, StoredParagraph]:
        """The paragraphs with these keys (:mod:`index.keys`), in the order given; unknown keys are left
        out.
        """
        found: dict[int, StoredParagraph] = {}
        for start in range(0, len(keys), _BATCH):
            found |= self._paragraphs(keys[start : start + _BATCH])
        return {key: found[key] for key in keys if key in found}

    def named(self, ids: Sequence[ParagraphId]) -> dict[ParagraphId, StoredParagraph]:
        """The paragraphs of these ids, none of which names an item, in the order given. What was read lately
        is remembered.

        :raises UnknownIdError: if the index has no such paragraph.
        """
        known = self._known
        found = {pid: known[pid] for pid in ids if pid in known}
        if len(found) < len(ids):
            keys = [
                self._keys[pid] if pid in self._keys else self.key(pid) for pid in ids if pid not in found
            ]
            read = {stored.id: stored for stored in self.at(keys).values()}
            if len(known) > _REMEMBERED_PARAGRAPHS:
                self._known = known = {}
            known |= read
            found |= read
        return {pid: found[pid] for pid in ids}

    def ids(self, keys: Sequence[int]) -> dict[int, ParagraphId]:
        """The ids of the paragraphs with these keys; unknown keys are left out."""
        known = self._ids
        found = {key: known[key] for key in keys if key in known}
        if len(found) < len(keys):
            read = self._read_ids([key for key in keys if key not in found])
            if len(known) > _REMEMBERED:
                self._ids = known = {}
                self._keys = {}
            known |= read
            self._keys |= {pid: key for key, pid in read.items()}
            found |= read
        return found

    def _read_ids(self, keys: Sequence[int]) -> dict[int, ParagraphId]:
        marks = ", ".join("?" * len(keys))
        rows = self._rows(
            f"SELECT key, document, part, number FROM paragraphs WHERE key IN ({marks})",  # noqa: S608 (marks)
            keys,
        )
        return {key: ParagraphId(self._symbols[doc], number, part) for key, doc, part, number in rows}

    def texts_at(self, keys: Sequence[int], language: str) -> dict[int, str]:
        """The texts in ``language`` of the paragraphs with these keys; those without one are left out."""
        found: dict[int, str] = {}
        for start in range(0, len(keys), _BATCH):
            some = keys[start : start + _BATCH]
            marks = ", ".join("?" * len(some))
            found |= self._rows(
                f"SELECT paragraph, text FROM texts WHERE paragraph IN ({marks}) AND language = ?",  # noqa: S608
                (*some, language),
            )
        return found

    def passage_spans(self, keys: Sequence[int]) -> dict[tuple[int, str, int], tuple[int, int]]:
        """(Paragraph key, language, number of the passage) → where it lies in that version's text.

        All passages of the paragraphs with these keys, in all languages.
        """
        known = self._spans
        found = {key: known[key] for key in keys if key in known}
        if len(found) < len(keys):
            unread: dict[int, _Spans] = {key: {} for key in keys if key not in found}
            for one, span in self._read_spans([*unread]).items():
                unread[one[0]][one] = span
            if len(known) > _REMEMBERED:
                self._spans = known = {}
            known |= unread
            found |= unread
        return {one: span for spans in found.values() for one, span in spans.items()}

    def _read_spans(self, keys: Sequence[int]) -> _Spans:
        marks = ", ".join("?" * len(keys))
        rows = self._rows(
            'SELECT paragraph, language, window, "start", "end" FROM texts '  # noqa: S608 (marks)
            f"JOIN passages ON passages.text = texts.id WHERE paragraph IN ({marks})",
            keys,
        )
        return {(key, language, window): (start, end) for key, language, window, start, end in rows}

    def versions(self, symbol: str) -> dict[str, Document]:
        """A document's versions as they were ingested, by language; none where it is unknown."""
        if symbol not in self._documents:
            return {}
        texts: dict[str, list[tuple[int, Paragraph]]] = {}
        marks = (self._numbers[symbol],)
        positions = {
            (key, language): position
            for key, language, position in self._rows(
                "SELECT paragraph, language, position FROM texts JOIN paragraphs ON paragraph = key "
                "WHERE document = ?",
                marks,
            )
        }
        rows = self._rows("SELECT key FROM paragraphs WHERE document = ? ORDER BY key", marks)
        for key, stored in self.at([key for (key,) in rows]).items():
            for language, paragraph in stored.versions.items():
                texts.setdefault(language, []).append((positions[key, language], paragraph))
        return {
            language: Document(
                symbol=symbol,
                language=language,
                title=version.title,
                paragraphs=tuple(p for _, p in sorted(texts.get(language, []), key=lambda entry: entry[0])),
                date=version.date,
                edition=version.edition,
                source=version.source,
            )
            for language, version in self._documents[symbol].versions.items()
        }

    def languages(self) -> tuple[str, ...]:
        """The languages that any paragraph has a text in."""
        return tuple(language for (language,) in self._rows("SELECT DISTINCT language FROM texts ORDER BY 1"))

    def texts(
        self, language: str, documents: Sequence[int] | None = None
    ) -> Iterator[tuple[int, int, tuple[str, ...], str]]:
        """(paragraph key, document number, headings, text) of a language, in the order of keys, of
        ``documents`` if given.
        """
        statement = (
            "SELECT key, document, section, text FROM texts JOIN paragraphs ON paragraph = key "
            "WHERE language = ? AND key >= ? AND key < ? ORDER BY key"
        )
        ranges = [(0, 1 << 62)] if documents is None else [key_range(number) for number in documents]
        for start, end in ranges:
            with self._connection() as connection:
                for key, number, section, text in connection.execute(statement, (language, start, end)):
                    yield key, number, tuple(json.loads(section)), text

    def counts(self) -> Counts:
        by_language = dict(self._rows("SELECT language, count(*) FROM texts GROUP BY language ORDER BY 1"))
        documents, versions, paragraphs, passages = (
            int(self._rows(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 (fixed names)
            for table in ("documents", "versions", "paragraphs", "passages")
        )
        return Counts(documents, versions, paragraphs, sum(by_language.values()), passages, by_language)

    def corpus_digest(self) -> str:
        """SHA-256, in hexadecimal, over the digests of all versions by symbol and language."""
        total = hashlib.sha256()
        for symbol, language, digest in self._rows(
            "SELECT symbol, language, digest FROM versions JOIN documents ON id = document ORDER BY 1, 2"
        ):
            total.update(f"{symbol}\0{language}\0".encode() + digest)
        return total.hexdigest()

    def text_counts(self) -> dict[tuple[str, str], int]:
        """(symbol, language) → how many paragraphs the version has; versions without any are left out."""
        return {
            (self._symbols[document], language): count
            for document, language, count in self._rows(
                "SELECT document, language, count(*) FROM texts JOIN paragraphs ON paragraph = key "
                "GROUP BY document, language"
            )
        }

    def version_digest(self, symbol: str, language: str) -> bytes | None:
        """The digest of a version (:func:`index.tables.version_digest`); ``None`` where it isn't there."""
        rows = self._rows(
            "SELECT digest FROM versions WHERE document = ? AND language = ?",
            (self._numbers.get(symbol), language),
        )
        return rows[0][0] if rows else None

    def text_digests(self, symbol: str, language: str) -> dict[str, bytes]:
        """Paragraph (the id inside its document) → digest of its text, for one version."""
        return dict(
            self._rows(
                "SELECT local, digest FROM texts JOIN paragraphs ON paragraph = key "
                "WHERE document = ? AND language = ?",
                (self._numbers.get(symbol), language),
            )
        )

    def passage_keys(self, symbol: str) -> dict[tuple[str, bytes], int]:
        """(language, digest of what was embedded) → key of such a passage, for one document."""
        rows = self._rows(
            "SELECT language, passages.digest, paragraph, window FROM passages "
            "JOIN texts ON texts.id = passages.text JOIN paragraphs ON paragraph = key WHERE document = ?",
            (self._numbers.get(symbol),),
        )
        return {(language, digest): key << WINDOW_BITS | window for language, digest, key, window in rows}

    def _read_documents(self) -> Iterator[StoredDocument]:
        counts = dict(self._rows("SELECT document, count(*) FROM paragraphs GROUP BY document"))
        versions: dict[int, dict[str, DocumentVersion]] = {}
        for number, language, title, date, edition, source in self._rows(
            "SELECT document, language, title, date, edition, source FROM versions ORDER BY 1, 2"
        ):
            versions.setdefault(number, {})[language] = DocumentVersion(
                language, title, date, edition, source
            )
        for number, symbol in self._rows("SELECT id, symbol FROM documents ORDER BY symbol"):
            yield StoredDocument(symbol, versions[number], counts.get(number, 0))

    def _paragraphs(self, keys: Sequence[int]) -> dict[int, StoredParagraph]:
        marks = ", ".join("?" * len(keys))
        ids = self.ids(keys)
        texts = self._rows(
            "SELECT id, paragraph, language, kind, section, text FROM texts "  # noqa: S608 (marks)
            f"WHERE paragraph IN ({marks}) ORDER BY paragraph, language",
            keys,
        )
        numbers = [row[0] for row in texts]
        items = _by_text(
            (text, Item(tuple(json.loads(labels)), start, end))
            for text, labels, start, end in self._details('text, labels, "start", "end"', "items", numbers)
        )
        notes = _by_text(
            (text, Footnote(mark, note, offset))
            for text, mark, note, offset in self._details('text, mark, note, "offset"', "footnotes", numbers)
        )
        versions: dict[int, dict[str, Paragraph]] = {}
        for number, key, language, kind, section, text in texts:
            versions.setdefault(key, {})[language] = Paragraph(
                id=ids[key],
                kind=kind,
                text=text,
                section=tuple(json.loads(section)),
                items=tuple(items.get(number, ())),
                footnotes=tuple(notes.get(number, ())),
            )
        return {
            key: StoredParagraph(ids[key], found, self._documents[ids[key].symbol])
            for key, found in versions.items()
        }

    def _details(self, columns: str, table: str, texts: Sequence[int]) -> list[Any]:
        marks = ", ".join("?" * len(texts))
        return self._rows(
            f"SELECT {columns} FROM {table} WHERE text IN ({marks}) ORDER BY text, place",  # noqa: S608 (fixed)
            texts,
        )

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        with self._connection() as connection:
            return connection.execute(statement, values).fetchall()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._closed:
                raise ValueError("expected an open store, got a closed one: hold a lease while reading")
            # Used by one thread after another, hence not bound to the one that made it.
            connection = (
                self._free.pop()
                if self._free
                else sqlite3.connect(self._uri, uri=True, check_same_thread=False)
            )
        try:
            yield connection
        finally:
            with self._lock:
                if self._closed:
                    connection.close()
                else:
                    self._free.append(connection)


def _by_text(details: Iterable[tuple[int, _Detail]]) -> dict[int, list[_Detail]]:
    found: dict[int, list[_Detail]] = {}
    for text, detail in details:
        found.setdefault(text, []).append(detail)
    return found
