"""Writing so that a crash leaves the old state or the new one, never something between.

What the operating system promises (POSIX): ``rename`` within one file system is atomic; data and names are on
the disk only after ``fsync`` of the file and of the folder that names it.
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["UnconfirmedError", "replace_text", "sync_directory", "sync_file", "sync_tree"]


class UnconfirmedError(OSError):
    """A file was replaced, but the disk did not confirm it: after a crash the old one may be back."""


def sync_file(path: Path) -> None:
    """Wait until the file's content is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_directory(path: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Wait until every file under ``folder`` and every name in it is on the disk, the deepest first."""
    for directory, _, names in os.walk(folder, topdown=False):
        for name in names:
            sync_file(Path(directory, name))
        sync_directory(Path(directory))


def replace_text(path: Path, text: str) -> None:
    """Replace a small file's content atomically: readers see the old text or the new, also after a crash.

    :raises UnconfirmedError: if it was replaced and only the last wait for the disk failed.
    """
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(text, encoding="utf-8")
    sync_file(aside)
    os.replace(aside, path)  # noqa: PTH105 (the one rename everything rests on: named as POSIX names it)
    try:
        sync_directory(path.parent)
    except OSError as error:
        raise UnconfirmedError(*error.args) from error
