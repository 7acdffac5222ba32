"""OpenAI's responses interface, through its own SDK."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.types.responses import ResponseOutputMessage, ResponseOutputText
from serving import running

from service.config import Settings

WHEN = "When was the Global Symposium on Soil Organic Carbon held?"
WHEN_ZH = "土壤有机碳问题全球研讨会什么时候举行？"


@pytest.fixture(scope="module")
def service(sample_data: Path) -> Iterator[httpx.Client]:
    with running(Settings(data=sample_data)) as client:
        yield client


@pytest.fixture
def client(service: httpx.Client) -> Iterator[openai.OpenAI]:
    base = f"{str(service.base_url).rstrip('/')}/v1"
    with openai.OpenAI(base_url=base, api_key="none", max_retries=0) as client:
        yield client


def part_of(response: Any) -> ResponseOutputText:
    item = response.output[0]
    assert isinstance(item, ResponseOutputMessage)
    part = item.content[0]
    assert isinstance(part, ResponseOutputText)
    return part


@pytest.mark.parametrize(
    ("question", "date"), [(WHEN, "21 to 23 March 2017"), (WHEN_ZH, "2017年3月21日至23日")]
)
def test_the_sdk_gets_a_response_whose_marks_are_annotated(
    client: openai.OpenAI, question: str, date: str
) -> None:
    response = client.responses.create(model="rapporteur", input=question, metadata={"for": "me"})
    assert (response.status, response.metadata) == ("completed", {"for": "me"})
    assert date in response.output_text
    part = part_of(response)
    annotation = part.annotations[0]
    assert annotation.type == "url_citation"
    assert annotation.url.endswith("/documents/ICCD/COP(13)/CST/5#15")
    assert part.text[annotation.start_index : annotation.end_index] == "[1]"
    assert response.usage is not None
    assert response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens > 0


def test_a_stream_has_the_events_in_order_and_ends_in_the_whole_response(client: openai.OpenAI) -> None:
    events = list(client.responses.create(model="rapporteur", input=WHEN, stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    kinds = list(dict.fromkeys(event.type for event in events))
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.annotation.added",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    last = events[-1]
    assert last.type == "response.completed"
    assert last.response.output_text == text
    added = [event for event in events if event.type == "response.output_text.annotation.added"]
    whole = [annotation.model_dump() for annotation in part_of(last.response).annotations]
    assert [event.annotation and event.annotation.model_dump() for event in added] == whole


def test_the_sdks_accumulating_stream_agrees(client: openai.OpenAI) -> None:
    with client.responses.stream(model="rapporteur", input=WHEN_ZH) as stream:
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        final = stream.get_final_response()
    assert final.output_text == text
    assert "2017年3月21日至23日" in text


def test_the_async_sdk_streams_too(service: httpx.Client) -> None:
    async def ask() -> str:
        base = f"{str(service.base_url).rstrip('/')}/v1"
        async with openai.AsyncOpenAI(base_url=base, api_key="none", max_retries=0) as client:
            stream = await client.responses.create(model="rapporteur", input=WHEN, stream=True)
            return "".join([e.delta async for e in stream if e.type == "response.output_text.delta"])

    assert "21 to 23 March 2017" in asyncio.run(ask())


def test_earlier_turns_complete_a_follow_up(client: openai.OpenAI) -> None:
    first = client.responses.create(model="rapporteur", input=WHEN, instructions="Be brief.")
    turns: list[Any] = [{"role": "user", "content": WHEN}]
    turns += [item.model_dump() for item in first.output]
    turns.append(
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "and where?"}]}
    )
    assert "Rome" in client.responses.create(model="rapporteur", input=turns).output_text


def test_a_limit_makes_a_response_incomplete(client: openai.OpenAI) -> None:
    response = client.responses.create(model="rapporteur", input=WHEN, max_output_tokens=3)
    assert response.status == "incomplete"
    assert response.incomplete_details is not None
    assert response.incomplete_details.reason == "max_output_tokens"
    events = list(client.responses.create(model="rapporteur", input=WHEN, max_output_tokens=3, stream=True))
    assert events[-1].type == "response.incomplete"


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({}, "input", "missing"),
        ({"input": ""}, "input", "missing_question"),
        ({"input": []}, "input", "too_short"),
        ({"input": 5}, "input", "list_type"),
        ({"input": "x" * 2001}, "input", "context_length_exceeded"),
        ({"input": [{"type": "function_call_output", "output": "5"}]}, "input", "unsupported_content"),
        (
            {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]},
            "input.0.content",
            "unsupported_content",
        ),
        ({"input": "soil", "tools": [{"type": "web_search"}]}, "tools", "unsupported_parameter"),
        (
            {"input": "soil", "previous_response_id": "resp_1"},
            "previous_response_id",
            "unsupported_parameter",
        ),
        ({"input": "soil", "instructions": "\ud800"}, "instructions", "string_unicode"),
        ({"input": "soil", "metadata": {"a": "\ud800"}}, "metadata.a", "string_unicode"),
        ({"input": "soil", "metadata": {"a": 5}}, "metadata.a", "string_type"),
        ({"input": "soil", "metadata": {str(n): "" for n in range(17)}}, "metadata", "too_long"),
        ({"input": "soil", "background": True}, "background", "unsupported_parameter"),
        (
            {"input": "soil", "text": {"format": {"type": "json_schema"}}},
            "text.format",
            "unsupported_parameter",
        ),
        ({"input": "soil", "text": {"format": 5}}, "text.format", "unsupported_parameter"),
    ],
)
def test_what_can_not_be_done_is_named(
    service: httpx.Client, fields: dict[str, Any], param: str, code: str
) -> None:
    headers = {"Content-Type": "application/json"}
    response = service.post("/v1/responses", content=json.dumps(fields).encode(), headers=headers)
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["param"], error["code"], error["type"]) == (param, code, "invalid_request_error")


def test_an_unknown_model_is_not_found(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        client.responses.create(model="gpt-4o", input=WHEN)
    assert caught.value.code == "model_not_found"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)
_FIELDS = st.sampled_from(
    ["input", "model", "stream", "tools", "text", "metadata", "instructions", "background"]
)
_ITEMS = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "assistant"]), "content": _JSON}, optional={"type": _JSON}
    ),
    max_size=3,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(_FIELDS, _JSON, max_size=5) | st.fixed_dictionaries({"input": _ITEMS}))
def test_no_json_makes_responses_fail(service: httpx.Client, body: object) -> None:
    headers = {"Content-Type": "application/json"}
    response = service.post("/v1/responses", content=json.dumps(body).encode(), headers=headers)
    assert response.status_code in (200, 400, 404)
