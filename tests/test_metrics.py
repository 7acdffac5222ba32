"""What is counted and logged, and what never is."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from guarding import client_of, guarded, key_file
from prometheus_client.parser import text_string_to_metric_families
from serving import error_of, running

from service.access.keys import Role
from service.config import Settings
from service.logs import REQUESTS, install_logs

WORD = "swordfish"
DASHBOARD = Path(__file__).resolve().parent.parent / "docs" / "grafana.json"


@pytest.fixture(scope="module")
def client(sample_data: Path) -> Iterator[httpx.Client]:
    with running(Settings(data=sample_data)) as client:
        yield client


def samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(client: httpx.Client, name: str, **labels: str) -> float:
    return samples(client.get("/metrics").text).get((name, frozenset(labels.items())), 0.0)


def test_answers_are_counted_by_status_and_timed_by_stage(client: httpx.Client) -> None:
    before = value(client, "rapporteur_stage_seconds_count", stage="retrieve")
    for question in (
        "When was the Global Symposium on Soil Organic Carbon held?",
        "Who won the cup?",
    ):
        client.post("/v1/answers", json={"question": question})
    assert value(client, "rapporteur_stage_seconds_count", stage="retrieve") == before + 2
    assert value(client, "rapporteur_stage_seconds_sum", stage="answer") > 0
    assert value(client, "rapporteur_answers_total", status="answered", reason="", language="en") >= 1
    assert (
        value(client, "rapporteur_answers_total", status="not_found", reason="no_evidence", language="en")
        >= 1
    )
    assert value(client, "rapporteur_requests_total", route="/v1/answers", method="POST", status="200") >= 2


def test_the_generation_served_is_reported(client: httpx.Client) -> None:
    ready = client.get("/readyz").json()
    assert value(client, "rapporteur_generation", generation=ready["generation"], model=ready["model"]) == 1
    assert value(client, "rapporteur_index_size", what="paragraphs") == ready["paragraphs"]
    assert value(client, "rapporteur_index_problem") == 0
    assert value(client, "process_resident_memory_bytes") > 0


def test_no_word_of_a_client_becomes_a_label(client: httpx.Client) -> None:
    for method, path in [
        ("GET", f"/v1/documents/{WORD}"),
        ("GET", f"/documents/{WORD}"),
        ("GET", f"/{WORD}"),
        ("GET", f"/v1/documents?{WORD}=1"),
        (WORD.upper(), "/v1/answers"),
        ("PROPFIND", "/v1/answers"),
    ]:
        client.request(method, path, headers={"User-Agent": WORD, "X-Request-ID": WORD})
    client.post("/v1/answers", json={"question": WORD, "documents": [WORD]})
    client.post("/v1/answers", json={WORD: WORD})
    text = client.get("/metrics").text
    assert WORD not in text.lower()
    assert 'route="none"' in text
    assert 'method="other"' in text
    assert 'route="/v1/documents/{symbol:path}"' in text


def test_without_an_index_the_metrics_say_so(tmp_path: Path) -> None:
    with running(Settings(data=tmp_path)) as client:
        assert value(client, "rapporteur_index_problem") == 1


def test_the_metrics_are_for_admins_where_there_are_keys(tmp_path: Path) -> None:
    keys = key_file(tmp_path / "keys.json", keeper=Role.ADMIN, reader=Role.READ)
    with client_of(Settings(keys=tmp_path / "keys.json")) as client:
        assert client.get("/metrics").status_code == 401
        assert client.get("/metrics", headers={"X-API-Key": keys["reader"]}).status_code == 403
        assert client.get("/metrics", headers={"X-API-Key": keys["keeper"]}).status_code == 200


def test_every_metric_of_the_dashboard_is_one_that_there_is(client: httpx.Client) -> None:
    client.post("/v1/answers", json={"question": "When was the symposium held?"})
    families = {family.name for family in text_string_to_metric_families(client.get("/metrics").text)}
    names = {name for name, _ in samples(client.get("/metrics").text)} | families
    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    expressions = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    assert len(expressions) > 8
    for expression in expressions:
        used = {word for word in _words(expression) if word.startswith(("rapporteur_", "process_"))}
        assert used, expression
        assert used <= names, used - names


def _words(text: str) -> list[str]:
    return "".join(char if char.isalnum() or char == "_" else " " for char in text).split()


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the service would write to standard error, at level INFO."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    install_logs("info")
    written = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    try:
        yield written
    finally:
        root.handlers[:] = before
        root.setLevel(level)


def entries(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_each_request_is_one_line_without_a_word_of_what_was_asked(
    lines: io.StringIO, tmp_path: Path
) -> None:
    keys = key_file(tmp_path / "keys.json", reader=Role.READ)
    with client_of(Settings(keys=tmp_path / "keys.json")) as client:
        lines.truncate(0)
        client.get(f"/v1/whoami?q={WORD}", headers={"X-API-Key": keys["reader"], "User-Agent": WORD})
        client.post(f"/v1/{WORD}", content=json.dumps({"question": WORD}))
    (first, second) = [entry for entry in entries(lines) if entry["logger"] == REQUESTS]
    assert (first["route"], first["method"], first["status"]) == ("/v1/whoami", "GET", 200)
    assert first["key"] == keys["reader"].split("_")[1]
    assert isinstance(first["ms"], float)
    assert (second["route"], second["status"]) == ("none", 404)
    assert WORD not in lines.getvalue()
    assert keys["reader"] not in lines.getvalue()


def test_what_was_asked_is_logged_if_asked_for_and_cannot_forge_a_line(lines: io.StringIO) -> None:
    with client_of(Settings(log_questions=True)) as client:
        lines.truncate(0)
        forged = json.dumps({"question": WORD}) + '\n{"level": "error"}\u2028\x1b[2J'
        client.post("/v1/ingested?q=1", content=forged.encode())
    (entry,) = [entry for entry in entries(lines) if entry["logger"] == REQUESTS]
    assert entry["asked"] == forged
    assert entry["query"] == "q=1"
    assert "\x1b" not in lines.getvalue()


def test_a_failure_is_told_in_the_one_shape_with_the_id_under_which_the_log_tells_more(
    lines: io.StringIO,
) -> None:
    with client_of(Settings()) as client:
        response = client.get(f"/v1/broken/{WORD}")
    assert response.status_code == 500
    error = error_of(response)
    identity = response.headers["x-request-id"]
    assert error["details"] == {"request_id": identity}
    assert "ZeroDivision" not in response.text
    failed, counted = [entry for entry in entries(lines) if entry.get("request_id") == identity]
    assert "ZeroDivisionError" in str(failed["exception"])
    assert counted["status"] == 500
    assert WORD not in lines.getvalue(), "a failure's message may repeat what was asked"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("abcdefgh-1", True),
        ("short", False),
        ("x" * 65, False),
        ("white space", False),
        ('"quoted-id"', False),
    ],
)
def test_a_plain_request_id_is_taken_over_and_any_other_replaced(sent: str, kept: bool) -> None:
    with client_of(Settings()) as client:
        got = client.get("/healthz", headers={"X-Request-ID": sent}).headers["x-request-id"]
    assert (got == sent) is kept
    assert 8 <= len(got) <= 64


def test_lines_of_two_requests_at_once_carry_their_own_ids(lines: io.StringIO) -> None:
    app = guarded(Settings())

    @app.get("/v1/say/{number}")
    async def say(number: int) -> None:
        await asyncio.sleep(0.01)
        logging.getLogger("test").warning("number %d", number)

    async def both() -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://rapporteur.test") as client:
            await asyncio.gather(
                *(client.get(f"/v1/say/{n}", headers={"X-Request-ID": f"request-{n}"}) for n in range(5))
            )

    asyncio.run(both())
    said = [entry for entry in entries(lines) if entry["logger"] == "test"]
    assert {(entry["message"], entry["request_id"]) for entry in said} == {
        (f"number {n}", f"request-{n}") for n in range(5)
    }
