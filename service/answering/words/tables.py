"""Tables of our own compiling: a first line of names, cells between tabs."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

__all__ = ["read_table"]


def read_table(path: Path, columns: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The rows of the table, each with its place ("FILE, line 3") for messages.

    :raises OSError: if it can't be read. :raises ValueError: if it has not these ``columns``.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if next(rows, []) != list(columns):
            raise ValueError(f"{path}: expected the columns {', '.join(columns)} in the first line")
        found = []
        for row in rows:
            place = f"{path}, line {rows.line_num}"
            if len(row) != len(columns):
                raise ValueError(f"{place}: expected {len(columns)} columns between tabs, found {len(row)}")
            found.append((place, row))
        return found
