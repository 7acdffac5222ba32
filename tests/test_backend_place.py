"""What ``--data`` may name, and what is said where it names nothing that can be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from engines import free_port
from pydantic import ValidationError

from index.backends.choice import backend_at
from index.backends.contract import UnreachableError
from index.backends.folder import Folder
from index.backends.place import MilvusPlace, parse_place
from index.backends.rows import wire
from service.config import Settings

pytest.importorskip("pymilvus", reason="the Milvus client is not installed: pip install 'rapporteur[milvus]'")


@pytest.mark.parametrize(
    ("named", "uri", "database", "name"),
    [
        ("http://127.0.0.1:19530", "http://127.0.0.1:19530", "", "rapporteur"),
        ("milvus://milvus", "http://milvus:19530", "", "rapporteur"),
        ("https://cloud.example.org:443/un#drafts", "https://cloud.example.org:443", "un", "drafts"),
        ("http://[::1]:19531/", "http://[::1]:19531", "", "rapporteur"),
        ("/srv/index.db", "/srv/index.db", "", "rapporteur"),
        ("/srv/index.db#drafts", "/srv/index.db", "", "drafts"),
    ],
)
def test_a_uri_or_a_file_names_an_index_on_milvus(named: str, uri: str, database: str, name: str) -> None:
    assert parse_place(named) == MilvusPlace(uri, database, name)
    assert parse_place(parse_place(named)) == parse_place(named)
    assert parse_place(str(parse_place(named))) == parse_place(named)


def test_anything_else_is_a_folder(tmp_path: Path) -> None:
    assert parse_place("data") == parse_place(Path("data")) == Path("data")
    assert parse_place("./index.d") == Path("index.d")
    assert backend_at(tmp_path) == Folder(tmp_path)


@pytest.mark.parametrize(
    "named", ["ftp://milvus:1", "http://", "http://host:port", "http://host/a-b", "x.db#1", "http://h?a=b"]
)
def test_what_can_be_no_place_is_refused_and_told(named: str) -> None:
    with pytest.raises(ValueError, match="expected a folder"):
        parse_place(named)


def test_a_password_has_no_place_in_an_address() -> None:
    with pytest.raises(ValueError, match="RAPPORTEUR_MILVUS_TOKEN"):
        parse_place("http://root:secret@host:19530")


def test_the_environment_names_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORTEUR_DATA", "http://127.0.0.1:19530")
    monkeypatch.setenv("RAPPORTEUR_MILVUS_TOKEN", "root:secret")
    settings = Settings()
    assert settings.data == MilvusPlace("http://127.0.0.1:19530")
    assert "secret" not in repr(settings)


def test_several_workers_cannot_share_a_file() -> None:
    with pytest.raises(ValidationError, match="one worker"):
        Settings(data=parse_place("index.db"), workers=2)


def test_a_server_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    place = parse_place(address)
    with pytest.raises(UnreachableError, match="does not answer"):
        backend_at(place, cache=tmp_path).open()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORTEUR_")}
    ran = subprocess.run(  # noqa: S603 (our own arguments)
        [sys.executable, "-m", "rapporteur", "search", "soil", "--data", address],
        capture_output=True,
        text=True,
        env=kept | {"RAPPORTEUR_CACHE": str(tmp_path)},
        timeout=120,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert f"expected a Milvus server at {address}" in ran.stderr


def test_terms_stay_whole_and_apart_whatever_the_analyser() -> None:
    terms = ["soil", "21/cop", "21cop", "土壤", "土", "0x571f", "0a32", "s", "-", "é", "\ud800"]
    written = [wire(term) for term in terms]
    assert len(set(written)) == len(terms)
    assert all(word.isascii() and word.isalnum() for word in written)
    assert [word.lower() for word in written] == written
