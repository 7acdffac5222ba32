"""Mandates and the timeline over a real socket and on the command line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import icalendar
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving import error_of, running

from index.build import build_generation
from index.encoder import load_encoder
from ingest.paragraphs import Document, Paragraph, ParagraphId
from rapporteur import main
from service.config import Settings

PATHS = {"/v1/mandates": "mandates", "/v1/timeline": "facts"}


@pytest.fixture(scope="module")
def client(sample_data: Path) -> Iterator[httpx.Client]:
    with running(Settings(data=sample_data)) as client:
        yield client


def get(client: httpx.Client, path: str, **parameters: Any) -> dict[str, Any]:
    if "from_" in parameters:
        parameters["from"] = parameters.pop("from_")
    response = client.get(path, params=parameters)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("path", PATHS)
def test_every_quote_stands_in_its_paragraph_where_it_says(client: httpx.Client, path: str) -> None:
    body = get(client, path, limit=5000)
    records = body[PATHS[path]]
    assert len(records) == body["total"] > 50
    texts: dict[str, dict[str, str]] = {}
    for symbol in ("A/64/202", "ICCD/COP(13)/CST/5"):
        for paragraph in client.get(f"/v1/documents/{symbol}").json()["paragraphs"]:
            texts[paragraph["id"]] = paragraph["texts"]
    for record in records:
        pid = ParagraphId.parse(record["id"])
        assert record["url"] == f"/documents/{record['id']}"
        assert record["label"]["en"].startswith(record["symbol"])
        assert record["label"]["zh"].startswith(record["symbol"])
        assert record["language"] not in record["translations"]
        for said in (record, *record["translations"].values()):
            assert said["text"][said["start"] : said["end"]] == said["quote"] != ""
            assert said["text"] == texts[str(pid.paragraph)][said["language"]]
            assert said["edition"] == "digest"


def test_a_dated_fact_says_when_in_both_languages(client: httpx.Client) -> None:
    body = get(client, "/v1/timeline", from_="2017-03-21", to="2017-03-23", documents="ICCD/COP(13)/CST/5")
    fact = next(fact for fact in body["facts"] if fact["value"] == "2017-03-21/2017-03-23")
    assert (fact["first"], fact["last"]) == ("2017-03-21", "2017-03-23")
    assert fact["date"] == {"en": "21–23 March 2017", "zh": "2017年3月21日至23日"}
    assert fact["id"] == "ICCD/COP(13)/CST/5#15"
    assert fact["text"][fact["date_start"] : fact["date_end"]] == fact["date_text"]
    assert "2017年3月21日至23日" in fact["translations"]["zh"]["quote"]


def test_a_mandate_says_who_asks_whom_to_do_what_under_which_decision(client: httpx.Client) -> None:
    body = get(client, "/v1/mandates", decision="决定21/COP.12", documents="ICCD/COP(13)/CST/5")
    assert body["total"] > 2
    assert {mandate["decision"] for mandate in body["mandates"]} == {"21/COP.12"}
    third = next(
        m for m in body["mandates"] if m["id"] == "ICCD/COP(13)/CST/5#3" and m["verb"] == "authorize"
    )
    assert third["actor"] == "the Conference of the Parties"
    assert third["addressee"].startswith("the Science-Policy Interface")
    assert third["translations"]["zh"]["actor"] == "缔约方会议"


def test_a_mandate_of_an_item_has_the_id_of_the_item(client: httpx.Client) -> None:
    ids = [mandate["id"] for mandate in get(client, "/v1/mandates", limit=5000)["mandates"]]
    assert {f"ICCD/COP(13)/CST/5#36({item})" for item in "abcdef"} <= set(ids)


@pytest.mark.parametrize("path", PATHS)
def test_filters_narrow(client: httpx.Client, path: str) -> None:
    everything = {record["record"] for record in get(client, path, limit=5000)[PATHS[path]]}
    for parameters in (
        {"actor": "CST"}, {"actor": "缔约方会议"}, {"action": "report"}, {"from": "2017"}, {"to": "2009"},
        {"documents": "A/64/202"}, {"decision": "A/RES/63/219"}, {"language": "zh"},
    ):  # fmt: skip
        found = get(client, path, **{"limit": 5000, **parameters})
        some = {record["record"] for record in found[PATHS[path]]}
        assert 0 < len(some) < len(everything) or parameters == {"language": "zh"}, parameters
        assert some <= everything
        for record in found[PATHS[path]]:
            if "from" in parameters:
                assert record["last"] >= "2017-01-01"
            if "to" in parameters:
                assert record["first"] <= "2009-12-31"
            if "language" in parameters:
                assert record["language"] == "zh"


def test_a_verb_is_found_in_all_its_forms(client: httpx.Client) -> None:
    asked, said = (get(client, "/v1/mandates", limit=5000, action=verb) for verb in ("request", "Requests"))
    verbs = {mandate["record"] for mandate in asked["mandates"] if mandate["verb"] == "request"}
    assert verbs
    assert verbs <= {mandate["record"] for mandate in said["mandates"]}


@pytest.mark.parametrize("path", PATHS)
def test_pages_follow_one_another(client: httpx.Client, path: str) -> None:
    whole = get(client, path, limit=5000, actor="the")
    found: list[dict[str, Any]] = []
    address = f"{path}?limit=7&actor=the"
    while address:
        page = client.get(address).json()
        found += page[PATHS[path]]
        address = page["next"]
    assert found == whole[PATHS[path]]
    assert get(client, path, offset=10**6)[PATHS[path]] == []


@pytest.mark.parametrize("path", PATHS)
def test_csv_holds_the_same_records_and_says_where_it_goes_on(client: httpx.Client, path: str) -> None:
    records = get(client, path, limit=5000)[PATHS[path]]
    response = client.get(path, params={"format": "csv"})
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    written = rows(response.content)
    assert [row["record"] for row in written] == [record["record"] for record in records]
    for row, record in zip(written, records, strict=True):
        assert row["id"] == record["id"]
        assert row["quote"].removeprefix("'") == record["quote"]
        quotes = {record["language"]: record["quote"]}
        quotes |= {language: said["quote"] for language, said in record["translations"].items()}
        for language in ("en", "zh"):
            assert row[f"quote_{language}"].removeprefix("'") == quotes.get(language, "")
    part = client.get(path, params={"format": "csv", "limit": 5})
    assert len(rows(part.content)) == 5
    assert part.headers["x-total-count"] == str(len(records))
    assert rows(client.get(part.links["next"]["url"]).content)[0]["record"] == records[5]["record"]
    assert "link" not in response.headers


def test_a_calendar_holds_an_all_day_event_for_each_fact_with_a_year(client: httpx.Client) -> None:
    facts = [fact for fact in get(client, "/v1/timeline", limit=5000)["facts"] if fact["first"]]
    response = client.get("/v1/timeline", params={"format": "ics"})
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert max(len(line) for line in response.content.split(b"\r\n")) <= 75
    calendar = icalendar.Calendar.from_ical(response.content)
    events = calendar.walk("VEVENT")
    assert [str(event["UID"]) for event in events] == [f"{fact['record']}@rapporteur" for fact in facts]
    for event, fact in zip(events, facts, strict=True):
        assert event.decoded("DTSTART") == date.fromisoformat(fact["first"])
        assert event.decoded("DTEND") == date.fromisoformat(fact["last"]) + timedelta(days=1)
        description = str(event["DESCRIPTION"])
        assert fact["quote"] in description
        assert fact["label"][fact["language"]] in description
        assert "sample digest, not an official text" in description or fact["language"] == "zh"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv"),
        ("text/csv;q=0.9, application/json", "application/json"),
        ("text/csv, */*;q=0.1", "text/csv"),
        ("text/calendar", "text/calendar"),
        ("text/*", "text/csv"),
        ("*/*", "application/json"),
        ("text/html, */*;q=0.8", "application/json"),
        ("image/png", "application/json"),
        ("text/csv;q=many", "application/json"),
        ("", "application/json"),
        (";;,,q=", "application/json"),
    ],
)
def test_the_accept_header_chooses_the_format_where_no_parameter_does(
    client: httpx.Client, accept: str, kind: str
) -> None:
    response = client.get("/v1/timeline", params={"limit": 2}, headers={"Accept": accept})
    assert response.headers["content-type"].partition(";")[0] == kind
    chosen = client.get("/v1/timeline", params={"limit": 2, "format": "json"}, headers={"Accept": accept})
    assert chosen.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ("from=yesterday", "from"),
        ("from=2017-02-30", "from"),
        ("from=--06-17", "from"),
        ("from=2009/2010", "from"),
        ("to=0000", "to"),
        ("to=", "to"),
        ("from=2018&to=2017", "query"),
        ("decision=soil", "decision"),
        ("actor=%20", "actor"),
        ("actor=", "actor"),
        ("action=a%00b", "action"),
        (f"actor={'x' * 201}", "actor"),
        ("language=fr", "language"),
        ("format=xml", "format"),
        ("limit=0", "limit"),
        ("limit=5001", "limit"),
        ("limit=many", "limit"),
        ("offset=-1", "offset"),
        ("documents=", "documents"),
        ("actro=CST", "actro"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(
    client: httpx.Client, path: str, parameters: str, field: str
) -> None:
    response = client.get(f"{path}?{parameters}")
    assert response.status_code == 422
    error = error_of(response)
    assert error["code"] == "invalid_request"
    assert error["details"]["fields"][0]["field"].partition(".")[0] == field


def test_mandates_make_no_calendar(client: httpx.Client) -> None:
    assert error_of(client.get("/v1/mandates?format=ics"))["code"] == "invalid_request"


@pytest.mark.parametrize("path", PATHS)
def test_unknown_documents_are_said_and_refused_where_none_is_known(client: httpx.Client, path: str) -> None:
    response = client.get(path, params={"documents": "A/99/999"})
    assert response.status_code == 404
    assert error_of(response)["code"] == "unknown_document"
    body = get(client, path, documents=["A/99/999", "A/64/202"])
    assert body["unknown_documents"] == ["A/99/999"]
    assert {record["symbol"] for record in body[PATHS[path]]} == {"A/64/202"}


@pytest.mark.parametrize("path", PATHS)
def test_without_an_index_it_says_what_to_type(tmp_path: Path, path: str) -> None:
    with running(Settings(data=tmp_path / "none")) as client:
        response = client.get(path)
        assert response.status_code == 503
        assert "rapporteur ingest" in error_of(response)["message"]


def test_an_index_without_dates_gives_empty_lists_and_whole_files(tmp_path: Path) -> None:
    paragraph = Paragraph(ParagraphId("X/1", "1"), "numbered", "Lamps burn.")
    build_generation(tmp_path, [Document("X/1", "en", "Lamps", (paragraph,))], load_encoder())
    with running(Settings(data=tmp_path)) as client:
        for path, name in PATHS.items():
            body = get(client, path)
            assert (body[name], body["total"], body["next"]) == ([], 0, None)
            content = client.get(path, params={"format": "csv"}).content
            assert content.startswith("\ufeffrecord,id,label_en".encode())
            assert rows(content) == []
        calendar = icalendar.Calendar.from_ical(client.get("/v1/timeline?format=ics").content)
        assert calendar.walk("VEVENT") == []


@pytest.mark.parametrize("path", PATHS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parameters=st.dictionaries(
        st.sampled_from(
            [
                "actor",
                "action",
                "decision",
                "from",
                "to",
                "documents",
                "language",
                "limit",
                "offset",
                "format",
            ]
        ),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.from_regex(r"\d{4}(-\d\d){0,2}"),
        max_size=3,
    ),
    accept=st.text(st.sampled_from("texcsv/*;q=0.1, "), max_size=30),
)
def test_no_parameter_makes_the_service_fail(
    client: httpx.Client, path: str, parameters: dict[str, str], accept: str
) -> None:
    response = client.get(path, params=parameters, headers={"Accept": accept.strip()})
    assert response.status_code in (200, 404, 422)
    if response.status_code != 200:
        error_of(response)


def command(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str | Path) -> tuple[object, bytes, str]:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    captured = capfdbinary.readouterr()
    return left.value.code, captured.out, captured.err.decode()


@pytest.mark.parametrize("name", ["mandates", "timeline"])
def test_the_commands_print_what_the_service_gives(
    client: httpx.Client, sample_data: Path, capfdbinary: pytest.CaptureFixture[bytes], name: str
) -> None:
    asked = {"actor": "CST", "from": "2009", "to": "2017", "limit": "5000"}
    options = [part for option, value in asked.items() for part in (f"--{option}", value)]
    path, key = f"/v1/{name}", PATHS[f"/v1/{name}"]
    code, output, _ = command(capfdbinary, name, *options, "--json", "--data", sample_data)
    assert code == 0
    assert json.loads(output)[key] == get(client, path, **asked)[key]
    code, output, _ = command(capfdbinary, name, *options, "--csv", "--data", sample_data)
    assert output == client.get(path, params={**asked, "format": "csv"}).content
    if name == "timeline":
        code, output, _ = command(capfdbinary, name, *options, "--ics", "--data", sample_data)
        assert output == client.get(path, params={**asked, "format": "ics"}).content


@pytest.mark.parametrize("name", ["mandates", "timeline"])
def test_the_commands_print_a_table(
    sample_data: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    code, output, errors = command(capfdbinary, name, "--actor", "SPI", "--data", sample_data)
    assert (code, errors) == (0, "")
    assert "ICCD/COP(13)/CST/5, para. 3" in output.decode()
    assert "sample digest, not an official text" in output.decode()
    code, output, _ = command(capfdbinary, name, "--actor", "nobody at all", "--data", sample_data)
    assert code == 0
    assert output.decode().startswith("0 ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mandates", "--from", "soon"], "2017-03-21"),
        (["mandates", "--from", "2018", "--to", "2017"], "from=2018"),
        (["timeline", "--csv", "--ics"], "--ics"),
        (["timeline", "--decision", "soil"], "21/COP.12"),
        (["timeline", "--limit", "0"], "greater than or equal to 1"),
    ],
)
def test_wrong_usage_is_told(
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    code, output, errors = command(capfdbinary, *arguments)
    assert (code, output) == (2, b"")
    assert said in errors


@pytest.mark.parametrize("name", ["mandates", "timeline"])
def test_without_an_index_a_command_says_what_to_type(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], name: str
) -> None:
    code, output, errors = command(capfdbinary, name, "--data", tmp_path / "none")
    assert (code, output) == (1, b"")
    assert "rapporteur ingest" in errors
