"""Files and folders → documents. What can't be read is one line of the report; the rest goes on."""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from ingest.layout import is_chinese
from ingest.paragraphs import Document, Edition
from ingest.readers.text import UnreadableError, read_text
from ingest.report import IngestReport, Note, Problem, Read
from ingest.structure import Parsed, parse
from ingest.symbols import LANGUAGES, symbol_from_filename

__all__ = ["SAMPLE", "Corpus", "read_corpus"]

SAMPLE = Path(__file__).resolve().parent / "sample"
"""The folder of the sample corpus: a digest of two documents in the project's own words."""

_MANIFEST = "corpus.toml"
_READABLE = frozenset({".txt"})
_KEYS = frozenset({"symbol", "language", "title", "date", "edition"})
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_MOST_REMARKS = 5


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents read, in the order of their files, and the report of the run."""

    documents: tuple[Document, ...]
    report: IngestReport


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a ``corpus.toml`` says of one file."""

    symbol: str | None = None
    language: str | None = None
    title: str | None = None
    date: str | None = None
    edition: Edition | None = None


def read_corpus(paths: Sequence[Path]) -> Corpus:
    """Read every text file named, and every one in the folders named, at any depth.

    A ``corpus.toml`` beside a file gives or corrects its symbol, language, title, date and edition:
    ``[files."A_64_202.zh.txt"]`` with these keys; ``edition`` at the top holds for the whole folder.
    A file under a folder whose ending is not read is noted, one named outright is a problem.
    Nothing is raised for what a file or folder holds.
    """
    run = _Run()
    for path in paths:
        run.visit(path)
    run.finish()
    return Corpus(tuple(run.documents), IngestReport(tuple(run.read), tuple(run.notes), tuple(run.problems)))


@dataclass(slots=True)
class _Run:
    documents: list[Document] = field(default_factory=list)
    read: list[Read] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _manifests: dict[Path, Mapping[str, _Entry]] = field(default_factory=dict)
    _folders: set[tuple[int, int]] = field(default_factory=set)
    _files: set[Path] = field(default_factory=set)
    _versions: dict[tuple[str, str], str] = field(default_factory=dict)
    _contents: dict[str, tuple[str, str]] = field(default_factory=dict)
    _others: dict[tuple[str, str], int] = field(default_factory=dict)

    def _problem(self, path: Path, what: str, why: str, remedy: str) -> None:
        self.problems.append(Problem(str(path), what, why, remedy))

    def visit(self, path: Path) -> None:
        try:
            if path.is_dir():
                self._folder(path)
            elif path.suffix.lower() in _READABLE:
                self._file(path)
            elif not path.exists():
                self._problem(path, "missing", "there is no such file or folder", "check the path")
            elif not path.is_file():
                self._problem(
                    path, "not a file", "it is neither a file nor a folder", "give files or folders"
                )
            else:
                ending = path.suffix or "no ending"
                self._problem(
                    path,
                    "format not read",
                    f"expected .txt, got {ending}",
                    "extract its text to a .txt file of the same name",
                )
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
            self._problem(
                path, "unreadable", f"the system says: {reason}", "check the path and that you may read it"
            )

    def _folder(self, folder: Path) -> None:
        waiting = [folder]
        while waiting:
            here = waiting.pop()
            try:
                status = here.stat()
                if (status.st_dev, status.st_ino) in self._folders:
                    continue
                self._folders.add((status.st_dev, status.st_ino))
                with os.scandir(here) as entries:
                    names = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                reason = error.strerror or type(error).__name__
                self._problem(
                    here,
                    "folder not read",
                    f"the system says: {reason}",
                    "check that you may list it (chmod u+rx)",
                )
                continue
            below: list[Path] = []
            for entry in names:
                path = here / entry.name
                if entry.name.startswith(".") or entry.name == _MANIFEST:
                    continue
                try:
                    if entry.is_dir():
                        below.append(path)
                    elif path.suffix.lower() in _READABLE:
                        self._file(path)
                    else:
                        key = (str(folder), path.suffix.lower() or "no ending")
                        self._others[key] = self._others.get(key, 0) + 1
                except OSError as error:
                    self._problem(
                        path,
                        "unreadable",
                        f"the system says: {error.strerror}",
                        "check that it exists and that you may read it",
                    )
            waiting.extend(reversed(below))

    def _file(self, path: Path) -> None:
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
            self._problem(
                path,
                "unreadable",
                f"the system says: {reason}",
                "check that it exists and that you may read it",
            )
            return
        if real in self._files:
            return
        self._files.add(real)
        entry = self._manifest(path.parent).get(path.name, self._manifest(path.parent).get("", _Entry()))
        named = symbol_from_filename(path.name)
        symbol = entry.symbol or (named[0] if named else None)
        language = entry.language or (named[1] if named else None)
        if symbol is None or language is None:
            self._problem(
                path,
                "no document symbol",
                "expected a name such as A_64_202.zh.txt (the symbol with _ for /, then the language: "
                + " ".join(LANGUAGES)
                + ")",
                f"rename it, or give its symbol and language in {_MANIFEST} beside it",
            )
            return
        try:
            source = read_text(path)
        except UnreadableError as error:
            self._problem(path, error.what, error.why, error.remedy)
            return
        parsed = parse(
            source, symbol, language, title=entry.title, date=entry.date, edition=entry.edition or "official"
        )
        if self._refused(path, parsed):
            return
        document = parsed.document
        self._versions[symbol, language] = str(path)
        for remark in parsed.remarks[:_MOST_REMARKS]:
            self.notes.append(Note(str(path), remark))
        if len(parsed.remarks) > _MOST_REMARKS:
            self.notes.append(
                Note(str(path), f"and {len(parsed.remarks) - _MOST_REMARKS} remarks more of this kind")
            )
        digest = hashlib.sha256(
            "\n".join("".join(p.text.split()) for p in document.paragraphs).encode("utf-8", "surrogatepass")
        ).hexdigest()
        first = self._contents.setdefault(digest, (symbol, str(path)))
        if first[0] != symbol:
            self.notes.append(
                Note(
                    str(path),
                    f"its text is the same as that of {first[1]} ({first[0]}): both are kept; check that the names are right",
                )
            )
        self.documents.append(document)
        self.read.append(Read(str(path), symbol, language, len(document.paragraphs)))

    def _refused(self, path: Path, parsed: Parsed) -> bool:
        document = parsed.document
        symbol, language = document.symbol, document.language
        if (symbol, language) in self._versions:
            self._problem(
                path,
                "duplicate",
                f"{symbol} in language {language} was read from {self._versions[symbol, language]}",
                "keep one of the two files",
            )
        elif parsed.symbols and symbol not in parsed.symbols:
            self._problem(
                path,
                "symbol contradicts the text",
                f"the name says {symbol}, the text says {', '.join(dict.fromkeys(parsed.symbols))}",
                f"rename the file, or give its symbol in {_MANIFEST} if the name is right and correct the text",
            )
        elif parsed.numbers and not any(_agrees(symbol, number) for number in parsed.numbers):
            self._problem(
                path,
                "symbol contradicts the text",
                f"the name says {symbol}, the title line of the text says {parsed.numbers[0]}",
                "rename the file after the resolution or decision it holds",
            )
        elif _only_contents(parsed):
            self._problem(
                path,
                "contents without a body",
                "it lists headings and page numbers, but holds no paragraph",
                "extract the whole document, not only its table of contents",
            )
        elif not document.paragraphs:
            self._problem(
                path,
                "no paragraphs",
                "nothing in it reads as a paragraph of a document",
                "check what it holds",
            )
        elif is_chinese("".join(p.text for p in document.paragraphs[:40])) != (language == "zh"):
            stated = "Chinese" if language != "zh" else "no Chinese"
            self._problem(
                path,
                "language contradicts the text",
                f"the name says {language}, the text is in {stated}",
                "rename the file after the language it is in",
            )
        else:
            return False
        return True

    def _manifest(self, folder: Path) -> Mapping[str, _Entry]:
        known = self._manifests.get(folder)
        if known is None:
            path = folder / _MANIFEST
            known = {}
            if path.exists():
                try:
                    known = _read_manifest(path)
                except (OSError, ValueError) as error:
                    self._problem(
                        path, "manifest not read", str(error), "correct it; until then only file names count"
                    )
            self._manifests[folder] = known
            for name in known:
                if name and not (folder / name).is_file():
                    self.notes.append(Note(str(path), f"it names {name}, which is not beside it"))
        return known

    def finish(self) -> None:
        """Sum up the files of other kinds, one note for each folder given and ending."""
        for (folder, ending), count in sorted(self._others.items()):
            self.notes.append(
                Note(
                    folder,
                    f"{count} {'file' if count == 1 else 'files'} with {ending} passed over: only .txt is read",
                )
            )


def _agrees(symbol: str, number: str) -> bool:
    """Whether ``72/278`` can be the number of ``A/RES/72/278``, ``3/4`` that of ``UNEP/EA.3/RES.4``."""
    stated = [n for n in re.findall(r"\d+|[IVX]+", number)]
    held = re.findall(r"\d+|[IVX]+", symbol)
    return any(held[i : i + len(stated)] == stated for i in range(len(held) - len(stated) + 1))


_ENTRY = re.compile(r"(?:.*[^\d.])?(?:\.{2,}|…|\s)\s*\d{1,3}(?:\s*[-–]\s*\d{1,3})?(?:\s+\d{1,3})?\s*")


def _only_contents(parsed: Parsed) -> bool:
    """Whether nearly every paragraph is an entry of a table of contents, or there is a table and nothing else."""
    paragraphs = parsed.document.paragraphs
    if not paragraphs:
        return "contents" in parsed.roles.values()
    lines = [line for p in paragraphs for line in p.text.split("\n")]
    entries = sum(len(line) < 200 and _ENTRY.fullmatch(line) is not None for line in lines)
    return entries * 10 >= len(lines) * 7 and len(lines) > 1


def _read_manifest(path: Path) -> Mapping[str, _Entry]:
    """File name → what is said of it; the empty name holds what is said of the whole folder.

    :raises ValueError: if it is not TOML, or not of the form :func:`read_corpus` describes.
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    edition = _edition(table.get("edition"), "edition")
    entries: dict[str, _Entry] = {"": _Entry(edition=edition)}
    files = table.get("files", {})
    if unknown := set(table) - {"edition", "files"}:
        raise ValueError(f'expected edition and [files."NAME"], got {", ".join(sorted(unknown))}')
    if not isinstance(files, dict):
        raise ValueError('expected tables [files."NAME"], got a value')  # noqa: TRY004 - one kind of error for what a file holds
    for name, given in files.items():
        if not isinstance(given, dict) or set(given) - _KEYS:
            raise ValueError(
                f"expected the keys {', '.join(sorted(_KEYS))} for {name}, got {', '.join(given) if isinstance(given, dict) else given!r}"
            )
        if Path(name).name != name:
            raise ValueError(f"expected the name of a file beside the manifest, got {name!r}")
        values = {key: str(value) for key, value in given.items()}
        if "language" in values and values["language"] not in LANGUAGES:
            raise ValueError(
                f"expected one of {' '.join(LANGUAGES)} as the language of {name}, got {values['language']!r}"
            )
        if "date" in values and not _DATE.fullmatch(values["date"]):
            raise ValueError(f"expected a date such as 2017-06-20 or 2009 for {name}, got {values['date']!r}")
        if "symbol" in values and (re.search(r"[\s#]", values["symbol"]) or "/" not in values["symbol"]):
            raise ValueError(
                f"expected a document symbol such as A/64/202 for {name}, got {values['symbol']!r}"
            )
        entries[name] = _Entry(
            symbol=values.get("symbol"),
            language=values.get("language"),
            title=values.get("title"),
            date=values.get("date"),
            edition=_edition(given.get("edition"), name) or edition,
        )
    return entries


def _edition(value: object, where: str) -> Edition | None:
    if value is None:
        return None
    for edition in get_args(Edition):
        if value == edition:
            return edition  # type: ignore[no-any-return]
    raise ValueError(f"expected {' or '.join(get_args(Edition))} for {where}, got {value!r}")
