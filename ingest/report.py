"""What an ingest run read, what it noticed, and what it could not take and why."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["IngestReport", "Note", "Problem", "Read"]


@dataclass(frozen=True, slots=True)
class Read:
    """A file that became a document version."""

    path: str
    symbol: str
    language: str
    paragraphs: int


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth knowing that kept nothing from being read."""

    path: str
    what: str

    def __str__(self) -> str:
        return _one_line(f"{self.path}: {self.what}")


@dataclass(frozen=True, slots=True)
class Problem:
    """A file or folder left out: what is wrong, why that matters or how it was seen, what to do."""

    path: str
    what: str
    why: str
    remedy: str

    def __str__(self) -> str:
        return _one_line(f"{self.path}: {self.what}: {self.why}; {self.remedy}")


@dataclass(frozen=True, slots=True)
class IngestReport:
    """One entry for each file, in the order in which they were met."""

    read: tuple[Read, ...] = ()
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing was left out."""
        return not self.problems


def _one_line(text: str) -> str:
    """No line break, control character or lone surrogate from a file name reaches a terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
