"""Files and folders → documents. What can't be read is one line of the report; the rest goes on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.archives import Bounds
from ingest.exchange import outcome_from_json, outcome_to_json
from ingest.folders import Folders, Met
from ingest.paragraphs import Document
from ingest.reading import Job, Outcome, Reading, is_small_text, read_document
from ingest.report import Found, IngestReport, Moved, Note, Problem, Read
from ingest.sources import Finished, Known, Source, Version, is_gone, signature, source_of
from ingest.workers import Limits, Workers

__all__ = ["SAMPLE", "Corpus", "read_corpus"]

SAMPLE = Path(__file__).resolve().parent / "sample"
"""The folder of the sample corpus: a digest of two documents in the project's own words."""

_MOST_REMARKS = 5

_MANY_BYTES = 2**21
"""Of text to be read, from which on other processes read it: a second's work or so."""

Progress = Callable[[int, int], None]
"""Called with files done so far and files to do in all."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents read, in the order of their files, and the report of the run.

    ``kept`` are versions whose files are known and were not read, with the names of these files; ``removed``
    those whose files are all gone. ``sources`` are the files of what was read or kept, ``gone`` files that
    are known but no longer there or of another version now; ``refused`` what was wrong with files, for a
    later run that is told (:class:`ingest.sources.Known`).
    """

    documents: tuple[Document, ...]
    report: IngestReport
    kept: dict[Version, str] = field(default_factory=dict)
    removed: tuple[Version, ...] = ()
    sources: tuple[Source, ...] = ()
    gone: frozenset[Path] = frozenset()
    refused: dict[tuple[Path, bytes, bytes], Problem] = field(default_factory=dict)


def read_corpus(
    paths: Sequence[Path],
    *,
    limits: Limits | None = None,
    bounds: Bounds | None = None,
    known: Known | None = None,
    finished: Finished | None = None,
    later: Callable[[Path], bool] | None = None,
    empty: bool = False,
    reading: Reading | None = None,
    progress: Progress | None = None,
) -> Corpus:
    """Read every file named, and every one in the folders named, at any depth, in the order of names.

    A ``corpus.toml`` beside a file gives or corrects its symbol, language, title, date and edition
    (:mod:`ingest.manifest`). Formats are known by their endings; a ``.zip`` is read like a folder. A file in
    a folder whose ending is not read is noted, one named outright is a problem. Hidden files are passed over.
    Nothing is raised for what a file or folder holds: what is no plain text is read in a process of its own,
    within ``limits``, and an archive within ``bounds``.

    Files that are ``known`` to hold a version as they are now are not read again, wherever they lie now. A
    version whose known files lay in the folders named and are gone is removed; but where a folder that files
    are known from holds none at all, it may not be mounted, and that is a problem, unless ``empty`` says that
    it may be so. What was read is put into ``finished``, and taken from there if it is. Files of which
    ``later`` is true are left as they are for a later run. ``reading`` reads all files in place of this
    machine.
    """
    with ExitStack() as stack:
        later = later or (lambda place: False)
        known = known or Known()
        folders = Folders(stack, bounds or Bounds(), later, known.by_archive())
        for path in paths:
            folders.visit(path)
        run = _Run(stack, limits or Limits(), known, finished, folders, reading)
        run.read(later, progress)
        run.miss(empty)
        return run.corpus()


@dataclass(slots=True)
class _Run:
    _stack: ExitStack
    _limits: Limits
    _known: Known
    _finished: Finished | None
    _folders: Folders
    _reading: Reading | None
    _documents: list[Document] = field(default_factory=list)
    _kept: dict[Version, str] = field(default_factory=dict)
    _removed: list[Version] = field(default_factory=list)
    _sources: list[Source] = field(default_factory=list)
    _gone: set[Path] = field(default_factory=set)
    _refused: dict[tuple[Path, bytes, bytes], Problem] = field(default_factory=dict)
    _report: IngestReport = field(default_factory=IngestReport)
    _read: list[Read] = field(default_factory=list)
    _notes: list[Note] = field(default_factory=list)
    _problems: list[Problem] = field(default_factory=list)
    _unchanged: list[Found] = field(default_factory=list)
    _moved: list[Moved] = field(default_factory=list)
    _lost: list[Found] = field(default_factory=list)
    _resumed: int = 0
    _later: set[Version] = field(default_factory=set)
    _versions: dict[Version, str] = field(default_factory=dict)
    _texts: dict[str, tuple[str, str]] = field(default_factory=dict)

    def corpus(self) -> Corpus:
        folders = self._folders
        report = IngestReport(
            tuple(self._read),
            (*folders.notes, *self._notes, *folders.passed_over()),
            (*folders.problems, *self._problems),
            tuple(self._unchanged),
            tuple(self._moved),
            tuple(self._lost),
            self._resumed,
        )
        return Corpus(
            tuple(self._documents),
            report,
            self._kept,
            tuple(self._removed),
            tuple(self._packed(source) for source in self._sources),
            frozenset(self._gone),
            self._refused,
        )

    def _packed(self, source: Source) -> Source:
        seen = self._folders.packed.get(source.path)
        return source if seen is None else replace(source, signature=seen)

    def read(self, later: Callable[[Path], bool], progress: Progress | None) -> None:
        """Read what was found and is not known, in its order."""
        by_version = self._known.by_version()
        plans = [
            one if isinstance(one, Problem) else self._plan(one, by_version, later)
            for one in self._folders.met
        ]
        plans = _shared(plans)
        outcomes: Iterator[Outcome] = iter(())
        apart = [plan.met.job for plan in plans if isinstance(plan, _Plan) and plan.apart]
        if apart:
            reading = self._reading or self._stack.enter_context(Workers(self._limits))
            outcomes = reading.read_all(apart)
        for done, plan in enumerate(plans):
            if progress is not None:
                progress(done, len(plans))
            if isinstance(plan, Problem):
                self._problems.append(plan)
                continue
            outcome = next(outcomes) if plan.apart else plan.outcome
            job, version = plan.met.job, plan.version
            if (first := self._versions.get(version)) is not None:
                why = f"{job.symbol} in language {job.language} was read from {first}"
                self._problems.append(Problem(job.shown, "duplicate", why, "keep one of the two files"))
            elif plan.later or plan.same:
                self._keep(plan)
            else:
                self._take(plan, outcome or read_document(job))

    def _plan(
        self, met: Met, by_version: dict[Version, list[Source]], later: Callable[[Path], bool]
    ) -> _Plan:
        job, known = met.job, self._known
        if later(met.place):
            return _Plan(met, None, later=True)
        source = met.known or source_of(job, met.place, known.sources.get(met.place))
        if source is None:
            # What can't be looked at tells why when it is read.
            return _Plan(met, None, apart=self._apart(job))
        same = [
            before
            for before in by_version.get(source.version, ())
            if (before.content, before.recipe) == (source.content, source.recipe)
        ]
        if same and not known.reread:
            return _Plan(met, source, same=tuple(same))
        if (problem := known.refused.get(source.reading)) is not None:
            return _Plan(met, source, outcome=Outcome(None, problem=replace(problem, path=job.shown)))
        made = None if self._finished is None else self._finished.get(_key(source))
        if made is not None:
            return _Plan(met, source, outcome=outcome_from_json(made), resumed=True)
        return _Plan(met, source, apart=self._apart(job))

    def _apart(self, job: Job) -> bool:
        """Small texts are read here, all others in processes of their own."""
        return self._reading is not None or not is_small_text(job)

    def _keep(self, plan: _Plan) -> None:
        """A file that is not read: as it was, moved here, or to be read in a later run."""
        job, place = plan.met.job, plan.met.place
        self._versions[plan.version] = job.shown
        if plan.source is None:
            self._later.add(plan.version)
            return
        self._sources.append(plan.source)
        self._kept[plan.version] = job.path.name
        before = [source.path for source in plan.same]
        if place in before or not any(is_gone(path) for path in before):
            self._unchanged.append(Found(job.shown, job.symbol, job.language))
        else:
            moved = next(path for path in before if is_gone(path))
            self._moved.append(Moved(job.shown, _shown(moved), job.symbol, job.language))

    def _take(self, plan: _Plan, outcome: Outcome) -> None:
        job, source = plan.met.job, plan.source
        if source is not None and not plan.resumed and _changed(job, source):
            self._notes.append(Note(job.shown, "it changed while it was read: the next run reads it again"))
            source = None
        if outcome.problem is not None:
            self._problems.append(outcome.problem)
            if source is not None:
                self._refused[source.reading] = outcome.problem
        if outcome.document is None:
            return
        if source is not None:
            self._sources.append(source)
            if self._finished is not None and not plan.resumed:
                self._finished.put(_key(source), outcome_to_json(outcome).encode("ascii"))
        self._resumed += plan.resumed
        document, shown = replace(outcome.document, source=job.path.name), job.shown
        self._versions[plan.version] = shown
        self._notes.extend(Note(shown, remark) for remark in outcome.remarks[:_MOST_REMARKS])
        if (more := len(outcome.remarks) - _MOST_REMARKS) > 0:
            self._notes.append(Note(shown, f"and {more} more of this kind"))
        text = "\n".join("".join(paragraph.text.split()) for paragraph in document.paragraphs)
        digest = hashlib.sha256(text.encode()).hexdigest()
        symbol, first = self._texts.setdefault(digest, (document.symbol, shown))
        if symbol != document.symbol:
            what = (
                f"its text is that of {first} ({symbol}) too: both are kept; check that the names are right"
            )
            self._notes.append(Note(shown, what))
        self._documents.append(document)
        self._read.append(Read(shown, document.symbol, document.language, len(document.paragraphs)))

    def miss(self, empty: bool) -> None:
        """Find out which known files are no longer there, and which versions leave with them."""
        met = {one.place: one.job for one in self._folders.met if isinstance(one, Met)}
        claimed = {(job.symbol, job.language) for job in met.values()}
        lost: dict[Path, Source] = {}
        for root in self._folders.roots:
            below = [
                source for path, source in self._known.sources.items() if path.is_relative_to(root.place)
            ]
            gone = [source for source in below if source.path not in met and self._is_gone(source.path)]
            if gone and len(gone) == len(below) and not empty and not root.files:
                count = (
                    f"{len(gone)} files that were read from it are"
                    if len(gone) > 1
                    else "the file read from it is"
                )
                why = f"{count} gone, as where a disk is not mounted: nothing leaves the index"
                remedy = "mount it; or run again with --empty if it is meant"
                self._problems.append(Problem(root.shown, "empty", why, remedy))
                continue
            lost |= {source.path: source for source in gone}
        lost |= {
            source.path: source
            for source in self._known.sources.values()
            if (job := met.get(source.path)) is not None and (job.symbol, job.language) != source.version
        }
        # What is still to come, or can't be read where it lies now, is known again once it can be.
        waiting = (claimed - self._versions.keys()) | self._later
        lost = {path: source for path, source in lost.items() if source.version not in waiting}
        self._gone = set(lost)
        for version, sources in self._known.by_version().items():
            if version not in claimed and all(source.path in lost for source in sources):
                self._removed.append(version)
                self._lost += [Found(_shown(source.path), *version) for source in sources]

    def _is_gone(self, path: Path) -> bool:
        return is_gone(path) or any(path.is_relative_to(archive) for archive in self._folders.whole)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What to do about a file: leave it for ``later``, keep what is the ``same``, take an ``outcome`` that is
    there, or read it, here or ``apart``. ``source`` is ``None`` where nothing can be known of it.
    """

    met: Met
    source: Source | None
    later: bool = False
    same: tuple[Source, ...] = ()
    outcome: Outcome | None = None
    resumed: bool = False
    apart: bool = False

    @property
    def here(self) -> bool:
        """Whether the file is read in this process."""
        return not (self.apart or self.later or self.same or self.outcome is not None)

    @property
    def version(self) -> Version:
        return self.met.job.symbol, self.met.job.language


def _shared(plans: list[_Plan | Problem]) -> list[_Plan | Problem]:
    """Plans with all reading apart, where reading it all here would take longer than starting processes."""
    here = [plan for plan in plans if isinstance(plan, _Plan) and plan.here]
    if sum(plan.source.signature[2] for plan in here if plan.source is not None) < _MANY_BYTES:
        return plans
    return [replace(plan, apart=True) if isinstance(plan, _Plan) and plan.here else plan for plan in plans]


def _key(source: Source) -> bytes:
    return hashlib.sha256(source.content + source.recipe).digest()


def _changed(job: Job, source: Source) -> bool:
    try:
        return signature(job.path) != source.signature
    except OSError:
        return True


def _shown(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")
