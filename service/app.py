"""The HTTP application."""

from __future__ import annotations

import ctypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from service.config import Settings
from service.errors import install_error_handlers
from service.guards import guard
from service.library import Library
from service.mcp.endpoint import McpEndpoint
from service.metrics import Metrics
from service.place import backend_of
from service.respondent import Respondent
from service.routes import answers, chat, documents, health, home, metrics, reader, records, search
from service.schemas import ErrorResponse
from service.web.site import Site

__all__ = ["create_app"]

_DESCRIPTION = """
Questions over United Nations documents, in Chinese or English, answered with the verbatim sentence and the
number of the paragraph it stands in.

- `POST /v1/answers`: one cited answer, or that the documents don't say.
- `POST /v1/search`: ranked paragraphs.
- `GET /v1/documents`: what is in the index; a document or a paragraph in all its languages.
- `GET /v1/mandates`: who asks whom to do what, under which decision, by when.
- `GET /v1/timeline`: every dated fact, in order.
- `POST /v1/chat/completions`, `POST /v1/responses`, `GET /v1/models`: the same answers in OpenAI's shapes.
- `/mcp`: Model Context Protocol over streamable HTTP.

Every error has one shape: `{"error": {"code", "message", "details"}}`.
"""

_ERRORS: dict[int | str, dict[str, object]] = {
    400: {"model": ErrorResponse, "description": "The request could not be read, or names another host."},
    401: {"model": ErrorResponse, "description": "A key is asked for, or the one that came is none of ours."},
    403: {"model": ErrorResponse, "description": "The key that came is not good for this."},
    408: {"model": ErrorResponse, "description": "The body took too long to arrive."},
    413: {"model": ErrorResponse, "description": "The body is too large."},
    422: {
        "model": ErrorResponse,
        "description": "The request was understood, but not all of it makes sense.",
    },
    429: {"model": ErrorResponse, "description": "Too many requests: `Retry-After` says when to come again."},
    503: {
        "model": ErrorResponse,
        "description": "There is no index to answer from (`rapporteur ingest` makes one), or more is asked "
        "than can be answered in time: `Retry-After` says when to come again.",
    },
}


class _McpRoute:
    """All methods of ``/mcp``, as the application that the lifespan has opened takes them."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["app"].state.mcp(scope, receive, send)


def _give_back() -> None:
    """Return to the system what loading the models has freed, some 30 MB, which glibc would keep."""
    with suppress(AttributeError, OSError, TypeError):  # no such function elsewhere
        ctypes.CDLL(None).malloc_trim(0)


def create_app(settings: Settings) -> FastAPI:
    """Build the application. The index is opened when it starts; it starts, and says so, without one too.

    :raises KeyFileError: if there is a file of keys that can't be used.
    :raises GenerationError: if the index is on Milvus and the client for it is not installed.
    """
    backend = backend_of(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        library = await run_in_threadpool(
            Library, backend, settings.model, settings.glossary, settings.reranker
        )
        app.state.library = library
        try:
            async with Respondent.opened(library, settings, app.state.metrics.answer) as respondent:
                app.state.respondent = respondent
                app.state.mcp = McpEndpoint(library, respondent, settings)
                _give_back()
                yield
                await app.state.mcp.close()
        finally:
            await run_in_threadpool(library.close)

    app = FastAPI(
        title="rapporteur",
        version=version("rapporteur"),
        description=_DESCRIPTION,
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        responses=_ERRORS,
    )
    app.state.settings = settings
    app.state.site = Site()
    app.state.metrics = Metrics()
    app.state.metrics.watch(lambda: app.state.library)
    guard(app, settings)
    install_error_handlers(app)
    for routes in (answers, chat, search, documents, records, health, metrics, home, reader):
        app.include_router(routes.router)
    app.router.routes.append(Route("/mcp", endpoint=_McpRoute()))
    return app
