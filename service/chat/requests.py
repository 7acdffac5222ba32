"""What chat clients send, as it is accepted.

They send many parameters that steer a model's sampling. Those change nothing here and are let through;
what would change the shape of the answer and can't be done is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from service.chat.conversation import Turn
from service.schemas import Symbols, Text

__all__ = ["MODEL", "ChatRequest", "ResponsesRequest"]

MODEL = "rapporteur"
"""The one model there is."""
_EXAMPLE = "土地日活动是哪天在哪里举办的？"

_ROLES = ("system", "developer", "user", "assistant")
_TEXT_PARTS = ("text", "input_text", "output_text")
_QUESTION = TypeAdapter[str](Text)


def _refused(code: str, message: str, **context: object) -> PydanticCustomError:
    """``message`` is a template for ``context``, where ``param`` names the field unless its place does."""
    return PydanticCustomError(code, message, context)


def _content(content: object) -> object:
    """The text of a message's content, which may be a list of parts.

    :raises PydanticCustomError: for a part that is no text, and for text that is no Unicode.
    """
    if content is None:
        return ""
    if not isinstance(content, list):
        return _unicode(content)
    texts = []
    for number, part in enumerate(content):
        kind = part.get("type") if isinstance(part, Mapping) else None
        if kind not in _TEXT_PARTS or not isinstance(text := part.get("text"), str):
            raise _refused(
                "unsupported_content",
                "expected text, got a part of type {kind} (part {number}): only text is read, "
                "so leave out images, audio and files",
                kind=repr(kind)[:60],
                number=number,
            )
        texts.append(text)
    return _unicode("\n".join(texts))


def _unicode(text: object) -> object:
    if isinstance(text, str):
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise _refused(
                "string_unicode", "expected valid Unicode text, got a lone surrogate: remove it"
            ) from error
    return text


def _role(role: object) -> object:
    if role in ("tool", "function"):
        raise _refused(
            "unsupported_role",
            "expected the role system, developer, user or assistant: no tools are called here, "
            "so leave out their messages",
        )
    if isinstance(role, str) and role not in _ROLES:
        raise _refused("unknown_role", "expected the role system, developer, user or assistant")
    return role


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    role: Annotated[Literal["system", "developer", "user", "assistant"], BeforeValidator(_role)]
    content: Annotated[str, BeforeValidator(_content)] = ""


class _Request(BaseModel):
    """What both interfaces share."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    model: str = Field(default=MODEL, max_length=200)
    stream: bool | None = False
    tools: list[Any] | None = None
    tool_choice: Any = None
    language: Literal["auto", "en", "zh"] = Field(
        default="auto", description="Not OpenAI's: language of the answer; `auto` is the question's."
    )
    documents: Symbols = None

    @model_validator(mode="after")
    def _no_tools(self) -> Self:
        if self.tools or self.tool_choice not in (None, "none", "auto"):
            raise _refused(
                "unsupported_parameter",
                "no tools are called here: leave it out, or use the MCP endpoint at /mcp",
                param="tools" if self.tools else "tool_choice",
            )
        return self


def _asked(turns: Sequence[Turn], name: str) -> None:
    """:raises PydanticCustomError: if there is no question among the turns that can be answered."""
    last = next((turn for turn in reversed(turns) if turn.role == "user"), None)
    if last is None or not last.text.strip():
        raise _refused(
            "missing_question",
            "expected a message of the role user that is not empty: its last one is the question",
            param=name,
        )
    if len(last.text) > 2000:
        raise _refused(
            "context_length_exceeded",
            "expected a question of at most 2000 characters, got {count}: shorten the last message "
            "of the role user; earlier ones may be longer",
            param=name,
            count=len(last.text),
        )
    try:
        _QUESTION.validate_python(last.text)
    except ValidationError as error:
        raise _refused("invalid_value", "{why}", param=name, why=error.errors()[0]["msg"]) from error


class _StreamOptions(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    include_usage: bool | None = None


class ChatRequest(_Request):
    """``POST /v1/chat/completions``."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"model": MODEL, "messages": [{"role": "user", "content": _EXAMPLE}], "stream": False}
            ]
        }
    )

    messages: list[_Message] = Field(min_length=1, max_length=10_000)
    n: int | None = None
    stop: str | list[str] | None = None
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    stream_options: _StreamOptions | None = None
    functions: list[Any] | None = None
    logprobs: bool | None = None
    modalities: list[str] | None = None
    response_format: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.n not in (None, 1):
            raise _refused(
                "unsupported_parameter",
                "expected 1, got {n}: a question has one answer here, and asking again gives the same",
                param="n",
                n=self.n,
            )
        if self.functions:
            raise _refused(
                "unsupported_parameter", "no functions are called here: leave them out", param="functions"
            )
        if self.logprobs:
            raise _refused(
                "unsupported_parameter", "expected false: answers are quoted, not sampled", param="logprobs"
            )
        if self.modalities and self.modalities != ["text"]:
            raise _refused("unsupported_parameter", 'expected ["text"]: answers are text', param="modalities")
        kind = (self.response_format or {}).get("type", "text")
        if kind != "text":
            raise _refused(
                "unsupported_parameter",
                "expected text, got {kind}: POST /v1/answers returns JSON",
                param="response_format",
                kind=repr(kind)[:60],
            )
        if len(self.stops) > 4:
            raise _refused(
                "invalid_value", "expected at most 4 sequences, got {n}", param="stop", n=len(self.stops)
            )
        _asked(self.turns, "messages")
        return self

    @property
    def turns(self) -> list[Turn]:
        return [
            Turn("user" if message.role == "user" else "assistant", message.content)
            for message in self.messages
            if message.role in ("user", "assistant")
        ]

    @property
    def stops(self) -> list[str]:
        """Sequences before which the text ends; empty ones stop nothing."""
        given = [self.stop] if isinstance(self.stop, str) else self.stop or []
        return [stop for stop in given if stop]

    @property
    def most_tokens(self) -> int | None:
        return self.max_completion_tokens or self.max_tokens

    @property
    def include_usage(self) -> bool:
        return bool(self.stream_options and self.stream_options.include_usage)


def _items(given: object) -> object:
    """``input`` as a list of messages: a text is one of the user's, an item without a type is one too."""
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    if isinstance(given, list):
        for item in given:
            kind = item.get("type", "message") if isinstance(item, Mapping) else "message"
            if kind not in ("message", "reasoning"):
                raise _refused(
                    "unsupported_content",
                    "expected messages, got an item of type {kind}: only text is read, no tools are called",
                    kind=repr(kind)[:60],
                )
        return [item for item in given if not (isinstance(item, Mapping) and item.get("type") == "reasoning")]
    return given


# OpenAI's limits. A string with a limit is checked to be Unicode as well: these two are sent back.
_Name = Annotated[str, Field(max_length=64)]
_Value = Annotated[str, Field(max_length=512)]


class ResponsesRequest(_Request):
    """``POST /v1/responses``. Nothing is stored: the earlier turns come with each request."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"model": MODEL, "input": _EXAMPLE}]})

    input: Annotated[list[_Message], BeforeValidator(_items, json_schema_input_type=str | list[_Message])] = (
        Field(min_length=1, max_length=10_000)
    )
    instructions: str | None = Field(default=None, max_length=1_000_000)
    max_output_tokens: int | None = Field(default=None, ge=1)
    previous_response_id: str | None = None
    conversation: Any = None
    background: bool | None = None
    prompt: Any = None
    text: dict[str, Any] | None = None
    metadata: dict[_Name, _Value] | None = Field(default=None, max_length=16)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        for name in ("previous_response_id", "conversation", "prompt"):
            if getattr(self, name) is not None:
                raise _refused(
                    "unsupported_parameter",
                    "nothing is stored here: send the earlier turns in input",
                    param=name,
                )
        if self.background:
            raise _refused(
                "unsupported_parameter", "expected false: answers come at once", param="background"
            )
        form = (self.text or {}).get("format") or {}
        kind = form.get("type", "text") if isinstance(form, Mapping) else form
        if kind != "text":
            raise _refused(
                "unsupported_parameter",
                "expected text, got {kind}: POST /v1/answers returns JSON",
                param="text.format",
                kind=repr(kind)[:60],
            )
        _asked(self.turns, "input")
        return self

    @property
    def turns(self) -> list[Turn]:
        return [
            Turn("user" if message.role == "user" else "assistant", message.content)
            for message in self.input
            if message.role in ("user", "assistant")
        ]
