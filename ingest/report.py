"""What an ingest run read, what it noticed, and what it could not take and why."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Found", "IngestReport", "Moved", "Note", "Problem", "Read"]


@dataclass(frozen=True, slots=True)
class Read:
    """A file that became a document version."""

    path: str
    symbol: str
    language: str
    paragraphs: int


@dataclass(frozen=True, slots=True)
class Found:
    """A file that is known, with the version it holds: unchanged, or no longer there."""

    path: str
    symbol: str
    language: str

    def __str__(self) -> str:
        return _one_line(f"{self.path}: {self.symbol} ({self.language})")


@dataclass(frozen=True, slots=True)
class Moved:
    """A file that is known from another place."""

    path: str
    before: str
    symbol: str
    language: str

    def __str__(self) -> str:
        return _one_line(f"{self.before} → {self.path}: {self.symbol} ({self.language})")


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
    """One entry for each file, in the order in which they were met.

    ``read`` were read, ``resumed`` of them by an earlier run that was stopped; ``unchanged`` and ``moved``
    were not; ``removed`` are no longer there.
    """

    read: tuple[Read, ...] = ()
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()
    unchanged: tuple[Found, ...] = ()
    moved: tuple[Moved, ...] = ()
    removed: tuple[Found, ...] = ()
    resumed: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing was left out."""
        return not self.problems


def _one_line(text: str) -> str:
    """No line break, control character or lone surrogate from a file name reaches a terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
