"""Whatever a chat client sends, it is told what was wrong in OpenAI's shape, which is also the one shape."""

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
from serving import running

from service.config import Settings

PATH = "/v1/chat/completions"
USER = {"role": "user", "content": "soil"}


@pytest.fixture(scope="module")
def client(sample_data: Path) -> Iterator[httpx.Client]:
    with running(Settings(data=sample_data)) as client:
        yield client


def error_of(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert set(body) == {"error"}
    error: dict[str, Any] = body["error"]
    assert set(error) == {"message", "type", "param", "code", "details"}
    assert error["message"]
    assert "\n" not in error["message"]
    assert error["code"]
    assert error["type"] == ("server_error" if response.status_code >= 500 else "invalid_request_error")
    assert "Traceback" not in response.text
    return error


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({}, "messages", "missing"),
        ({"messages": []}, "messages", "too_short"),
        ({"messages": "soil"}, "messages", "list_type"),
        ({"messages": [5]}, "messages.0", "model_attributes_type"),
        ({"messages": [{"content": "soil"}]}, "messages.0.role", "missing"),
        ({"messages": [{"role": "bot", "content": "soil"}]}, "messages.0.role", "unknown_role"),
        ({"messages": [{"role": 5, "content": "soil"}]}, "messages.0.role", "literal_error"),
        ({"messages": [USER, {"role": "tool", "content": "5"}]}, "messages.1.role", "unsupported_role"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages.0.content", "string_type"),
        ({"messages": [{"role": "user", "content": "\ud800"}]}, "messages.0.content", "string_unicode"),
        ({"messages": [{"role": "user", "content": "\ud800"}, USER]}, "messages.0.content", "string_unicode"),
        ({"messages": [{"role": "user", "content": ""}]}, "messages", "missing_question"),
        ({"messages": [{"role": "user", "content": " \n"}]}, "messages", "missing_question"),
        ({"messages": [{"role": "user"}]}, "messages", "missing_question"),
        ({"messages": [{"role": "user", "content": []}]}, "messages", "missing_question"),
        ({"messages": [{"role": "assistant", "content": "soil"}]}, "messages", "missing_question"),
        ({"messages": [{"role": "system", "content": "soil"}]}, "messages", "missing_question"),
        ({"messages": [{"role": "user", "content": "x" * 2001}]}, "messages", "context_length_exceeded"),
        ({"messages": [{"role": "user", "content": "a\u0000b"}]}, "messages", "invalid_value"),
        ({"messages": [USER], "n": 2}, "n", "unsupported_parameter"),
        ({"messages": [USER], "n": 0}, "n", "unsupported_parameter"),
        ({"messages": [USER], "n": "1"}, "n", "int_type"),
        ({"messages": [USER], "tools": [{"type": "function"}]}, "tools", "unsupported_parameter"),
        ({"messages": [USER], "tool_choice": "required"}, "tool_choice", "unsupported_parameter"),
        ({"messages": [USER], "functions": [{}]}, "functions", "unsupported_parameter"),
        ({"messages": [USER], "logprobs": True}, "logprobs", "unsupported_parameter"),
        ({"messages": [USER], "modalities": ["text", "audio"]}, "modalities", "unsupported_parameter"),
        (
            {"messages": [USER], "response_format": {"type": "json_object"}},
            "response_format",
            "unsupported_parameter",
        ),
        ({"messages": [USER], "stop": ["a", "b", "c", "d", "e"]}, "stop", "invalid_value"),
        ({"messages": [USER], "max_tokens": 0}, "max_tokens", "greater_than_equal"),
        ({"messages": [USER], "stream": "yes"}, "stream", "bool_type"),
        ({"messages": [USER], "model": None}, "model", "string_type"),
        ({"messages": [USER], "language": "fr"}, "language", "literal_error"),
        ({"messages": [USER], "documents": "A/64/202"}, "documents", "list_type"),
    ],
)
def test_what_can_not_be_done_is_named(
    client: httpx.Client, fields: dict[str, Any], param: str, code: str
) -> None:
    response = client.post(
        PATH, content=json.dumps(fields).encode(), headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 400
    error = error_of(response)
    assert (error["param"], error["code"]) == (param, code)
    assert param in error["message"]


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        {"type": "input_audio", "input_audio": {"data": "", "format": "wav"}},
        {"type": "file", "file": {"file_id": "x"}},
        {"type": "text"},
        {},
        "text",
        None,
    ],
)
def test_a_part_that_is_no_text_is_refused(client: httpx.Client, part: object) -> None:
    message = {"role": "user", "content": [{"type": "text", "text": "soil"}, part]}
    response = client.post(PATH, json={"messages": [message]})
    assert response.status_code == 400
    error = error_of(response)
    assert (error["param"], error["code"]) == ("messages.0.content", "unsupported_content")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 50_000, b"null", b"[]"])
def test_a_body_that_is_no_json_object_is_refused_in_the_same_shape(
    client: httpx.Client, body: bytes
) -> None:
    response = client.post(PATH, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    error_of(response)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", PATH, 405), ("POST", "/v1/models", 405), ("POST", "/v1/chat/nothing", 404)],
)
def test_the_frameworks_own_refusals_have_the_shape_too(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    error_of(response)


def test_a_megabyte_of_history_is_read_and_the_last_question_answered(client: httpx.Client) -> None:
    when = {"role": "user", "content": "When was the Global Symposium on Soil Organic Carbon held?"}
    history = [USER, {"role": "assistant", "content": "x" * 2000}] * 500
    response = client.post(PATH, json={"messages": [*history, when]})
    assert response.status_code == 200
    assert "2017" in response.json()["choices"][0]["message"]["content"]


def test_more_history_than_the_limit_is_refused_before_it_is_parsed(client: httpx.Client) -> None:
    body = json.dumps({"messages": [{"role": "assistant", "content": "x" * 3_000_000}, USER]}).encode()

    def chunks() -> Iterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    for content in (body, chunks()):
        response = client.post(PATH, content=content, headers={"Content-Type": "application/json"})
        assert response.status_code == 413
        assert error_of(response)["code"] == "body_too_large"


def test_without_an_index_a_chat_client_is_told_what_to_type(tmp_path: Path) -> None:
    with running(Settings(data=tmp_path / "none")) as client:
        for stream in (False, True):
            response = client.post(PATH, json={"messages": [USER], "stream": stream})
            assert response.status_code == 503
            assert "rapporteur ingest" in error_of(response)["message"]


def test_a_client_that_hangs_up_in_a_stream_ends_nothing_but_its_stream(client: httpx.Client) -> None:
    body = json.dumps({"messages": [USER], "stream": True}).encode()
    fields = (
        f"POST {PATH} HTTP/1.1",
        "Host: x",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    head = "\r\n".join([*fields, "", ""])
    address = (client.base_url.host, client.base_url.port or 80)
    for _ in range(20):
        with socket.create_connection(address, timeout=10) as link:
            link.sendall(head.encode() + body)
            link.recv(64)
    assert client.post(PATH, json={"messages": [USER]}).status_code == 200


_TEXT = st.text(st.characters(), max_size=40)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)
_FIELDS = st.sampled_from(["messages", "model", "stream", "n", "tools", "stop", "max_tokens", "language"])
_MESSAGES = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "assistant", "system", "tool"]), "content": _TEXT | _JSON}
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.dictionaries(_FIELDS, _JSON, max_size=6) | st.fixed_dictionaries({"messages": _MESSAGES}) | _JSON
)
def test_no_json_makes_the_chat_fail(client: httpx.Client, body: object) -> None:
    content = json.dumps(body).encode()
    response = client.post(PATH, content=content, headers={"Content-Type": "application/json"})
    assert response.status_code in (200, 400, 404)
    if response.status_code != 200:
        error_of(response)
