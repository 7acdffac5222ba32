"""The log: one JSON object a line on standard error, and no word of a client unless asked for.

A path holds the symbol that was asked for, and a query string what was looked for: neither is logged, only
the route's pattern. Every line written during a request carries its id.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final

__all__ = ["REQUESTS", "install_logs", "request_id", "within_request"]

REQUESTS: Final = "rapporteur.requests"
"""The logger that gets a line for each request, at level INFO."""

_REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)


def request_id() -> str | None:
    """The id of the request that is being worked on; ``None`` outside of one."""
    return _REQUEST_ID.get()


@contextmanager
def within_request(identity: str) -> Iterator[None]:
    """Lines logged in the block, also in threads it hands work to, carry the id."""
    token = _REQUEST_ID.set(identity)
    try:
        yield
    finally:
        _REQUEST_ID.reset(token)


class _Lines(logging.Formatter):
    """A record as one line of JSON: everything is escaped, so that no text can forge a line of its own."""

    def __init__(self, questions: bool) -> None:
        super().__init__()
        self._questions = questions

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        identity = _REQUEST_ID.get()
        if identity is not None:
            entry["request_id"] = identity
        entry |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1] is not None:
            entry["exception"] = "".join(_told(record.exc_info[1], self._questions))
        return json.dumps(entry, default=str)


def _told(error: BaseException, messages: bool) -> Iterator[str]:
    """Where it happened, and what kind it was. Its message may repeat what was asked."""
    if messages:
        yield from traceback.format_exception(error)
        return
    before = error.__cause__ or error.__context__
    if before is not None:
        yield from _told(before, messages)
        yield "which led to\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}\n"


def install_logs(level: str, questions: bool = False) -> None:
    """Send what the process logs, from ``level`` up, to standard error as JSON.

    Without ``questions`` a failure is told without its message, which may hold words of a client.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_Lines(questions))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries tell each step of theirs, addresses included: only what is out of order is let through.
    root.setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
    for ours in ("rapporteur", "service", "index", "ingest"):
        logging.getLogger(ours).setLevel(level.upper())
