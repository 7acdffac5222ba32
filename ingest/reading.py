"""One file → one document, or the one reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.paragraphs import Document, Edition
from ingest.readers.formats import read_file
from ingest.readers.lines import UnreadableError
from ingest.refusals import refusal
from ingest.report import Problem
from ingest.structure import parse

__all__ = ["Job", "Outcome", "read_document"]


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
