"""A message as OpenAI's response object, or as the events of one."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.chat.completions import Completion, event, pieces
from service.chat.rendering import RenderedMessage
from service.chat.requests import MODEL, ResponsesRequest

__all__ = ["ResponseObject"]


@dataclass(frozen=True, slots=True)
class ResponseObject:
    """What one request gets. Nothing of it is stored."""

    completion: Completion
    request: ResponsesRequest
    id: str = field(default_factory=lambda: f"resp_{uuid.uuid4().hex}")
    item_id: str = field(default_factory=lambda: f"msg_{uuid.uuid4().hex}")
    created: float = field(default_factory=lambda: float(int(time.time())))

    @classmethod
    def of(cls, message: RenderedMessage, request: ResponsesRequest) -> ResponseObject:
        prompt = [turn.content for turn in request.input]
        if request.instructions:
            prompt.append(request.instructions)
        return cls(Completion.of(message, prompt, most_tokens=request.max_output_tokens), request)

    def whole(self) -> dict[str, Any]:
        """The object for a request without ``stream``; ``sources`` as in a chat completion."""
        body = self._body(self._status, [self._item(self._status)])
        if self.completion.message.source is not None:
            body["sources"] = [self.completion.message.source]
        return body

    def stream(self) -> Iterator[str]:
        """The events in OpenAI's order, numbered from 0."""
        return (
            event({"type": kind, "sequence_number": number} | body, kind)
            for number, (kind, body) in enumerate(self._events())
        )

    def _events(self) -> Iterator[tuple[str, dict[str, Any]]]:
        begun = self._body("in_progress", [])
        yield "response.created", {"response": begun}
        yield "response.in_progress", {"response": begun}
        item = {"output_index": 0}
        part = {"item_id": self.item_id, "output_index": 0, "content_index": 0}
        yield "response.output_item.added", item | {"item": self._item("in_progress", ())}
        yield "response.content_part.added", part | {"part": _text("", ())}
        text = self.completion.message.text
        for piece in pieces(text):
            yield "response.output_text.delta", part | {"delta": piece, "logprobs": []}
        for number, annotation in enumerate(self._annotations):
            added = part | {"annotation_index": number, "annotation": annotation}
            yield "response.output_text.annotation.added", added
        yield "response.output_text.done", part | {"text": text, "logprobs": []}
        yield "response.content_part.done", part | {"part": _text(text, self._annotations)}
        yield "response.output_item.done", item | {"item": self._item(self._status)}
        yield f"response.{self._status}", {"response": self.whole()}

    @property
    def _status(self) -> str:
        return "completed" if self.completion.finish_reason == "stop" else "incomplete"

    @property
    def _annotations(self) -> tuple[dict[str, Any], ...]:
        return tuple(
            {
                "type": "url_citation",
                "url": annotation.url,
                "title": annotation.title,
                "start_index": annotation.start,
                "end_index": annotation.end,
            }
            for annotation in self.completion.message.annotations
        )

    def _item(self, status: str, content: Sequence[dict[str, Any]] | None = None) -> dict[str, Any]:
        whole = [_text(self.completion.message.text, self._annotations)]
        return {
            "id": self.item_id,
            "type": "message",
            "role": "assistant",
            "status": status,
            "content": whole if content is None else list(content),
        }

    def _body(self, status: str, output: list[dict[str, Any]]) -> dict[str, Any]:
        ended = status != "in_progress"
        usage = self.completion.usage
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.created,
            "completed_at": self.created if status == "completed" else None,
            "status": status,
            "background": False,
            "error": None,
            "incomplete_details": {"reason": "max_output_tokens"} if status == "incomplete" else None,
            "instructions": self.request.instructions,
            "max_output_tokens": self.request.max_output_tokens,
            "metadata": self.request.metadata or {},
            "model": MODEL,
            "output": output,
            "parallel_tool_calls": False,
            "previous_response_id": None,
            "reasoning": None,
            "store": False,
            "temperature": None,
            "text": {"format": {"type": "text"}},
            "tool_choice": "none",
            "tools": [],
            "top_p": None,
            "truncation": "disabled",
            "usage": {
                "input_tokens": usage["prompt_tokens"],
                "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
                "output_tokens": usage["completion_tokens"],
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": usage["total_tokens"],
            }
            if ended
            else None,
        }


def _text(text: str, annotations: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": list(annotations), "logprobs": []}
