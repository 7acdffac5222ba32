"""Whatever a client sends, it is told what was wrong in the one shape, and never with a 5xx."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_models import TermVectors, numbered_documents
from serving import error_of, running

from index.build import build_generation
from index.encoder import load_encoder
from service.config import Settings

POSTS = {"/v1/answers": "question", "/v1/search": "query"}


@pytest.fixture(scope="module")
def client(sample_data: Path) -> Iterator[httpx.Client]:
    with running(Settings(data=sample_data)) as client:
        yield client


def post(
    client: httpx.Client, path: str, body: bytes | str, kind: str = "application/json"
) -> httpx.Response:
    return client.post(path, content=body, headers={"Content-Type": kind})


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    ("value", "code"),
    [
        ('""', "string_too_short"),
        ('"  \\n\\t"', "value_error"),
        ('"\\u3000"', "value_error"),
        (json.dumps("x" * 2001), "string_too_long"),
        ('"a\\u0000b"', "value_error"),
        ('"a\\u001bb"', "value_error"),
        ('"a\\u0085b"', "value_error"),
        ('"\\ud800"', "string_unicode"),
        ('"fine \\udfff"', "string_unicode"),
        ("5", "string_type"),
        ("null", "string_type"),
        ("true", "string_type"),
        ("[]", "string_type"),
        ("{}", "string_type"),
        ("NaN", "string_type"),
    ],
)
def test_a_question_that_is_none_is_refused(client: httpx.Client, path: str, value: str, code: str) -> None:
    response = post(client, path, f'{{"{POSTS[path]}": {value}}}')
    assert response.status_code == 422
    error = error_of(response)
    assert error["code"] == "invalid_request"
    assert [field["code"] for field in error["details"]["fields"]] == [code]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "fields",
    [
        {"limit": 0},
        {"limit": 10**30},
        {"limit": -1},
        {"limit": "5"},
        {"limit": True},
        {"limit": 2.5},
        {"limit": None},
        {"limit": []},
        {"documents": "A/64/202"},
        {"documents": [5]},
        {"documents": [""]},
        {"documents": ["x" * 201]},
        {"documents": ["A/1\x00"]},
        {"documents": ["A/1"] * 1001},
        {"documents": {"A/64/202": 1}},
        {"langauge": "en"},
        {"top_k": 3},
    ],
)
def test_a_field_that_does_not_fit_is_named(client: httpx.Client, path: str, fields: dict[str, Any]) -> None:
    response = client.post(path, json={POSTS[path]: "soil", **fields})
    assert response.status_code == 422
    error = error_of(response)
    named = error["details"]["fields"][0]["field"]
    assert named.partition(".")[0] == next(iter(fields))
    assert named in error["message"]


@pytest.mark.parametrize("language", ["fr", "EN", "", 5, None, ["en"]])
def test_an_answer_is_given_in_english_or_chinese_only(client: httpx.Client, language: object) -> None:
    response = client.post("/v1/answers", json={"question": "soil", "language": language})
    assert response.status_code == 422
    assert error_of(response)["details"]["fields"][0]["field"] == "language"


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"question": }',
        b"\xff\xfe\x00",
        '{"question": "土壤"}'.encode("gb18030"),
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b'{"limit": ' + b"9" * 5000 + b"}",
        b"null",
        b"[]",
        b'"question"',
        b"12",
    ],
)
def test_a_body_that_is_no_json_object_is_refused(client: httpx.Client, path: str, body: bytes) -> None:
    response = post(client, path, body)
    assert response.status_code in (400, 422)
    error_of(response)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x" * 5000, ";;;"]
)
def test_a_body_that_is_not_declared_as_json_is_told_the_header(
    client: httpx.Client, path: str, kind: str
) -> None:
    response = post(client, path, json.dumps({POSTS[path]: "soil"}), kind)
    assert response.status_code == 422
    assert "Content-Type: application/json" in error_of(response)["message"]


@pytest.mark.parametrize("path", POSTS)
def test_a_body_of_ten_megabytes_is_refused_whether_its_length_is_declared_or_not(
    client: httpx.Client, path: str
) -> None:
    body = json.dumps({POSTS[path]: "x" * 10_000_000}).encode()

    def chunks() -> Iterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    for content in (body, chunks()):
        response = client.post(path, content=content, headers={"Content-Type": "application/json"})
        assert response.status_code == 413
        assert error_of(response)["code"] == "body_too_large"


def test_a_refused_body_does_not_end_the_service(client: httpx.Client) -> None:
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/v1", 404, "not_found"),
        ("GET", "/v1/answers/", 404, "not_found"),
        ("POST", "/v2/answers", 404, "not_found"),
        ("GET", "/v1/answers", 405, "method_not_allowed"),
        ("DELETE", "/v1/answers", 405, "method_not_allowed"),
        ("PUT", "/v1/search", 405, "method_not_allowed"),
        ("POST", "/v1/documents", 405, "method_not_allowed"),
        ("POST", "/healthz", 405, "method_not_allowed"),
        ("PATCH", "/", 405, "method_not_allowed"),
        ("GET", "/v1/documents/A/99/999", 404, "unknown_document"),
        ("GET", "/v1/documents/", 404, "unknown_document"),
        ("GET", "/v1/documents/%00", 404, "unknown_document"),
        ("GET", "/v1/documents/%ff%fe", 404, "unknown_document"),
        ("GET", "/v1/documents/%ED%A0%80", 404, "unknown_document"),
        ("GET", "/v1/documents/..%2f..%2fetc%2fpasswd", 404, "unknown_document"),
        ("GET", "/v1/documents/A/64/202?paragraph=XX.1", 404, "unknown_paragraph"),
        ("GET", "/v1/documents/A/64/202?paragraph=35", 404, "unknown_paragraph"),
        ("GET", "/v1/documents/A/64/202?paragraph=%00", 404, "unknown_paragraph"),
        ("GET", "/v1/documents/A/64/202?paragraph=%ff", 404, "unknown_paragraph"),
        ("GET", "/v1/documents/A/64/202%23nothing", 404, "unknown_paragraph"),
        ("GET", f"/v1/documents/A/64/202?paragraph={'1' * 201}", 422, "invalid_request"),
        ("GET", "/v1/documents?limit=0", 422, "invalid_request"),
        ("GET", "/v1/documents?limit=many", 422, "invalid_request"),
        ("GET", "/v1/documents?offset=-1", 422, "invalid_request"),
        ("GET", f"/v1/documents?offset={'9' * 400}", 422, "invalid_request"),
    ],
)
def test_every_refusal_has_the_one_shape(
    client: httpx.Client, method: str, path: str, status: int, code: str
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert error_of(response)["code"] == code


def test_a_search_of_unknown_documents_only_is_refused(client: httpx.Client) -> None:
    response = client.post("/v1/search", json={"query": "soil", "documents": ["A/99/999"]})
    assert response.status_code == 404
    assert error_of(response)["details"] == {"symbols": ["A/99/999"]}
    response = client.post("/v1/search", json={"query": "soil", "documents": ["A/99/999", "A/64/202"]})
    assert response.status_code == 200
    assert response.json()["unknown_documents"] == ["A/99/999"]


@pytest.mark.parametrize("host", ["[::1", "a b", "\x7f", "@:/?#"])
def test_a_broken_host_header_breaks_nothing(client: httpx.Client, host: str) -> None:
    for path, status in (("/", 200), ("/readyz", 200), ("/nowhere", 404), ("/v1/answers", 405)):
        assert client.get(path, headers={"Host": host}).status_code in (status, 400)


def test_a_request_that_is_not_http_is_dropped_and_the_service_goes_on(client: httpx.Client) -> None:
    address = (client.base_url.host, client.base_url.port or 80)
    for rubbish in (b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n"):
        with socket.create_connection(address, timeout=10) as connection:
            connection.sendall(rubbish)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(65_536)
    assert client.get("/healthz").status_code == 200


# Whatever JSON can hold, lone surrogates and numbers out of any range included.
_TEXT = st.text(st.characters(), max_size=40)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)
_FIELDS = st.sampled_from(["question", "query", "language", "documents", "languages", "limit"])


@pytest.mark.parametrize("path", POSTS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=_JSON | st.dictionaries(_FIELDS | _TEXT, _JSON, max_size=6))
def test_no_json_makes_the_service_fail(client: httpx.Client, path: str, body: object) -> None:
    response = post(client, path, json.dumps(body))
    assert response.status_code < 500
    if response.status_code != 200:
        error_of(response)


@pytest.mark.parametrize("path", POSTS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
def test_any_text_is_answered_or_refused(client: httpx.Client, path: str, text: str) -> None:
    response = client.post(path, json={POSTS[path]: text})
    assert response.status_code == (200 if text.strip() else 422)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200))
def test_no_bytes_make_the_service_fail(client: httpx.Client, body: bytes) -> None:
    response = post(client, "/v1/answers", body)
    assert response.status_code in (400, 422)
    error_of(response)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_path_makes_the_service_fail(client: httpx.Client, path: str) -> None:
    address = httpx.URL(
        client.base_url, raw_path=b"/v1/documents/" + path.encode().hex("%").join(("%", "")).encode()
    )
    response = client.get(address)
    assert response.status_code < 500
    if response.status_code != 200:
        error_of(response)


def test_without_an_index_the_service_lives_and_says_what_to_type(tmp_path: Path) -> None:
    with running(Settings(data=tmp_path / "none")) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/").status_code == 200
        for response in (
            client.get("/readyz"),
            client.get("/v1/documents"),
            client.get("/v1/documents/A/64/202"),
            client.post("/v1/answers", json={"question": "soil"}),
            client.post("/v1/search", json={"query": "soil"}),
        ):
            assert response.status_code == 503
            error = error_of(response)
            assert error["code"] == "index_unavailable"
            assert "rapporteur ingest" in error["message"]
        assert client.post("/v1/answers", json={"question": ""}).status_code == 422


def test_an_index_of_another_model_is_refused_with_both_named(tmp_path: Path) -> None:
    build_generation(tmp_path, numbered_documents(1, 3), TermVectors())
    with running(Settings(data=tmp_path)) as client:
        response = client.get("/readyz")
        assert response.status_code == 503
        message = error_of(response)["message"]
        assert TermVectors().id in message
        assert load_encoder().id in message
        assert "rapporteur ingest --rebuild" in message


def test_with_a_model_that_cannot_be_loaded_the_service_lives_and_says_so(
    sample_data: Path, tmp_path: Path
) -> None:
    with running(Settings(data=sample_data, model=str(tmp_path / "nothing"))) as client:
        assert client.get("/healthz").status_code == 200
        response = client.get("/readyz")
        assert response.status_code == 503
        assert error_of(response)["code"] == "model_unavailable"
