"""``GET /documents/{symbol}``: the permanent address of a document, to which citations link."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import RedirectResponse

from index.encoder import EncoderError
from index.generation import GenerationError
from service.deps import LibraryDep, SiteDep
from service.library import Library, UnknownDocumentError
from service.presentation import IN_PATH, document_url
from service.web.site import PAGE_HEADERS

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.api_route("/documents/{symbol:path}", methods=["GET", "HEAD"])
def read_document(
    request: Request,
    library: LibraryDep,
    site: SiteDep,
    symbol: str,
    accept: Annotated[str | None, Header(max_length=2000)] = None,
) -> Response:
    """The reader, for a browser; leads everyone else to the document as data.

    A browser keeps the ``#paragraph`` of the address to itself. One that came encoded, as some mail programs
    send it, is led to the paragraph.
    """
    if "text/html" not in (accept or ""):
        return RedirectResponse(
            f"/v1/documents/{quote(symbol, safe=IN_PATH)}", status_code=307, headers={"Vary": "Accept"}
        )
    symbol, _, local = symbol.partition("#")
    if local:
        return RedirectResponse(f"{document_url(symbol)}#{quote(local, safe=IN_PATH)}", status_code=307)
    response = site.page("index").response(request, PAGE_HEADERS, _status(library, symbol))
    response.headers["Vary"] = "Accept, Accept-Encoding"
    return response


def _status(library: Library, symbol: str) -> int:
    """What the page will tell in words, told to programs that only look at the status."""
    try:
        with library.open() as desk:
            desk.document(symbol)
    except UnknownDocumentError:
        return 404
    except (EncoderError, GenerationError):
        return 503
    return 200
