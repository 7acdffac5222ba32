"""A message as OpenAI's chat completion: one object, or a stream of chunks."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from service.chat.rendering import Annotation, RenderedMessage
from service.chat.requests import MODEL
from service.chat.tokens import cut, token_count

__all__ = ["DONE", "Completion", "event", "pieces"]

DONE = "data: [DONE]\n\n"

_PIECE = re.compile(r"\s*[^\s㐀-䶿一-鿿豈-﫿]+|\s*[㐀-䶿一-鿿豈-﫿]{1,4}|\s+")


def event(body: dict[str, Any], kind: str | None = None) -> str:
    """One server-sent event."""
    named = f"event: {kind}\n" if kind else ""
    return f"{named}data: {json.dumps(body, ensure_ascii=False, separators=(',', ':'))}\n\n"


def pieces(text: str) -> Iterator[str]:
    """``text`` in the order it is streamed: a word or up to four Han characters at a time."""
    return (found[0] for found in _PIECE.finditer(text))


@dataclass(frozen=True, slots=True)
class Completion:
    """What one request gets. ``prompt`` holds the texts of its messages, to be counted."""

    message: RenderedMessage
    prompt: Sequence[str]
    finish_reason: Literal["stop", "length"]
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    @classmethod
    def of(
        cls,
        message: RenderedMessage,
        prompt: Sequence[str],
        *,
        stops: Sequence[str] = (),
        most_tokens: int | None = None,
    ) -> Completion:
        """``message`` up to the first of ``stops`` and with at most ``most_tokens`` tokens."""
        ends = [place for stop in stops if (place := message.text.find(stop)) >= 0]
        if ends:
            message = message.within(min(ends))
        if most_tokens is not None and token_count(message.text) > most_tokens:
            return cls(message.within(len(cut(message.text, most_tokens))), prompt, "length")
        return cls(message, prompt, "stop")

    @property
    def usage(self) -> dict[str, int]:
        asked = sum(map(token_count, self.prompt))
        answered = token_count(self.message.text)
        return {
            "prompt_tokens": asked,
            "completion_tokens": answered,
            "total_tokens": asked + answered,
        }

    def whole(self) -> dict[str, Any]:
        """The object for a request without ``stream``; ``sources`` is what a stream's extra event carries."""
        body: dict[str, Any] = {
            "id": self.id,
            "object": "chat.completion",
            "created": self.created,
            "model": MODEL,
            "choices": [
                {
                    "index": 0,
                    "message": {
                        "role": "assistant",
                        "content": self.message.text,
                        "refusal": None,
                        "annotations": [_annotation(a) for a in self.message.annotations],
                    },
                    "logprobs": None,
                    "finish_reason": self.finish_reason,
                }
            ],
            "usage": self.usage,
            "service_tier": None,
            "system_fingerprint": None,
        }
        if self.message.source is not None:
            body["sources"] = [self.message.source]
        return body

    def stream(self, *, include_usage: bool) -> Iterator[str]:
        """Role, text, the event for Open WebUI, annotations with the finish reason, usage, ``[DONE]``.

        The event rides on a chunk whose delta is empty, so that clients that know chunks only see one.
        """
        with_usage: dict[str, Any] = {"usage": None} if include_usage else {}
        yield self._chunk({"role": "assistant", "content": "", "refusal": None}, **with_usage)
        for piece in pieces(self.message.text):
            yield self._chunk({"content": piece}, **with_usage)
        if self.message.source is not None:
            yield self._chunk({}, event={"type": "source", "data": self.message.source}, **with_usage)
        annotations = [_annotation(annotation) for annotation in self.message.annotations]
        last = {"annotations": annotations} if annotations else {}
        yield self._chunk(last, finish_reason=self.finish_reason, **with_usage)
        if include_usage:
            yield event(self._envelope() | {"choices": [], "usage": self.usage})
        yield DONE

    def _chunk(self, delta: dict[str, Any], finish_reason: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return event(self._envelope() | {"choices": [choice]} | more)

    def _envelope(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": MODEL,
            "system_fingerprint": None,
        }


def _annotation(annotation: Annotation) -> dict[str, Any]:
    return {
        "type": "url_citation",
        "url_citation": {
            "url": annotation.url,
            "title": annotation.title,
            "start_index": annotation.start,
            "end_index": annotation.end,
        },
    }
