"""``POST /v1/chat/completions``, ``POST /v1/responses`` and ``GET /v1/models``: OpenAI's shapes."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from service.answering.answer import Language
from service.answering.asking.question import language_of
from service.chat.completions import Completion
from service.chat.conversation import Turn, standalone
from service.chat.rendering import RenderedMessage, render
from service.chat.requests import MODEL, ChatRequest, ResponsesRequest
from service.chat.responses import ResponseObject
from service.deps import BaseDep, RespondentDep
from service.errors import UnknownModelError
from service.presence import while_present
from service.presentation import answer_response
from service.respondent import Respondent
from service.schemas import ErrorResponse

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["chat"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorResponse, "description": "Something in the request can't be done; `param` names it."},
    404: {"model": ErrorResponse, "description": "There is no such model."},
    413: {"model": ErrorResponse, "description": "The body is too large."},
}
_OBJECT = {"id": MODEL, "object": "model", "created": int(time.time()), "owned_by": "rapporteur"}
_STREAM_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/models", summary="The one model there is, as OpenAI lists models")
async def list_models() -> dict[str, Any]:
    return {"object": "list", "data": [_OBJECT]}


@router.get("/models/{model}", summary="The model", responses={404: _REFUSALS[404]})
async def get_model(model: Annotated[str, Path(examples=[MODEL])]) -> dict[str, Any]:
    _check(model)
    return _OBJECT


@router.post(
    "/chat/completions",
    summary="An answer as a chat message",
    responses={
        200: {
            "content": {"application/json": {}, "text/event-stream": {}},
            "description": "A chat completion; with `stream: true` its chunks as server-sent events.",
        },
        **_REFUSALS,
    },
)
async def post_chat_completions(
    chat: ChatRequest, request: Request, respondent: RespondentDep, base: BaseDep
) -> Response:
    """The last message of the user is answered; earlier turns complete it where it leans on them.

    The text carries marks `[n]` and a list of references, `annotations` the address of each mark. A stream
    carries the annotations in its last delta, and before it one event with the quotes in the form that Open
    WebUI shows as sources.
    """
    _check(chat.model)
    message = await while_present(
        request, _message(respondent, base, chat.turns, chat.language, chat.documents)
    )
    completion = Completion.of(
        message,
        [turn.content for turn in chat.messages],
        stops=chat.stops,
        most_tokens=chat.most_tokens,
    )
    if not chat.stream:
        return JSONResponse(completion.whole())
    return _streamed(completion.stream(include_usage=chat.include_usage))


@router.post(
    "/responses",
    summary="An answer as a response object",
    responses={
        200: {
            "content": {"application/json": {}, "text/event-stream": {}},
            "description": "A response; with `stream: true` its events as server-sent events.",
        },
        **_REFUSALS,
    },
)
async def post_responses(
    asked: ResponsesRequest, request: Request, respondent: RespondentDep, base: BaseDep
) -> Response:
    """The same answers in the shape of OpenAI's newer interface.

    Nothing is stored: earlier turns come in `input`.
    """
    _check(asked.model)
    message = await while_present(
        request, _message(respondent, base, asked.turns, asked.language, asked.documents)
    )
    response = ResponseObject.of(message, asked)
    return _streamed(response.stream()) if asked.stream else JSONResponse(response.whole())


async def _message(
    respondent: Respondent, base: str, turns: list[Turn], wanted: str, documents: list[str] | None
) -> RenderedMessage:
    question = standalone(turns)
    language: Language = "zh" if wanted == "zh" else "en"
    if wanted == "auto":
        # Of what was typed last: the words that complete it may be in the other language.
        language = language_of(next(turn.text for turn in reversed(turns) if turn.role == "user"))
    reply = await respondent.reply(question, language=language, documents=documents or None)
    return render(answer_response(reply), base)


def _check(model: str) -> None:
    """:raises UnknownModelError: if there is no such model."""
    if model != MODEL:
        raise UnknownModelError(model, MODEL)


def _streamed(events: Iterator[str]) -> StreamingResponse:
    async def flow() -> AsyncIterator[str]:
        # Made here, not in threads: nothing in it blocks.
        for event in events:
            yield event

    return StreamingResponse(flow(), media_type="text/event-stream", headers=_STREAM_HEADERS)
