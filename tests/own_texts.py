"""A desk over a few paragraphs that a test file writes itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.build import build_generation
from index.encoder import StaticEncoder
from ingest.paragraphs import Document, Paragraph, ParagraphId
from service.library import Desk, Library


@contextmanager
def desk_over(folder: Path, *written: tuple[str, str, str, Sequence[str]]) -> Iterator[Desk]:
    """``written`` has symbol, language, title and the texts of the numbered paragraphs of each document."""
    documents = [
        Document(
            symbol,
            language,
            title,
            tuple(
                Paragraph(ParagraphId(symbol, str(number)), "numbered", text)
                for number, text in enumerate(texts, 1)
            ),
        )
        for symbol, language, title, texts in written
    ]
    build_generation(folder, documents, StaticEncoder())
    library = Library(folder)
    with library.open() as opened:
        yield opened
    library.close()
