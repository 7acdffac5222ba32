"""Paths named → files to read: folders at any depth, archives unpacked, names and ``corpus.toml`` read."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.archives import Bounds, unpack
from ingest.manifest import MANIFEST, Entry, read_manifest
from ingest.readers.formats import ARCHIVES, ENDINGS
from ingest.readers.lines import UnreadableError
from ingest.reading import Job
from ingest.report import Note, Problem
from ingest.sources import Signature, Source, job_of, signature, unchanged
from ingest.symbols import LANGUAGES, symbol_from_filename

__all__ = ["Folders", "Met", "Root"]


@dataclass(frozen=True, slots=True)
class Met:
    """A file to read. ``place`` is where it is found again: absolute; in an archive, below its name.

    ``known`` is what is known of a member of an archive that did not change and was not unpacked.
    """

    job: Job
    place: Path
    known: Source | None = None


@dataclass(frozen=True, slots=True)
class Root:
    """A folder or archive that was named: what is not met below it is no longer there.

    ``files`` is how many files were found in it, readable or not.
    """

    place: Path
    shown: str
    files: int


@dataclass(slots=True)
class Folders:
    """What is found; archives stay unpacked until ``stack`` is closed. Those of which ``later`` is true are
    left, and those whose members are ``known`` (by the archive) as they are are not unpacked.

    ``met`` holds files and what is wrong with members of archives, in the order of names; ``roots`` the
    folders and archives that were named, ``whole`` archives all of whose members were met. ``packed`` has the
    signatures by which members of archives are known again.
    """

    stack: ExitStack
    bounds: Bounds
    later: Callable[[Path], bool]
    known: Mapping[Path, Sequence[Source]] = field(default_factory=dict)
    met: list[Met | Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    roots: list[Root] = field(default_factory=list)
    whole: set[Path] = field(default_factory=set)
    packed: dict[Path, Signature] = field(default_factory=dict)
    _unpacked: dict[Path, str] = field(default_factory=dict)
    _manifests: dict[Path, Mapping[str, Entry]] = field(default_factory=dict)
    _folders: set[tuple[int, int]] = field(default_factory=set)
    _files: set[Path] = field(default_factory=set)
    _others: dict[tuple[str, str], int] = field(default_factory=dict)

    def passed_over(self) -> list[Note]:
        """One note for each folder given and ending that is not read."""
        return [
            Note(folder, f"{count} {'file' if count == 1 else 'files'} with {ending} passed over: not read")
            for (folder, ending), count in sorted(self._others.items())
        ]

    def visit(self, path: Path) -> None:
        """Find what a file or folder that was named holds."""
        shown = self._shown(path)
        try:
            if path.is_dir():
                # Links above the folder are resolved, those in it are not: they may be taken away like files.
                place, before = path.resolve(), len(self._files)
                self._folder(path, place)
                self.roots.append(Root(place, shown, len(self._files) - before))
            elif path.suffix.lower() in ENDINGS:
                self._file(path, _place(path))
            elif path.suffix.lower() in ARCHIVES:
                self._archive(path, _place(path))
                self.roots.append(Root(_place(path), shown, 1))
            elif not path.exists():
                problem = Problem(shown, "missing", "there is no such file or folder", "check the path")
                self.problems.append(problem)
            else:
                got = path.suffix or "no ending"
                expected = f"expected one of {' '.join(sorted(ENDINGS | ARCHIVES))}, got {got}"
                self.problems.append(Problem(shown, "format not read", expected, "give its text as .txt"))
        except (OSError, ValueError) as error:
            self._unreadable(path, error, "check the path and that you may read it")

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
        self.problems.append(Problem(self._shown(path), "unreadable", f"the system says: {reason}", remedy))

    def _folder(self, folder: Path, place: Path) -> None:
        waiting = [(folder, place)]
        while waiting:
            here, place = waiting.pop()
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
            below: list[tuple[Path, Path]] = []
            for entry in found:
                path = here / entry.name
                # Word keeps a file that begins with ~$ beside one that is open.
                if entry.name.startswith((".", "~$")) or entry.name == MANIFEST:
                    continue
                try:
                    if entry.is_dir():
                        below.append((path, place / entry.name))
                    elif path.suffix.lower() in ENDINGS:
                        self._file(path, place / entry.name)
                    elif path.suffix.lower() in ARCHIVES:
                        self._archive(path, place / entry.name)
                    else:
                        key = (self._shown(folder), path.suffix.lower() or "no ending")
                        self._others[key] = self._others.get(key, 0) + 1
                except OSError as error:
                    self._unreadable(path, error, "check that it exists and that you may read it")
            waiting.extend(reversed(below))

    def _file(self, path: Path, place: Path) -> None:
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
            self.problems.append(Problem(shown, "the name is no document symbol", expected, remedy))
            return
        edition = entry.edition or "official"
        self.met.append(Met(Job(path, shown, symbol, language, entry.title, entry.date, edition), place))

    def _archive(self, path: Path, place: Path) -> None:
        """Unpack an archive and find what it holds, as in a folder of its name."""
        real = path.resolve()
        if real in self._files:
            return
        self._files.add(real)
        if self.later(place):
            return
        shown = self._shown(path)
        # None for what is no file or too large: unpacking it tells so.
        seen = signature(path, self.bounds.total_bytes)
        if seen is not None and (members := unchanged(self.known.get(place, ()), place, seen)):
            self.whole.add(place)
            for member in members:
                inner = f"{shown}/{_printable(member.path.relative_to(place))}"
                self.met.append(Met(job_of(member, inner), member.path, member))
            return
        folder = Path(self.stack.enter_context(TemporaryDirectory(prefix="rapporteur-"))).resolve()
        problems: list[Problem] = []

        def skipped(name: str, error: UnreadableError) -> None:
            member = _printable(Path(name)) if name else "?"
            problems.append(Problem(f"{shown}/{member}", error.what, error.why, error.remedy))

        self._unpacked[folder] = shown
        try:
            unpack(path, folder, skipped, self.bounds)
        except UnreadableError as error:
            problems.append(Problem(shown, error.what, error.why, error.remedy))
        self.met.extend(problems)
        if not problems:
            self.whole.add(place)
        met, told = len(self.met), self._told()
        self._folder(folder, place)
        if seen is not None and not problems and self._told() == told:
            found = [one for one in self.met[met:] if isinstance(one, Met)]
            self.packed.update((one.place, (*seen, len(found))) for one in found)

    def _told(self) -> int:
        """How much there is to tell beside what was met: what has to be told is met each time."""
        return len(self.notes) + len(self.problems) + sum(self._others.values())

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
                    self.notes.append(Note(self._shown(path), f"it names {name}, which is not beside it"))
        except (OSError, ValueError) as error:
            remedy = "correct it: until then only file names count"
            self.problems.append(Problem(self._shown(path), "manifest not read", str(error), remedy))
        self._manifests[folder] = known
        return known


def _place(path: Path) -> Path:
    return path.parent.resolve() / path.name


def _printable(path: Path) -> str:
    """A path as text that can be printed and stored: bytes that are no UTF-8 are replaced."""
    return os.fsencode(path).decode("utf-8", "replace")
