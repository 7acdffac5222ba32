"""Files by what they hold: which were read before and need not be read again, which moved, which are gone."""

from __future__ import annotations

import hashlib
import json
import stat
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import metadata, resources
from pathlib import Path
from typing import Final, Protocol

from ingest.readers.formats import ARCHIVES
from ingest.readers.text import MAX_BYTES
from ingest.reading import Job
from ingest.report import Problem

__all__ = [
    "Finished",
    "Known",
    "Signature",
    "Source",
    "Version",
    "is_gone",
    "job_of",
    "reading_rules",
    "signature",
    "source_of",
    "unchanged",
]

Signature = tuple[int, ...]
"""Device, inode, size in bytes, times of the last change of content and of status in nanoseconds.

Of a member of an archive that all was well with, those of the archive, and how many files were found in it.
"""

Version = tuple[str, str]
"""Symbol and language."""

_LIBRARIES: Final = ("charset-normalizer", "lxml", "markdown-it-py", "pypdfium2")
"""What an update may read differently."""
_SETTLED_NS: Final = 2_000_000_000
"""Some file systems tell times to two seconds: what changed that shortly before it was looked at may change
again unseen."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or member of an archive, that a version was read from.

    ``content`` is the SHA-256 of its bytes, ``recipe`` the SHA-256 over all else that decides what they are
    read as. ``hashed`` is when (nanoseconds, UNIX time) the content was looked at; ``signature`` is from
    just before.
    """

    path: Path
    symbol: str
    language: str
    content: bytes
    recipe: bytes
    signature: Signature
    hashed: int

    @property
    def version(self) -> Version:
        return self.symbol, self.language

    @property
    def reading(self) -> tuple[Path, bytes, bytes]:
        """The same for as long as reading the file again would give the same."""
        return self.path, self.content, self.recipe


class Finished(Protocol):
    """Work of runs that were stopped, by what it was made from (:mod:`index.unfinished`)."""

    def get(self, key: bytes) -> bytes | None: ...

    def put(self, key: bytes, made: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier runs know: the files that the versions in the index were read from, and refused ones.

    With ``reread``, everything is read whether it is known or not.
    """

    sources: Mapping[Path, Source] = field(default_factory=dict)
    refused: Mapping[tuple[Path, bytes, bytes], Problem] = field(default_factory=dict)
    reread: bool = False

    @classmethod
    def of(cls, sources: Iterable[Source], *, reread: bool = False) -> Known:
        return cls({source.path: source for source in sources}, {}, reread)

    def by_version(self) -> dict[Version, list[Source]]:
        found: dict[Version, list[Source]] = {}
        for source in self.sources.values():
            found.setdefault(source.version, []).append(source)
        return found

    def by_archive(self) -> dict[Path, list[Source]]:
        """Members of archives, unless they are to be read anyway."""
        found: dict[Path, list[Source]] = {}
        for source in () if self.reread else self.sources.values():
            for folder in source.path.parents:
                if folder.suffix.lower() in ARCHIVES:
                    found.setdefault(folder, []).append(source)
        return found


def signature(path: Path, most: int = MAX_BYTES) -> Signature | None:
    """``None`` for what is no file that could be read, of at most so many bytes.

    :raises OSError: if the system does not say.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > most:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def source_of(job: Job, place: Path, known: Source | None) -> Source | None:
    """The file of a job as it is now; ``place`` is where it is found again (in an archive: below its name).

    A file is not read to be known if nothing says that it changed: size, times, inode, and these times long
    enough before it was last looked at. ``None`` if it can't be read.
    """
    recipe = _recipe(job)
    try:
        found = signature(job.path)
        if found is None:
            return None
        now = time.time_ns()
        if known is not None and known.signature == found and _settled(known):
            return Source(place, job.symbol, job.language, known.content, recipe, found, known.hashed)
        with job.path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return None
    return Source(place, job.symbol, job.language, content, recipe, found, now)


def unchanged(members: Sequence[Source], place: Path, found: Signature) -> list[Source]:
    """``members`` of the archive at ``place``, whose signature is now ``found``, in the order in which they
    are met, where nothing says that it changed since all that it holds was read; else none.
    """
    if not all(
        source.signature == (*found, len(members))
        and _settled(source)
        and source.recipe == _recipe(job_of(source, ""))
        for source in members
    ):
        return []
    return sorted(members, key=lambda source: _in_folders(source.path.relative_to(place)))


def job_of(member: Source, shown: str) -> Job:
    """The job of a member of an archive that has no manifest."""
    return Job(member.path, shown, member.symbol, member.language)


def _settled(known: Source) -> bool:
    return max(known.signature[3:5]) + _SETTLED_NS < known.hashed


def _in_folders(path: Path) -> tuple[tuple[bool, str], ...]:
    """Sorts a folder's own files before those of the folders in it."""
    *folders, name = path.parts
    return (*((True, folder) for folder in folders), (False, name))


def is_gone(path: Path) -> bool:
    """Whether there is nothing of that name; not where the system does not say."""
    try:
        path.lstat()
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    return False


def _recipe(job: Job) -> bytes:
    parts = (
        job.symbol,
        job.language,
        job.title,
        job.date,
        job.edition,
        job.path.suffix.lower(),
        reading_rules(),
    )
    return hashlib.sha256(json.dumps(parts).encode("ascii")).digest()


@lru_cache(maxsize=1)
def reading_rules() -> str:
    """SHA-256 over the code that files are read by, and the versions of the libraries it uses."""
    total = hashlib.sha256()
    package = resources.files("ingest")
    for folder in (package, package.joinpath("readers")):
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(".py"):
                content = file.read_bytes()
                total.update(f"{file.name} {len(content)}\n".encode() + content)
    for name in _LIBRARIES:
        total.update(f"{name} {metadata.version(name)}\n".encode())
    return total.hexdigest()
