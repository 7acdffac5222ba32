"""The service with a language model: what clients get of it, and that their leaving frees it."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from language_models import Script, answering, number_of, says, scripted, stalling
from serving import running

from service.config import Settings

WHEN = "When was the Global Symposium on Soil Organic Carbon held?"
DATE = "21 to 23 March 2017"
TRUE = "The Global Symposium on Soil Organic Carbon took place in Rome from 21 to 23 March 2017."


def stating(text: str) -> Any:
    return answering(
        lambda paragraphs: [{"text": text, "paragraph": number_of(paragraphs, DATE), "quote": f"from {DATE}"}]
    )


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    with scripted(stalling()) as script:
        yield script


@pytest.fixture(scope="module")
def service(sample_data: Path, script: Script) -> Iterator[httpx.Client]:
    settings = Settings(
        data=sample_data,
        llm_base_url=script.base_url,
        llm_model="scripted",
        llm_timeout=60.0,
        llm_attempts=1,
    )
    with running(settings) as client:
        yield client


@pytest.fixture(autouse=True)
def _fresh(script: Script) -> None:
    script.requests.clear()
    script.hung_up.clear()


def test_answers_and_streams_are_in_the_models_words_where_they_are_confirmed(
    service: httpx.Client, script: Script
) -> None:
    script.steps = [stating(TRUE)]
    body = service.post("/v1/answers", json={"question": WHEN}).json()
    assert (body["mode"], body["answer"]["text"], body["notes"]) == ("language_model", f"{TRUE} [1]", [])
    with openai.OpenAI(base_url=f"{str(service.base_url).rstrip('/')}/v1", api_key="none") as client:
        stream = client.chat.completions.create(
            model="rapporteur", messages=[{"role": "user", "content": WHEN}], stream=True
        )
        text = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    assert text.startswith(f"{TRUE} [1]\n\nReferences:")


@pytest.mark.parametrize(
    ("step", "note"),
    [
        (stating(TRUE.replace("Rome", "Paris")), "What the language model said was left out"),
        (says("I am sorry, Dave."), "The language model was not available"),
    ],
)
def test_a_chat_client_reads_a_note_and_no_lie(
    service: httpx.Client, script: Script, step: Any, note: str
) -> None:
    script.steps = [step]
    body = {"messages": [{"role": "user", "content": WHEN}]}
    text = service.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]["content"]
    assert note in text.splitlines()[-1]
    assert "2017" in text
    assert "Paris" not in text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/answers", {"question": WHEN}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": WHEN}]}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": WHEN}], "stream": True}),
        ("/v1/responses", {"input": WHEN}),
        ("/mcp", {"params": {"name": "answer", "arguments": {"question": WHEN}}}),
    ],
)
def test_a_client_that_hangs_up_frees_the_work_done_for_it(
    service: httpx.Client, script: Script, path: str, body: dict[str, Any]
) -> None:
    """The call to the model ends with the client's connection, long before its time is up."""
    script.steps = [stalling()]
    if path == "/mcp":
        body = body | {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
    content = json.dumps(body).encode()
    fields = (
        f"POST {path} HTTP/1.1",
        f"Host: 127.0.0.1:{service.base_url.port}",
        "Content-Type: application/json",
        "Accept: application/json, text/event-stream",
        f"Content-Length: {len(content)}",
    )
    with socket.create_connection(("127.0.0.1", service.base_url.port or 80), timeout=10) as link:
        link.sendall("\r\n".join([*fields, "", ""]).encode() + content)
        until = time.monotonic() + 20
        while not script.requests and time.monotonic() < until:
            time.sleep(0.01)
        assert script.requests
        assert not script.hung_up.is_set()
    assert script.hung_up.wait(10)
    assert service.get("/healthz").status_code == 200
