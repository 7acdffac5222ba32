"""Documents → a new generation beside the one in use, reusing what did not change, then one atomic swap."""

from __future__ import annotations

import re
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from index import disk, locks, tables
from index.encoder import StaticEncoder
from index.facts import facts_rules, put_facts, put_rules
from index.generation import (
    CURRENT,
    DamagedGenerationError,
    Generation,
    NoGenerationError,
    Pointer,
    generations_folder,
    open_fallback,
    open_generation,
    read_pointer,
)
from index.lexical import update_lexical
from index.manifest import (
    FORMAT,
    MANIFEST,
    Counts,
    EncoderIdentity,
    GenerationError,
    Manifest,
    Named,
    describe_files,
    sha256_of,
)
from index.store import Store
from index.tables import PassageEntry
from index.vectors import update_vectors
from index.words import update_words
from ingest.facts.glossary import load_glossary
from ingest.paragraphs import Document

if TYPE_CHECKING:
    from index.encoder import Encoder

__all__ = ["BuildReport", "EncoderMismatchError", "build_generation", "check_encoder"]

Progress = Callable[[int, int], None]
"""Called with documents done so far and documents to do in all."""

_BATCH: Final = 1024
_SMALL: Final = 5_000
"""Paragraphs in one language up to which the lexical index is written anew: about a second."""
_DISK_ERRORS: Final = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


class EncoderMismatchError(GenerationError):
    """The index was built with another model than the one given."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. Paragraphs are counted per language version.

    ``generation`` is the one in use afterwards; ``written`` is false where nothing had changed and it stayed.
    ``removed`` counts paragraphs that the given versions no longer hold. ``embedded`` and ``reused`` count
    passages. ``damaged`` says why the generation that was in use could not be built on, if it couldn't.
    """

    generation: str
    written: bool
    new: int
    changed: int
    unchanged: int
    removed: int
    embedded: int
    reused: int
    counts: Counts
    damaged: str | None = None


def build_generation(
    data: Path,
    documents: Sequence[Document],
    encoder: Encoder,
    *,
    rebuild: bool = False,
    glossary: Path | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Merge documents into the index in ``data`` and put the new generation in use.

    A (symbol, language) given replaces that version, all others stay. Passages whose text did not change
    keep their vectors. If nothing changed, nothing is written. With ``rebuild`` everything already in the
    index is embedded again, from the index itself, so that another encoder may be given; ``documents`` may
    then be empty. ``glossary`` is a table of names used beside the embedded one; another table than before
    has all facts read again.

    Until the last step readers see the old generation; whatever stops the build, they go on seeing it.

    :raises EncoderMismatchError: if the index was built with another encoder and ``rebuild`` is not set.
    :raises DamagedGenerationError: if the generation in use is damaged.
    :raises IngestRunningError: if another process is building in ``data``.
    :raises ValueError: if ``documents`` holds a version twice or ids that can't be stored, or there is
        nothing at all to index.
    :raises GenerationError: if the disk fails or is full.
    """
    _check(documents)
    try:
        data.mkdir(parents=True, exist_ok=True)
        with locks.writing(data):
            return _build(data, documents, encoder, rebuild, glossary, progress)
    except disk.UnconfirmedError as error:
        raise GenerationError(
            f"the new index in {data} is in use, but the disk did not confirm that it is kept: {error}: "
            "repair the disk and run the command again"
        ) from error
    except (OSError, sqlite3.OperationalError) as error:
        if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF not in _DISK_ERRORS:
            raise
        raise GenerationError(
            f"the new index could not be written to {data}: {error}; the index in use is untouched: "
            "free or repair the disk and run the command again"
        ) from error


def check_encoder(manifest: Manifest, encoder: Encoder) -> None:
    """:raises EncoderMismatchError: if ``encoder`` did not make the vectors of the generation described."""
    built, given = manifest.encoder, _identity(encoder)
    if built == given:
        return
    remedy = 'run "rapporteur ingest --rebuild", or choose the model that the index was built with'
    if (built.id, built.dimensions) != (given.id, given.dimensions):
        raise EncoderMismatchError(
            f"index was built with model {built.id!r} ({built.dimensions} dimensions), "
            f"but {given.id!r} has {given.dimensions}: {remedy}"
        )
    raise EncoderMismatchError(
        f"index was built with model {built.id!r} with weights {built.fingerprint[:12]}…, "
        f"but its weights are now {given.fingerprint[:12]}…: {remedy}"
    )


def _check(documents: Sequence[Document]) -> None:
    seen: set[tuple[str, str]] = set()
    for document in documents:
        if not _LANGUAGE.fullmatch(document.language):
            raise ValueError(
                f"{document.symbol}: expected an ISO 639 language code such as zh, got {document.language!r}"
            )
        version = (document.symbol, document.language)
        if version in seen:
            raise ValueError(
                f"expected each version of a document once, got {document.symbol} ({document.language}) "
                "twice: leave one of the files out"
            )
        seen.add(version)


def _build(
    data: Path,
    documents: Sequence[Document],
    encoder: Encoder,
    rebuild: bool,
    glossary: Path | None,
    progress: Progress | None,
) -> BuildReport:
    base, damaged = _base(data, rebuild)
    try:
        _collect(data)
        if base is None and not documents:
            raise ValueError(f"expected documents to index, got none, and there is no index in {data} yet")
        if base is not None and not rebuild:
            check_encoder(base.manifest, encoder)
        changed, difference = _compare(base, documents)
        rules = facts_rules(glossary)
        # Facts that older rules read are read again, all of them: an index has facts of one kind.
        reread = base is not None and base.store.facts_rules() != rules
        if base is not None and not rebuild and not changed and not reread:
            return BuildReport(base.id, False, *difference, 0, 0, base.manifest.counts)
        generation = _new_id()
        with _aside(data, generation) as aside:
            embedded, reused = _write(aside, base, changed, encoder, rebuild, rules, glossary, progress)
            manifest = _describe(aside, generation, encoder)
            _put_in_use(data, aside, manifest, base.named if base is not None else None)
    finally:
        if base is not None:
            base.close()
    _collect(data)
    return BuildReport(generation, True, *difference, embedded, reused, manifest.counts, damaged)


@contextmanager
def _aside(data: Path, generation: str) -> Iterator[Path]:
    """A folder to build in, gone again if the build fails: a full disk must not stay full."""
    folder = generations_folder(data) / f".build-{generation}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _base(data: Path, rebuild: bool) -> tuple[Generation | None, str | None]:
    """The generation to build on, opened, and why it is not the one in use, if it isn't.

    Only a rebuild starts from an older one where the one in use is damaged: documents may be missing in it.
    """
    try:
        return open_generation(data), None
    except NoGenerationError:
        return None, None
    except DamagedGenerationError as error:
        if not rebuild:
            raise
        return open_fallback(data), str(error)


def _compare(
    base: Generation | None, documents: Sequence[Document]
) -> tuple[dict[str, dict[str, Document]], tuple[int, int, int, int]]:
    """The versions that differ from the index, by symbol and language; and paragraphs new, changed,
    unchanged, gone.
    """
    differing: dict[str, dict[str, Document]] = {}
    new = changed = unchanged = removed = 0
    for document in documents:
        known: dict[str, bytes] = {}
        digest = None
        if base is not None:
            digest = base.store.version_digest(document.symbol, document.language)
            known = base.store.text_digests(document.symbol, document.language)
        if digest != tables.version_digest(document):
            differing.setdefault(document.symbol, {})[document.language] = document
        for paragraph in document.paragraphs:
            before = known.pop(paragraph.id.local, None)
            if before is None:
                new += 1
            elif before == tables.paragraph_digest(paragraph, document.language):
                unchanged += 1
            else:
                changed += 1
        removed += len(known)
    return differing, (new, changed, unchanged, removed)


def _write(
    aside: Path,
    base: Generation | None,
    changed: Mapping[str, Mapping[str, Document]],
    encoder: Encoder,
    rebuild: bool,
    rules: str,
    glossary: Path | None,
    progress: Progress | None,
) -> tuple[int, int]:
    """Write store, vectors and lexical index; the numbers of passages embedded and reused."""
    path = aside / "store.sqlite"
    if base is None or rebuild:
        tables.create(path)
        symbols = sorted({*changed, *(d.symbol for d in base.store.documents())} if base else changed)
    else:
        shutil.copyfile(base.folder / "store.sqlite", path)
        symbols = sorted(changed)
    known_rules = None if base is None or rebuild else base.store.facts_rules()
    if base is not None and known_rules != rules:
        symbols = sorted({*changed, *(document.symbol for document in base.store.documents())})
    reusable = None if rebuild else base
    embedding = _Embedding(encoder, reusable)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # The file is aside and synced as a whole before it is used: a journal would only cost.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        put_rules(connection, rules)
        names = load_glossary(*([] if glossary is None else [glossary]))
        numbers = []
        for done, symbol in enumerate(symbols):
            before = {} if base is None else base.store.versions(symbol)
            versions = {**before, **changed.get(symbol, {})}
            number, entries = tables.put_document(connection, versions)
            numbers.append(number)
            known = base.store.known_facts(symbol) if base is not None and known_rules == rules else {}
            put_facts(connection, number, versions, names, known)
            embedding.add(symbol, entries)
            if progress is not None:
                progress(done + 1, len(symbols))
        embedding.finish()
        connection.execute("COMMIT")
    finally:
        connection.close()
    _write_engines(aside, path, reusable, numbers, embedding, encoder)
    return embedding.embedded, embedding.reused


def _write_engines(
    aside: Path,
    path: Path,
    base: Generation | None,
    numbers: Sequence[int],
    embedding: _Embedding,
    encoder: Encoder,
) -> None:
    store = Store(path)
    try:
        for language in store.languages():
            known = base is not None and language in base.vectors
            # Statistics over a changed index lag behind until segments are merged: small ones are made anew.
            small = store.counts().by_language[language] <= _SMALL
            keys, vectors = embedding.of(language)
            (aside / "vectors").mkdir(exist_ok=True)
            update_vectors(
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
                (
                    (key, number, tables.headed(section, text))
                    for key, number, section, text in store.texts(
                        language, numbers if known and not small else None
                    )
                ),
            )
            if isinstance(encoder, StaticEncoder):
                update_words(
                    aside / "words" / language,
                    base.words[language] if base and known else None,
                    numbers,
                    ((key, text) for key, _, _, text in store.texts(language, numbers if known else None)),
                    encoder.vocabulary,
                )
    finally:
        store.close()


class _Embedding:
    """Vectors for passages as they come: taken over where the same text was embedded before, else made in
    batches.
    """

    def __init__(self, encoder: Encoder, base: Generation | None) -> None:
        self.embedded = self.reused = 0
        self._encoder = encoder
        self._base = base
        self._pending: list[tuple[str, int, str]] = []
        self._keys: dict[str, list[NDArray[np.int64]]] = {}
        self._vectors: dict[str, list[NDArray[np.float32]]] = {}

    def add(self, symbol: str, entries: Iterable[PassageEntry]) -> None:
        base = self._base
        known = {} if base is None else base.store.passage_keys(symbol)
        taken: dict[str, list[tuple[int, int]]] = {}
        for entry in entries:
            before = known.get((entry.language, entry.digest))
            if before is None:
                self._pending.append((entry.language, entry.key, entry.text))
            else:
                taken.setdefault(entry.language, []).append((entry.key, before))
            if len(self._pending) >= _BATCH:
                self._encode()
        if base is None:
            return
        for language, pairs in taken.items():
            now, before = np.array(pairs, np.int64).T
            self._put(language, now, base.vectors[language].vectors(np.ascontiguousarray(before)))
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
        vectors = self._encoder.encode([text for _, _, text in self._pending])
        languages = np.array([language for language, _, _ in self._pending])
        keys = np.array([key for _, key, _ in self._pending], np.int64)
        for language in np.unique(languages):
            chosen = languages == language
            self._put(str(language), keys[chosen], vectors[chosen])
        self.embedded += len(keys)
        self._pending.clear()

    def _put(self, language: str, keys: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        self._keys.setdefault(language, []).append(keys)
        self._vectors.setdefault(language, []).append(vectors)


def _describe(aside: Path, generation: str, encoder: Encoder) -> Manifest:
    store = Store(aside / "store.sqlite")
    try:
        counts, corpus = store.counts(), store.corpus_digest()
    finally:
        store.close()
    manifest = Manifest(
        format=FORMAT,
        id=generation,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        encoder=_identity(encoder),
        corpus=corpus,
        counts=counts,
        files=describe_files(aside),
    )
    (aside / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
    return manifest


def _put_in_use(data: Path, aside: Path, manifest: Manifest, previous: Named | None) -> None:
    """Everything is on the disk before the one rename that readers see."""
    disk.sync_tree(aside)
    folder = aside.with_name(manifest.id)
    aside.rename(folder)
    disk.sync_directory(folder.parent)
    current = Named(manifest.id, sha256_of(folder / MANIFEST))
    disk.replace_text(data / CURRENT, Pointer(current, previous).to_json())


def _collect(data: Path) -> None:
    """Remove what an interrupted build left, and generations that are neither kept nor read by any process.

    What can't be removed now is tried again by the next build: the index in use doesn't depend on it.
    """
    folder = generations_folder(data)
    if not folder.exists():
        return
    for leftover in [*folder.glob(".build-*"), *folder.glob(".trash-*")]:
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        pointer = read_pointer(data)
    except GenerationError:
        return
    kept = {named.generation for named in (pointer.current, pointer.previous) if named is not None}
    for old in folder.iterdir():
        if old.name in kept or locks.in_use(old / MANIFEST):
            continue
        # Renamed first, so that no reader finds half a generation.
        trash = old.with_name(f".trash-{old.name}")
        with suppress(OSError):
            old.rename(trash)
            shutil.rmtree(trash)


def _identity(encoder: Encoder) -> EncoderIdentity:
    return EncoderIdentity(encoder.id, encoder.dimensions, encoder.fingerprint)


def _new_id() -> str:
    """Sorts by time, to the microsecond; the tail keeps those of two machines apart."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}"
