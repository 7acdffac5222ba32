"""What goes over the wire: requests as they are accepted, responses as they are promised."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from ingest.paragraphs import Edition
from ingest.revisions import Relation
from service.answering.answer import AnswerKind, Language, Reason, Status
from service.reply import Mode, NoteCode

__all__ = [
    "AnswerRequest",
    "AnswerResponse",
    "Citation",
    "ErrorResponse",
    "Health",
    "Hit",
    "IndexInfo",
    "Label",
    "LaterDocument",
    "Note",
    "Readiness",
    "Related",
    "SearchRequest",
    "SearchResponse",
    "ShortAnswer",
    "Timing",
]


def _plain(text: str) -> str:
    """Let tabs and line breaks through, and no other control character: none can be meant by a person.

    :raises ValueError: naming the character and where it stands.
    """
    for position, char in enumerate(text):
        if unicodedata.category(char) == "Cc" and char not in "\t\n\r":
            raise ValueError(f"control character U+{ord(char):04X} at position {position}: remove it")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("nothing but white space: write a question or some words to search for")
    return text


_CONTROLS = r"\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F"
_BLANKS = r"\t\n\r\u0020\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
# The two rules above for readers of the interface description; what is checked, and told, is above.
_PLAIN = {"pattern": f"^[^{_CONTROLS}]*$"}
_PLAIN_NOT_BLANK = {"pattern": f"^[^{_CONTROLS}]*[^{_CONTROLS}{_BLANKS}][^{_CONTROLS}]*$"}

Text = Annotated[
    str,
    Field(min_length=1, max_length=2000, json_schema_extra=_PLAIN_NOT_BLANK),
    AfterValidator(_plain),
    AfterValidator(_not_blank),
]


def _whole(given: object) -> object:
    """5.0 is an integer to JSON, which has one kind of number (JSON Schema 2020-12, 6.1.1)."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


Whole = Annotated[int, BeforeValidator(_whole)]
Symbol = Annotated[str, Field(min_length=1, max_length=200, json_schema_extra=_PLAIN), AfterValidator(_plain)]
Symbols = Annotated[
    list[Symbol] | None,
    Field(
        default=None,
        max_length=1000,
        description="Document symbols to search in; all documents if absent, null or empty.",
        examples=[["ICCD/COP(13)/CST/5"]],
    ),
]


class _Request(BaseModel):
    """Unknown fields are refused: a misspelt ``documents`` would silently search everything."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Response(BaseModel):
    model_config = ConfigDict(frozen=True)


class AnswerRequest(_Request):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"question": "When was the Global Symposium on Soil Organic Carbon held?"}]
        }
    )

    question: Text = Field(description="1 to 2000 characters, in English or Chinese.")
    language: Literal["auto", "en", "zh"] = Field(
        default="auto", description="Language of the answer; `auto` is the question's."
    )
    documents: Symbols = None
    limit: Whole = Field(
        default=5, ge=1, le=20, description="Evidence paragraphs: cited and related together."
    )


class SearchRequest(_Request):
    model_config = ConfigDict(json_schema_extra={"examples": [{"query": "土壤有机碳", "limit": 3}]})

    query: Text = Field(description="1 to 2000 characters, in any language.")
    documents: Symbols = None
    languages: list[Annotated[str, Field(pattern="^[a-z]{2,3}$")]] | None = Field(
        default=None,
        max_length=10,
        description="Only language versions in these languages (ISO 639-1); all if absent, null or empty.",
        examples=[["zh"]],
    )
    limit: Whole = Field(default=10, ge=1, le=100)


class Label(_Response):
    """A paragraph as UN editors cite it."""

    en: str = Field(examples=["ICCD/COP(13)/CST/5, para. 15"])
    zh: str = Field(examples=["ICCD/COP(13)/CST/5，第15段"])


class ShortAnswer(_Response):
    text: str = Field(description="The answer with a mark `[n]` after what stands in citation n.")
    kind: AnswerKind
    value: str | int | float | None = Field(
        description="Dates in ISO 8601, numbers as numbers, decisions as their key; else null."
    )
    confidence: float = Field(
        ge=0, le=1, description="Estimated probability that the first citation answers."
    )


class LaterDocument(_Response):
    """A document of the index that replaces or changes a text."""

    symbol: str = Field(examples=["A/64/202/Rev.1"])
    relation: Relation
    languages: list[str]
    url: str


class Citation(_Response):
    """A quote that stands in its paragraph: `text[start:end] == quote`, counted in Unicode code points."""

    index: int = Field(ge=1, description="The n of the mark `[n]`.")
    id: str = Field(
        description="The paragraph, or its item where the quote lies in one.",
        examples=["ICCD/COP(13)/CST/5#36(c)"],
    )
    symbol: str
    part: str | None
    paragraph: str
    item: str | None = Field(description="Printed label without outer brackets: `c`; one level down `c(i)`.")
    label: Label
    section: list[str] = Field(description="Headings above the paragraph, outermost first.")
    language: str = Field(description="Language of quote and text (ISO 639-1).")
    quote: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str = Field(description="The whole paragraph.")
    translations: dict[str, str] = Field(description="The whole paragraph in its other languages.")
    edition: Edition = Field(description="`digest`: sample digest, not an official text.")
    url: str = Field(description="Permanent address of the paragraph in this service.")
    later: list[LaterDocument] = Field(
        default_factory=list, description="Documents to be read instead of this one, or beside it."
    )
    score: float = Field(ge=0, le=1)


class Related(_Response):
    """A paragraph near to the question, not an answer to it."""

    id: str
    label: Label
    language: str
    text: str
    section: list[str]
    edition: Edition
    url: str
    score: float = Field(ge=0, le=1)


class IndexInfo(_Response):
    generation: str
    model: str


class Timing(_Response):
    """Milliseconds."""

    retrieve: float
    answer: float
    total: float


class Note(_Response):
    code: NoteCode
    message: str = Field(description="In the answer's language.")


class AnswerResponse(_Response):
    id: str = Field(examples=["ans_3f0c9d2b7a514e60"])
    question: str
    language: Language
    status: Status
    reason: Reason | None = Field(description="Why nothing was found; null unless `status` is `not_found`.")
    answer: ShortAnswer | None = Field(description="Null exactly if `status` is `not_found`.")
    citations: list[Citation]
    related: list[Related]
    unknown_documents: list[str] = Field(description="Symbols asked for that are not in the index.")
    mode: Mode = Field(
        description="`language_model` where a model worded the answer's text from the quotes; verified alike."
    )
    notes: list[Note] = Field(description="What the asker should know about how the answer came about.")
    index: IndexInfo
    timing_ms: Timing


class Hit(_Response):
    id: str
    label: Label
    language: str = Field(description="Language of the best version, whose text this is.")
    text: str
    section: list[str]
    edition: Edition
    url: str
    score: float = Field(ge=0, le=1)
    rank: int = Field(ge=1)


class SearchResponse(_Response):
    hits: list[Hit]
    unknown_documents: list[str] = Field(description="Symbols asked for that are not in the index.")
    index: IndexInfo


class Health(_Response):
    status: Literal["ok"]
    version: str


class Readiness(_Response):
    status: Literal["ready"]
    generation: str
    model: str
    documents: int
    paragraphs: int
    texts: int = Field(description="Language versions of paragraphs.")
    languages: dict[str, int] = Field(description="Language → texts in it.")
    problem: str | None = Field(description="Why a newer generation is not in use; null where the newest is.")


class _Error(_Response):
    code: str = Field(examples=["unknown_document"])
    message: str = Field(description="What was expected, what came, what to do.")
    details: dict[str, Any]


class ErrorResponse(_Response):
    """The shape of every error."""

    error: _Error
