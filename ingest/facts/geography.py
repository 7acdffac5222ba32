"""Countries, what is said of them, and their cities.

Who asks about "the meeting in Thailand", "the Thai city" or "the Thai capital" is told of Bangkok.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

__all__ = ["CITIES", "COUNTRIES", "Country", "cities_in", "countries", "place_sort", "with_countries"]

CITIES: Final = Path(__file__).with_name("cities.tsv")
COUNTRIES: Final = Path(__file__).with_name("countries.tsv")


@dataclass(frozen=True, slots=True)
class Country:
    """``name`` is the English one that the glossary shows first, ``demonyms`` the English adjectives for it.

    ``capitals_en``, ``capitals_zh``: the names of its seats of government, in the same order.
    """

    name: str
    demonyms: tuple[str, ...]
    capitals_en: tuple[str, ...]
    capitals_zh: tuple[str, ...]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))


@cache
def countries() -> Mapping[str, Country]:
    """All countries of the embedded glossary by their names, in its order."""

    def parts(cell: str) -> tuple[str, ...]:
        return tuple(part for part in cell.split("; ") if part)

    return {
        row["country"]: Country(
            row["country"], parts(row["demonyms"]), parts(row["capital_en"]), parts(row["capital_zh"])
        )
        for row in _rows(COUNTRIES)
    }


@cache
def cities_in(country: str) -> tuple[str, ...]:
    """English names of the known cities in a country, by its English name."""
    return tuple(city for city, where in _country_of().items() if where == country)


@cache
def _country_of() -> dict[str, str]:
    return {row["city"]: row["country"] for row in _rows(CITIES)}


def place_sort(name: str) -> Literal["city", "country", "region"]:
    """What the place of that English name is; ``region`` also where it isn't known."""
    return "country" if name in countries() else "city" if name in _country_of() else "region"


def with_countries(names: Iterable[str]) -> frozenset[str]:
    """English ``names`` of places, and the countries of the cities among them."""
    known = _country_of()
    named = frozenset(names)
    return named | {known[name] for name in named & known.keys()}
