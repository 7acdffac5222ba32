"""The endpoint of a language model, reached as OpenAI's chat completions are."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import httpx
import stamina

from service.language_model.breaker import Breaker

__all__ = ["Endpoint", "LanguageModelError"]

_MOST_BYTES: Final = 1 << 20
"""Of a reply. The statements we ask for take some thousand."""

_PASSING: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""Statuses after which the same request may do better."""

_CONNECT: Final = 5.0
_LONGEST_WAIT: Final = 10.0
"""Seconds."""


class LanguageModelError(Exception):
    """The language model gave no reply that can be read, for whatever reason."""


class _PassingError(Exception):
    """Worth another attempt; ``wait`` is how many seconds the endpoint asks to wait, if it says so."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class _RefusedFormatError(Exception):
    """The endpoint refused the request, which asked for structured output."""


class Endpoint:
    """One model at one endpoint. For one event loop; :meth:`close` ends its connections.

    Structured output is asked for until the endpoint refuses a request with it and takes the same one
    without.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        key: str | None,
        timeout: float,
        attempts: int,
        breaker: Breaker | None = None,
    ) -> None:
        """``timeout`` in seconds, for a reply with all attempts."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.AsyncClient(
            headers=headers, timeout=httpx.Timeout(timeout, connect=min(_CONNECT, timeout))
        )
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._model = model
        self._timeout = timeout
        self._attempts = attempts
        self._breaker = breaker or Breaker()
        self._structured = True

    async def close(self) -> None:
        await self._client.aclose()

    async def reply(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any]) -> str:
        """The text of the model's message. It should, but may not, be JSON of the form ``schema``.

        :raises LanguageModelError: if there is none within the time.
        """
        if not self._breaker.admits():
            raise LanguageModelError("it failed several times in a row and is left alone for a while")
        try:
            async with asyncio.timeout(self._timeout):
                text = await self._reply(messages, schema)
        except asyncio.CancelledError:
            self._breaker.abandoned()
            raise
        except (TimeoutError, httpx.HTTPError, _PassingError, LanguageModelError) as error:
            self._breaker.failed()
            reason = (
                f"no reply within {self._timeout:g} seconds" if isinstance(error, TimeoutError) else error
            )
            raise LanguageModelError(str(reason) or type(error).__name__) from error
        self._breaker.succeeded()
        return text

    async def _reply(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any]) -> str:
        body: dict[str, Any] = {
            "model": self._model,
            "messages": list(messages),
            "temperature": 0,
            "stream": False,
        }
        if self._structured:
            named = {"name": "statements", "strict": True, "schema": schema}
            try:
                return await self._attempted(
                    body | {"response_format": {"type": "json_schema", "json_schema": named}}
                )
            except _RefusedFormatError as refusal:
                try:
                    text = await self._attempted(body)
                except _RefusedFormatError:
                    raise LanguageModelError(str(refusal)) from refusal
                self._structured = False
                return text
        try:
            return await self._attempted(body)
        except _RefusedFormatError as refusal:
            raise LanguageModelError(str(refusal)) from refusal

    async def _attempted(self, body: Mapping[str, Any]) -> str:
        def again(error: Exception) -> bool | float:
            if isinstance(error, _PassingError) and error.wait is not None:
                return error.wait
            return isinstance(error, _PassingError | httpx.TransportError)

        async for attempt in stamina.retry_context(
            on=again, attempts=self._attempts, timeout=self._timeout, wait_initial=0.2, wait_max=2.0
        ):
            with attempt:
                return await self._once(body)
        raise LanguageModelError("no attempt was made")

    async def _once(self, body: Mapping[str, Any]) -> str:
        async with self._client.stream("POST", self._url, json=body) as response:
            content = bytearray()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > _MOST_BYTES:
                    raise LanguageModelError(f"its reply is longer than {_MOST_BYTES} bytes")
        status = response.status_code
        if status in (400, 422):
            raise _RefusedFormatError(f"it refused the request with status {status}")
        if status in _PASSING:
            raise _PassingError(f"it answered with status {status}", _wait(response.headers))
        if status != 200:
            raise LanguageModelError(f"it answered with status {status}: check its address, model and key")
        return _message(bytes(content))


def _wait(headers: httpx.Headers) -> float | None:
    """Seconds that ``Retry-After`` asks for; ``None`` where it asks for none, or for a date."""
    asked = headers.get("retry-after", "")
    return min(float(asked), _LONGEST_WAIT) if asked.isascii() and asked.isdigit() else None


def _message(content: bytes) -> str:
    """The message's text in a chat completion, or in the events of one that was streamed unasked.

    :raises LanguageModelError: if there is none in it.
    """
    text = content.decode("utf-8", errors="replace")
    try:
        bodies = [json.loads(text)]
    except ValueError:
        bodies = list(_events(text))
    found = []
    for body in bodies:
        try:
            choice = body["choices"][0]
            part = (choice.get("message") or choice["delta"]).get("content")
        except (AttributeError, IndexError, KeyError, TypeError):
            continue
        if isinstance(part, str):
            found.append(part)
    if not found:
        raise LanguageModelError("its reply is no chat completion")
    return "".join(found)


def _events(text: str) -> Sequence[Any]:
    bodies = []
    for line in text.splitlines():
        if line.startswith("data:") and line[5:].strip() != "[DONE]":
            try:
                bodies.append(json.loads(line[5:]))
            except ValueError:
                return ()
    return bodies
