"""The files of the web page, held in memory under addresses that change when they do."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import PurePosixPath

from fastapi import Request, Response

__all__ = ["PAGE_HEADERS", "REFERENCE_HEADERS", "Asset", "Site"]

_OURS = (
    "default-src 'none'; script-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_COMMON = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-cache"}

PAGE_HEADERS: Mapping[str, str] = _COMMON | {
    # Nothing from elsewhere, nothing inline, and no string ever becomes markup or code: whatever a document
    # or a question holds, a browser that knows trusted types refuses to take it for more than text.
    "Content-Security-Policy": (
        f"{_OURS}; style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
    ),
}

REFERENCE_HEADERS: Mapping[str, str] = _COMMON | {
    # Swagger UI writes styles inline and makes markup out of strings: those of our own description.
    "Content-Security-Policy": f"{_OURS}; style-src 'self' 'unsafe-inline'",
}

_FOREVER = "public, max-age=31536000, immutable"
_SWAGGER = ("swagger-ui-bundle.js", "swagger-ui.css")
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}
_SMALLEST_COMPRESSED = 1024
"""Bytes below which compression saves no packet."""


class Asset:
    """One file, whole in memory."""

    def __init__(self, name: str, content: bytes) -> None:
        suffix = PurePosixPath(name).suffix
        kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        self.media_type = f"{kind}; charset=utf-8"
        self.content = content

    @cached_property
    def compressed(self) -> bytes:
        """gzip, always the same bytes for the same content."""
        return gzip.compress(self.content, mtime=0)

    def response(self, request: Request, headers: Mapping[str, str], status: int = 200) -> Response:
        """The file, compressed for a client that takes that."""
        sent = dict(headers) | {"Vary": "Accept-Encoding"}
        body = self.content
        if len(body) >= _SMALLEST_COMPRESSED and "gzip" in request.headers.get("accept-encoding", ""):
            body = self.compressed
            sent["Content-Encoding"] = "gzip"
        return Response(body, status, sent, self.media_type)


class Site:
    """Pages and the files that they load.

    ``version`` stands in the address of every file, so a browser keeps a file for as long as it is the
    same and fetches all of them anew after an upgrade: a page is one request on a slow network.
    """

    def __init__(self) -> None:
        static = files("service.web") / "static"
        content = {entry.name: entry.read_bytes() for entry in static.iterdir() if entry.is_file()}
        swagger = files("fastapi_offline") / "static"
        content |= {name: (swagger / name).read_bytes() for name in _SWAGGER}
        digest = hashlib.sha256()
        for name in sorted(content):
            digest.update(name.encode() + b"\0" + content[name])
        self.version = digest.hexdigest()[:12]
        marked = {
            name: data.replace(b"/web/VERSION/", f"/web/{self.version}/".encode())
            if name.endswith(".html")
            else data
            for name, data in content.items()
        }
        self._assets = {name: Asset(name, data) for name, data in marked.items()}

    def page(self, name: str) -> Asset:
        """:raises KeyError: if there is no page ``name`` (without ``.html``)."""
        return self._assets[f"{name}.html"]

    def asset(self, name: str) -> Asset | None:
        """A file that pages load."""
        return None if name.endswith(".html") else self._assets.get(name)

    def lifetime(self, version: str) -> str:
        """``Cache-Control`` of a file asked for under ``version``: only the present one can be kept."""
        return _FOREVER if version == self.version else "no-cache"
