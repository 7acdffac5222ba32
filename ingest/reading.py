"""One file → one document, or the one reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from ingest.paragraphs import Document, Edition
from ingest.readers.formats import read_file
from ingest.readers.lines import UnreadableError
from ingest.refusals import refusal
from ingest.report import Problem
from ingest.structure import parse

__all__ = ["Job", "Outcome", "Reading", "is_small_text", "read_document"]

_SMALL_TEXT: Final = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read, and what its name or manifest says of it. ``shown`` is its path as reports name it."""

    path: Path
    shown: str
    symbol: str
    language: str
    title: str | None = None
    date: str | None = None
    edition: Edition = "official"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Either a document, with what was odd on the way, or a problem."""

    document: Document | None
    remarks: tuple[str, ...] = ()
    problem: Problem | None = None


class Reading(Protocol):
    """Who reads files apart from the program: its processes, or machines of a cluster."""

    def read_all(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Outcomes in the order of the jobs; only some files are ahead of what was asked for."""
        ...


def is_small_text(job: Job) -> bool:
    """Whether a file can be read without bounds: text of up to 4 MiB, or nothing that can be looked at."""
    try:
        return job.path.suffix.lower() == ".txt" and job.path.stat().st_size <= _SMALL_TEXT
    except OSError:
        return True


def read_document(job: Job) -> Outcome:
    """Read and structure one file. What the file holds raises nothing."""
    try:
        source = read_file(job.path)
    except UnreadableError as error:
        return Outcome(None, problem=Problem(job.shown, error.what, error.why, error.remedy))
    parsed = parse(source, job.symbol, job.language, title=job.title, date=job.date, edition=job.edition)
    problem = refusal(job.shown, parsed)
    if problem is not None:
        return Outcome(None, problem=problem)
    return Outcome(parsed.document, parsed.remarks)
