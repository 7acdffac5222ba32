"""OpenAI's own SDK and LangChain's chat model talk to the service over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import openai
import pytest
from langchain_core.messages import AIMessageChunk
from langchain_openai import ChatOpenAI
from openai.types.chat import ChatCompletionMessageParam
from serving import running

from service.config import Settings

WHEN = "When was the Global Symposium on Soil Organic Carbon held?"
WHEN_ZH = "土壤有机碳问题全球研讨会什么时候举行？"
CITED = "ICCD/COP(13)/CST/5#15"


@pytest.fixture(scope="module")
def service(sample_data: Path) -> Iterator[httpx.Client]:
    with running(Settings(data=sample_data)) as client:
        yield client


@pytest.fixture
def base(service: httpx.Client) -> str:
    return f"{str(service.base_url).rstrip('/')}/v1"


@pytest.fixture
def client(base: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=base, api_key="none", max_retries=0) as client:
        yield client


def asking(*texts: str) -> list[ChatCompletionMessageParam]:
    """A conversation in which the user says ``texts``."""
    turns: list[ChatCompletionMessageParam] = []
    for text in texts[:-1]:
        turns += [
            {"role": "user", "content": text},
            {"role": "assistant", "content": "21 to 23 March 2017 [1]"},
        ]
    return [*turns, {"role": "user", "content": texts[-1]}]


@pytest.mark.parametrize(
    ("question", "date"), [(WHEN, "21 to 23 March 2017"), (WHEN_ZH, "2017年3月21日至23日")]
)
def test_the_sdk_gets_an_answer_whose_marks_are_annotated(
    client: openai.OpenAI, base: str, question: str, date: str
) -> None:
    completion = client.chat.completions.create(model="rapporteur", messages=asking(question))
    choice = completion.choices[0]
    text = choice.message.content or ""
    assert date in text
    assert (choice.finish_reason, choice.message.role) == ("stop", "assistant")
    citations = [annotation.url_citation for annotation in choice.message.annotations or []]
    first = citations[0]
    assert first.url == f"{base.removesuffix('/v1')}/documents/{CITED}"
    assert "CST/5" in first.title
    assert [text[citation.start_index : citation.end_index] for citation in citations[:1]] == ["[1]"]
    assert first.url in text
    usage = completion.usage
    assert usage is not None
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens > 0
    (source,) = (completion.model_extra or {})["sources"]
    assert date in source["document"][0]


def test_a_stream_gives_the_text_the_quote_the_annotations_and_the_usage(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model="rapporteur", messages=asking(WHEN)).choices[0].message
    stream = client.chat.completions.create(
        model="rapporteur", messages=asking(WHEN), stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[0].choices[0].delta.role == "assistant"
    told = [chunk for chunk in chunks if chunk.choices]
    assert "".join(chunk.choices[0].delta.content or "" for chunk in told) == whole.content
    assert len(told) > 10
    last = told[-1].choices[0]
    assert last.finish_reason == "stop"
    annotations = (last.delta.model_extra or {})["annotations"]
    assert annotations == [annotation.model_dump() for annotation in whole.annotations or []]
    assert [chunk.choices[0].finish_reason for chunk in told[:-1]] == [None] * (len(told) - 1)
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens > 0
    events = [extra["event"] for chunk in told if "event" in (extra := chunk.model_extra or {})]
    (event,) = events
    assert event["type"] == "source"
    assert set(event["data"]) == {"source", "document", "metadata"}
    assert "21 to 23 March 2017" in event["data"]["document"][0]
    assert event["data"]["metadata"][0]["source"].endswith(f"/documents/{CITED}")


def test_without_asking_for_usage_a_stream_ends_with_its_finish_reason(client: openai.OpenAI) -> None:
    chunks = list(client.chat.completions.create(model="rapporteur", messages=asking(WHEN), stream=True))
    assert all(len(chunk.choices) == 1 for chunk in chunks)
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_the_sdks_accumulating_stream_ends_in_the_whole_completion(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(model="rapporteur", messages=asking(WHEN)) as stream:
        deltas = "".join(event.delta for event in stream if event.type == "content.delta")
        final = stream.get_final_completion().choices[0]
    assert final.message.content == deltas
    assert final.finish_reason == "stop"


def test_a_stream_is_server_sent_events_that_end_with_done(service: httpx.Client) -> None:
    body = {"model": "rapporteur", "stream": True, "messages": asking(WHEN)}
    with service.stream("POST", "/v1/chat/completions", json=body) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in response.iter_lines() if line]
    assert all(line.startswith("data: ") for line in lines)
    assert lines[-1] == "data: [DONE]"


def test_the_async_sdk_gets_the_same_streamed_or_not(base: str) -> None:
    async def ask() -> tuple[str | None, str]:
        async with openai.AsyncOpenAI(base_url=base, api_key="none", max_retries=0) as client:
            whole, stream = await asyncio.gather(
                client.chat.completions.create(model="rapporteur", messages=asking(WHEN_ZH)),
                client.chat.completions.create(model="rapporteur", messages=asking(WHEN_ZH), stream=True),
            )
            text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
            return whole.choices[0].message.content, text

    whole, streamed = asyncio.run(ask())
    assert whole == streamed
    assert "2017年3月21日至23日" in streamed


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ((WHEN, "and where?"), "Rome"),
        ((WHEN_ZH, "那是哪一年？"), "2017"),
        ((WHEN, "那是哪一年？"), "2017"),
    ],
)
def test_a_follow_up_is_answered_from_the_turns_before(
    client: openai.OpenAI, turns: tuple[str, ...], expected: str
) -> None:
    message = client.chat.completions.create(model="rapporteur", messages=asking(*turns)).choices[0].message
    assert expected in (message.content or "")
    assert CITED in (message.annotations or [])[0].url_citation.url


@pytest.mark.parametrize(
    ("turns", "whole"),
    [
        ((WHEN_ZH, "那在哪里举行？"), "土壤有机碳问题全球研讨会在哪里举行？"),
        ((WHEN, "and where?"), "Where was the Global Symposium on Soil Organic Carbon held?"),
    ],
)
def test_a_follow_up_gets_the_answer_of_the_whole_question(
    client: openai.OpenAI, turns: tuple[str, ...], whole: str
) -> None:
    followed, asked = (
        client.chat.completions.create(model="rapporteur", messages=asking(*texts)).choices[0].message
        for texts in (turns, (whole,))
    )
    assert followed.content == asked.content


def test_what_the_documents_do_not_say_is_said_without_citations(client: openai.OpenAI) -> None:
    message = (
        client.chat.completions.create(
            model="rapporteur", messages=asking("Who won the chess olympiad in Batumi?")
        )
        .choices[0]
        .message
    )
    assert "do not answer this" in (message.content or "")
    assert message.annotations == []


def test_stop_sequences_and_a_limit_cut_the_text(client: openai.OpenAI) -> None:
    stopped = client.chat.completions.create(model="rapporteur", messages=asking(WHEN), stop=["References"])
    assert "References" not in (stopped.choices[0].message.content or "")
    assert stopped.choices[0].finish_reason == "stop"
    short = client.chat.completions.create(model="rapporteur", messages=asking(WHEN), max_tokens=3)
    assert short.choices[0].finish_reason == "length"
    assert short.usage is not None
    assert short.usage.completion_tokens == 3
    chunks = list(
        client.chat.completions.create(
            model="rapporteur", messages=asking(WHEN), max_completion_tokens=3, stream=True
        )
    )
    assert chunks[-1].choices[0].finish_reason == "length"


def test_parts_of_text_system_messages_and_sampling_parameters_are_accepted(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(
        model="rapporteur",
        messages=[
            {"role": "system", "content": "You are terse."},
            {"role": "user", "content": [{"type": "text", "text": WHEN}]},
        ],
        temperature=0.3,
        top_p=0.9,
        n=1,
        seed=5,
        presence_penalty=1,
        user="me",
        tools=[],
        extra_body={"documents": ["ICCD/COP(13)/CST/5"], "language": "zh"},
    )
    assert "2017年3月21日至23日" in (completion.choices[0].message.content or "")


def test_the_sdk_lists_the_model(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["rapporteur"]
    assert client.models.retrieve("rapporteur").object == "model"
    with pytest.raises(openai.NotFoundError) as caught:
        client.models.retrieve("gpt-4o")
    assert caught.value.code == "model_not_found"


def test_errors_reach_the_sdk_as_its_own_with_code_and_field(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model="rapporteur", messages=asking(WHEN), n=2)
    assert (caught.value.code, caught.value.param, caught.value.type) == (
        "unsupported_parameter",
        "n",
        "invalid_request_error",
    )
    with pytest.raises(openai.NotFoundError) as missing:
        client.chat.completions.create(model="gpt-4o", messages=asking(WHEN))
    assert (missing.value.code, missing.value.param) == ("model_not_found", "model")


def test_langchain_asks_and_streams(base: str) -> None:
    chat = ChatOpenAI(model="rapporteur", base_url=base, api_key=lambda: "none", max_retries=0)
    answer = chat.invoke([("human", WHEN), ("ai", "21 to 23 March 2017"), ("human", "and where?")])
    assert "Rome" in str(answer.content)
    chunks = list(chat.stream(WHEN_ZH))
    assert all(isinstance(chunk, AIMessageChunk) for chunk in chunks)
    assert "2017年3月21日至23日" in "".join(str(chunk.content) for chunk in chunks)
