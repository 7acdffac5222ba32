"""Every city that is known lies in a country that is known."""

from __future__ import annotations

from ingest.facts.geography import with_countries
from ingest.facts.glossary import load_glossary


def test_each_city_lies_in_one_known_country() -> None:
    terms = load_glossary().terms
    cities = {term.en[0] for term in terms if term.kind == "city"}
    countries = {term.en[0] for term in terms if term.kind == "country"}
    for city in cities:
        (country,) = with_countries([city]) - {city}
        assert country in countries


def test_countries_are_added_to_the_cities_among_places() -> None:
    assert with_countries(["Bangkok", "Africa"]) == {"Bangkok", "Thailand", "Africa"}
    assert with_countries([]) == frozenset()
