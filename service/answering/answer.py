"""What an answer is, before it goes on the wire or to a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ingest.paragraphs import Edition, ParagraphId
from ingest.revisions import Later

__all__ = ["Answer", "AnswerKind", "Citation", "Language", "Reason", "Related", "Status", "Timing"]

Language = Literal["en", "zh"]
"""The languages in which this service answers. Paragraphs may be in others."""

Status = Literal["answered", "partial", "conflicting", "not_found"]
Reason = Literal["no_evidence", "unknown_document", "not_a_question"]
AnswerKind = Literal["date", "number", "decision", "body", "place", "list", "text"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote and the paragraph it stands in.

    ``id`` names the item where the quote lies inside one, else the paragraph. ``text`` is the whole
    paragraph in ``language``; ``text[start:end] == quote`` (code points). ``translations`` holds the
    paragraph in its other languages. ``score`` is the estimated probability, 0..1, that what is cited
    answers. ``later`` are the documents of the index that replace or change this text.
    """

    id: ParagraphId
    language: str
    quote: str
    start: int
    end: int
    text: str
    translations: Mapping[str, str]
    section: tuple[str, ...]
    edition: Edition
    score: float
    later: tuple[Later, ...] = ()


@dataclass(frozen=True, slots=True)
class Related:
    """A paragraph near to the question that is not given as an answer to it."""

    id: ParagraphId
    language: str
    text: str
    section: tuple[str, ...]
    edition: Edition
    score: float


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds spent on finding paragraphs, on making the answer, and on both with what lies between."""

    retrieve: float
    answer: float
    total: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    ``status`` is ``not_found`` exactly if ``text`` is ``None``, ``citations`` is empty and ``reason`` is set.
    ``text`` carries ``[n]`` marks, n from 1, for ``citations[n - 1]``. ``confidence`` is the estimated
    probability, 0..1, that the first citation answers the question (also where the status is ``not_found``).
    ``language`` is the language of the answer that was asked for; a quote may be in another.
    """

    question: str
    language: Language
    status: Status
    reason: Reason | None
    text: str | None
    kind: AnswerKind
    value: str | int | float | None
    confidence: float
    citations: tuple[Citation, ...]
    related: tuple[Related, ...]
    unknown_documents: tuple[str, ...]
    generation: str
    model: str
    timing: Timing
