"""What a generation says about itself, and how it is checked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter, ValidationError

if TYPE_CHECKING:
    from index.encoder import Encoder

__all__ = [
    "FORMAT",
    "Counts",
    "DamagedGenerationError",
    "EncoderIdentity",
    "EncoderMismatchError",
    "File",
    "GenerationError",
    "Manifest",
    "Named",
    "check_encoder",
    "describe_files",
    "identity_of",
    "sha256_of",
]

FORMAT: Final = 4
"""Raised when a generation written by older code can't be read any more."""

MANIFEST: Final = "manifest.json"


class GenerationError(RuntimeError):
    """An index generation can't be used; the message says why and what to type."""


class DamagedGenerationError(GenerationError):
    """A file of a generation is not what its manifest says."""


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """Which model made the vectors. ``fingerprint`` is the SHA-256 of its weights, in hexadecimal."""

    id: str
    dimensions: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a generation holds. ``versions`` are documents × languages, ``texts`` paragraphs ×
    languages.
    """

    documents: int
    versions: int
    paragraphs: int
    texts: int
    passages: int
    by_language: Mapping[str, int]
    """Language → texts in it."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a generation: its path inside it, with ``/``, its size and its SHA-256 in hexadecimal."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Named:
    """A generation's id with the SHA-256 of its manifest, which vouches for everything in it."""

    generation: str
    manifest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """``manifest.json``. ``corpus`` is the SHA-256 over all versions' digests; ``created`` is UTC, ISO
    8601.
    """

    format: int
    id: str
    created: str
    encoder: EncoderIdentity
    corpus: str
    counts: Counts
    files: tuple[File, ...]

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(file.bytes for file in self.files)

    def to_json(self) -> str:
        return _MANIFEST.dump_json(self, indent=2).decode() + "\n"

    @classmethod
    def read(cls, folder: Path, expected_sha256: str | None = None) -> Manifest:
        """The manifest of the generation in ``folder``.

        :raises DamagedGenerationError: if it is missing, is not the one expected, or is no manifest.
        :raises GenerationError: if another version of the program wrote it in a form that this one can't
            read.
        """
        path = folder / MANIFEST
        try:
            content = path.read_bytes()
        except OSError as error:
            raise DamagedGenerationError(f"{path} can't be read: {error.strerror}; {REMEDY}") from error
        found = hashlib.sha256(content).hexdigest()
        if expected_sha256 is not None and found != expected_sha256:
            raise DamagedGenerationError(
                f"{path} is damaged: expected SHA-256 {expected_sha256}, found {found}; {REMEDY}"
            )
        return cls.parse(content.decode("utf-8", "replace"), str(path))

    @classmethod
    def parse(cls, content: str, named: str = MANIFEST) -> Manifest:
        """A manifest from its JSON, which lies in ``named``.

        :raises DamagedGenerationError, GenerationError: as :meth:`read` does.
        """
        try:
            manifest = _MANIFEST.validate_json(content)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the whole"
            raise DamagedGenerationError(
                f"{named} is not a manifest: {where}: {first['msg']}; {REMEDY}"
            ) from error
        if manifest.format != FORMAT:
            raise GenerationError(
                f"{named} has format {manifest.format}, but this version of rapporteur reads format "
                f'{FORMAT}: run "rapporteur ingest PATH…" with an empty --data folder'
            )
        return manifest

    def check_sizes(self, folder: Path) -> None:
        """Compare every file's size with what was written.

        :raises DamagedGenerationError: naming the first file that is missing or differs.
        """
        for file in self.files:
            path = folder / file.path
            try:
                found = path.stat().st_size
            except OSError as error:
                raise DamagedGenerationError(
                    f"{path} is missing: expected {file.bytes} bytes; {REMEDY}"
                ) from error
            if found != file.bytes:
                raise DamagedGenerationError(
                    f"{path} is damaged: expected {file.bytes} bytes, found {found}; {REMEDY}"
                )

    def check_contents(self, folder: Path) -> None:
        """Compare every file's checksum with what was written: reads everything.

        :raises DamagedGenerationError: naming the first file that differs.
        """
        self.check_sizes(folder)
        for file in self.files:
            path = folder / file.path
            try:
                found = sha256_of(path)
            except OSError as error:
                raise DamagedGenerationError(f"{path} can't be read: {error.strerror}; {REMEDY}") from error
            if found != file.sha256:
                raise DamagedGenerationError(
                    f"{path} is damaged: expected SHA-256 {file.sha256}, found {found}; {REMEDY}"
                )


REMEDY: Final = (
    'restore the folder from a backup, or run "rapporteur ingest --rebuild PATH…" with the documents'
)

_MANIFEST: Final = TypeAdapter(Manifest)


def describe_files(folder: Path) -> tuple[File, ...]:
    """Every file under ``folder``, in the order of their paths."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(
        File(path.relative_to(folder).as_posix(), path.stat().st_size, sha256_of(path)) for path in paths
    )


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class EncoderMismatchError(GenerationError):
    """The index was built with another model than the one given."""


def identity_of(encoder: Encoder) -> EncoderIdentity:
    return EncoderIdentity(encoder.id, encoder.dimensions, encoder.fingerprint)


def check_encoder(manifest: Manifest, encoder: Encoder) -> None:
    """:raises EncoderMismatchError: if ``encoder`` did not make the vectors of the generation described."""
    built, given = manifest.encoder, identity_of(encoder)
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
