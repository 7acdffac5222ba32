"""The practice documents and questions hold what they say, and nothing is fitted on the set left out."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.training.practice import (
    HELD,
    PracticeQuestion,
    practice_documents,
    practice_questions,
    span_of,
)
from ingest.paragraphs import Document, ParagraphId
from service.answering.weights import FITTED


@pytest.fixture(scope="module")
def documents() -> tuple[Document, ...]:
    return practice_documents()


@pytest.fixture(scope="module")
def questions() -> list[PracticeQuestion]:
    return practice_questions()


@pytest.fixture(scope="module")
def texts(documents: tuple[Document, ...]) -> dict[tuple[ParagraphId, str], str]:
    return {(p.id, document.language): p.text for document in documents for p in document.paragraphs}


def test_each_document_has_the_same_paragraphs_in_both_languages(documents: tuple[Document, ...]) -> None:
    by_language = {
        language: {d.symbol: [p.id for p in d.paragraphs] for d in documents if d.language == language}
        for language in ("en", "zh")
    }
    assert by_language["en"] == by_language["zh"]
    assert len(by_language["en"]) == 98


def test_the_words_that_answer_stand_in_the_paragraph_in_both_languages(
    questions: list[PracticeQuestion], texts: dict[tuple[ParagraphId, str], str]
) -> None:
    missing = [
        (question.id, language)
        for question in questions
        if question.gold
        for language in ("en", "zh")
        if span_of(question.evidence[language], texts[question.paragraphs[0], language]) is None
    ]
    assert missing == []


def test_a_question_has_an_answer_or_says_why_not(questions: list[PracticeQuestion]) -> None:
    assert [q.id for q in questions if bool(q.gold) == bool(q.why)] == []
    assert len({q.id for q in questions}) == len(questions)


def test_languages_are_even_and_near_misses_many(questions: list[PracticeQuestion]) -> None:
    for answerable in (True, False):
        languages = Counter(q.language for q in questions if bool(q.gold) == answerable)
        assert languages["en"] == languages["zh"] > 300


def test_the_set_left_out_is_fitted_on_by_nothing(questions: list[PracticeQuestion]) -> None:
    conditions = json.loads(FITTED.read_text(encoding="utf-8"))["conditions"]
    assert conditions["practice"]["held"] == HELD
    assert HELD not in conditions["practice"]["fitted_on"]


@given(st.text(alphabet="ab \n", max_size=12), st.text(alphabet="ab \n", max_size=4))
def test_a_span_holds_the_evidence_white_space_apart(text: str, evidence: str) -> None:
    span = span_of(evidence, text)
    squeezed = "".join(evidence.split())
    if span is None:
        assert not squeezed or squeezed not in "".join(text.split())
    else:
        assert "".join(text[span[0] : span[1]].split()) == squeezed
