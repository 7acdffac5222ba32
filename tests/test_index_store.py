from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_models import CHINESE, ENGLISH, TermVectors, document

from index.build import build_generation
from index.generation import Generation, open_generation
from index.order import reading_order
from index.store import Store, UnknownIdError
from ingest.paragraphs import Footnote, Item, Paragraph, ParagraphId


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    data = tmp_path_factory.mktemp("store")
    rich = replace(
        document("A/64/202", "zh", ["甲 (c) 乙"]),
        paragraphs=(
            Paragraph(
                id=ParagraphId("A/64/202", "35", "II"),
                kind="numbered",
                text="缔约方应当：\n(a) 种树；\n(i) 松树",
                section=("二. 荒漠", "A. 概述"),
                items=(Item(("a",), 11, 14), Item(("a", "i"), 19, 21)),
                footnotes=(Footnote("4", "见附件。", 3), Footnote("*", "临时。", 0)),
            ),
        ),
        date=None,
        edition="digest",
    )
    documents = [
        rich,
        document("A/1", "zh", CHINESE, title="标题"),
        document("A/1", "en", ENGLISH[:3], title="Title"),
    ]
    build_generation(data, documents, TermVectors())
    return open_generation(data)


def test_a_paragraph_comes_back_exactly_as_it_was_read(generation: Generation) -> None:
    stored = generation.store.paragraph(ParagraphId("A/64/202", "35", "II"))
    paragraph = stored.versions["zh"]
    assert paragraph.text == "缔约方应当：\n(a) 种树；\n(i) 松树"
    assert paragraph.items == (Item(("a",), 11, 14), Item(("a", "i"), 19, 21))
    assert paragraph.footnotes == (Footnote("4", "见附件。", 3), Footnote("*", "临时。", 0))
    assert stored.section("en") == ("二. 荒漠", "A. 概述")
    assert stored.document.edition == "digest"


def test_an_item_is_found_in_its_paragraph(generation: Generation) -> None:
    found = generation.store.paragraph(ParagraphId("A/64/202", "35", "II", ("a", "i")))
    assert found.id == ParagraphId("A/64/202", "35", "II")


def test_versions_of_a_paragraph_stand_together(generation: Generation) -> None:
    store = generation.store
    assert set(store.paragraph(ParagraphId("A/1", "1")).versions) == {"en", "zh"}
    assert set(store.paragraph(ParagraphId("A/1", "4")).versions) == {"zh"}
    described = store.document("A/1")
    assert (described.languages, described.paragraphs) == (("en", "zh"), 4)
    assert (described.title("en"), described.title("zh"), described.title("fr")) == ("Title", "标题", "Title")
    assert described.date == "2017-06-20"


def test_documents_are_listed_by_symbol(generation: Generation) -> None:
    assert [d.symbol for d in generation.store.documents()] == ["A/1", "A/64/202"]


@pytest.mark.parametrize("symbol", ["A/2", "", "a/1", "A/1' OR '1'='1", "\x00", "A/1%"])
def test_an_unknown_document_is_named(generation: Generation, symbol: str) -> None:
    for call in (generation.store.document, generation.store.paragraphs, generation.store.number):
        with pytest.raises(UnknownIdError) as caught:
            call(symbol)
        assert caught.value.name == symbol


def test_an_unknown_paragraph_is_named(generation: Generation) -> None:
    with pytest.raises(UnknownIdError, match="got 'A/1#99', which is not in it"):
        generation.store.paragraph(ParagraphId("A/1", "99"))


def test_many_are_fetched_in_the_order_asked_for_and_unknown_ones_left_out(generation: Generation) -> None:
    store = generation.store
    keys = [key for key, _, _, _ in store.texts("zh")]
    wanted = [keys[3], 7, keys[0]]
    assert list(store.at(wanted)) == [keys[3], keys[0]]
    assert list(store.at([])) == []


def test_more_than_one_batch_is_fetched(tmp_path: Path) -> None:
    build_generation(tmp_path, [document("A/1", "en", [f"Site w{n}." for n in range(1200)])], TermVectors(8))
    with open_generation(tmp_path) as opened:
        found = opened.store.paragraphs("A/1")
        assert [p.id.number for p in found] == [str(n) for n in range(1, 1201)]


def test_threads_read_side_by_side(generation: Generation) -> None:
    def read(number: int) -> str:
        return generation.store.paragraph(ParagraphId("A/1", str(number % 4 + 1))).versions["zh"].text

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read, range(400))) == list(CHINESE) * 100


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    build_generation(tmp_path, [document("A/1", "en", ENGLISH)], TermVectors())
    opened = open_generation(tmp_path)
    opened.close()
    opened.close()
    with ThreadPoolExecutor(1) as pool, pytest.raises(ValueError, match="expected an open store"):
        pool.submit(opened.store.paragraph, ParagraphId("A/1", "1")).result()


def test_a_folder_with_odd_characters_opens(tmp_path: Path) -> None:
    data = tmp_path / "数据 #1? 100% &c"
    build_generation(data, [document("A/1", "en", ENGLISH)], TermVectors())
    with open_generation(data) as opened:
        assert len(opened.store.paragraphs("A/1")) == 4


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8), max_size=3))
def test_the_common_reading_order_holds_every_paragraph_once_and_keeps_the_longest(
    versions: list[list[str]],
) -> None:
    order = reading_order(versions)
    assert sorted(order) == sorted({local for version in versions for local in version})
    longest = max(versions, key=len, default=[])
    assert [local for local in order if local in longest] == longest


def test_what_only_one_version_has_stands_after_what_precedes_it() -> None:
    assert reading_order([["1", "2", "4"], ["summary", "1", "2", "3"]]) == ["summary", "1", "2", "4", "3"]
    assert reading_order([["1", "3"], ["1", "2", "3"]]) == ["1", "2", "3"]


def test_threads_that_come_and_go_leave_no_file_open(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each thread's connection was kept when it ended: a service ran into the limit on open files."""
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def counted(*arguments: Any, **named: Any) -> sqlite3.Connection:
        opened.append(connect(*arguments, **named))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", counted)
    with closing(Store(generation.folder / "store.sqlite")) as store:
        for _ in range(20):
            thread = threading.Thread(target=store.paragraphs, args=("A/1",))
            thread.start()
            thread.join()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: store.counts(), range(200)))
        assert 1 <= len(opened) <= 9
        reading = store.texts("zh")
        next(reading)
    assert list(reading), "what is being read is read to its end"
    for connection in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")
    with pytest.raises(ValueError, match="got a closed one"):
        store.counts()
