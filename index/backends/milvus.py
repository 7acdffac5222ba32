"""An index on Milvus: several services read it, one ingest at a time replaces it.

What the services of an index share lies on the cluster, and nothing else has to be kept: each machine has a
copy of the generation's catalogue (:mod:`index.backends.catalogue`) in its cache folder, made when it opens a
generation it has not seen. A new generation is built in that folder with the embedded engines, and then
written to the cluster (:mod:`index.backends.publishing`); an ingest on a machine that has no copy of the one
in use fetches it first.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from index import disk, locks
from index.backends.catalogue import MilvusStore
from index.backends.cluster import Cluster, collection_name
from index.backends.contract import UnreachableError
from index.backends.engines import Held, MilvusFullText, MilvusVectors, MilvusWords
from index.backends.head import fetch_files, fetch_manifest
from index.backends.place import MilvusPlace
from index.backends.publishing import CATALOGUE, HELD, WORDS, heads, passages_of, publish, texts_of
from index.backends.restoring import restore
from index.build import BuildReport, Update, updating
from index.generation import CURRENT, FULL_CHECK_BYTES, NoGenerationError, open_generation, read_pointer
from index.manifest import MANIFEST, DamagedGenerationError, GenerationError, Manifest, Named

if TYPE_CHECKING:
    from index.encoder import Encoder
    from index.preparing import Preparation
    from index.writing import Progress
    from ingest.corpus import Corpus

__all__ = ["Milvus", "MilvusGeneration"]

_LOOK_SECONDS: Final = 1.0
"""How long a swapped alias may go unnoticed."""


class MilvusGeneration:
    """See :class:`index.backends.contract.Opened`."""

    def __init__(self, cluster: Cluster, head: str, folder: Path, manifest: Manifest, lease: int) -> None:
        """:raises OSError, ValueError, sqlite3.DatabaseError: if a file in ``folder`` can't be read."""
        self.cluster, self.head, self.folder = cluster, head, folder
        self.manifest = manifest
        self.named = Named(manifest.id, _sha256(manifest.to_json()))
        self._lease: int | None = lease
        languages = sorted(manifest.counts.by_language)
        texts = {language: texts_of(head, language) for language in languages}
        for language in languages:
            cluster.load(passages_of(head, language))
            cluster.load(texts[language])
        self.store = store = MilvusStore(folder / CATALOGUE, cluster, texts, manifest.counts)
        held = {language: Held.load(folder / HELD / f"{language}.npy") for language in languages}
        averages = json.loads((folder / WORDS).read_text(encoding="utf-8"))
        dimensions = manifest.encoder.dimensions
        self.vectors: Mapping[str, MilvusVectors] = {
            language: MilvusVectors(cluster, passages_of(head, language), held[language], dimensions)
            for language in languages
        }

        def frequency(language: str) -> Callable[[str], int]:
            return lambda term: store.frequency(language, term)

        self.lexical: Mapping[str, MilvusFullText] = {
            language: MilvusFullText(cluster, texts[language], held[language], frequency(language))
            for language in languages
        }
        self.words: Mapping[str, MilvusWords] = {
            language: MilvusWords(cluster, texts[language], average) for language, average in averages.items()
        }

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.vectors)

    def close(self) -> None:
        """Let go of the catalogue; the connection stays."""
        self.store.close()
        if self._lease is not None:
            os.close(self._lease)
            self._lease = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Milvus:
    """See :class:`index.backends.contract.Backend`."""

    def __init__(self, place: MilvusPlace, token: str | None, cache: Path) -> None:
        """Connects when it is first needed: a service starts without a cluster, too, and says so."""
        self._place, self._token = place, token
        self._folder = cache / hashlib.sha256(str(place).encode()).hexdigest()[:16]
        self._connecting = threading.Lock()
        self._looking = threading.Lock()
        self._cluster: Cluster | None = None
        self._looked = 0.0
        self._seen: Hashable = None

    def __str__(self) -> str:
        return str(self._place)

    def open(self) -> MilvusGeneration:
        head = self._current()
        while True:
            try:
                return self._open(head)
            except GenerationError:
                # Two ingests may have passed since the alias was read, and the generation been dropped.
                again = self._current()
                if again == head:
                    raise
                head = again

    def fallback(self) -> MilvusGeneration | None:
        with suppress(GenerationError):
            cluster = self._connected()
            current = cluster.aliased(self._place.name)
            for head in reversed(heads(cluster, self._place.name)):
                if head != current:
                    with suppress(GenerationError):
                        return self._open(head)
        return None

    def signature(self) -> Hashable:
        """What the alias points at, as of a second ago at most."""
        if time.monotonic() - self._looked < _LOOK_SECONDS or not self._looking.acquire(blocking=False):
            return self._seen
        try:
            self._seen = self._connected().aliased(self._place.name) or ()
        except GenerationError:
            # Not the same as any collection: when the server is back, the holder looks again.
            self._seen = UnreachableError
        finally:
            self._looked = time.monotonic()
            self._looking.release()
        return self._seen

    def verify(self, named: Named | None = None) -> Manifest:
        """Counts the rows on the cluster, and reads every file of this machine's copy."""
        generation = (
            self.open() if named is None else self._open(collection_name(self._place.name, named.generation))
        )
        with generation:
            manifest = generation.manifest
            manifest.check_contents(generation.folder)
            passages = sum(
                generation.cluster.count(passages_of(generation.head, language))
                for language in generation.languages
            )
            if passages != manifest.counts.passages:
                raise DamagedGenerationError(
                    f"expected {manifest.counts.passages} passages of {generation.id} at {self}, found "
                    f'{passages}: run "rapporteur ingest --rebuild"'
                )
            for language, texts in manifest.counts.by_language.items():
                found = generation.cluster.count(texts_of(generation.head, language))
                if found < texts:
                    raise DamagedGenerationError(
                        f"expected {texts} texts of {generation.id} in {language} at {self}, found {found}: "
                        'run "rapporteur ingest --rebuild"'
                    )
            return manifest

    @contextmanager
    def updating(
        self, *, rebuild: bool = False, waiting: Callable[[str], None] | None = None
    ) -> Iterator[MilvusUpdate]:
        self._connected().check_full_text()
        staging = self._folder / "ingest"
        before = self._stage(staging, waiting)
        with updating(staging, rebuild=rebuild, waiting=waiting) as update:
            yield MilvusUpdate(self._connected(), self._place.name, staging, before, update, anew=rebuild)

    def close(self) -> None:
        """Let go of the connection; what was opened by it must be closed before."""
        with self._connecting:
            cluster, self._cluster = self._cluster, None
        if cluster is not None:
            cluster.close()

    def _connected(self) -> Cluster:
        with self._connecting:
            if self._cluster is None:
                self._cluster = Cluster(self._place, self._token)
            return self._cluster

    def _current(self) -> str:
        head = self._connected().aliased(self._place.name)
        if head is None:
            raise NoGenerationError(
                f'expected an index at {self}, found none: run "rapporteur ingest PATH…" with the same '
                "--data first, or name another place"
            )
        return head

    def _open(self, head: str) -> MilvusGeneration:
        cluster = self._connected()
        cluster.load(head)
        text = fetch_manifest(cluster, head)
        folder, lease = self._copied(head, text)
        try:
            manifest = Manifest.read(folder, _sha256(text))
            try:
                return MilvusGeneration(cluster, head, folder, manifest, lease)
            except (OSError, ValueError, sqlite3.DatabaseError) as error:
                raise DamagedGenerationError(f"{folder} can't be opened: {error}: remove it") from error
        except BaseException:
            os.close(lease)
            raise

    def _copied(self, head: str, manifest: str) -> tuple[Path, int]:
        """This machine's copy of a generation's files, whole, and a lease of it."""
        folder = self._folder / "generations" / head
        try:
            with suppress(GenerationError, OSError):
                lease = locks.share(folder / MANIFEST)
                try:
                    kept = Manifest.read(folder, _sha256(manifest))
                    if kept.bytes <= FULL_CHECK_BYTES:
                        kept.check_contents(folder)
                    else:
                        kept.check_sizes(folder)
                except BaseException:
                    os.close(lease)
                    raise
                return folder, lease
            aside = folder.with_name(f".{head}-{os.getpid()}-{threading.get_ident()}")
            aside.mkdir(parents=True)
            try:
                fetch_files(self._connected(), head, aside)
                (aside / MANIFEST).write_text(manifest, encoding="utf-8")
                Manifest.read(aside, _sha256(manifest)).check_contents(aside)
                if folder.exists():
                    shutil.rmtree(folder)
                aside.rename(folder)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
            self._collect(folder)
            return folder, locks.share(folder / MANIFEST)
        except OSError as error:
            raise GenerationError(
                f"this machine's copy of the index at {self} can't be kept in {self._folder}: {error}: "
                "name a folder that can be written in RAPPORTEUR_CACHE"
            ) from error

    def _collect(self, kept: Path) -> None:
        """Remove copies that no process here reads any more."""
        for old in kept.parent.iterdir():
            if old != kept and not old.name.startswith(".") and not locks.in_use(old / MANIFEST):
                shutil.rmtree(old, ignore_errors=True)

    def _stage(self, staging: Path, waiting: Callable[[str], None] | None) -> str | None:
        """Have the generation in use, or one made from it, where the next is built; its head."""
        head = self._connected().aliased(self._place.name)
        staging.mkdir(parents=True, exist_ok=True)
        with locks.writing(staging, waiting):
            there: set[str] = set()
            with suppress(GenerationError):
                pointer = read_pointer(staging)
                names = (pointer.current, pointer.previous)
                there = {collection_name(self._place.name, one.generation) for one in names if one}
            if head is None:
                (staging / CURRENT).unlink(missing_ok=True)
                disk.sync_directory(staging)
            elif head not in there:
                with self._open(head) as generation:
                    restore(generation, staging)
        return head


class MilvusUpdate:
    """See :class:`index.backends.contract.Updating`."""

    def __init__(
        self, cluster: Cluster, name: str, staging: Path, before: str | None, update: Update, *, anew: bool
    ) -> None:
        """``anew``: nothing of older generations on the cluster is used."""
        self._cluster, self._name, self._staging, self._before = cluster, name, staging, before
        self._update, self._anew = update, anew
        self.known = update.known
        self.finished = update.finished

    def check(self, encoder: Encoder) -> None:
        self._update.check(encoder)

    def build(
        self,
        corpus: Corpus,
        encoder: Encoder,
        *,
        glossary: Path | None = None,
        preparation: Preparation | None = None,
        progress: Progress | None = None,
    ) -> BuildReport:
        report = self._update.build(
            corpus, encoder, glossary=glossary, preparation=preparation, progress=progress
        )
        if collection_name(self._name, report.generation) == self._before:
            return report
        with open_generation(self._staging) as generation:
            publish(self._cluster, self._name, generation, self._before, progress, anew=self._anew)
        # What the last run built and could not publish is in use now.
        return replace(report, written=True)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
