"""``GET /v1/documents`` and ``GET /v1/documents/{symbol}``."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query

from service.deps import LibraryDep
from service.document_schemas import DocumentList, DocumentResponse
from service.documents import document_entry, document_response
from service.schemas import ErrorResponse

__all__ = ["router"]

router = APIRouter(prefix="/v1/documents", tags=["documents"])


@router.get("", summary="Documents in the index")
def list_documents(
    library: LibraryDep,
    offset: Annotated[int, Query(ge=0, le=10**9, description="Documents to leave out at the start.")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> DocumentList:
    """Symbols, titles, dates, languages and paragraph counts, by symbol; a page at a time."""
    with library.open() as desk:
        documents = desk.store.documents()
        page = [document_entry(desk, document) for document in documents[offset : offset + limit]]
    after = offset + len(page)
    more = page and after < len(documents)
    return DocumentList(
        documents=page,
        total=len(documents),
        offset=offset,
        limit=limit,
        next=f"/v1/documents?{urlencode({'offset': after, 'limit': limit})}" if more else None,
    )


@router.get(
    "/{symbol:path}",
    summary="One document, or one paragraph of it",
    responses={
        404: {"model": ErrorResponse, "description": "No such document or paragraph is in the index."}
    },
)
def get_document(
    library: LibraryDep,
    symbol: Annotated[
        str,
        Path(
            description="The document's symbol, as it is or with its reserved characters encoded.",
            examples=["A/64/202", "ICCD/COP(13)/CST/5"],
        ),
    ],
    paragraph: Annotated[
        str | None,
        Query(
            max_length=200,
            description="Only this paragraph: its number, after its part where numbering restarts.",
            examples=["II.35"],
        ),
    ] = None,
) -> DocumentResponse:
    """Every paragraph in all its languages, in reading order, with what it cites and by which it is cited.

    The id of an item gives the whole paragraph.

    A paragraph's id, its `#` encoded as `%23`, does as well as symbol and `paragraph`.
    """
    symbol, _, local = symbol.partition("#")
    wanted = local if paragraph is None else paragraph
    with library.open() as desk:
        return document_response(desk, symbol, wanted)
