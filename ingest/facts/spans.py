"""Spans of a text that don't overlap, looked up by where they stand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

__all__ = ["Spans"]


class Spans:
    """Spans ``(start, end)`` that don't overlap one another, in order; every look-up takes O(log n)."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans] if self._spans else []
        self._ends = [end for _, end in self._spans] if self._spans else []

    def __bool__(self) -> bool:
        return bool(self._spans)

    def within(self, start: int, end: int) -> list[tuple[int, int]]:
        """The spans that lie in ``start…end`` as a whole, in order."""
        return self._spans[bisect_left(self._starts, start) : bisect_right(self._ends, end)]

    def indices(self, start: int, end: int) -> range:
        """The positions, in order of start, of the spans :meth:`within` would give."""
        return range(bisect_left(self._starts, start), bisect_right(self._ends, end))

    def opening(self, start: int) -> int | None:
        """The end of the span that starts at ``start``."""
        at = bisect_left(self._starts, start)
        return self._ends[at] if at < len(self._starts) and self._starts[at] == start else None

    def closing(self, end: int) -> int | None:
        """The start of the span that ends at ``end``."""
        at = bisect_left(self._ends, end)
        return self._starts[at] if at < len(self._ends) and self._ends[at] == end else None

    def before(self, end: int) -> tuple[int, int] | None:
        """The last span that ends at or before ``end``."""
        at = bisect_right(self._ends, end)
        return self._spans[at - 1] if at else None

    def free(self, start: int, end: int) -> bool:
        """Whether no span overlaps ``start…end``."""
        at = bisect_right(self._ends, start)
        return at == len(self._spans) or self._starts[at] >= end

    def moved(self, start: int, end: int) -> Spans:
        """The spans in ``start…end``, counted from ``start``."""
        return Spans((first - start, last - start) for first, last in self.within(start, end))
