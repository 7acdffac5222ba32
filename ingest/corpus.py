"""Files and folders → documents. What can't be read is one line of the report; the rest goes on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.manifest import MANIFEST, Entry, read_manifest
from ingest.paragraphs import Document
from ingest.readers.text import UnreadableError, read_text
from ingest.refusals import refusal
from ingest.report import IngestReport, Note, Problem, Read
from ingest.structure import Parsed, parse
from ingest.symbols import LANGUAGES, symbol_from_filename

__all__ = ["SAMPLE", "Corpus", "read_corpus"]

SAMPLE = Path(__file__).resolve().parent / "sample"
"""The folder of the sample corpus: a digest of two documents in the project's own words."""

_READABLE = frozenset({".txt"})
_MOST_REMARKS = 5


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents read, in the order of their files, and the report of the run."""

    documents: tuple[Document, ...]
    report: IngestReport


def read_corpus(paths: Sequence[Path]) -> Corpus:
    """Read every text file named, and every one in the folders named, at any depth, in the order of names.

    A ``corpus.toml`` beside a file gives or corrects its symbol, language, title, date and edition
    (:mod:`ingest.manifest`). A file in a folder whose ending is not read is noted, one named outright is a
    problem. Hidden files are passed over. Nothing is raised for what a file or folder holds.
    """
    run = _Run()
    for path in paths:
        run.visit(path)
    return Corpus(tuple(run.documents), run.report())


@dataclass(slots=True)
class _Run:
    documents: list[Document] = field(default_factory=list)
    _read: list[Read] = field(default_factory=list)
    _notes: list[Note] = field(default_factory=list)
    _problems: list[Problem] = field(default_factory=list)
    _manifests: dict[Path, Mapping[str, Entry]] = field(default_factory=dict)
    _folders: set[tuple[int, int]] = field(default_factory=set)
    _files: set[Path] = field(default_factory=set)
    _versions: dict[tuple[str, str], str] = field(default_factory=dict)
    _texts: dict[str, tuple[str, str]] = field(default_factory=dict)
    _others: dict[tuple[str, str], int] = field(default_factory=dict)

    def report(self) -> IngestReport:
        """The report, with one note for each folder given and ending that is not read."""
        passed = [
            Note(folder, f"{count} {'file' if count == 1 else 'files'} with {ending} passed over: not read")
            for (folder, ending), count in sorted(self._others.items())
        ]
        return IngestReport(tuple(self._read), (*self._notes, *passed), tuple(self._problems))

    def _unreadable(self, path: Path, error: Exception, remedy: str) -> None:
        reason = (
            (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
        )
        self._problems.append(Problem(_shown(path), "unreadable", f"the system says: {reason}", remedy))

    def visit(self, path: Path) -> None:
        """Read a file or folder that was named."""
        shown = _shown(path)
        try:
            if path.is_dir():
                self._folder(path)
            elif path.suffix.lower() in _READABLE:
                self._file(path)
            elif not path.exists():
                problem = Problem(shown, "missing", "there is no such file or folder", "check the path")
                self._problems.append(problem)
            else:
                got = path.suffix or "no ending"
                problem = Problem(
                    shown, "format not read", f"expected .txt, got {got}", "give its text as .txt"
                )
                self._problems.append(problem)
        except (OSError, ValueError) as error:
            self._unreadable(path, error, "check the path and that you may read it")

    def _folder(self, folder: Path) -> None:
        waiting = [folder]
        while waiting:
            here = waiting.pop()
            try:
                status = here.stat()
                # A link back to a folder above would go round for ever.
                if (status.st_dev, status.st_ino) in self._folders:
                    continue
                self._folders.add((status.st_dev, status.st_ino))
                with os.scandir(here) as entries:
                    found = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                self._unreadable(here, error, "check that you may list the folder (chmod u+rx)")
                continue
            below: list[Path] = []
            for entry in found:
                path = here / entry.name
                if entry.name.startswith(".") or entry.name == MANIFEST:
                    continue
                try:
                    if entry.is_dir():
                        below.append(path)
                    elif path.suffix.lower() in _READABLE:
                        self._file(path)
                    else:
                        key = (_shown(folder), path.suffix.lower() or "no ending")
                        self._others[key] = self._others.get(key, 0) + 1
                except OSError as error:
                    self._unreadable(path, error, "check that it exists and that you may read it")
            waiting.extend(reversed(below))

    def _file(self, path: Path) -> None:
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            self._unreadable(path, error, "check that it exists and that you may read it")
            return
        if real in self._files:
            return
        self._files.add(real)
        shown = _shown(path)
        manifest = self._manifest(path.parent)
        entry = manifest.get(path.name, manifest.get("", Entry()))
        named = symbol_from_filename(path.name)
        symbol = entry.symbol or (named[0] if named else None)
        language = entry.language or (named[1] if named else None)
        if symbol is None or language is None:
            expected = f"expected a name such as A_64_202.zh.txt, with one of {' '.join(LANGUAGES)}"
            remedy = f"rename it, or give its symbol and language in a {MANIFEST} beside it"
            self._problems.append(Problem(shown, "the name is no document symbol", expected, remedy))
            return
        if (symbol, language) in self._versions:
            first = self._versions[symbol, language]
            why = f"{symbol} in language {language} was read from {first}"
            self._problems.append(Problem(shown, "duplicate", why, "keep one of the two files"))
            return
        try:
            source = read_text(path)
        except UnreadableError as error:
            self._problems.append(Problem(shown, error.what, error.why, error.remedy))
            return
        edition = entry.edition or "official"
        parsed = parse(source, symbol, language, title=entry.title, date=entry.date, edition=edition)
        problem = refusal(shown, parsed)
        if problem is not None:
            self._problems.append(problem)
            return
        self._take(shown, parsed)

    def _take(self, shown: str, parsed: Parsed) -> None:
        document = parsed.document
        self._versions[document.symbol, document.language] = shown
        self._notes.extend(Note(shown, remark) for remark in parsed.remarks[:_MOST_REMARKS])
        if (more := len(parsed.remarks) - _MOST_REMARKS) > 0:
            self._notes.append(Note(shown, f"and {more} more of this kind"))
        text = "\n".join("".join(paragraph.text.split()) for paragraph in document.paragraphs)
        digest = hashlib.sha256(text.encode()).hexdigest()
        symbol, first = self._texts.setdefault(digest, (document.symbol, shown))
        if symbol != document.symbol:
            what = (
                f"its text is that of {first} ({symbol}) too: both are kept; check that the names are right"
            )
            self._notes.append(Note(shown, what))
        self.documents.append(document)
        self._read.append(Read(shown, document.symbol, document.language, len(document.paragraphs)))

    def _manifest(self, folder: Path) -> Mapping[str, Entry]:
        known = self._manifests.get(folder)
        if known is not None:
            return known
        path = folder / MANIFEST
        known = {}
        try:
            if path.exists():
                known = read_manifest(path)
            for name in known:
                if name and not (folder / name).exists():
                    self._notes.append(Note(_shown(path), f"it names {name}, which is not beside it"))
        except (OSError, ValueError) as error:
            remedy = "correct it: until then only file names count"
            self._problems.append(Problem(_shown(path), "manifest not read", str(error), remedy))
        self._manifests[folder] = known
        return known


def _shown(path: Path) -> str:
    """A path as text that can be printed and stored: bytes that are no UTF-8 are replaced."""
    return os.fsencode(path).decode("utf-8", "replace")
