"""Dates as a grammar reads them, before years are filled in and intervals are joined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingest.facts.isodates import Point

__all__ = ["Joint", "Period", "Qualifier", "Relation", "Spot", "YearFrom"]

Relation = Literal["on", "by", "before", "until", "since", "after", "as_of"]
"""``by`` includes the date, ``before`` does not; ``since`` includes it, ``after`` does not."""

Qualifier = Literal["early", "mid", "late", "end"]
Period = Literal["biennium", "decade"]

YearFrom = Literal["text", "paragraph", "document", "none"]
"""Where the year stands: in the span itself, earlier in the paragraph, only on the document, nowhere."""

Joint = Literal["to", "and", "list"]


@dataclass(frozen=True, slots=True)
class Spot:
    """``text[start:end]`` reads as ``first`` (to ``last``), fields still missing where unprinted.

    ``year_from`` names the source of a year told in words (今年, 同年, "last year"), ``shift`` the years
    to add to it; ``years_alone`` says that the word is all there is.
    """

    start: int
    end: int
    first: Point
    last: Point | None = None
    qualifier: Qualifier | None = None
    period: Period | None = None
    year_from: YearFrom = "text"
    shift: int = 0
