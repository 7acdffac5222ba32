"""ZIP archives of documents, unpacked into a folder of ours: bounded, and never outside it."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest.manifest import MANIFEST
from ingest.readers.formats import ARCHIVES, ENDINGS
from ingest.readers.lines import UnreadableError
from ingest.readers.text import MAX_BYTES

__all__ = ["Bounds", "unpack"]

_CHUNK = 2**20
_LONGEST_NAME = 240
_LONGEST_PATH = 1024
"""In bytes of UTF-8, as file systems count; most take 255 and 4096."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one archive may hold: members, bytes unpacked of each and of all."""

    members: int = 50_000
    member_bytes: int = MAX_BYTES
    total_bytes: int = 4 * 2**30


def unpack(path: Path, into: Path, skipped: Callable[[str, UnreadableError], None], bounds: Bounds) -> None:
    """Write the documents in an archive below ``into``, in their folders.

    ``skipped`` is told of each member left out (its name, why): names that lead outside, links, encrypted or
    damaged members, archives in the archive. Members of other kinds become empty files, so that they are
    counted as passed over.

    :raises UnreadableError: if it is no ZIP archive, or beyond its bounds.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            if len(members) > bounds.members:
                raise UnreadableError(
                    "too large", f"{len(members)} members, at most {bounds.members} are read", "split it"
                )
            left = bounds.total_bytes
            for info in members:
                try:
                    left -= _member(archive, info, into, min(bounds.member_bytes, left))
                except UnreadableError as error:
                    skipped(info.filename, error)
                if left <= 0:
                    raise UnreadableError(
                        "too large",
                        f"it unpacks to more than {bounds.total_bytes // 2**20} MiB, as a ZIP bomb does",
                        "split it, or check what it is",
                    )
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise UnreadableError("damaged", f"expected a ZIP archive: {error}", "fetch it again") from None


def _target(name: str, into: Path) -> Path:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    unsafe = (
        name.startswith(("/", "\\"))
        or not parts
        or ".." in parts
        or ":" in parts[0]
        or len(name.encode("utf-8", "replace")) > _LONGEST_PATH
        or any(len(part.encode("utf-8", "replace")) > _LONGEST_NAME or "\0" in part for part in parts)
    )
    if unsafe:
        raise UnreadableError(
            "unsafe name",
            "a name in an archive may not lead outside it",
            "rename the member, if you trust it",
        )
    return into.joinpath(*parts)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, into: Path, most: int) -> int:
    """Unpack one member; the bytes it took."""
    target = _target(info.filename, into)
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UnreadableError("a link", "links in archives are not followed", "put the file itself into it")
    ending = target.suffix.lower()
    if ending in ARCHIVES:
        raise UnreadableError("an archive in an archive", "only one level is unpacked", "unpack it first")
    if target.exists():
        raise UnreadableError("stands twice", "a member of the same name came before", "keep one of the two")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if ending not in ENDINGS and target.name != MANIFEST:
            target.touch()
            return 0
        if info.flag_bits & 1:
            raise UnreadableError(
                "encrypted", "it opens with a password only", "unpack it and give the files"
            )
        with archive.open(info) as member, target.open("xb") as file:
            written = 0
            # What comes out is counted: the size that the archive states may be a lie.
            while piece := member.read(_CHUNK):
                written += len(piece)
                if written > most:
                    break
                file.write(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        target.unlink(missing_ok=True)
        raise UnreadableError("damaged", f"it can't be unpacked ({error})", "fetch it again") from None
    except OSError as error:
        if target.parent.is_dir():
            target.unlink(missing_ok=True)
        why = f"the system says: {error.strerror or error}"
        raise UnreadableError("unreadable", why, "unpack it and give the files") from None
    if written > most:
        target.unlink()
        why = f"it unpacks to more than {most // 2**20} MiB, as a ZIP bomb does"
        raise UnreadableError("too large", why, "check what it is")
    return written
