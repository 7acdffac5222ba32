"""The files of a new generation: the store, and from it the vectors, the lexical index and the words."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cached_property
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from index import tables
from index.analysis import terms_of
from index.encoder import StaticEncoder
from index.factrows import Names
from index.facts import put_facts, put_rows, put_rules
from index.generation import Generation
from index.keys import paragraph_key
from index.lexical import update_lexical
from index.order import ordered
from index.preparing import MANY, Preparation, Prepared, Preparing
from index.sources import put_sources
from index.store import Store
from index.tables import PassageEntry
from index.termfile import TermFile
from index.unfinished import Unfinished
from index.vectors import update_vectors
from index.words import update_words
from ingest.facts.glossary import load_glossary
from ingest.paragraphs import Document
from ingest.sources import Source, Version

if TYPE_CHECKING:
    from index.encoder import Encoder

__all__ = ["Changes", "Progress", "write_generation"]

Progress = Callable[[int, int], None]
"""Called with documents done so far and documents to do in all."""

_BATCH: Final = 1024
_SMALL: Final = 5_000
_PARAGRAPH: Final = 300  # characters, on average
"""Paragraphs in one language up to which the lexical index is written anew: about a second."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How a generation differs from its base: versions by symbol and language, versions that leave, all the
    files that it is from, and the facts' rules (:func:`index.facts.facts_rules`) with the ``glossary``.
    """

    documents: Mapping[str, Mapping[str, Document]]
    removed: Collection[Version]
    sources: Sequence[Source]
    rules: str
    glossary: Path | None


def write_generation(
    aside: Path,
    base: Generation | None,
    changes: Changes,
    encoder: Encoder,
    unfinished: Unfinished,
    *,
    rebuild: bool,
    preparation: Preparation | None = None,
    progress: Progress | None,
) -> tuple[int, int]:
    """Write store, vectors, lexical index and words; the numbers of passages embedded and reused.

    With ``rebuild`` nothing but the documents is taken over from ``base``. ``preparation`` makes facts,
    passages and vectors in place of this machine.

    :raises ValueError: if a document can't be stored.
    :raises OSError, sqlite3.OperationalError: if the disk fails or is full.
    """
    path = aside / "store.sqlite"
    reusable = None if rebuild else base
    symbols = {*changes.documents, *(symbol for symbol, _ in changes.removed)}
    reread = reusable is None or reusable.store.facts_rules() != changes.rules
    if base is not None and reread:
        symbols |= {document.symbol for document in base.store.documents()}
    if reusable is None:
        tables.create(path)
    else:
        shutil.copyfile(reusable.folder / "store.sqlite", path)
    embedding = _Embedding(encoder, reusable, unfinished)
    facts = _FactsReading(None if reread else reusable, changes, unfinished)
    numbers = []
    connection = sqlite3.connect(path, isolation_level=None)
    with ExitStack() as stack:
        stack.callback(connection.close)
        terms = stack.enter_context(closing(TermFile(aside / "terms")))
        # The file is aside and synced as a whole before it is used: a journal would only cost.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        put_rules(connection, changes.rules)
        todo, ahead = tee(_versions(base, changes, sorted(symbols)))
        prepared = facts.prepared(ahead, base if reread else None, stack, preparation)
        for done, ((symbol, versions), made) in enumerate(zip(todo, prepared, strict=True)):
            if versions:
                number, entries = tables.put_document(connection, versions, made.windows)
                numbers.append(number)
                _put_terms(terms, number, versions, made.terms)
                facts.put(connection, number, versions, made)
                embedding.add(symbol, entries, made.vectors)
            elif (gone := tables.remove_document(connection, symbol)) is not None:
                numbers.append(gone)
            if progress is not None:
                progress(done + 1, len(symbols))
        put_sources(connection, changes.sources)
        embedding.finish()
        connection.execute("COMMIT")
        _write_engines(aside, path, reusable, numbers, embedding, terms, encoder)
    return embedding.embedded, embedding.reused


def _put_terms(
    file: TermFile, number: int, versions: Mapping[str, Document], made: Mapping[str, Sequence[str]]
) -> None:
    if made:
        order = {local: place for place, local in enumerate(ordered(versions.values()))}
        for language, version in versions.items():
            keys = (paragraph_key(number, order[paragraph.id.local]) for paragraph in version.paragraphs)
            file.add(number, language, dict(zip(keys, made[language], strict=True)))


def _versions(
    base: Generation | None, changes: Changes, symbols: Iterable[str]
) -> Iterator[tuple[str, dict[str, Document]]]:
    """Documents with all versions that they will have; none for one that leaves."""
    removed = set(changes.removed)
    for symbol in symbols:
        before = {} if base is None else base.store.versions(symbol)
        left = {key: version for key, version in before.items() if (symbol, key) not in removed}
        yield symbol, {**left, **changes.documents.get(symbol, {})}


class _FactsReading:
    """Facts as documents come: taken over from ``base``, from an ingest that was stopped, or read, by other
    processes where there are many.
    """

    def __init__(self, base: Generation | None, changes: Changes, unfinished: Unfinished) -> None:
        self._base = base
        self._changes = changes
        self._unfinished = unfinished

    @cached_property
    def _names(self) -> Names:
        """Made with the first facts that are read here: where others read them all, never."""
        return Names(load_glossary(*([] if self._changes.glossary is None else [self._changes.glossary])))

    def prepared(
        self,
        documents: Iterable[tuple[str, Mapping[str, Document]]],
        reread: Generation | None,
        stack: ExitStack,
        preparation: Preparation | None,
    ) -> Iterator[Prepared]:
        """For each of ``documents``, what others made of it: processes, ended by ``stack``, unless
        ``preparation`` is given.

        ``reread`` is the generation all of whose documents are among them.
        """
        characters = 0 if reread is None else _PARAGRAPH * reread.manifest.counts.texts
        for versions in self._changes.documents.values():
            characters += sum(len(one.text) for version in versions.values() for one in version.paragraphs)
        if preparation is None:
            if characters < MANY:
                return (Prepared() for _ in documents)
            preparation = stack.enter_context(Preparing(self._changes.glossary))
        return preparation.all(
            list(versions.values()) if self._is_new(symbol) else [] for symbol, versions in documents
        )

    def _is_new(self, symbol: str) -> bool:
        known = self._base is not None and self._base.store.known_facts(symbol)
        return not known and not self._unfinished.facts(self._changes.rules, symbol)

    def put(
        self, connection: sqlite3.Connection, number: int, versions: Mapping[str, Document], made: Prepared
    ) -> None:
        symbol, rules = next(iter(versions.values())).symbol, self._changes.rules
        if made.rows is not None:
            put_rows(connection, number, made.rows)
            self._unfinished.put_facts(rules, symbol, made.facts)
            return
        known = {} if self._base is None else self._base.store.known_facts(symbol)
        known = {**self._unfinished.facts(rules, symbol), **made.facts, **known}
        read, _ = put_facts(connection, number, versions, self._names, known)
        if read or made.facts:
            found = connection.execute(
                "SELECT basis, found FROM facts JOIN texts ON texts.id = facts.text "
                "JOIN paragraphs ON paragraph = key WHERE document = ?",
                (number,),
            )
            self._unfinished.put_facts(rules, symbol, dict(found))


def _write_engines(
    aside: Path,
    path: Path,
    base: Generation | None,
    numbers: Sequence[int],
    embedding: _Embedding,
    terms: TermFile,
    encoder: Encoder,
) -> None:
    with closing(Store(path)) as store, ThreadPoolExecutor(1) as beside:
        for language in store.languages():
            known = base is not None and language in base.vectors
            # Statistics over a changed index lag behind until segments are merged: small ones are made anew.
            small = store.counts().by_language[language] <= _SMALL
            keys, vectors = embedding.of(language)
            (aside / "vectors").mkdir(exist_ok=True)
            # It works on arrays for the most part, and the rest of this on objects: together they take two
            # processors.
            vectors_written = beside.submit(
                update_vectors,
                aside / "vectors" / f"{language}.faiss",
                base.folder / "vectors" / f"{language}.faiss" if base and known else None,
                numbers,
                keys,
                vectors,
            )
            update_lexical(
                aside / "lexical" / language,
                base.folder / "lexical" / language if base and known and not small else None,
                numbers,
                _terms(store, language, numbers if known and not small else None, terms),
            )
            if isinstance(encoder, StaticEncoder):
                update_words(
                    aside / "words" / language,
                    base.words[language] if base and known else None,
                    numbers,
                    (
                        (key, tables.headed(section, text))
                        for key, _, section, text in store.texts(language, numbers if known else None)
                    ),
                    encoder.vocabulary,
                )
            vectors_written.result()


def _terms(
    store: Store, language: str, numbers: Sequence[int] | None, made: TermFile
) -> Iterator[tuple[int, int, str]]:
    """Paragraph key, document number and terms of all paragraphs, or of the documents with these numbers."""
    if made.count(language) == store.counts().by_language[language]:
        return made.of(language)
    texts = store.texts(language, numbers)
    return ((key, number, terms_of(tables.headed(section, text))) for key, number, section, text in texts)


class _Embedding:
    """Vectors for passages as they come: taken over where the same text was embedded before, or by others,
    else made in batches.
    """

    def __init__(self, encoder: Encoder, base: Generation | None, unfinished: Unfinished) -> None:
        self.embedded = self.reused = 0
        self._encoder = encoder
        self._base = base
        self._unfinished = unfinished
        self._pending: list[PassageEntry] = []
        self._made: dict[bytes, NDArray[np.float32]] = {}
        self._keys: dict[str, list[NDArray[np.int64]]] = {}
        self._vectors: dict[str, list[NDArray[np.float32]]] = {}

    def add(
        self, symbol: str, entries: Iterable[PassageEntry], made: Mapping[bytes, NDArray[np.float32]]
    ) -> None:
        """``made`` are vectors by the digests of what was embedded."""
        base = self._base
        known = {} if base is None else base.store.passage_keys(symbol)
        taken: dict[str, list[tuple[int, int]]] = {}
        kept: dict[str, list[tuple[int, NDArray[np.float32]]]] = {}
        for entry in entries:
            before = known.get((entry.language, entry.digest))
            if before is not None:
                taken.setdefault(entry.language, []).append((entry.key, before))
            elif (vector := self._unfinished.vector(entry.digest)) is not None:
                kept.setdefault(entry.language, []).append((entry.key, vector))
            else:
                self._pending.append(entry)
                if (vector := made.get(entry.digest)) is not None:
                    self._made[entry.digest] = vector
            if len(self._pending) >= _BATCH:
                self._encode()
        for language, found in kept.items():
            self._put(
                language, np.array([key for key, _ in found], np.int64), np.stack([v for _, v in found])
            )
            self.reused += len(found)
        if base is None:
            return
        for language, pairs in taken.items():
            now, before_keys = np.array(pairs, np.int64).T
            self._put(language, now, base.vectors[language].vectors(np.ascontiguousarray(before_keys)))
            self.reused += len(pairs)

    def finish(self) -> None:
        if self._pending:
            self._encode()

    def of(self, language: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Passage keys, shape (n,), and vectors, shape (n, dimensions), of a language."""
        if language not in self._keys:
            return np.empty(0, np.int64), np.empty((0, self._encoder.dimensions), np.float32)
        return np.concatenate(self._keys[language]), np.concatenate(self._vectors[language])

    def _encode(self) -> None:
        vectors = np.empty((len(self._pending), self._encoder.dimensions), np.float32)
        lacking = [place for place, one in enumerate(self._pending) if one.digest not in self._made]
        for place, entry in enumerate(self._pending):
            vectors[place] = self._made.get(entry.digest, 0)
        if lacking:
            vectors[lacking] = self._encoder.encode([self._pending[place].text for place in lacking])
        self._unfinished.put_vectors(self._encoder.fingerprint, [e.digest for e in self._pending], vectors)
        languages = np.array([entry.language for entry in self._pending])
        keys = np.array([entry.key for entry in self._pending], np.int64)
        for language in np.unique(languages):
            chosen = languages == language
            self._put(str(language), keys[chosen], vectors[chosen])
        self.embedded += len(keys)
        self._pending.clear()
        self._made.clear()

    def _put(self, language: str, keys: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        self._keys.setdefault(language, []).append(keys)
        self._vectors.setdefault(language, []).append(vectors)
