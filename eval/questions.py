"""The fixed evaluation set: questions over two official documents, with what answers them.

``eval/questions/dev.jsonl`` is for looking at, ``test.jsonl`` for the figures that are published. Both
were written once, split once by fact (questions on one fact are on one side) and are frozen: their
checksums stand here and a test compares them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

from ingest.paragraphs import ParagraphId

__all__ = [
    "CHECKSUMS",
    "FOLDER",
    "SPLITS",
    "AnswerKind",
    "Kind",
    "Language",
    "Question",
    "QuestionError",
    "Split",
    "Style",
    "Why",
    "checksum",
    "load_questions",
    "read_questions",
]

FOLDER: Final = Path(__file__).resolve().parent / "questions"

Split = Literal["dev", "test"]
SPLITS: Final[tuple[Split, ...]] = get_args(Split)

CHECKSUMS: Final[dict[Split, str]] = {
    "dev": "223cb0aeb3fb42e583e3cf1a211ae1af60357b6cc097c5ba0543cea2c191ae89",
    "test": "f886027b51fd4001e51206823cca98fb37ecf69348803b3697eecc43c7d9c160",
}
"""SHA-256 of the question files. A change of a question is a new set: its figures don't compare with older
ones.
"""

Language = Literal["en", "zh"]
Kind = Literal["date", "mandate", "number", "place", "body", "list", "text", "none"]
AnswerKind = Literal["date", "number", "decision", "body", "place", "list", "text"]
Style = Literal["plain", "typo", "traditional", "abbreviation", "polite", "keywords"]
Why = Literal["attribute", "premise", "outside", "symbol", "chitchat", "injection"]


class QuestionError(ValueError):
    """A line of a question file is not a question; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    ``fact`` is shared by the questions that ask for the same fact, so that they are resampled together.
    ``gold`` holds every id that answers it alone, an item's where the fact stands in an item;
    ``paragraphs`` the same without items. ``answers`` are acceptable short answers by language.
    ``value`` is the normalised answer as in the API (ISO 8601, number, decision key), ``accept``
    further values that are right too. ``parts`` are what a list must name: one tuple of alternatives,
    in both languages, for each element. ``status`` is the status expected, ``reasons`` the acceptable
    reasons of a refusal, ``why`` the cause for which the documents give no answer.
    """

    id: str
    fact: str
    language: Language
    question: str
    kind: Kind
    style: Style
    answerable: bool
    answer_kind: AnswerKind | None
    gold: tuple[str, ...]
    paragraphs: tuple[str, ...]
    answers: dict[str, tuple[str, ...]]
    value: str | float | None
    accept: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    status: str
    reasons: tuple[str, ...]
    why: Why | None
    note: str | None

    @property
    def document(self) -> str:
        """The symbol of the document that answers, with its part: ``A/64/202#II``; ``none`` if there is
        none.
        """
        if not self.paragraphs:
            return "none"
        first = ParagraphId.parse(self.paragraphs[0])
        return f"{first.symbol}#{first.part}" if first.part else first.symbol


_CHOICES: Final[dict[str, tuple[object, ...]]] = {
    "language": get_args(Language),
    "kind": get_args(Kind),
    "style": get_args(Style),
    "answer_kind": (*get_args(AnswerKind), None),
    "why": (*get_args(Why), None),
}


def _question(record: dict[str, Any]) -> Question:
    for field, allowed in _CHOICES.items():
        if record[field] not in allowed:
            raise ValueError(f"{field}: expected one of {allowed}, got {record[field]!r}")
    if record["answerable"] != bool(record["gold"]):
        raise ValueError("an answerable question has gold paragraphs, an unanswerable one has none")
    fields = dict(record)
    for name in ("gold", "paragraphs", "accept", "reasons"):
        fields[name] = tuple(record[name])
    fields["answers"] = {language: tuple(texts) for language, texts in record["answers"].items()}
    fields["parts"] = tuple(tuple(part) for part in record["parts"])
    return Question(**fields)


def read_questions(path: Path) -> list[Question]:
    """Questions from a file of JSON lines.

    :raises QuestionError: if a line is not a question.
    """
    questions = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            questions.append(_question(cast("dict[str, Any]", json.loads(line))))
        except (KeyError, TypeError, ValueError) as error:
            raise QuestionError(
                f"{path.name}, line {number}: expected a question, got {error}: correct the line"
            ) from error
    return questions


def load_questions(split: Split) -> list[Question]:
    """The questions of one side of the fixed set, in file order."""
    return read_questions(FOLDER / f"{split}.jsonl")


def checksum(split: Split) -> str:
    """SHA-256 of a question file as it is on disk, in hexadecimal, line ends as ``\\n``."""
    return hashlib.sha256((FOLDER / f"{split}.jsonl").read_bytes().replace(b"\r\n", b"\n")).hexdigest()
