"""Files and folders → documents. What can't be read is one line of the report; the rest goes on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.archives import Bounds, unpack
from ingest.manifest import MANIFEST, Entry, read_manifest
from ingest.paragraphs import Document
from ingest.readers.formats import ARCHIVES, ENDINGS
from ingest.readers.lines import UnreadableError
from ingest.reading import Job, Outcome, read_document
from ingest.report import IngestReport, Note, Problem, Read
from ingest.symbols import LANGUAGES, symbol_from_filename
from ingest.workers import Limits, Workers

__all__ = ["SAMPLE", "Corpus", "read_corpus"]

SAMPLE = Path(__file__).resolve().parent / "sample"
"""The folder of the sample corpus: a digest of two documents in the project's own words."""

_MOST_REMARKS = 5
_SMALL_TEXT = 4 * 2**20
"""Text files up to this many bytes are read here; all others in a process of their own."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents read, in the order of their files, and the report of the run."""

    documents: tuple[Document, ...]
    report: IngestReport


def read_corpus(
    paths: Sequence[Path], *, limits: Limits | None = None, bounds: Bounds | None = None
) -> Corpus:
    """Read every file named, and every one in the folders named, at any depth, in the order of names.

    A ``corpus.toml`` beside a file gives or corrects its symbol, language, title, date and edition
    (:mod:`ingest.manifest`). Formats are known by their endings; a ``.zip`` is read like a folder. A file in
    a folder whose ending is not read is noted, one named outright is a problem. Hidden files are passed over.
    Nothing is raised for what a file or folder holds: what is no plain text is read in a process of its own,
    within ``limits``, and an archive within ``bounds``.
    """
    with ExitStack() as stack:
        run = _Run(stack, limits or Limits(), bounds or Bounds())
        for path in paths:
            run.visit(path)
        run.read()
        return Corpus(tuple(run.documents), run.report())


@dataclass(slots=True)
class _Run:
    _stack: ExitStack
    _limits: Limits
    _bounds: Bounds
    documents: list[Document] = field(default_factory=list)
    _jobs: list[Job | Problem] = field(default_factory=list)
    _unpacked: dict[Path, str] = field(default_factory=dict)
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

    def _shown(self, path: Path) -> str:
        for folder, archive in self._unpacked.items():
            if path.is_relative_to(folder):
                inner = path.relative_to(folder)
                return f"{archive}/{_printable(inner)}" if inner.parts else archive
        return _printable(path)

    def _unreadable(self, path: Path, error: Exception, remedy: str) -> None:
        reason = (
            (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
        )
        self._problems.append(Problem(self._shown(path), "unreadable", f"the system says: {reason}", remedy))

    def visit(self, path: Path) -> None:
        """Read a file or folder that was named."""
        shown = self._shown(path)
        try:
            if path.is_dir():
                self._folder(path)
            elif path.suffix.lower() in ENDINGS:
                self._file(path)
            elif path.suffix.lower() in ARCHIVES:
                self._archive(path)
            elif not path.exists():
                problem = Problem(shown, "missing", "there is no such file or folder", "check the path")
                self._problems.append(problem)
            else:
                got = path.suffix or "no ending"
                expected = f"expected one of {' '.join(sorted(ENDINGS | ARCHIVES))}, got {got}"
                problem = Problem(shown, "format not read", expected, "give its text as .txt")
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
                    elif path.suffix.lower() in ENDINGS:
                        self._file(path)
                    elif path.suffix.lower() in ARCHIVES:
                        self._archive(path)
                    else:
                        key = (self._shown(folder), path.suffix.lower() or "no ending")
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
        shown = self._shown(path)
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
        edition = entry.edition or "official"
        self._jobs.append(Job(path, shown, symbol, language, entry.title, entry.date, edition))

    def _archive(self, path: Path) -> None:
        """Unpack an archive and read it like a folder of its name."""
        real = path.resolve()
        if real in self._files:
            return
        self._files.add(real)
        shown = self._shown(path)
        folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="rapporteur-"))).resolve()

        def skipped(name: str, error: UnreadableError) -> None:
            member = _printable(Path(name)) if name else "?"
            self._jobs.append(Problem(f"{shown}/{member}", error.what, error.why, error.remedy))

        self._unpacked[folder] = shown
        try:
            unpack(path, folder, skipped, self._bounds)
        except UnreadableError as error:
            self._jobs.append(Problem(shown, error.what, error.why, error.remedy))
        self._folder(folder)

    def read(self) -> None:
        """Read what was found, in its order."""
        jobs = [(job, isinstance(job, Job) and not _is_small_text(job)) for job in self._jobs]
        outcomes: Iterator[Outcome] = iter(())
        if any(apart for _, apart in jobs):
            workers = self._stack.enter_context(Workers(self._limits))
            outcomes = workers.read_all(job for job, apart in jobs if apart and isinstance(job, Job))
        for job, apart in jobs:
            if isinstance(job, Problem):
                self._problems.append(job)
                continue
            known = self._versions.get((job.symbol, job.language))
            outcome = next(outcomes) if apart else None
            if known is not None:
                why = f"{job.symbol} in language {job.language} was read from {known}"
                self._problems.append(Problem(job.shown, "duplicate", why, "keep one of the two files"))
                continue
            outcome = outcome or read_document(job)
            if outcome.problem is not None:
                self._problems.append(outcome.problem)
            elif outcome.document is not None:
                self._take(job.shown, outcome.document, outcome.remarks)

    def _take(self, shown: str, document: Document, remarks: Sequence[str]) -> None:
        self._versions[document.symbol, document.language] = shown
        self._notes.extend(Note(shown, remark) for remark in remarks[:_MOST_REMARKS])
        if (more := len(remarks) - _MOST_REMARKS) > 0:
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
                    self._notes.append(Note(self._shown(path), f"it names {name}, which is not beside it"))
        except (OSError, ValueError) as error:
            remedy = "correct it: until then only file names count"
            self._problems.append(Problem(self._shown(path), "manifest not read", str(error), remedy))
        self._manifests[folder] = known
        return known


def _is_small_text(job: Job) -> bool:
    try:
        return job.path.suffix.lower() == ".txt" and job.path.stat().st_size <= _SMALL_TEXT
    except OSError:
        return True


def _printable(path: Path) -> str:
    """A path as text that can be printed and stored: bytes that are no UTF-8 are replaced."""
    return os.fsencode(path).decode("utf-8", "replace")
