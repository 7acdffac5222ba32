"""Which printed numbers count paragraphs, which count headings, and what parts restarts make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Candidate", "Reading", "part_names", "read_numbers"]

Reading = Literal["paragraph", "restart", "heading", "text"]
"""``restart``: a paragraph that begins a new count."""

_LARGEST_GAP = 3
"""How many missing numbers are believed: paragraphs that extraction lost."""

_LATE_RUN = 3
"""How many numbers in a row count paragraphs that begin with none of the numbers before."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A block that starts with a number; ``boundary``: a heading stands before it."""

    number: str
    heading: bool
    boundary: bool
    before_prose: bool
    """Whether the next block is prose without a number: what stands under a heading."""

    @property
    def key(self) -> tuple[str, int]:
        """Prefix and last component: ``36.2`` → ``("36", 2)``, ``7bis`` → ``("", 7)``."""
        prefix, _, last = self.number.rpartition(".")
        digits = last.rstrip("abequirst")
        return prefix, int(digits)


def read_numbers(candidates: Sequence[Candidate]) -> list[Reading]:
    """One reading for each candidate, in order: the sequence decides, not the shape.

    ``1. Summary`` after paragraph 1 is a heading, because paragraph 2 follows; ``9. In 2009, …`` after
    paragraph 8 is paragraph 9.
    """
    readings: list[Reading] = []
    last = 0
    prefix = ""
    inner = 0
    keys = [c.key for c in candidates]
    # The next candidate that is not set like a heading, for each position: linear look-ahead.
    following: list[int | None] = [None] * len(candidates)
    upcoming: int | None = None
    for i in range(len(candidates) - 1, -1, -1):
        following[i] = upcoming
        if not candidates[i].heading:
            upcoming = i
    set_of_keys = set(keys)
    run_end = _run_ends(keys)
    latest = {key: i for i, key in enumerate(keys)}
    prose = [not c.heading for c in candidates]
    for i in range(len(candidates) - 2, -1, -1):
        prose[i] = prose[i] or (run_end[i] > i and prose[i + 1])
    counted = {prefix for prefix, number in keys if prefix and (prefix, number + 1) in set_of_keys}
    for i, candidate in enumerate(candidates):
        group, number = keys[i]
        if group and group not in counted:
            # 1.5 per cent, not paragraph 1.5: nothing else is numbered so.
            readings.append("text")
            continue
        expected = last + 1
        after = following[i]
        awaited = after is not None and keys[after] == (prefix, expected)
        if candidate.boundary:
            inner = 0
        if candidate.number.endswith(("bis", "ter", "quater")) and number == last:
            readings.append("paragraph")
            continue
        if (group, number) == (prefix, expected) and not inner:
            goes_on = prose[i] or (after is not None and keys[after] == (prefix, expected + 1))
            if candidate.heading and (awaited or (candidate.before_prose and not goes_on)):
                readings.append("heading")
            else:
                readings.append("paragraph")
                last = number
            continue
        if (group != prefix and number == 1) or (number == 1 and group == prefix):
            if prefix and not group and latest.get((prefix, expected), -1) > i:
                # A list or a table among paragraphs 36.1, 36.2: they go on after it.
                readings.append("text")
                inner = 1
                continue
            if candidate.heading and (awaited or candidate.before_prose):
                readings.append("heading")
                continue
            resumes = run_end[i] + 1 < len(keys) and keys[run_end[i] + 1] == (prefix, expected)
            if (
                group == prefix
                and last
                and (not candidate.boundary or (resumes and keys[run_end[i]][1] + 1 != expected))
            ):
                readings.append("text")
                inner = 1
                continue
            readings.append("restart" if last else "paragraph")
            prefix, last, inner = group, 1, 0
            continue
        goes_on_after = run_end[i] + 1 < len(keys) and keys[run_end[i] + 1] == (prefix, expected)
        if inner and (group, number) == (prefix, inner + 1) and (number != expected or goes_on_after):
            readings.append("text")
            inner = number
            continue
        if (group, number) == (prefix, expected):
            readings.append("paragraph")
            last, inner = number, 0
            continue
        if candidate.heading:
            readings.append("heading")
            continue
        continues = i + 1 < len(keys) and keys[i + 1] == (group, number + 1)
        if group == prefix and 0 < number - expected <= _LARGEST_GAP and (continues or i + 1 == len(keys)):
            readings.append("paragraph")
            last, inner = number, 0
            continue
        if not last and not group and i + _LATE_RUN <= run_end[i] + 1 == len(keys):
            # Extraction lost the first numbers, of however many paragraphs; the rest are there to the end.
            readings.append("paragraph")
            last, inner = number, 0
            continue
        if group != prefix and group and not last:
            readings.append("paragraph")
            prefix, last = group, number
            continue
        readings.append("text")
    return readings


def _run_ends(keys: Sequence[tuple[str, int]]) -> list[int]:
    """For each position, where the run of consecutive numbers that starts there ends."""
    ends = list(range(len(keys)))
    for i in range(len(keys) - 2, -1, -1):
        if keys[i + 1] == (keys[i][0], keys[i][1] + 1):
            ends[i] = ends[i + 1]
    return ends


def part_names(paths: Sequence[tuple[str, ...]]) -> list[str | None]:
    """The part each run of numbers is called by: the shortest prefix of its headings that no other run has.

    ``paths`` holds, for each run, the names of the labelled headings that all its paragraphs share,
    outermost first. A single run has no part; nor has one that no heading encloses.
    """
    if len(paths) < 2:
        return [None] * len(paths)
    counts: dict[tuple[str, ...], int] = {}
    for path in paths:
        for depth in range(1, len(path) + 1):
            counts[path[:depth]] = counts.get(path[:depth], 0) + 1
    names: list[str | None] = []
    used: set[str | None] = set()
    ordinals: dict[str | None, int] = {}
    for path in paths:
        depth = next((d for d in range(1, len(path) + 1) if counts[path[:d]] == 1), len(path))
        base = name = ".".join(path[:depth]) or None
        while name in used:
            ordinals[base] = ordinals.get(base, 1) + 1
            name = f"{base}.s{ordinals[base]}" if base else f"s{ordinals[base]}"
        used.add(name)
        names.append(name)
    return names
