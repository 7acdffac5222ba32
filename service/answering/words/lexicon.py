"""Concepts with the words that ask for them and the words that state them.

The table, ``concepts.tsv``, is our own compiling. In it ``; `` parts forms, which are written as
:mod:`service.answering.words.phrases` reads them. What asks for a concept also states it. ``evidence`` names
a sign (:mod:`service.answering.words.signs`) that states it too, or, after ``=``, that alone does:
``=counted`` a number before one of its forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, get_args

from service.answering.words.signs import COUNTED, SIGNS
from service.answering.words.tables import read_table

__all__ = ["CONCEPTS", "Concept", "Sort", "read_concepts"]

CONCEPTS: Final = Path(__file__).with_name("concepts.tsv")

Sort = Literal["act", "attribute"]
"""What is said to have happened, or what is asked of it."""

_COLUMNS: Final = ("name", "sort", "asked_en", "asked_zh", "stated_en", "stated_zh", "evidence")


@dataclass(frozen=True, slots=True)
class Concept:
    """A row of the table. ``asked`` ask for it, ``forms`` state it, those of ``asked`` among them.

    ``evidence``, unless empty, states it too; if ``alone``, nothing else does.
    """

    name: str
    sort: Sort
    asked: tuple[str, ...]
    forms: tuple[str, ...]
    evidence: str
    alone: bool


@lru_cache(maxsize=1)
def read_concepts(path: Path = CONCEPTS) -> tuple[Concept, ...]:
    """:raises OSError: if the table can't be read. :raises ValueError: if it is no table of concepts."""
    return tuple(_concept(row, place) for place, row in read_table(path, _COLUMNS))


def _concept(row: Sequence[str], place: str) -> Concept:
    name, sort, *columns, evidence = row
    asked_en, asked_zh, stated_en, stated_zh = (
        [form for form in column.split("; ") if form] for column in columns
    )
    if sort not in get_args(Sort):
        raise ValueError(f"{place}: expected a sort among {', '.join(get_args(Sort))}, found {sort!r}")
    sign = evidence.removeprefix("=")
    if sign and sign != COUNTED and sign not in SIGNS:
        raise ValueError(f"{place}: expected evidence among {COUNTED}, {', '.join(SIGNS)}, found {sign!r}")
    asked = (*asked_en, *asked_zh)
    forms = tuple(dict.fromkeys((*asked, *stated_en, *stated_zh)))
    return Concept(name, sort, asked, forms, sign, evidence.startswith("="))  # type: ignore[arg-type]
