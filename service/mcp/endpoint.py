"""``/mcp``: Model Context Protocol over streamable HTTP, loaded when the first client comes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from service.access.hosts import hosts_for
from service.config import Settings
from service.deps import base_of
from service.library import Library
from service.respondent import Respondent

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

__all__ = ["McpEndpoint"]


class McpEndpoint:
    """An ASGI application. The SDK is imported by the first request; :meth:`close` ends what still runs."""

    def __init__(self, library: Library, respondent: Respondent, settings: Settings) -> None:
        self._library = library
        self._respondent = respondent
        self._settings = settings
        self._opening = asyncio.Lock()
        self._closing = asyncio.Event()
        self._manager: StreamableHTTPSessionManager | None = None
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._opening:
            manager = self._manager or await self._open()
        await manager.handle_request(scope, receive, send)

    async def close(self) -> None:
        self._closing.set()
        if self._running is not None:
            await self._running

    async def _open(self) -> StreamableHTTPSessionManager:
        manager = await run_in_threadpool(self._make)
        started = asyncio.Event()

        async def run() -> None:
            # Entered and left in one task, as its task group demands.
            async with manager.run():
                started.set()
                await self._closing.wait()

        self._running = asyncio.create_task(run())
        await started.wait()
        self._manager = manager
        return manager

    def _make(self) -> StreamableHTTPSessionManager:
        from service.mcp.server import Context, make_server, session_manager
        from service.mcp.tools import Tools

        def base(context: Context) -> str:
            request = context.request
            return (
                base_of(request, self._settings) if isinstance(request, Request) else self._settings.address
            )

        server = make_server(Tools(self._library, self._respondent), base)
        return session_manager(
            server,
            hosts=_hosts(self._settings),
            origins=self._settings.origins,
            max_body_bytes=self._settings.max_chat_body_bytes,
        )


def _hosts(settings: Settings) -> tuple[str, ...] | None:
    """The names that the SDK lets in, which knows none like ``*.un.org``: those are checked before it."""
    names = hosts_for(settings.host, settings.public_url, settings.hosts)
    if not names or any(name.startswith("*.") for name in names):
        return None
    return tuple(f"[{name}]" if ":" in name else name for name in names)
