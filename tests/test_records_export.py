"""Files of mandates and dated facts: golden ones of our own text, and what hostile text comes out as."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_examples import MADE, lighthouses

from index.build import build_generation
from index.encoder import load_encoder
from service.exports import mandates_csv, timeline_csv, timeline_ics
from service.library import Desk, Library
from service.record_schemas import DatedFact, MandateQuery, MandateRecord, TimelineQuery
from service.records import mandate_list, timeline

GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("lamps")
    build_generation(folder, [lighthouses("en"), lighthouses("zh")], load_encoder())
    library = Library(folder)
    with library.open() as desk:
        yield desk
    library.close()


def compare(name: str, content: bytes) -> None:
    """Write the golden file anew with RAPPORTEUR_GOLDEN=write, and look at the difference."""
    path = GOLDEN / name
    if os.environ.get("RAPPORTEUR_GOLDEN") == "write":
        path.write_bytes(content)
    assert content == path.read_bytes()


def test_mandates_as_csv(desk: Desk) -> None:
    compare("mandates.csv", mandates_csv(mandate_list(desk, MandateQuery(), 100).mandates))


def test_the_timeline_as_csv(desk: Desk) -> None:
    compare("timeline.csv", timeline_csv(timeline(desk, TimelineQuery(), 100).facts))


def test_the_timeline_as_a_calendar(desk: Desk) -> None:
    compare("timeline.ics", timeline_ics(timeline(desk, TimelineQuery(), 100).facts, MADE))


def mandate(desk: Desk, **fields: Any) -> MandateRecord:
    return mandate_list(desk, MandateQuery(), 1).mandates[0].model_copy(update=fields)


def fact(desk: Desk, **fields: Any) -> DatedFact:
    return timeline(desk, TimelineQuery(), 1).facts[0].model_copy(update=fields)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\n=", "＝", "\r\n+", "\x0b@", "\x00="])
def test_no_cell_begins_a_formula(desk: Desk, start: str) -> None:
    text = f'{start}HYPERLINK("x"),2'
    (row,) = csv.DictReader(
        io.StringIO(mandates_csv([mandate(desk, quote=text, actor=text, action=text)]).decode("utf-8-sig"))
    )
    for column in ("quote", "actor", "action", "quote_en"):
        assert row[column].startswith("'")


_TEXT = st.text(max_size=60).filter(lambda text: not any("\ud800" <= char <= "\udfff" for char in text))


@given(quote=_TEXT, actor=_TEXT)
def test_any_text_reads_back_from_csv(desk: Desk, quote: str, actor: str) -> None:
    content = mandates_csv([mandate(desk, quote=quote, actor=actor), mandate(desk)]).decode("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(content, newline=""))
    assert second["record"] == first["record"]
    for column, text in (("quote", quote), ("actor", actor)):
        kept = [char for char in text if char.isprintable()]
        assert [char for char in first[column].removeprefix("'") if char.isprintable()] in (kept, kept[1:])
        assert not first[column].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(
    quote=_TEXT,
    first=st.dates(),
    days=st.integers(0, 10_000),
)
def test_any_fact_reads_back_from_a_calendar(desk: Desk, quote: str, first: date, days: int) -> None:
    last = min(first, date.max - timedelta(days)) + timedelta(days)
    content = timeline_ics([fact(desk, quote=quote, first=first, last=last)], MADE)
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert event.decoded("DTSTART") == first
    if last < date.max:
        assert event.decoded("DTEND") == last + timedelta(days=1)
    kept = [char for char in quote if char.isprintable() and char != " "]
    found = [char for char in str(event["DESCRIPTION"]) if char.isprintable() and char != " "]
    assert found[: len(kept)] == kept


def test_a_uid_does_not_depend_on_when_the_index_was_made(desk: Desk) -> None:
    def uids(made: datetime) -> list[str]:
        content = timeline_ics(timeline(desk, TimelineQuery(), 100).facts, made)
        return [str(event["UID"]) for event in icalendar.Calendar.from_ical(content).walk("VEVENT")]

    assert uids(MADE) == uids(datetime(2030, 1, 1, tzinfo=UTC))
    assert len(set(uids(MADE))) == 4
