"""One index on disk: an immutable folder that says what is in it, named by the file ``CURRENT``.

    data/CURRENT                       {"current": {"generation": …, "manifest": sha256}, "previous": …}
    data/generations/ID/manifest.json
    data/generations/ID/store.sqlite
    data/generations/ID/vectors/zh.faiss
    data/generations/ID/lexical/zh/…
    data/generations/ID/words/zh/…     only where the model has a vocabulary

A reader sees the generation that ``CURRENT`` names, whole. Each file is vouched for by the manifest, and
the manifest by ``CURRENT``.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from pydantic import TypeAdapter, ValidationError

from index import locks
from index.lexical import LexicalIndex
from index.manifest import (
    MANIFEST,
    REMEDY,
    DamagedGenerationError,
    GenerationError,
    Manifest,
    Named,
    sha256_of,
)
from index.store import Store
from index.vectors import VectorIndex
from index.words import WordIndex

__all__ = [
    "CURRENT",
    "FULL_CHECK_BYTES",
    "DamagedGenerationError",
    "Generation",
    "GenerationError",
    "NoGenerationError",
    "Pointer",
    "generations_folder",
    "open_fallback",
    "open_generation",
    "open_named",
    "read_pointer",
    "verify_generation",
]

CURRENT: Final = "CURRENT"
FULL_CHECK_BYTES: Final = 256 * 1024 * 1024
"""A generation up to this size has its checksums compared whenever it is opened (some tenths of a second)."""


class NoGenerationError(GenerationError):
    """Nothing has been ingested into the data folder yet."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """What ``CURRENT`` holds: the generation in use and the one before it, which is kept."""

    current: Named
    previous: Named | None = None

    def to_json(self) -> str:
        return _POINTER.dump_json(self).decode() + "\n"


_POINTER: Final = TypeAdapter(Pointer)


class Generation:
    """An opened generation. Reading is safe from any number of threads until :meth:`close`."""

    def __init__(self, folder: Path, manifest: Manifest, named: Named, lease: int) -> None:
        self.folder = folder
        self.manifest = manifest
        self.named = named
        self._lease: int | None = lease
        languages = sorted(manifest.counts.by_language)
        self.store = Store(folder / "store.sqlite")
        self.vectors: Mapping[str, VectorIndex] = {
            language: VectorIndex(folder / "vectors" / f"{language}.faiss") for language in languages
        }
        self.lexical: Mapping[str, LexicalIndex] = {
            language: LexicalIndex(folder / "lexical" / language) for language in languages
        }
        self.words: Mapping[str, WordIndex] = {
            language: WordIndex(folder / "words" / language)
            for language in languages
            if (folder / "words" / language).is_dir()
        }

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.vectors)

    def close(self) -> None:
        """Let go of the files. A generation that no process holds open may be collected."""
        self.store.close()
        if self._lease is not None:
            os.close(self._lease)
            self._lease = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def generations_folder(data: Path) -> Path:
    return data / "generations"


def read_pointer(data: Path) -> Pointer:
    """Which generation is in use.

    :raises NoGenerationError: if there is none yet.
    :raises DamagedGenerationError: if ``CURRENT`` can't be read as one.
    """
    path = data / CURRENT
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise NoGenerationError(
            f'expected an index in {data}, found none: run "rapporteur ingest PATH…" first, '
            "or name its folder with --data"
        ) from error
    except OSError as error:
        raise DamagedGenerationError(f"{path} can't be read: {error.strerror}; {REMEDY}") from error
    try:
        return _POINTER.validate_json(content)
    except ValidationError as error:
        raise DamagedGenerationError(
            f"{path} is damaged: expected the name of a generation in JSON, found {content[:40]!r}; {REMEDY}"
        ) from error


def open_generation(data: Path) -> Generation:
    """Open the generation in use.

    The sizes of its files are checked always, the checksums up to :data:`FULL_CHECK_BYTES`.

    :raises NoGenerationError: if nothing was ingested yet.
    :raises DamagedGenerationError: if a file is missing or differs; the message names it.
    :raises GenerationError: if another version of the program wrote it.
    """
    pointer = read_pointer(data)
    while True:
        try:
            return open_named(data, pointer.current)
        except DamagedGenerationError:
            # Two ingests may have passed since CURRENT was read, and the generation been collected.
            again = read_pointer(data)
            if again == pointer:
                raise
            pointer = again


def open_fallback(data: Path) -> Generation | None:
    """Open the newest generation but the one in use that is whole; ``None`` where there is none."""
    current, previous = None, None
    with suppress(GenerationError):
        pointer = read_pointer(data)
        current, previous = pointer.current, pointer.previous
    candidates = [] if previous is None else [previous]
    folder = generations_folder(data)
    for path in sorted(folder.glob("[0-9]*"), reverse=True) if folder.is_dir() else ():
        if current is None or path.name != current.generation:
            with suppress(OSError):
                candidates.append(Named(path.name, sha256_of(path / MANIFEST)))
    for named in candidates:
        with suppress(GenerationError):
            return open_named(data, named)
    return None


def open_named(data: Path, named: Named) -> Generation:
    """Open one generation by name; raises as :func:`open_generation` does."""
    folder = generations_folder(data) / named.generation
    lease = _lease(folder)
    try:
        manifest = Manifest.read(folder, named.manifest)
        if manifest.bytes <= FULL_CHECK_BYTES:
            manifest.check_contents(folder)
        else:
            manifest.check_sizes(folder)
        try:
            return Generation(folder, manifest, named, lease)
        except (OSError, ValueError, sqlite3.DatabaseError) as error:
            raise DamagedGenerationError(f"{folder} can't be opened: {error}; {REMEDY}") from error
    except BaseException:
        os.close(lease)
        raise


def verify_generation(data: Path, named: Named | None = None) -> Manifest:
    """Read every file of a generation, by default the one in use, and compare it with the manifest.

    Raises as :func:`open_generation` does.
    """
    named = named or read_pointer(data).current
    folder = generations_folder(data) / named.generation
    lease = _lease(folder)
    try:
        manifest = Manifest.read(folder, named.manifest)
        manifest.check_contents(folder)
        return manifest
    finally:
        os.close(lease)


def _lease(folder: Path) -> int:
    try:
        return locks.share(folder / MANIFEST)
    except OSError as error:
        raise DamagedGenerationError(
            f"{folder / MANIFEST} can't be read: {error.strerror or 'it is being removed'}; {REMEDY}"
        ) from error
