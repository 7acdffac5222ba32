"""``POST /v1/answers``."""

from __future__ import annotations

from fastapi import APIRouter, Request

from service.deps import RespondentDep
from service.presence import while_present
from service.presentation import answer_response
from service.schemas import AnswerRequest, AnswerResponse, ErrorResponse

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["answers"])


@router.post(
    "/answers",
    summary="One cited answer",
    responses={
        400: {"model": ErrorResponse, "description": "The body is no JSON."},
        413: {"model": ErrorResponse, "description": "The body is too large."},
    },
)
async def post_answer(asked: AnswerRequest, request: Request, respondent: RespondentDep) -> AnswerResponse:
    """A short answer with its quote and paragraph, or `not_found` with the nearest paragraphs and why.

    What is quoted stands in the paragraph at the offsets given, and every date, number and symbol of the
    answer's text stands in a quoted paragraph.
    """
    reply = await while_present(
        request,
        respondent.reply(
            asked.question, language=asked.language, documents=asked.documents or None, limit=asked.limit
        ),
    )
    return answer_response(reply)
