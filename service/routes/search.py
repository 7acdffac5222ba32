"""``POST /v1/search``."""

from __future__ import annotations

from fastapi import APIRouter

from service.deps import LibraryDep
from service.presentation import search_response
from service.schemas import ErrorResponse, SearchRequest, SearchResponse
from service.turns import in_turn

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["search"])


@router.post(
    "/search",
    summary="Ranked paragraphs",
    responses={
        400: {"model": ErrorResponse, "description": "The body is no JSON."},
        404: {"model": ErrorResponse, "description": "None of the documents named is in the index."},
        413: {"model": ErrorResponse, "description": "The body is too large."},
    },
)
async def post_search(request: SearchRequest, library: LibraryDep) -> SearchResponse:
    """Paragraphs by how well they fit, whatever language the query and they are in; best first."""

    def search() -> SearchResponse:
        with library.open() as desk:
            return search_response(desk, request)

    return await in_turn(search)
