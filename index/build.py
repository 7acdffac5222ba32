"""Documents → a new generation beside the one in use, reusing what did not change, then one atomic swap."""

from __future__ import annotations

import re
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index import disk, locks, tables
from index.facts import facts_rules
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
from index.manifest import (
    FORMAT,
    MANIFEST,
    Counts,
    GenerationError,
    Manifest,
    Named,
    check_encoder,
    describe_files,
    identity_of,
    sha256_of,
)
from index.preparing import Preparation
from index.sources import merged, read_sources
from index.store import Store
from index.unfinished import Unfinished
from index.writing import Changes, Progress, write_generation
from ingest.corpus import Corpus
from ingest.paragraphs import Document
from ingest.report import IngestReport
from ingest.sources import Known

if TYPE_CHECKING:
    from index.encoder import Encoder

__all__ = [
    "BuildReport",
    "Update",
    "build_generation",
    "put_in_use",
    "updating",
]

_DISK_ERRORS: Final = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. Paragraphs are counted per language version.

    ``generation`` is the one in use afterwards; ``written`` is false where nothing had changed and it stayed.
    ``removed`` counts paragraphs that these versions no longer hold, or that left with their files.
    ``embedded`` and ``reused`` count passages. ``damaged`` says why the generation that was in use could not
    be built on, if it couldn't.
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


class Update:
    """The right to put one generation in use: what is known before, and the build. See :func:`updating`.

    ``known`` are the files that the index was read from; ``finished`` is the work of an ingest that was
    stopped.
    """

    def __init__(self, data: Path, base: Generation | None, damaged: str | None, rebuild: bool) -> None:
        self._data = data
        self._base = base
        self._damaged = damaged
        self._rebuild = rebuild
        self._sources = [] if base is None else read_sources(base.store)
        self.known = Known.of(self._sources, reread=rebuild)
        self.finished = Unfinished(data)

    def check(self, encoder: Encoder) -> None:
        """:raises EncoderMismatchError: if the index was built with another, and is not built anew."""
        if self._base is not None and not self._rebuild:
            check_encoder(self._base.manifest, encoder)

    def build(
        self,
        corpus: Corpus,
        encoder: Encoder,
        *,
        glossary: Path | None = None,
        preparation: Preparation | None = None,
        progress: Progress | None = None,
    ) -> BuildReport:
        """Merge what was read into the index and put the new generation in use.

        A (symbol, language) given replaces that version, one removed leaves, all others stay. Passages whose
        text did not change keep their vectors. If nothing changed, nothing is written. ``glossary`` is a
        table of names used beside the embedded one; another table than before has all facts read again.
        ``preparation`` reads facts and embeds in place of this machine.

        Until the last step readers see the old generation; whatever stops the build, they go on seeing it.

        :raises EncoderMismatchError: if the index was built with another encoder, and is not built anew.
        :raises ValueError: if a version is given twice or has ids that can't be stored, or there is nothing
            at all to index.
        :raises GenerationError: if the disk fails or is full.
        """
        _check(corpus.documents)
        with _disk_told(self._data):
            report = self._build(corpus, encoder, glossary, preparation, progress)
            self.finished.finish()
            return report

    def close(self) -> None:
        self.finished.close()
        if self._base is not None:
            self._base.close()

    def _build(
        self,
        corpus: Corpus,
        encoder: Encoder,
        glossary: Path | None,
        preparation: Preparation | None,
        progress: Progress | None,
    ) -> BuildReport:
        base, rebuild = self._base, self._rebuild
        _collect(self._data)
        if base is None and not corpus.documents:
            raise ValueError(
                f"expected documents to index, got none, and there is no index in {self._data} yet"
            )
        self.check(encoder)
        documents = [*corpus.documents, *_renamed(base, corpus)]
        changed, difference = _compare(base, documents, corpus)
        rules = facts_rules(glossary)
        replaced = {(document.symbol, document.language) for document in documents} | {*corpus.removed}
        sources = merged(self._sources, corpus.sources, corpus.gone, replaced)
        changes = Changes(changed, corpus.removed, sources, rules, glossary)
        # Facts that older rules read are read again, all of them: an index has facts of one kind.
        same = base is not None and base.store.facts_rules() == rules and not self._differs(changes)
        if base is not None and same and not rebuild:
            return BuildReport(base.id, False, *difference, 0, 0, base.manifest.counts)
        self.finished.find_vectors(encoder.fingerprint, encoder.dimensions)
        generation = _new_id()
        with _aside(self._data, generation) as aside:
            embedded, reused = write_generation(
                aside,
                base,
                changes,
                encoder,
                self.finished,
                rebuild=rebuild,
                preparation=preparation,
                progress=progress,
            )
            manifest = _describe(aside, generation, encoder)
            put_in_use(self._data, aside, manifest, base.named if base is not None else None)
        if base is not None:
            base.close()
        _collect(self._data)
        return BuildReport(generation, True, *difference, embedded, reused, manifest.counts, self._damaged)

    def _differs(self, changes: Changes) -> bool:
        """Whether there is anything to write: files that were only touched are not."""
        before = {(*source.reading, *source.version) for source in self._sources}
        now = {(*source.reading, *source.version) for source in changes.sources}
        return bool(changes.documents or changes.removed) or before != now


@contextmanager
def updating(
    data: Path, *, rebuild: bool = False, waiting: Callable[[str], None] | None = None
) -> Iterator[Update]:
    """Be the one who changes the index in ``data``, from before the first file is read.

    With ``rebuild`` everything already in the index is embedded again, from the index itself, so that another
    encoder may be given. ``waiting`` is told once if another process is at it, whose end is then waited for.

    :raises DamagedGenerationError: if the generation in use is damaged, unless it is built anew.
    :raises IngestRunningError: if another process is building in ``data``, and nobody waits.
    :raises GenerationError: if the disk fails or is full.
    """
    with ExitStack() as stack:
        with _disk_told(data):
            data.mkdir(parents=True, exist_ok=True)
            stack.enter_context(locks.writing(data, waiting))
            update = Update(data, *_base(data, rebuild), rebuild)
        stack.callback(update.close)
        yield update


def build_generation(
    data: Path,
    documents: Sequence[Document],
    encoder: Encoder,
    *,
    rebuild: bool = False,
    glossary: Path | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Merge documents, whatever they were read from, into the index in ``data``.

    With ``rebuild``, ``documents`` may be empty. See :func:`updating` and :meth:`Update.build`, also for what
    is raised.
    """
    _check(documents)
    with updating(data, rebuild=rebuild) as update:
        corpus = Corpus(tuple(documents), IngestReport())
        return update.build(corpus, encoder, glossary=glossary, progress=progress)


@contextmanager
def _disk_told(data: Path) -> Iterator[None]:
    """What the disk does wrong is one sentence that says what to do."""
    try:
        yield
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


def _renamed(base: Generation | None, corpus: Corpus) -> Iterator[Document]:
    """Versions whose file has another name now and still holds the same: from the index, under that name."""
    for (symbol, language), name in corpus.kept.items():
        if base is not None and base.store.document(symbol).versions[language].source != name:
            yield replace(base.store.versions(symbol)[language], source=name)


def _compare(
    base: Generation | None, documents: Sequence[Document], corpus: Corpus
) -> tuple[dict[str, dict[str, Document]], tuple[int, int, int, int]]:
    """The versions that differ from the index, by symbol and language; and paragraphs new, changed,
    unchanged, gone.
    """
    differing: dict[str, dict[str, Document]] = {}
    held = {} if base is None else base.store.text_counts()
    given = {(document.symbol, document.language) for document in documents}
    new = changed = 0
    unchanged = sum(held.get(version, 0) for version in corpus.kept if version not in given)
    removed = sum(held.get(version, 0) for version in corpus.removed)
    for document in documents:
        known: dict[str, bytes] = {}
        same = False
        if base is not None:
            digest = base.store.version_digest(document.symbol, document.language)
            same = digest is not None and digest == tables.version_digest(document)
            known = base.store.text_digests(document.symbol, document.language)
        if not same:
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
        encoder=identity_of(encoder),
        corpus=corpus,
        counts=counts,
        files=describe_files(aside),
    )
    (aside / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
    return manifest


def put_in_use(data: Path, aside: Path, manifest: Manifest, previous: Named | None) -> None:
    """Have ``data`` use the generation in ``aside``, whose manifest is written there.

    Everything is on the disk before the one rename that readers see.
    """
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


def _new_id() -> str:
    """Sorts by time, to the microsecond; the tail keeps those of two machines apart."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}"
