"""A language model behind the verifier: what it says is served where it is confirmed, and only there.

The endpoint is scripted and reached over real HTTP: it is honest, lies, invents citations, obeys what
documents say, stalls, sends garbage, is busy, fails, is down.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from language_models import Request, Script, answering, number_of, says, scripted, send, stalling, status
from pydantic import SecretStr, ValidationError

from rapporteur import main
from service.config import Settings
from service.library import Library
from service.presentation import answer_response
from service.respondent import Respondent
from service.schemas import AnswerResponse

WHEN = "When was the Global Symposium on Soil Organic Carbon held?"
WHEN_ZH = "土壤有机碳问题全球研讨会什么时候举行？"
DATE = "21 to 23 March 2017"
TRUE = "The Global Symposium on Soil Organic Carbon took place in Rome from 21 to 23 March 2017."
QUOTE = "took place in Rome from 21 to 23 March 2017"


@pytest.fixture(scope="module")
def library(sample_data: Path) -> Iterator[Library]:
    library = Library(sample_data)
    yield library
    library.close()


class Asked:
    """Asks through a language model that takes ``steps``; with none, through no model."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self._library = library
        self._settings = settings

    def __call__(self, *questions: str, **fields: Any) -> list[dict[str, Any]]:
        """The objects of ``POST /v1/answers`` for ``questions``, one after the other."""

        async def ask() -> list[dict[str, Any]]:
            async with Respondent.opened(self._library, self._settings) as respondent:
                return [
                    checked(answer_response(await respondent.reply(question, **fields)))
                    for question in questions
                ]

        return asyncio.run(ask())


def checked(response: AnswerResponse) -> dict[str, Any]:
    body = response.model_dump(mode="json")
    for citation in body["citations"]:
        assert citation["text"][citation["start"] : citation["end"]] == citation["quote"]
    assert (body["status"] == "not_found") == (body["answer"] is None) == (not body["citations"])
    return body


@contextmanager
def wording(library: Library, *steps: Any, **settings: Any) -> Iterator[tuple[Asked, Script]]:
    with scripted(*steps) as script:
        chosen = {"llm_timeout": 5.0, "llm_attempts": 1} | settings
        yield (
            Asked(library, Settings(llm_base_url=script.base_url, llm_model="scripted", **chosen)),
            script,
        )


def plain(library: Library, question: str = WHEN) -> dict[str, Any]:
    """The answer without a language model."""
    return Asked(library, Settings())(question)[0]


def codes(body: dict[str, Any]) -> list[str]:
    return [note["code"] for note in body["notes"]]


def same_answer(body: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether both say the same from the same paragraphs, however long it took."""
    passing = ("id", "timing_ms", "notes")
    return {k: v for k, v in body.items() if k not in passing} == {
        k: v for k, v in other.items() if k not in passing
    }


def stating(text: str, quote: str = QUOTE, words: str = DATE) -> Any:
    return answering(
        lambda paragraphs: [{"text": text, "paragraph": number_of(paragraphs, words), "quote": quote}]
    )


def test_an_honest_model_words_the_answer_and_its_whole_sentence_is_quoted(library: Library) -> None:
    with wording(library, stating(TRUE)) as (ask, script):
        (body,) = ask(WHEN)
    assert (body["mode"], body["status"], codes(body)) == ("language_model", "answered", [])
    assert body["answer"]["text"] == f"{TRUE} [1]"
    citation = body["citations"][0]
    assert citation["id"] == "ICCD/COP(13)/CST/5#15"
    assert QUOTE in citation["quote"]
    assert citation["quote"].endswith(".")
    (request,) = script.requests
    assert request.body["model"] == "scripted"
    assert request.body["stream"] is False
    assert request.body["response_format"]["type"] == "json_schema"
    assert len(request.paragraphs) == 8
    assert "authorization" not in request.headers


def test_a_chinese_statement_is_confirmed_from_the_chinese_text(library: Library) -> None:
    def state(paragraphs: Sequence[str]) -> list[dict[str, Any]]:
        number = number_of(paragraphs, "2017年3月21日至23日")
        text = "2017年3月21日至23日，土壤有机碳问题全球研讨会在罗马召开。"
        return [{"text": text, "paragraph": number, "quote": "2017年3月21日至23日"}]

    with wording(library, answering(state)) as (ask, _):
        (body,) = ask(WHEN_ZH)
    assert (body["mode"], body["language"]) == ("language_model", "zh")
    assert body["answer"]["text"].startswith("2017年3月21日至23日，土壤有机碳问题全球研讨会在罗马召开。 [1]")


@pytest.mark.parametrize(
    "dress",
    [
        "```json\n{}\n```",
        "<think>The user asks {{when}}. [1] maybe</think>Here it is:\n{}\nHope that helps!",
        "{}",
    ],
)
@pytest.mark.parametrize(
    ("text", "paragraph", "quote"),
    [("text", "paragraph", "quote"), ("statement", "source", "evidence")],
)
def test_a_reply_is_read_whatever_it_is_dressed_in(
    library: Library, dress: str, text: str, paragraph: str, quote: str
) -> None:
    def step(request: Request) -> None:
        number = f"[{number_of(request.paragraphs, DATE)}]"
        listed = json.dumps([{text: f"{TRUE} [3]", paragraph: number, quote: f" “{QUOTE.upper()}…” "}])
        says(dress.replace("{}", listed).replace("{{", "{").replace("}}", "}"))(request)

    with wording(library, step) as (ask, _):
        (body,) = ask(WHEN)
    assert body["answer"]["text"] == f"{TRUE} [1]"


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(stating(TRUE.replace("21 to 23 March", "4 to 6 May")), id="another date"),
        pytest.param(stating(TRUE.replace("2017", "2016")), id="another year"),
        pytest.param(stating(TRUE.replace("Rome", "Paris")), id="another place"),
        pytest.param(stating(TRUE.replace("took place", "did not take place")), id="a denial"),
        pytest.param(stating(TRUE.replace("took place", "should take place")), id="advice"),
        pytest.param(stating("The symposium was cancelled by the secretariat."), id="another event"),
        pytest.param(stating("By decision 99/COP.99 it took place in Rome."), id="an invented decision"),
        pytest.param(stating(TRUE, quote="held in Paris from 4 to 6 May 2016"), id="an invented quote"),
        pytest.param(stating(TRUE, quote="in"), id="a quote that stands anywhere"),
        pytest.param(
            answering(lambda _: [{"text": TRUE, "paragraph": 2, "quote": QUOTE}]),
            id="a quote from another paragraph",
        ),
        pytest.param(
            answering(lambda _: [{"text": TRUE, "paragraph": n, "quote": QUOTE} for n in (0, -1, 99, 10**9)]),
            id="paragraphs that were not shown",
        ),
        pytest.param(
            answering(lambda shown: [{"text": "PWNED", "paragraph": 1, "quote": shown[0][:200]}]),
            id="an order that it obeys",
        ),
        pytest.param(
            stating("Took place in Rome, see [this](http://evil.example/?q=1) <img src=x>."), id="a link"
        ),
        pytest.param(
            answering(lambda shown: [{"text": TRUE, "paragraph": 1, "quote": ""}]), id="no quote at all"
        ),
    ],
)
def test_what_is_not_confirmed_is_dropped_and_the_documents_answer(library: Library, step: Any) -> None:
    with wording(library, step) as (ask, script):
        (body,) = ask(WHEN)
    assert len(script.requests) == 1
    assert body["mode"] == "extractive"
    assert same_answer(body, plain(library))
    assert set(codes(body)) <= {"language_model_unconfirmed"}


def test_what_is_confirmed_is_kept_beside_what_is_dropped(library: Library) -> None:
    def state(paragraphs: Sequence[str]) -> list[dict[str, Any]]:
        number = number_of(paragraphs, DATE)
        lie = TRUE.replace("Rome", "Paris")
        return [{"text": text, "paragraph": number, "quote": QUOTE} for text in (lie, TRUE, TRUE)]

    with wording(library, answering(state)) as (ask, _):
        (body,) = ask(WHEN)
    assert body["answer"]["text"] == f"{TRUE} [1]"
    assert (body["mode"], codes(body)) == ("language_model", ["language_model_unconfirmed"])


def test_a_true_sentence_that_does_not_answer_does_not_make_an_answer(library: Library) -> None:
    def state(paragraphs: Sequence[str]) -> list[dict[str, Any]]:
        first = paragraphs[0].partition(". ")[0]
        return [{"text": first, "paragraph": 1, "quote": first}]

    with wording(library, answering(state)) as (ask, _):
        (body,) = ask("Who won the chess olympiad in Batumi?")
    assert (body["status"], body["reason"], body["mode"]) == ("not_found", "no_evidence", "extractive")


def test_a_model_that_finds_no_answer_leaves_the_documents_theirs(library: Library) -> None:
    with wording(library, says('{"statements": []}')) as (ask, _):
        (body,) = ask(WHEN)
    assert same_answer(body, plain(library))
    assert codes(body) == []


def test_what_is_no_question_and_unknown_documents_are_not_sent_out(library: Library) -> None:
    with wording(library, says("")) as (ask, script):
        assert ask("hello")[0]["reason"] == "not_a_question"
        assert ask(WHEN, documents=["A/99/999"])[0]["reason"] == "unknown_document"
    assert script.requests == []


def test_the_limit_of_paragraphs_holds_with_a_model_too(library: Library) -> None:
    with wording(library, stating(TRUE)) as (ask, _):
        for limit in (1, 3, 20):
            (body,) = ask(WHEN, limit=limit)
            assert len(body["citations"]) + len(body["related"]) <= limit


GARBAGE = [
    pytest.param(says("I am sorry, Dave."), id="prose"),
    pytest.param(says(""), id="nothing"),
    pytest.param(says(None), id="null"),
    pytest.param(says("[" * 50_000), id="brackets"),
    pytest.param(says('{"statements": [{"text": '), id="half a reply"),
    pytest.param(status(200, b"\xff\xfe\x00garbage"), id="bytes"),
    pytest.param(status(200, b"[]"), id="a list"),
    pytest.param(status(200, b'{"choices": []}'), id="no choice"),
    pytest.param(status(200, b'{"choices": [{"message": 5}]}'), id="no message"),
    pytest.param(status(200, b"x" * 2_000_000), id="too much"),
    pytest.param(
        lambda request: send(
            request, 200, b'data: {"choices": [{"delta": {"conten\n\ndata: }{\n\n', "text/event-stream"
        ),
        id="a stream of garbage",
    ),
    pytest.param(status(204, b""), id="no content"),
    pytest.param(status(302, b"", Location="http://127.0.0.1:9/"), id="a redirect"),
    pytest.param(status(401), id="a wrong key"),
    pytest.param(status(404), id="a wrong address"),
    pytest.param(status(400), id="a refusal"),
    pytest.param(status(429), id="busy"),
    pytest.param(status(500, b"Traceback (most recent call last)"), id="a failure"),
    pytest.param(lambda request: request.handler.connection.shutdown(socket.SHUT_RDWR), id="hanging up"),
]


@pytest.mark.parametrize("step", GARBAGE)
def test_an_endpoint_that_fails_leaves_the_documents_answer_and_a_note(library: Library, step: Any) -> None:
    with wording(library, step) as (ask, _):
        (body,) = ask(WHEN)
        (zh,) = ask(WHEN_ZH)
    assert same_answer(body, plain(library))
    assert codes(body) == ["language_model_unavailable"]
    assert body["notes"][0]["message"].startswith("The language model was not available")
    assert zh["notes"][0]["message"].startswith("语言模型")


@pytest.mark.parametrize("step", [stalling(), stalling(drip=b" ")], ids=["stalls", "drips"])
def test_an_endpoint_that_stalls_is_given_up_in_time(library: Library, step: Any) -> None:
    with wording(library, step, llm_timeout=0.5, llm_attempts=3) as (ask, script):
        started = time.monotonic()
        (body,) = ask(WHEN)
        took = time.monotonic() - started
        assert script.hung_up.wait(10)
    assert took < 5
    assert same_answer(body, plain(library))
    assert codes(body) == ["language_model_unavailable"]


def test_a_streamed_reply_is_read_though_none_was_asked_for(library: Library) -> None:
    def step(request: Request) -> None:
        number = number_of(request.paragraphs, DATE)
        text = json.dumps({"statements": [{"text": TRUE, "paragraph": number, "quote": QUOTE}]})
        deltas = [{"role": "assistant"}, {"content": text[:40]}, {"content": text[40:]}, {}]
        events = [json.dumps({"choices": [{"index": 0, "delta": delta}]}) for delta in deltas]
        stream = "".join(f"data: {event}\n\n" for event in [*events, "[DONE]"])
        send(request, 200, stream.encode(), "text/event-stream")

    with wording(library, step) as (ask, _):
        assert ask(WHEN)[0]["mode"] == "language_model"


@pytest.mark.parametrize("code", [429, 500, 503])
def test_an_endpoint_that_is_busy_or_fails_is_asked_again(library: Library, code: int) -> None:
    steps = (status(code, Retry_After="0"), status(code, Retry_After="0"), stating(TRUE))
    with wording(library, *steps, llm_attempts=3) as (ask, script):
        assert ask(WHEN)[0]["mode"] == "language_model"
    assert len(script.requests) == 3


def test_a_wrong_key_is_not_tried_again(library: Library) -> None:
    with wording(library, status(401), llm_attempts=3) as (ask, script):
        assert codes(ask(WHEN)[0]) == ["language_model_unavailable"]
    assert len(script.requests) == 1


def test_an_endpoint_without_structured_output_is_asked_without_it_from_then_on(library: Library) -> None:
    with wording(library, status(400), stating(TRUE)) as (ask, script):
        assert [body["mode"] for body in ask(WHEN, WHEN)] == ["language_model"] * 2
    assert ["response_format" in request.body for request in script.requests] == [True, False, False]


def test_an_endpoint_that_keeps_failing_is_left_alone_for_a_while(library: Library) -> None:
    with wording(library, status(500)) as (ask, script):
        assert [codes(body) for body in ask(*[WHEN] * 6)] == [["language_model_unavailable"]] * 6
    assert len(script.requests) == 3


def test_without_an_endpoint_there_the_documents_answer(library: Library) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = Settings(llm_base_url=f"http://127.0.0.1:{port}/v1", llm_model="none")
    (body,) = Asked(library, settings)(WHEN)
    assert same_answer(body, plain(library))
    assert codes(body) == ["language_model_unavailable"]


def test_the_key_is_sent_from_the_environment_or_a_file(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key"
    file.write_text("from-file\n", encoding="utf-8")
    for settings, key in (
        ({"llm_api_key": SecretStr("given")}, "given"),
        ({"llm_api_key_file": file}, "from-file"),
    ):
        with wording(library, stating(TRUE), **settings) as (ask, script):
            ask(WHEN)
        assert script.requests[0].headers["authorization"] == f"Bearer {key}"
    monkeypatch.setenv("RAPPORTEUR_LLM_BASE_URL", "http://127.0.0.1:9/v1/")
    monkeypatch.setenv("RAPPORTEUR_LLM_MODEL", "some")
    monkeypatch.setenv("RAPPORTEUR_LLM_API_KEY", "secret")
    from_environment = Settings()
    assert (from_environment.llm_base_url, from_environment.llm_model) == ("http://127.0.0.1:9/v1", "some")
    assert from_environment.llm_key() == "secret"
    assert "secret" not in repr(from_environment)
    monkeypatch.delenv("RAPPORTEUR_LLM_MODEL")
    with pytest.raises(ValidationError, match="RAPPORTEUR_LLM_MODEL"):
        Settings()


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"BASE_URL": "http://127.0.0.1:9/v1"}, "expected both RAPPORTEUR_LLM_BASE_URL"),
        ({"MODEL": "m", "API_KEY": "hush"}, "expected both RAPPORTEUR_LLM_BASE_URL"),
        ({"BASE_URL": "127.0.0.1", "MODEL": "m"}, "RAPPORTEUR_LLM_BASE_URL"),
        ({"API_KEY_FILE": "/nowhere"}, "RAPPORTEUR_LLM_API_KEY_FILE"),
        ({"API_KEY_FILE": __file__}, "RAPPORTEUR_LLM_API_KEY_FILE"),
        ({"TIMEOUT": "0"}, "RAPPORTEUR_LLM_TIMEOUT"),
    ],
)
def test_settings_that_make_no_sense_are_told_in_words(
    variables: dict[str, str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"RAPPORTEUR_LLM_{name}", value)
    monkeypatch.setenv("COLUMNS", "400")
    with pytest.raises(SystemExit) as ended:
        main(["ask", WHEN, "--data", str(tmp_path)])
    assert ended.value.code == 2
    shown = capsys.readouterr().err
    assert told in shown
    assert "hush" not in shown


def test_the_command_asks_the_model_too(
    sample_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with scripted(stating(TRUE)) as script:
        monkeypatch.setenv("RAPPORTEUR_LLM_BASE_URL", script.base_url)
        monkeypatch.setenv("RAPPORTEUR_LLM_MODEL", "scripted")
        with pytest.raises(SystemExit) as ended:
            main(["ask", WHEN, "--json", "--data", str(sample_data)])
    assert ended.value.code == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["mode"], body["answer"]["text"]) == ("language_model", f"{TRUE} [1]")
