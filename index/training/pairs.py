"""The training data on disk: parallel rows, dictionary senses and questions, with what is held back."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "HELD_BACK_EVERY",
    "Parallel",
    "Question",
    "read_dictionary",
    "read_measure",
    "read_parallel",
    "read_questions",
]

HELD_BACK_EVERY = 20
"""Row numbers divisible by this are never trained on."""


@dataclass(frozen=True, slots=True)
class Parallel:
    """One file of aligned rows, in file order (neighbouring rows often belong together).

    ``train`` holds runs: lists of (English, Chinese) rows that stood next to each other.
    ``held_back`` holds (English, Chinese) rows kept for choosing.
    """

    name: str
    train: tuple[tuple[str, str], ...]
    held_back: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the passage that answers it; ``language`` is ``en`` or ``zh`` (either script)."""

    language: str
    question: str
    passage: str
    answer: str


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            yield (fields[0], fields[1]) if len(fields) > 1 else (fields[0], "")


def read_parallel(folder: Path, key: Callable[[str], str]) -> list[Parallel]:
    """Every file of ``folder``, less empty rows, repeated rows, and rows that equal a held-back row.

    ``key`` folds a side for these comparisons.
    """
    files = [
        (path.name.removesuffix(".tsv.gz"), list(_rows(path))) for path in sorted(folder.glob("*.tsv.gz"))
    ]
    reserved: set[str] = set()
    for _, rows in files:
        for en, zh in rows[::HELD_BACK_EVERY]:
            reserved |= {key(en), key(zh)}
    found: list[Parallel] = []
    seen: set[tuple[str, str]] = set()
    for name, rows in files:
        train: list[tuple[str, str]] = []
        for number, (en, zh) in enumerate(rows):
            keys = (key(en), key(zh))
            if not number % HELD_BACK_EVERY or not all(keys) or keys in seen or not reserved.isdisjoint(keys):
                continue
            seen.add(keys)
            train.append((en, zh))
        held_back = tuple(row for row in rows[::HELD_BACK_EVERY] if all(row))
        found.append(Parallel(name, tuple(train), held_back))
    return found


def read_dictionary(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """Dictionary rows (English sense, Chinese headword) by file."""
    return {
        path.name.removesuffix(".tsv.gz"): [row for row in _rows(path) if all(row)]
        for path in sorted(folder.glob("*.tsv.gz"))
    }


def read_questions(path: Path) -> list[Question]:
    """Questions of one JSON-lines file, in file order."""
    found: list[Question] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            answer = row["answers"][0]["text"] if row["answers"] else ""
            found.append(Question(row["lang"][:2], row["question"], row["context"], answer))
    return found


def read_measure(path: Path) -> list[tuple[str, str]]:
    """Aligned rows that are only ever measured on."""
    return [row for row in _rows(path) if all(row)]
