"""``GET /documents/{symbol}``: the permanent address of a document, to which citations link."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from service.presentation import IN_PATH

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/documents/{symbol:path}")
async def read_document(symbol: str) -> RedirectResponse:
    """Leads to the document as data; a browser keeps the ``#paragraph`` of the address on the way."""
    return RedirectResponse(f"/v1/documents/{quote(symbol, safe=IN_PATH)}", status_code=307)
