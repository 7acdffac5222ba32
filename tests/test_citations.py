"""Who cites whom in an index: both ways, across languages and documents, and after one of them changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from citing_examples import FILES, ingest
from serving import running
from typer.testing import CliRunner

from index.citations import Cited, cited, cited_by
from index.generation import open_generation
from index.links import link_name
from rapporteur import app
from service.config import Settings


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ingest(tmp_path_factory.mktemp("citations"), FILES)


@pytest.fixture(scope="module")
def client(data: Path) -> Iterator[httpx.Client]:
    with running(Settings(data=data)) as client:
        yield client


def led_to(found: tuple[Cited, ...]) -> dict[str, str | None]:
    """What is named → where it leads."""
    return {
        one.key if one.paragraph is None else f"{one.key}#{one.paragraph}": (
            None if one.target is None else str(one.target.id or one.target.symbol)
        )
        for one in found
    }


def test_references_lead_to_documents_paragraphs_and_items(data: Path) -> None:
    with open_generation(data) as generation:
        found = cited(generation.store, "A/64/202")
        assert led_to(found["I.1"]) == {
            "A/RES/63/218#2(b)": "A/RES/63/218#2(b)",
            "21/COP.12": "ICCD/COP(12)/20/Add.1#decision-21-COP-12.1",
        }
        assert led_to(found["I.2"]) == {"A/64/202#1": "A/64/202#I.1"}
        assert led_to(found["II.1"]) == {
            "IX/12#2": "UNEP/CBD/COP/DEC/IX/12#2",
            "5/COP.4": None,
            "A/63/1/Add.1#3": None,
            "A/RES/65/37 B": "A/RES/65/37/A-B",
        }
        assert led_to(cited(generation.store, "A/RES/63/218")["1"]) == {"A/64/202#II.1": "A/64/202#II.1"}


def test_both_languages_name_one_reference(data: Path) -> None:
    with open_generation(data) as generation:
        (resolution, _) = cited(generation.store, "A/64/202")["I.1"]
        texts = generation.store.versions("A/64/202")
        stands = {
            mention.language: texts[mention.language].paragraphs[0].text[mention.start : mention.end]
            for mention in resolution.mentions
        }
        assert stands == {"en": "2 (b)", "zh": "2(b)"}


def test_a_document_knows_who_cites_it_and_which_paragraph(data: Path) -> None:
    with open_generation(data) as generation:
        store = generation.store
        found = cited_by(store, "A/RES/63/218")
        assert [(str(one.id), str(one.target)) for one in found.document] == [
            ("A/64/202#I.1", "A/RES/63/218#2(b)")
        ]
        assert [str(one.id) for one in found.paragraphs["2"]] == ["A/64/202#I.1"]
        assert found.total == 1
        report = cited_by(store, "ICCD/COP(12)/20/Add.1")
        assert [str(one.id) for one in report.paragraphs["decision-21-COP-12.1"]] == ["A/64/202#I.1"]
        # Its own paragraphs are told with what they cite, not as others that cite the document.
        own = cited_by(store, "A/64/202")
        assert [str(one.id) for one in own.document] == ["A/RES/63/218#1"]
        assert [str(one.id) for one in own.paragraphs["I.1"]] == ["A/64/202#I.2"]


def test_links_follow_when_one_document_comes_or_changes(tmp_path: Path) -> None:
    report = {"A_64_202.en.txt": FILES["A_64_202.en.txt"]}
    data = ingest(tmp_path, report)
    with open_generation(data) as generation:
        assert led_to(cited(generation.store, "A/64/202")["I.1"])["A/RES/63/218#2(b)"] is None
    (tmp_path / "A_64_202.en.txt").unlink()
    ingest(tmp_path, {"A_RES_63_218.en.txt": FILES["A_RES_63_218.en.txt"]})
    with open_generation(data) as generation:
        assert led_to(cited(generation.store, "A/64/202")["I.1"])["A/RES/63/218#2(b)"] == "A/RES/63/218#2(b)"
        assert cited_by(generation.store, "A/RES/63/218").total == 1
    ingest(
        tmp_path, {"A_RES_63_218.en.txt": "63/218. Wells\n\nThe General Assembly,\n\n1. Decides to rest.\n"}
    )
    with open_generation(data) as generation:
        assert led_to(cited(generation.store, "A/64/202")["I.1"])["A/RES/63/218#2(b)"] == "A/RES/63/218"
        assert cited_by(generation.store, "A/64/202").total == 0


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("A/RES/65/37 A", "A/RES/65/37A"),
        ("A/64/202*", "A/64/202"),
        ("21/COP12", "21/COP.12"),
        ("21/COP-12", "21/COP.12"),
        ("UNEP/EA.4/Res.1", "UNEP/EA.4/RES.1"),
        ("A/RES/2997(XXVII)", "A/RES/2997(XXVII)"),
    ],
)
def test_a_name_is_compared_without_what_differs_in_print(key: str, name: str) -> None:
    assert link_name(key) == name


def test_the_interface_tells_references_and_who_cites(client: httpx.Client) -> None:
    body = client.get("/v1/documents/A/64/202").json()
    (first, second, third) = body["paragraphs"]
    assert first["cites"] == ["A/RES/63/218", "21/COP.12"]
    resolution = first["references"][0]
    assert (resolution["key"], resolution["kind"], resolution["paragraph"]) == (
        "A/RES/63/218",
        "resolution",
        "2(b)",
    )
    assert resolution["target"] == {
        "symbol": "A/RES/63/218",
        "id": "A/RES/63/218#2(b)",
        "label": {"en": "A/RES/63/218, para. 2 (b)", "zh": "A/RES/63/218，第2(b)段"},
        "url": "/documents/A/RES/63/218#2(b)",
    }
    assert first["references"][1]["target"]["label"]["en"].endswith("Add.1, decision 21/COP.12, para. 1")
    assert first["references"][1]["target"]["label"]["zh"].endswith("Add.1，第21/COP.12号决定，第1段")
    for place in resolution["places"]:
        assert first["texts"][place["language"]][place["start"] : place["end"]].replace(" ", "") == "2(b)"
    assert second["cites"] == []
    assert [one["id"] for one in first["cited_by"]] == ["A/64/202#I.2"]
    assert [one["target"] for one in third["references"] if one["key"] == "5/COP.4"] == [None]
    marks = {one["key"]: one["places"][0]["footnote"] for one in third["references"]}
    assert marks["A/63/1/Add.1"] == "1"
    assert [(one["id"], one["target"]) for one in body["cited_by"]] == [("A/RES/63/218#1", "A/64/202#II.1")]
    assert body["cited_by_total"] == 1


def test_every_address_of_a_link_leads_to_its_paragraph(client: httpx.Client) -> None:
    for entry in client.get("/v1/documents").json()["documents"]:
        body = client.get(f"/v1/documents/{entry['symbol']}").json()
        targets = [one["target"] for p in body["paragraphs"] for one in p["references"] if one["target"]]
        for one in (*targets, *body["cited_by"]):
            symbol, _, local = one["id"].partition("#")
            answer = client.get(f"/v1/documents/{symbol}", params={"paragraph": local} if local else {})
            assert answer.status_code == 200
            assert one["url"] == f"/documents/{one['id']}"


def test_the_terminal_shows_what_is_cited_what_is_missing_and_by_whom(data: Path) -> None:
    shown = CliRunner().invoke(app, ["show", "A/64/202#I.1", "--data", str(data)]).output
    assert "→ cites A/RES/63/218#2(b), ICCD/COP(12)/20/Add.1#decision-21-COP-12.1" in shown
    assert "← cited by A/64/202#I.2" in shown
    shown = CliRunner().invoke(app, ["show", "A/64/202#II.1", "--data", str(data)]).output
    assert "→ cites, not in this index: 5/COP.4, A/63/1/Add.1#3" in shown
