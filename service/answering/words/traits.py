"""What a question may ask about a thing, and how a text shows that it tells of that.

Who asked for a meeting, who is to be told of it, who pays, who takes the chair: the words that ask have
little in common with those that tell ("at whose request", 根据…要求; "who footed the bill", 由…资助), and
what tells may stand beside any name. So both are signs for the networks
(:mod:`service.answering.sentences.wordwise`), which learn what goes with what.

The table, ``traits.tsv``, is our own compiling, its forms written as :mod:`service.answering.words.phrases`
reads them and parted by ``; ``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis import fold
from service.answering.words.phrases import Finder
from service.answering.words.tables import read_table

__all__ = ["TABLE", "TRAITS", "asked_traits", "told_traits"]

TABLE: Final = Path(__file__).with_name("traits.tsv")

TRAITS: Final = (
    "request",
    "told_to",
    "duty",
    "addressee",
    "payer",
    "host",
    "chair",
    "approval",
    "reason",
    "purpose",
    "manner",
    "outcome",
    "content",
    "view",
    "start",
    "end",
    "later",
    "first",
)
"""What may be asked of a thing and told of it, in the order of what the functions return.

``request``: who wanted it; ``told_to``: what someone shall do; ``duty``: who shall do it; ``addressee``: who
is told; ``payer``, ``host``, ``chair``, ``approval``: who pays, holds, heads, approves; ``reason``,
``purpose``, ``manner``, ``outcome``, ``content``, ``view``: why, what for, how, what came of it, what it is
about, what was thought; ``start``, ``end``: since when, until when; ``later``, ``first``: which of two.
"""

_COLUMNS: Final = ("name", "asked_en", "asked_zh", "told_en", "told_zh")
_ALL: Final = frozenset(range(len(TRAITS)))


@lru_cache(maxsize=1)
def _finders() -> tuple[Finder, Finder]:
    """For what asks and for what tells.

    :raises ValueError: if the table doesn't hold :data:`TRAITS`.
    """
    rows = [row for _, row in read_table(TABLE, _COLUMNS)]
    if tuple(row[0] for row in rows) != TRAITS:
        raise ValueError(f"{TABLE}: expected a row for each of {', '.join(TRAITS)}, in order")

    def finder(*columns: int) -> Finder:
        return Finder(
            (form, number)
            for number, row in enumerate(rows)
            for column in columns
            for form in row[column].split("; ")
        )

    return finder(1, 2), finder(3, 4)


@lru_cache(maxsize=1 << 10)
def asked_traits(question: str) -> NDArray[np.float32]:
    """Of shape (len(TRAITS),): 1 where ``question`` seems to ask for that, else 0."""
    return np.array(_found(_finders()[0], question), np.float32)


def told_traits(texts: Sequence[str]) -> NDArray[np.float32]:
    """Of shape (len(texts), len(TRAITS)): 1 where a text seems to tell of that, else 0."""
    return np.array([_told(text) for text in texts], np.float32).reshape(-1, len(TRAITS))


@lru_cache(maxsize=1 << 14)
def _told(text: str) -> tuple[float, ...]:
    return _found(_finders()[1], text)


def _found(finder: Finder, text: str) -> tuple[float, ...]:
    there = finder.find(fold(text), _ALL)
    return tuple(float(number in there) for number in range(len(TRAITS)))
