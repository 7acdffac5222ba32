"""``GET /`` and its sisters: pages for people. Scripts fill them from the interface under ``/v1``."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from service.deps import SiteDep
from service.web.site import PAGE_HEADERS, REFERENCE_HEADERS

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_METHODS = ["GET", "HEAD"]


@router.api_route("/", methods=_METHODS)
@router.api_route("/documents", methods=_METHODS)
@router.api_route("/mandates", methods=_METHODS)
@router.api_route("/timeline", methods=_METHODS)
async def page(request: Request, site: SiteDep) -> Response:
    """One shell for all: its script reads the address."""
    return site.page("index").response(request, PAGE_HEADERS)


@router.api_route("/docs", methods=_METHODS)
async def reference(request: Request, site: SiteDep) -> Response:
    """Swagger UI over ``/openapi.json``, from this service alone: it works without a network."""
    return site.page("docs").response(request, REFERENCE_HEADERS)


@router.api_route("/web/{version}/{name}", methods=_METHODS)
async def asset(request: Request, site: SiteDep, version: str, name: str) -> Response:
    """A file that pages load."""
    found = site.asset(name)
    if found is None:
        raise HTTPException(404)
    headers = {"Cache-Control": site.lifetime(version), "X-Content-Type-Options": "nosniff"}
    return found.response(request, headers)
