"""``POST /v1/answers``."""

from __future__ import annotations

from fastapi import APIRouter

from service.deps import LibraryDep, MetricsDep
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
def post_answer(request: AnswerRequest, library: LibraryDep, metrics: MetricsDep) -> AnswerResponse:
    """A short answer with its quote and paragraph, or `not_found` with the nearest paragraphs and why.

    What is quoted stands in the paragraph at the offsets given, and every date, number and symbol of the
    answer's text stands in a quoted paragraph.
    """
    with library.open() as desk:
        answer = desk.answerer.answer(
            request.question,
            language=request.language,
            documents=request.documents or None,
            limit=request.limit,
        )
    metrics.answer(answer)
    return answer_response(answer)
