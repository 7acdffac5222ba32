"""``GET /``: where to go from here."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_HEADERS = {
    # 'unsafe-inline' for the style only: the page holds no script and no text of a client or a document.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_HOST = re.compile(r"[A-Za-z0-9.\-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?")

_PAGE = Path(__file__).parent.parent / "web" / "home.html"


@router.get("/", response_class=HTMLResponse)
def home(request: Request) -> HTMLResponse:
    """A page that says what this is and what to try. The address in it is the one the client used."""
    host = request.headers.get("host", "")
    shown = host if _HOST.fullmatch(host) else "127.0.0.1:8000"
    page = _PAGE.read_text(encoding="utf-8")
    return HTMLResponse(page.replace("http://HOST", f"{request.scope['scheme']}://{shown}"), headers=_HEADERS)
