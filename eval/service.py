"""What a service said to each question, over the HTTP interface: a running one's, or one of this process."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import httpx

from eval.questions import Question
from ingest.paragraphs import ParagraphId

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["Citation", "Response", "ServiceError", "ask_all", "in_process", "remote"]

DEPTH: Final = 20
"""Hits asked for from ``/v1/search``."""


class ServiceError(RuntimeError):
    """The service could not be asked at all."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation as served. ``verbatim``: the quote stands at its offsets in the text that the document view
    gives.
    """

    id: str
    language: str
    edition: str
    quote: str
    text: str
    verbatim: bool

    @property
    def paragraph(self) -> str:
        return _paragraph(self.id)


@dataclass(frozen=True, slots=True)
class Response:
    """Everything served for one question.

    ``ranked`` holds paragraph ids from the search, best first, each once. ``seconds`` are wall-clock times
    of the two requests as the client sees them. ``error`` is the error that came instead of an answer; then
    the rest is empty.
    """

    question: str
    ranked: tuple[str, ...]
    status: str
    reason: str | None
    answer: str
    kind: str | None
    value: str | float | None
    confidence: float | None
    citations: tuple[Citation, ...]
    search_seconds: float
    answer_seconds: float
    index: tuple[str, str]
    error: str | None = None

    @property
    def answered(self) -> bool:
        return self.status in ("answered", "partial", "conflicting")


def _paragraph(name: str) -> str:
    return str(ParagraphId.parse(name).paragraph)


@asynccontextmanager
async def remote(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service at ``url``."""
    async with httpx.AsyncClient(base_url=url.rstrip("/"), timeout=60) as client:
        yield client


@asynccontextmanager
async def in_process(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application in this process, started and stopped with it: no socket in between."""
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://in-process", timeout=60
        ) as client,
    ):
        yield client


class _Texts:
    """Paragraph texts as the document view serves them, fetched once for each document."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._documents: dict[str, dict[tuple[str, str], str]] = {}

    async def get(self, name: str, language: str) -> str | None:
        pid = ParagraphId.parse(name).paragraph
        if pid.symbol not in self._documents:
            reply = await self._client.get(f"/v1/documents/{quote(pid.symbol, safe='/()')}")
            paragraphs = reply.json()["paragraphs"] if reply.is_success else []
            self._documents[pid.symbol] = {
                (paragraph["id"], code): text
                for paragraph in paragraphs
                for code, text in paragraph["texts"].items()
            }
        return self._documents[pid.symbol].get((str(pid), language))


async def _citation(raw: dict[str, Any], texts: _Texts) -> Citation:
    text, start, end = raw["text"], raw["start"], raw["end"]
    return Citation(
        id=raw["id"],
        language=raw["language"],
        edition=raw.get("edition", "official"),
        quote=raw["quote"],
        text=text,
        verbatim=bool(raw["quote"])
        and text[start:end] == raw["quote"]
        and text == await texts.get(raw["id"], raw["language"]),
    )


async def _ask(client: httpx.AsyncClient, question: Question, texts: _Texts) -> Response:
    start = time.perf_counter()
    found = await client.post("/v1/search", json={"query": question.question, "limit": DEPTH})
    middle = time.perf_counter()
    reply = await client.post("/v1/answers", json={"question": question.question})
    end = time.perf_counter()
    error = next((f"{r.status_code}: {r.text[:200]}" for r in (found, reply) if not r.is_success), None)
    hits = found.json()["hits"] if found.is_success else []
    body = reply.json() if reply.is_success else {}
    answer = body.get("answer") or {}
    index = body.get("index", {})
    return Response(
        question=question.id,
        ranked=tuple(dict.fromkeys(_paragraph(hit["id"]) for hit in hits)),
        status=body.get("status", "error"),
        reason=body.get("reason"),
        answer=answer.get("text", ""),
        kind=answer.get("kind"),
        value=answer.get("value"),
        confidence=answer.get("confidence"),
        citations=tuple([await _citation(raw, texts) for raw in body.get("citations", ())]),
        search_seconds=middle - start,
        answer_seconds=end - middle,
        index=(index.get("generation", ""), index.get("model", "")),
        error=error,
    )


async def ask_all(
    client: httpx.AsyncClient, questions: Sequence[Question], progress: Callable[[], None] | None = None
) -> list[Response]:
    """Ask each question in turn, one at a time: latencies are those of an idle service.

    :raises ServiceError: if the service can't be reached or says that it is not ready.
    """
    try:
        ready = await client.get("/readyz")
        if not ready.is_success:
            raise ServiceError(
                f"expected a service that is ready, got {ready.status_code} from /readyz: {ready.text[:200]}"
            )
        texts = _Texts(client)
        responses = []
        for question in questions:
            responses.append(await _ask(client, question, texts))
            if progress:
                progress()
    except httpx.HTTPError as error:
        raise ServiceError(
            f"expected a service at {client.base_url}, got {error!r}: start it, or correct the URL"
        ) from error
    return responses
