"""``GET /v1/mandates`` and ``GET /v1/timeline``."""

from __future__ import annotations

import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from service import exports
from service.deps import LibraryDep
from service.record_schemas import (
    JSON_PAGE,
    LONGEST_PAGE,
    MandateList,
    MandateQuery,
    Timeline,
    TimelineQuery,
)
from service.records import mandate_list, timeline
from service.schemas import ErrorResponse

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["facts"])

_Accept = Annotated[str | None, Header(max_length=2000)]
_NOT_FOUND = {"model": ErrorResponse, "description": "None of the documents named is in the index."}


@router.get(
    "/mandates",
    summary="Who asks or authorises whom to do what, under which decision, by when",
    response_model=MandateList,
    responses={
        200: {"content": {"text/csv": {}}, "description": "Mandates, each with its paragraph."},
        404: _NOT_FOUND,
    },
)
def get_mandates(
    query: Annotated[MandateQuery, Query()], library: LibraryDep, accept: _Accept = None
) -> MandateList | Response:
    """Mandates by document and reading order. What both languages state is one record.

    JSON, or CSV by `format=csv` or an `Accept` header: in UTF-8 with a byte order mark, with an apostrophe
    before what a spreadsheet would run. `Link` leads to the next page.
    """
    chosen = query.format or exports.wanted_format(accept, ("json", "csv"))
    limit = query.limit or (JSON_PAGE if chosen == "json" else LONGEST_PAGE)
    with library.open() as desk:
        found = mandate_list(desk, query, limit)
    if chosen == "json":
        return found
    return _file(exports.mandates_csv(found.mandates), "mandates", chosen, found)


@router.get(
    "/timeline",
    summary="Every dated fact, in order",
    response_model=Timeline,
    responses={
        200: {
            "content": {"text/csv": {}, "text/calendar": {}},
            "description": "Dated facts, each with its paragraph.",
        },
        404: _NOT_FOUND,
    },
)
def get_timeline(
    query: Annotated[TimelineQuery, Query()], library: LibraryDep, accept: _Accept = None
) -> Timeline | Response:
    """Dates and periods with the sentence that states them, by first and last day.

    JSON, or CSV or iCalendar by `format` or an `Accept` header. Dates without a year come last, and not in
    iCalendar.
    """
    chosen = query.format or exports.wanted_format(accept, ("json", "csv", "ics"))
    limit = query.limit or (JSON_PAGE if chosen == "json" else LONGEST_PAGE)
    with library.open() as desk:
        found = timeline(desk, query, limit)
        made = datetime.datetime.fromisoformat(desk.held.manifest.created)
    if chosen == "json":
        return found
    content = (
        exports.timeline_csv(found.facts) if chosen == "csv" else exports.timeline_ics(found.facts, made)
    )
    return _file(content, "timeline", chosen, found)


def _file(content: bytes, name: str, kind: str, found: MandateList | Timeline) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        "X-Total-Count": str(found.total),
        "Vary": "Accept",
    }
    if found.next is not None:
        headers["Link"] = f'<{found.next}>; rel="next"'
    return Response(content, headers=headers, media_type=f"{exports.MEDIA_TYPES[kind]}; charset=utf-8")
