"""Which country a city lies in: who asks about "the meeting in Thailand" is told of Bangkok."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

__all__ = ["CITIES", "with_countries"]

CITIES: Final = Path(__file__).with_name("cities.tsv")


@cache
def _country_of() -> dict[str, str]:
    with CITIES.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
        return {row["city"]: row["country"] for row in rows}


def with_countries(names: Iterable[str]) -> frozenset[str]:
    """English ``names`` of places, and the countries of the cities among them."""
    known = _country_of()
    named = frozenset(names)
    return named | {known[name] for name in named & known.keys()}
