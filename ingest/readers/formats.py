"""Which reader reads which file, by its ending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from ingest.readers.lines import TextSource, UnreadableError

__all__ = ["ARCHIVES", "ENDINGS", "read_file"]

_READERS: Mapping[str, tuple[str, str]] = {
    ".doc": ("ingest.readers.doc", "read_doc"),
    ".docm": ("ingest.readers.docx", "read_docx"),
    ".docx": ("ingest.readers.docx", "read_docx"),
    ".htm": ("ingest.readers.html", "read_html"),
    ".html": ("ingest.readers.html", "read_html"),
    ".md": ("ingest.readers.markdown", "read_markdown"),
    ".pdf": ("ingest.readers.pdf", "read_pdf"),
    ".txt": ("ingest.readers.text", "read_text"),
}

ENDINGS = frozenset(_READERS)
"""Endings of files that hold one document, in lower case with their dot."""

ARCHIVES = frozenset({".zip"})
"""Endings of files that hold others."""


def read_file(path: Path) -> TextSource:
    """Read a file by its ending; the library that its format needs is loaded only now.

    :raises UnreadableError: if it can't be read, or has an ending that none reads.
    """
    named = _READERS.get(path.suffix.lower())
    if named is None:
        raise UnreadableError(
            "format not read",
            f"expected one of {' '.join(sorted(ENDINGS))}, got {path.suffix or 'no ending'}",
            "give its text as .txt",
        )
    module, function = named
    reader: Callable[[Path], TextSource] = getattr(import_module(module), function)
    return reader(path)
