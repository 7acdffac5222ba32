"""A user's own table of names: set in one place, heard in questions, facts and displays."""

from __future__ import annotations

from pathlib import Path

import pytest
from index_models import TermVectors, document
from pydantic import ValidationError

from index.build import build_generation
from index.encoder import StaticEncoder
from index.generation import open_generation
from ingest.facts.glossary import load_glossary
from ingest.paragraphs import ParagraphId
from service.config import Settings
from service.library import Library

HEADER = "en\tzh\tabbr_en\tabbr_zh\ttype\n"
TEXT = "The Lake Forum met in June 2019. It asked the Marsh Council to report."


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "names.tsv"
    path.write_text(f"{HEADER}Lake Forum\t湖泊论坛\tLF\t\tbody\n", encoding="utf-8")
    return path


def test_a_table_that_cannot_be_used_is_refused_with_the_settings(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="can't be read"):
        Settings(glossary=tmp_path / "none.tsv")
    bad = tmp_path / "bad.tsv"
    bad.write_text("name\tother\n", encoding="utf-8")
    with pytest.raises(ValidationError, match=r"bad\.tsv:1: expected tab-separated columns"):
        Settings(glossary=bad)


def test_the_setting_is_read_from_the_environment(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORTEUR_GLOSSARY", str(table))
    assert Settings().glossary == table


def test_another_table_has_the_facts_read_again(table: Path, tmp_path: Path) -> None:
    data, encoder = tmp_path / "data", TermVectors(64, "terms")
    pid = ParagraphId("L/1", "1")

    def named() -> set[str]:
        with open_generation(data) as generation:
            found = generation.store.facts(pid)["en"].entities
            return {name for entity in found for name in (entity.en, entity.zh) if name}

    build_generation(data, [document("L/1", "en", [TEXT])], encoder)
    assert "湖泊论坛" not in named()
    report = build_generation(data, [], encoder, glossary=table)
    assert (report.written, report.embedded) == (True, 0)
    assert "湖泊论坛" in named()
    assert not build_generation(data, [], encoder, glossary=table).written


def test_the_service_searches_with_the_users_names(table: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    texts = ["湖泊论坛每年开会。", "渔业委员会每年开会。", "森林小组每两年开会。"]
    build_generation(data, [document("Z/1", "zh", texts)], StaticEncoder())
    library = Library(data, glossary=table)
    try:
        with library.open() as desk:
            hits, _ = desk.search("LF何时开会？", documents=None, languages=None, limit=3)
        assert str(hits[0].id) == "Z/1#1"
    finally:
        library.close()


def test_the_embedded_tables_hold_some_six_hundred_names() -> None:
    assert len([term for term in load_glossary().terms if term.kind != "place"]) >= 600
