"""Markdown → lines, by way of the HTML that it stands for."""

from __future__ import annotations

from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from ingest.readers.html import source_of_html
from ingest.readers.lines import TextSource
from ingest.readers.text import MAX_TEXT_BYTES, decode, read_bytes

__all__ = ["read_markdown"]


def read_markdown(path: Path) -> TextSource:
    """Read CommonMark with tables and footnotes. Line breaks count where they set a number or an item apart.

    :raises UnreadableError: as for plain text, or if nothing stands in it.
    """
    text, remarks = decode(read_bytes(path, MAX_TEXT_BYTES), path.name)
    parser = MarkdownIt("commonmark", {"breaks": True}).enable("table").use(footnote_plugin)
    source = source_of_html(parser.render(text), path.name)
    return TextSource(source.name, source.lines, remarks)
