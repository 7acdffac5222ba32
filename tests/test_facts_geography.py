"""Every city that is known lies in a country that is known."""

from __future__ import annotations

from ingest.facts.geography import cities_in, countries, with_countries
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


def test_every_country_has_what_is_said_of_it_and_known_capitals() -> None:
    terms = {term.en[0]: term for term in load_glossary().terms if term.kind in ("country", "city")}
    assert list(countries()) == [name for name, term in terms.items() if term.kind == "country"]
    for country in countries().values():
        assert len(country.capitals_en) == len(country.capitals_zh)
        for en, zh in zip(country.capitals_en, country.capitals_zh, strict=True):
            assert zh in terms[en].zh if en in terms and terms[en].kind == "city" else zh
    assert "Bangkok" in cities_in("Thailand")
