"""Connections that cost nothing: a head that does not come, or does not end, is not waited for.

Measured with uvicorn 0.54: a connection that sends nothing, or one header a minute, stays open for as long as
its client likes; one that sends headers without end fills the memory (httptools sets no bound).
"""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["PatientProtocol", "patient"]

_HEAD_BYTES: Final = 64 * 1024
"""Request line and headers together, before the connection is closed."""


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's own, with a bound on the time and the size of a request's head."""

    def __init__(self, *arguments: Any, head_seconds: float = 10.0, **named: Any) -> None:
        """``head_seconds``: from when a connection is opened, or a new request on it begun, to the end of the
        request's head.
        """
        super().__init__(*arguments, **named)
        self._head_seconds = head_seconds
        self._head_timer: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._in_body = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_body:
            if self.cycle.response_complete:
                # A body that was refused is let run out, so that its client reads why; but not for long.
                self._expect_head()
        else:
            self._expect_head()
        super().data_received(data)
        if self._head_timer is not None and not self._in_body:
            self._head_bytes += len(data)
            if self._head_bytes > _HEAD_BYTES:
                self.send_400_response("The head of the request is too long.")

    def send_400_response(self, msg: str) -> None:
        """Tell what is no HTTP so in the shape of all errors; uvicorn tells it as plain text."""
        body = json.dumps(
            {
                "error": {
                    "code": "bad_request",
                    "message": f"the request could not be read as HTTP/1.1: {msg}",
                    "details": {},
                }
            }
        ).encode()
        self.transport.write(
            b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close\r\n"
            b"x-content-type-options: nosniff\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
        )
        self.transport.close()

    def on_headers_complete(self) -> None:
        self._head_came()
        self._in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._head_came()
        self._in_body = False
        super().on_message_complete()

    def _expect_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self._head_seconds, self._give_up)

    def _head_came(self) -> None:
        self._head_bytes = 0
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()


def patient(head_seconds: float) -> type[asyncio.Protocol]:
    """The protocol with its patience in seconds. uvicorn makes one for each connection itself."""
    # uvicorn only calls it; unlike a class made here, this can be sent to another process.
    return partial(PatientProtocol, head_seconds=head_seconds)  # type: ignore[return-value]
