"""Chinese documents among many English ones: what they say is still found, and cited."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.questions import load_questions
from index.build import build_generation
from index.encoder import StaticEncoder
from ingest.corpus import read_corpus
from service.library import Library

_OTHERS = 12
"""Files of English resolutions, some 700 paragraphs."""


def cited(data: Path) -> float:
    """The share of every third answerable question whose first citation is a right paragraph."""
    asked = [question for question in load_questions("dev") if question.answerable][::3]
    library = Library(data)
    with library.open() as desk:
        found = [desk.answerer.answer(one.question).citations[:1] for one in asked]
    library.close()
    right = [
        str(first.id.paragraph) in question.paragraphs
        for question, citations in zip(asked, found, strict=True)
        for first in citations
    ]
    return sum(right) / len(asked)


def test_english_documents_do_not_hide_what_chinese_ones_say(
    official_corpus: Path, official_data: Path, tmp_path: Path
) -> None:
    others = sorted((official_corpus / "resolutions").glob("*.en.txt"))[:_OTHERS]
    if not others:
        pytest.skip("expected English resolutions beside the official texts, found none")
    read = read_corpus([*official_corpus.glob("*.zh.txt"), *others])
    build_generation(tmp_path, read.documents, StaticEncoder())
    assert cited(tmp_path) > cited(official_data) - 0.04
