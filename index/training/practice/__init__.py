"""Questions over documents that were written for practice: what weights are fitted on.

The documents beside this module are invented, each in Chinese and English, in the form of reports, notes and
decisions. The questions on them (``questions.jsonl``) are asked in other words than the paragraphs', in both
languages, with the words that answer, and with near misses that no paragraph answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ingest.corpus import read_corpus
from ingest.paragraphs import Document, ParagraphId

__all__ = [
    "FOLDS",
    "HELD",
    "PRACTICE",
    "PracticeQuestion",
    "documents_of",
    "fold_folder",
    "fold_of",
    "practice_documents",
    "practice_questions",
    "span_of",
    "unanswered",
]

PRACTICE: Final = Path(__file__).with_name("questions.jsonl")
HELD: Final = "p5"
"""The set that weights are not fitted on, but measured."""
FOLDS: Final = 3
"""What is fitted on its own training examples trusts them too much: vectors and networks are trained without
each of these parts of the sets too, and judge those.
"""


@dataclass(frozen=True, slots=True)
class PracticeQuestion:
    """``gold`` are the paragraphs that answer, none if no paragraph does: then ``why`` says what is amiss.

    ``evidence`` is by language the shortest piece of the first of them that says the answer, verbatim.
    """

    id: str
    language: str
    question: str
    gold: tuple[ParagraphId, ...]
    evidence: Mapping[str, str]
    why: str | None

    @property
    def set(self) -> str:
        """Whose documents these are about: each set was written by another hand."""
        return self.id.partition("-")[0]

    @property
    def paragraphs(self) -> tuple[ParagraphId, ...]:
        """``gold`` without items."""
        return tuple(dict.fromkeys(ParagraphId(one.symbol, one.number, one.part) for one in self.gold))


def practice_questions(path: Path = PRACTICE) -> list[PracticeQuestion]:
    """:raises OSError: if the file can't be read. :raises ValueError: if a line is no question."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.append(
            PracticeQuestion(
                id=row["id"],
                language=row["language"],
                question=row["question"],
                gold=tuple(map(ParagraphId.parse, row["gold"])),
                evidence=row["evidence"],
                why=row["why"],
            )
        )
    return found


def unanswered(question: str) -> PracticeQuestion:
    """A question that nothing in the documents it is put to answers."""
    return PracticeQuestion("", "", question, (), {}, "outside")


def fold_of(name: str) -> int:
    """The fold, 0 to :data:`FOLDS` - 1, of the set ``name``, of practice or a public one: by its number."""
    return sum(map(int, re.findall(r"\d+", name))) % FOLDS


def fold_folder(folds: Path, fold: int) -> Path:
    """Where in ``folds`` lies what is trained without a fold: vectors, then networks."""
    return folds / f"fold{fold}"


def span_of(evidence: str, text: str) -> tuple[int, int] | None:
    """Where ``evidence`` stands in ``text``, white space apart; ``None`` where it doesn't."""
    places = [place for place, char in enumerate(text) if not char.isspace()]
    start = "".join(text.split()).find("".join(evidence.split()))
    if start < 0 or not evidence.strip():
        return None
    return places[start], places[start + len("".join(evidence.split())) - 1] + 1


@cache
def _documents() -> tuple[Document, ...]:
    """All of them, read once: fits ask for those of each set in turn."""
    return tuple(read_corpus([Path(__file__).parent]).documents)


def practice_documents(languages: Collection[str] = ("en", "zh")) -> tuple[Document, ...]:
    """The invented documents in ``languages``."""
    return tuple(one for one in _documents() if one.language in languages)


def documents_of(questions: Iterable[PracticeQuestion], language: str) -> list[Document]:
    """The invented documents in ``language`` that ``questions`` are about."""
    symbols = {one.symbol for question in questions for one in question.gold}
    return [one for one in practice_documents((language,)) if one.symbol in symbols]
