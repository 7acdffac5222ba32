"""Documents prepared in other processes come out as they do in one."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from index_models import TermVectors, document, numbered_documents

from index import preparing, writing
from index.build import build_generation
from index.factrows import Names, fact_rows
from index.generation import open_generation
from index.preparer import prepared
from index.preparing import Prepared, Preparing
from ingest.corpus import SAMPLE, read_corpus
from ingest.facts.glossary import load_glossary
from ingest.paragraphs import Document

GLOSSARY = "en\tzh\tabbr_en\tabbr_zh\ttype\nLighthouse Board\t灯塔委员会\tLHB\t\tbody\n"


def sample() -> list[Document]:
    return list(read_corpus([SAMPLE]).documents)


def content(data: Path) -> list[object]:
    with open_generation(data) as generation:
        tables = ("texts", "items", "footnotes", "passages", "facts", "records", "quotes")
        return [generation.store.select(f"SELECT * FROM {table}") for table in tables]  # noqa: S608 (ours)


def test_an_index_is_the_same_whoever_reads_its_facts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    glossary = tmp_path / "glossary.tsv"
    glossary.write_text(GLOSSARY, encoding="utf-8")
    lamps = document("A/9", "en", ["The Lighthouse Board requests the secretariat to report by 4 May 2011."])
    french = document("A/9", "fr", ["Le secrétariat compte les phares chaque année."])
    documents = [*sample(), lamps, french]
    build_generation(tmp_path / "one", documents, TermVectors(8), glossary=glossary)
    used: list[int] = []
    start = Preparing.__enter__

    def noted(self: Preparing) -> Preparing:
        used.append(1)
        return start(self)

    monkeypatch.setattr(Preparing, "__enter__", noted)
    monkeypatch.setattr(writing, "MANY", 1)
    build_generation(tmp_path / "many", documents, TermVectors(8), glossary=glossary)
    assert used
    assert content(tmp_path / "many") == content(tmp_path / "one")


def test_what_is_known_is_not_prepared_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MANY", 1)
    asked: list[str] = []
    one = Preparing._one

    def noted(self: Preparing, versions: list[Document]) -> Prepared:
        asked.extend(version.symbol for version in versions)
        return one(self, versions)

    monkeypatch.setattr(Preparing, "_one", noted)
    first, second, third = numbered_documents(3, 2)
    build_generation(tmp_path, [first, second], TermVectors(8))
    assert asked == [first.symbol, second.symbol]
    build_generation(tmp_path, [replace(second, title="Another"), third], TermVectors(8))
    assert asked[2:] == [third.symbol]


def test_answers_come_in_the_order_of_the_documents() -> None:
    documents = [[one] for one in numbered_documents(20, 3)]
    with Preparing(None, 3) as processes:
        found = [made.windows["en"] for made in processes.all(documents)]
    lengths = [[len(paragraph.text) for paragraph in one.paragraphs] for (one,) in documents]
    assert [[spans[-1][1] for spans in windows] for windows in found] == lengths


def test_what_a_process_tells_is_what_is_made_here() -> None:
    names = Names(load_glossary())
    versions = {one.language: one for one in sample() if one.symbol == sample()[0].symbol}
    made = Prepared.from_json(prepared(list(versions.values()), names))
    rows = fact_rows(versions, names, {})
    assert made.rows is not None
    assert made.facts == rows.found()
    assert json.dumps(made.rows.as_json()) == json.dumps(rows.as_json())
    assert Prepared.from_json(prepared([], names)) == Prepared()


def test_a_process_that_dies_leaves_the_work_to_who_needs_it(tmp_path: Path) -> None:
    with Preparing(None, 1) as processes:
        (process,) = processes._processes
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert list(processes.all([[one] for one in numbered_documents(3, 2)])) == [Prepared()] * 3
    assert preparing.MANY > 1
