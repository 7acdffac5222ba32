"""Connections that cost nothing: a head that does not come, or does not end, is not waited for, and a
response that is not taken is not kept.

Measured with uvicorn 0.54: a connection that sends nothing, or one header a minute, stays open for as long as
its client likes; one that sends headers without end fills the memory (httptools sets no bound); a response
that is not read is held in memory for as long as the connection stays open.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from functools import partial
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["PatientProtocol", "patient"]

_HEAD_BYTES: Final = 64 * 1024
"""Request line and headers together, before the connection is closed."""
_LEAST_TAKEN: Final = 1024
"""Bytes a second of a response that a client takes at least; a modem took five times as many."""


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's own, with bounds on the time and the size of a request's head, and on how slowly a response
    is taken.
    """

    def __init__(
        self, *arguments: Any, head_seconds: float = 10.0, stall_seconds: float = 20.0, **named: Any
    ) -> None:
        """``head_seconds``: from when a connection is opened, or a new request on it begun, to the end of the
        request's head. ``stall_seconds``: how often it is looked at how much of a response was taken.
        """
        super().__init__(*arguments, **named)
        self._stall_seconds = stall_seconds
        self._stall_timer: asyncio.TimerHandle | None = None
        self._head_seconds = head_seconds
        self._head_timer: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._in_body = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        self._taken()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Called where more of a response waits to be taken than the system's buffers hold."""
        super().pause_writing()
        self._watch_taking()

    def resume_writing(self) -> None:
        """Called when that is taken, and before the connection is lost."""
        self._taken()
        super().resume_writing()

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

    def _watch_taking(self) -> None:
        waiting = self.transport.get_write_buffer_size()
        self._stall_timer = self.loop.call_later(self._stall_seconds, self._look_again, waiting)

    def _look_again(self, waiting: int) -> None:
        """Go on waiting if enough of the ``waiting`` bytes was taken."""
        if waiting - self.transport.get_write_buffer_size() < _LEAST_TAKEN * self._stall_seconds:
            self._stall_timer = None
            # Neither this program nor the system goes on holding what was not taken.
            connection = self.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()
        else:
            self._watch_taking()

    def _taken(self) -> None:
        if self._stall_timer is not None:
            self._stall_timer.cancel()
            self._stall_timer = None


def patient(head_seconds: float, stall_seconds: float) -> type[asyncio.Protocol]:
    """The protocol with its patience in seconds. uvicorn makes one for each connection itself."""
    # uvicorn only calls it; unlike a class made here, this can be sent to another process.
    return partial(  # type: ignore[return-value]
        PatientProtocol, head_seconds=head_seconds, stall_seconds=stall_seconds
    )
