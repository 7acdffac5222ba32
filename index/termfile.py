"""Terms of paragraphs on their way to the lexical index, in a file: they come with the documents, and are
wanted language by language when all documents are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

__all__ = ["TermFile"]


class TermFile:
    """A file for each language in ``folder``, which is made with the first; :meth:`close` removes them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, IO[str]] = {}
        self._counts: dict[str, int] = {}

    def add(self, document: int, language: str, terms: Mapping[int, str]) -> None:
        """The terms of the paragraphs of one version of a document, by their keys."""
        file = self._files.get(language)
        if file is None:
            self._folder.mkdir(exist_ok=True)
            file = self._files[language] = (self._folder / language).open("w+", encoding="utf-8")
        file.writelines(f"{key} {document} {terms[key]}\n" for key in sorted(terms))
        self._counts[language] = self._counts.get(language, 0) + len(terms)

    def count(self, language: str) -> int:
        """How many paragraphs it holds of a language."""
        return self._counts.get(language, 0)

    def of(self, language: str) -> Iterator[tuple[int, int, str]]:
        """(paragraph key, document number, terms), in the order in which they came."""
        file = self._files[language]
        file.seek(0)
        for line in file:
            key, document, terms = line.rstrip("\n").split(" ", 2)
            yield int(key), int(document), terms

    def close(self) -> None:
        for language, file in self._files.items():
            file.close()
            (self._folder / language).unlink()
        if self._files:
            self._folder.rmdir()
        self._files.clear()
