"""Facts in the index: read once, kept where nothing changed, joined over languages."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_models import TermVectors, document
from record_examples import CHINESE, ENGLISH, lighthouses, lighthouses_index

from index import build, facts, writing
from index.build import build_generation
from index.generation import Generation, open_generation
from index.pairing import pair_dates
from index.records import Page, RecordFilter, find_dates, find_mandates
from index.store import UnknownIdError
from ingest.facts.dates import Date
from ingest.facts.extract import Facts, document_facts
from ingest.facts.glossary import load_glossary
from ingest.facts.isodates import bounds
from ingest.facts.mandates import Mandate
from ingest.paragraphs import ParagraphId

SYMBOL = "LAMP/COP(12)/1"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    with open_generation(lighthouses_index(tmp_path_factory.mktemp("lamps"))) as generation:
        yield generation


@pytest.fixture(scope="module")
def sample(sample_data: Path) -> Iterator[Generation]:
    with open_generation(sample_data) as generation:
        yield generation


def counting(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The numbers of texts read and taken over, one pair for each document written."""
    counts: list[tuple[int, int]] = []

    def put(*arguments: object) -> tuple[int, int]:
        counts.append(facts.put_facts(*arguments))  # type: ignore[arg-type]
        return counts[-1]

    monkeypatch.setattr(writing, "put_facts", put)
    return counts


def test_a_paragraph_gives_its_facts_in_both_languages_as_they_were_read(index: Generation) -> None:
    glossary = load_glossary()
    for language in ("en", "zh"):
        for pid, found in document_facts(lighthouses(language), glossary):
            assert index.store.facts(pid)[language] == found
    item = ParagraphId(SYMBOL, "3", items=("b",))
    assert index.store.facts(item) == index.store.facts(item.paragraph)
    with pytest.raises(UnknownIdError):
        index.store.facts(ParagraphId(SYMBOL, "99"))


def test_all_facts_of_the_sample_come_back_as_they_were_read(sample: Generation) -> None:
    glossary = load_glossary()
    for stored in sample.store.documents():
        for language, version in sample.store.versions(stored.symbol).items():
            for pid, found in document_facts(version, glossary):
                assert sample.store.facts(pid)[language] == found


def test_only_what_changed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lighthouses_index(tmp_path)
    counts = counting(monkeypatch)
    changed = lighthouses("en", (*ENGLISH[:3], "The day of lamps was first kept on 17 June 1998."))
    build_generation(tmp_path, [changed], TermVectors())
    assert counts == [(1, 7)]
    with open_generation(tmp_path) as generation:
        assert "1998-06-17" in [
            record.value for record in find_dates(generation.store, RecordFilter()).records
        ]
    counts.clear()
    assert not build_generation(tmp_path, [changed], TermVectors()).written
    assert counts == []
    build_generation(tmp_path, [], TermVectors(), rebuild=True)
    assert counts == [(8, 0)]


def test_what_comes_before_and_the_document_date_count_as_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = (
        "Decision 3/COP.9 was adopted.",
        "The Conference of the Parties in the same decision requested it to act.",
    )
    build_generation(tmp_path, [lighthouses("en", said)], TermVectors())
    counts = counting(monkeypatch)
    build_generation(tmp_path, [lighthouses("en", (said[0].replace("3/", "4/"), said[1]))], TermVectors())
    assert counts == [(2, 0)]
    dated = replace(lighthouses("en", (said[0].replace("3/", "4/"), said[1])), date="2013")
    build_generation(tmp_path, [dated], TermVectors())
    assert counts[1:] == [(2, 0)]


def test_new_rules_read_everything_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_generation(tmp_path, [lighthouses("zh"), document("A/1", "en", ENGLISH)], TermVectors())
    counts = counting(monkeypatch)
    monkeypatch.setattr(build, "facts_rules", lambda _: "other rules")
    report = build_generation(tmp_path, [lighthouses("zh")], TermVectors())
    assert report.written
    assert (report.unchanged, report.embedded) == (4, 0)
    assert counts == [(4, 0), (4, 0)]
    with open_generation(tmp_path) as generation:
        assert generation.store.facts_rules() == "other rules"


def test_a_version_in_another_language_has_no_facts_and_does_not_matter(tmp_path: Path) -> None:
    build_generation(tmp_path, [document("A/1", "fr", ["Le 4 mai 2011."])], TermVectors())
    with open_generation(tmp_path) as generation:
        assert generation.store.facts(ParagraphId("A/1", "1")) == {}
        assert find_dates(generation.store, RecordFilter()).total == 0


def test_what_both_languages_state_is_one_record(index: Generation) -> None:
    dates = find_dates(index.store, RecordFilter())
    assert [record.value for record in dates.records] == [
        "2009", "2011-05-04/2011-05-06", "2012-06-30", "2014", "--06-17",
    ]  # fmt: skip
    mandates = find_mandates(index.store, RecordFilter())
    assert [(record.id("en").local, record.quotes["en"].fact.verb) for record in mandates.records] == [
        ("2", "request"), ("2", "invite"), ("3(a)", "urge"), ("3(b)", "request"),
    ]  # fmt: skip
    assert {frozenset(record.quotes) for record in dates.records} == {frozenset({"en", "zh"})}
    assert {frozenset(record.quotes) for record in mandates.records} == {frozenset({"en", "zh"})}


def test_a_mandate_has_its_day_from_what_it_is_due_by_or_from_its_session(index: Generation) -> None:
    report, repaint, light, publish = find_mandates(index.store, RecordFilter()).records
    assert (report.value, report.time, report.session) == (
        None,
        "session",
        "Committee on Science and Technology#14",
    )
    assert report.held == ("2011-05-04/2011-05-06",)
    assert (report.first, report.last) == (date(2011, 5, 4), date(2011, 5, 6))
    assert (repaint.value, repaint.time, repaint.first) == ("2012-06-30", "due", date(2012, 6, 30))
    assert (light.time, light.first) == (None, None)
    assert (publish.value, publish.first, publish.last) == ("2014", date(2014, 1, 1), date(2014, 12, 31))
    assert report.decisions == repaint.decisions == ("3/COP.9",)


@pytest.mark.parametrize(
    ("wanted", "mandates", "dates"),
    [
        (RecordFilter(actor="conference of the parties"), 4, 2),
        (RecordFilter(actor="缔约方会议"), 4, 2),
        (RecordFilter(actor="COP"), 4, 2),
        (RecordFilter(actor="CST"), 0, 1),
        (RecordFilter(actor="nobody"), 0, 0),
        (RecordFilter(addressee="SECRETARIAT"), 2, None),
        (RecordFilter(action="urge"), 1, 0),
        (RecordFilter(action="粉刷"), 1, 1),
        (RecordFilter(decision="3/COP.9"), 2, 1),
        (RecordFilter(since=date(2012, 1, 1)), 2, 2),
        (RecordFilter(since=date(2011, 5, 6), until=date(2011, 5, 6)), 1, 1),
        (RecordFilter(since=date(2011, 5, 7), until=date(2012, 6, 29)), 0, 0),
        (RecordFilter(until=date(2011, 12, 31)), 1, 2),
        (RecordFilter(documents=[SYMBOL]), 4, 5),
        (RecordFilter(documents=[]), 0, 0),
        (RecordFilter(language="zh"), 4, 5),
        (RecordFilter(language="fr"), 0, 0),
    ],
)
def test_filters_take_any_name_in_either_language(
    index: Generation, wanted: RecordFilter, mandates: int, dates: int | None
) -> None:
    assert find_mandates(index.store, wanted).total == mandates
    if dates is not None:
        assert find_dates(index.store, wanted).total == dates


def test_an_unknown_document_is_named(index: Generation) -> None:
    with pytest.raises(UnknownIdError, match="A/99/999"):
        find_dates(index.store, RecordFilter(documents=["A/99/999"]))


@pytest.mark.parametrize("find", [find_dates, find_mandates])
def test_pages_together_are_everything_once(
    sample: Generation, find: Callable[..., Page[Date] | Page[Mandate]]
) -> None:
    whole = [record.name for record in find(sample.store, RecordFilter(), limit=1000).records]
    parts: list[str] = []
    while len(parts) < len(whole):
        page = find(sample.store, RecordFilter(), offset=len(parts), limit=17)
        assert page.total == len(whole)
        parts += [record.name for record in page.records]
    assert parts == whole
    assert len(set(whole)) == len(whole)


def test_dated_facts_come_in_the_order_of_their_days(sample: Generation) -> None:
    records = find_dates(sample.store, RecordFilter(), limit=1000).records
    days = [(record.first or date.max, record.last or date.max) for record in records]
    assert days == sorted(days)
    assert len(records) > 100
    for record in records:
        assert record.value is not None
        assert bounds(record.value) == (None if record.first is None else (record.first, record.last))
        for language, quote in record.quotes.items():
            text = record.paragraph.versions[language].text
            assert quote.start <= quote.fact.start < quote.fact.end <= quote.end
            assert text[quote.fact.start : quote.fact.end] == quote.fact.text
            assert quote.fact.value == record.value


def test_most_records_of_the_sample_hold_both_languages(sample: Generation) -> None:
    """Floors: 141 of 147 dated facts and 51 of 73 mandates when this was written."""
    dates = find_dates(sample.store, RecordFilter(), limit=1000).records
    assert sum(len(record.quotes) == 2 for record in dates) / len(dates) > 0.9
    mandates = find_mandates(sample.store, RecordFilter(), limit=1000).records
    assert sum(len(record.quotes) == 2 for record in mandates) / len(mandates) > 0.6
    for record in mandates:
        told = [quote.fact for quote in record.quotes.values()]
        assert len({fact.item for fact in told}) == 1
        assert len({fact.decision for fact in told if fact.decision}) <= 1


def test_a_record_keeps_its_name_when_another_paragraph_or_version_comes(tmp_path: Path) -> None:
    build_generation(tmp_path, [lighthouses("zh")], TermVectors())
    with open_generation(tmp_path) as generation:
        before = {
            record.value: record.name for record in find_dates(generation.store, RecordFilter()).records
        }
    moved = replace(lighthouses("zh", CHINESE), paragraphs=lighthouses("zh").paragraphs[1:])
    build_generation(tmp_path, [moved, lighthouses("en")], TermVectors())
    with open_generation(tmp_path) as generation:
        after = {record.value: record.name for record in find_dates(generation.store, RecordFilter()).records}
    assert before == after


def test_no_row_is_left_of_what_was_replaced(tmp_path: Path) -> None:
    lighthouses_index(tmp_path)
    report = build_generation(
        tmp_path, [lighthouses("en", ("No lamp.",)), lighthouses("zh", ("没有灯。",))], TermVectors()
    )
    assert report.written
    with open_generation(tmp_path) as generation:
        connection = sqlite3.connect(generation.folder / "store.sqlite")
        rows = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 (fixed names)
            for table in ("facts", "records", "quotes")
        ]
        connection.close()
        assert rows == [2, 0, 0]
        assert generation.store.facts(ParagraphId(SYMBOL, "1")) == {"en": Facts(), "zh": Facts()}


_VALUES = st.lists(st.sampled_from(["2009", "2010-05", "--06-17", None]), max_size=8)


@given(en=_VALUES, zh=_VALUES)
def test_every_dated_fact_is_in_exactly_one_record_of_its_value(
    en: list[str | None], zh: list[str | None]
) -> None:
    versions = {
        language: [Date(2 * at, 2 * at + 1, "x", value) for at, value in enumerate(values)]
        for language, values in (("en", en), ("zh", zh))
    }
    records = pair_dates(versions, {"en": 20, "zh": 10})
    for language, dates in versions.items():
        placed = [record[language] for record in records if language in record]
        assert sorted(placed) == [at for at, one in enumerate(dates) if one.value is not None]
    for record in records:
        assert len({versions[language][at].value for language, at in record.items()}) == 1
    for value in ("2009", "2010-05", "--06-17"):
        both = sum(len(record) == 2 and versions["en"][record["en"]].value == value for record in records)
        assert both == min(en.count(value), zh.count(value))
