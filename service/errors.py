"""What can go wrong for a client, and the one shape in which it is told.

Domain errors rise from below as they are; this file alone knows which HTTP status each becomes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from index.encoder import EncoderError
from index.generation import GenerationError
from service.library import UnknownDocumentError, UnknownParagraphError

__all__ = [
    "RefusedError",
    "UnknownModelError",
    "error_response",
    "install_error_handlers",
    "internal_error",
    "refuse",
]

_LONGEST_ECHO = 300
"""Characters of a client's own words that an error repeats."""

_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    422: "invalid_request",
    429: "too_many_requests",
    503: "unavailable",
}

_OPENAI_PATHS = ("/v1/chat/", "/v1/models", "/v1/responses")
"""Where clients expect OpenAI's error object: the one shape with two fields more, and 400 instead of 422."""


class UnknownModelError(LookupError):
    """A chat client asked for a model that is not served here."""

    def __init__(self, model: str, known: str) -> None:
        super().__init__(f"expected the model {known!r}, got {model!r}: GET /v1/models lists what there is")
        self.model = model


class RefusedError(Exception):
    """A request that is turned away before, or instead of, being worked on."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.details = details
        self.headers = headers


async def refuse(scope: Scope, receive: Receive, send: Send, error: RefusedError) -> None:
    """Answer a request with a refusal, from where the application has not seen it yet."""
    await _refusal(scope["path"], error)(scope, receive, send)


def _refusal(path: str, error: RefusedError) -> JSONResponse:
    return error_response(path, error.status, error.code, str(error), error.details, error.headers)


def error_response(
    path: str,
    status: int,
    code: str,
    message: str,
    details: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    param: str | None = None,
) -> JSONResponse:
    """The one shape of an error; on OpenAI's paths it is also theirs, with ``param`` the field at fault."""
    error: dict[str, Any] = {"code": code, "message": message, "details": dict(details or {})}
    if path.startswith(_OPENAI_PATHS):
        status = 400 if status == 422 else status
        error |= {"type": "invalid_request_error" if status < 500 else "server_error", "param": param}
    return JSONResponse({"error": error}, status_code=status, headers=dict(headers) if headers else None)


def internal_error(path: str, request_id: str) -> JSONResponse:
    """What a client is told of a fault of ours: only under which id the log tells more."""
    return error_response(
        path,
        500,
        "internal_error",
        f"the service failed on this request; its log says why under {request_id}: please report it",
        {"request_id": request_id},
    )


def install_error_handlers(app: FastAPI) -> None:
    """Make every refusal of ``app``, its own and the framework's, come out in the one shape."""

    @app.exception_handler(RefusedError)
    async def turned_away(request: Request, error: RefusedError) -> JSONResponse:
        return _refusal(request.scope["path"], error)

    @app.exception_handler(UnknownDocumentError)
    async def unknown_document(request: Request, error: UnknownDocumentError) -> JSONResponse:
        return error_response(
            request.scope["path"],
            404,
            "unknown_document",
            _printable(str(error)),
            {"symbols": [_printable(s) for s in error.symbols]},
        )

    @app.exception_handler(UnknownParagraphError)
    async def unknown_paragraph(request: Request, error: UnknownParagraphError) -> JSONResponse:
        return error_response(
            request.scope["path"],
            404,
            "unknown_paragraph",
            _printable(str(error)),
            {"symbol": _printable(error.symbol), "paragraph": _printable(error.paragraph)},
        )

    @app.exception_handler(UnknownModelError)
    async def unknown_model(request: Request, error: UnknownModelError) -> JSONResponse:
        return error_response(
            request.scope["path"],
            404,
            "model_not_found",
            _printable(str(error)),
            {"model": _printable(error.model)},
            param="model",
        )

    @app.exception_handler(GenerationError)
    async def index_unavailable(request: Request, error: Exception) -> JSONResponse:
        return error_response(
            request.scope["path"], 503, "index_unavailable", str(error), headers={"Retry-After": "5"}
        )

    @app.exception_handler(EncoderError)
    async def model_unavailable(request: Request, error: Exception) -> JSONResponse:
        return error_response(request.scope["path"], 503, "model_unavailable", str(error))

    @app.exception_handler(ClientDisconnect)
    async def hung_up(_: Request, error: ClientDisconnect) -> Response:
        # Nobody reads it; 499 is what proxies write into their logs for this.
        return Response(status_code=499)

    @app.exception_handler(RequestValidationError)
    async def invalid_request(request: Request, error: RequestValidationError) -> JSONResponse:
        return _invalid_request(request, error.errors())

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        return error_response(
            request.scope["path"],
            error.status_code,
            _CODES.get(error.status_code, "refused"),
            _http_message(request, error),
            headers=error.headers,
        )


def _http_message(request: Request, error: HTTPException) -> str:
    path = _printable(request.scope["path"])
    match error.status_code:
        case 404:
            return f"there is nothing at {path}: /docs lists what there is"
        case 405:
            allowed = (error.headers or {}).get("Allow", "another method")
            return f"{path} does not take {_printable(request.method)}: use {allowed}"
        case 400:
            example = _example(request.scope["path"])
            return f"the body could not be read as JSON in UTF-8: send an object such as {example}"
        case _:
            return _printable(str(error.detail))


def _invalid_request(request: Request, errors: Sequence[Mapping[str, Any]]) -> JSONResponse:
    path = request.scope["path"]
    broken = next((error for error in errors if error["type"] == "json_invalid"), None)
    if broken is not None:
        return error_response(
            path,
            400,
            "invalid_json",
            f"the request body is no valid JSON (at character {broken['loc'][-1]}): "
            f"send an object such as {_example(path)}",
        )
    fields = [
        {
            "field": _field(error),
            "problem": _printable(error["msg"].removeprefix("Value error, ") + _what_came(error)),
            "code": error["type"],
        }
        for error in errors
    ]
    message = "; ".join(f"{field['field']}: {field['problem']}" for field in fields[:3])
    if len(fields) > 3:
        message += f"; and {len(fields) - 3} more"
    if fields[0]["field"] == "body" and "json" not in request.headers.get("content-type", ""):
        message += ' (send JSON, with the header "Content-Type: application/json")'
    if path.startswith(_OPENAI_PATHS):
        code, param = fields[0]["code"], fields[0]["field"]
        return error_response(path, 400, code, message, {"fields": fields}, param=param)
    return error_response(path, 422, "invalid_request", message, {"fields": fields})


def _example(path: str) -> str:
    if path.startswith("/v1/responses"):
        return '{"model": "rapporteur", "input": "…"}'
    if path.startswith("/v1/chat/"):
        return '{"model": "rapporteur", "messages": [{"role": "user", "content": "…"}]}'
    return '{"question": "…"}'


def _field(error: Mapping[str, Any]) -> str:
    """Where the fault is: the field's path, or what a rule over the whole body names."""
    path = _printable(".".join(str(step) for step in error["loc"][1:]))
    return path or str(error.get("ctx", {}).get("param", error["loc"][0]))


def _what_came(error: Mapping[str, Any]) -> str:
    """What the client sent, where that is short enough to repeat and the message does not say it."""
    came = error.get("input")
    if error["type"] in ("missing", "extra_forbidden", "value_error") or "param" in error.get("ctx", {}):
        return ""
    if isinstance(came, str) and len(came) > 60:
        return f", got {len(came)} characters"
    if came is None or isinstance(came, str | int | float):
        return f", got {json.dumps(came)[:80]}"
    return ""


def _printable(text: str) -> str:
    """``text`` shortened, with everything escaped that is no UTF-8 or could upset a terminal."""
    shown = text if len(text) <= _LONGEST_ECHO else text[:_LONGEST_ECHO] + "…"
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in shown
    )
