"""An answer together with how it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from service.answering.answer import Answer

__all__ = ["Mode", "Note", "NoteCode", "Reply"]

Mode = Literal["extractive", "language_model"]
NoteCode = Literal[
    "language_model_unavailable",
    "language_model_unconfirmed",
    "superseded",
    "corrected",
    "amended",
    "supplemented",
]


@dataclass(frozen=True, slots=True)
class Note:
    """What the asker should know about how the answer came about."""

    code: NoteCode
    message: str


@dataclass(frozen=True, slots=True)
class Reply:
    """``mode`` says who worded ``answer.text``: the documents alone, or a language model, verified."""

    answer: Answer
    mode: Mode = "extractive"
    notes: tuple[Note, ...] = ()
