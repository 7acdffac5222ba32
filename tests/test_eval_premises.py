"""A question misled asks for what stands in none of the documents, and else for the same."""

from __future__ import annotations

import random

from eval.premises import misled
from index.training.practice import PracticeQuestion
from ingest.facts.glossary import load_glossary
from ingest.paragraphs import ParagraphId

TEXTS = ["The fifth session met in Lima, Peru, in 2011 and 2012.", "第五届会议2011年和2012年在秘鲁利马举行。"]


def asked(question: str, language: str, *, answered: bool = True) -> PracticeQuestion:
    gold = (ParagraphId("X/1", "1"),) if answered else ()
    return PracticeQuestion("p1-1", language, question, gold, {}, None if answered else "premise")


def lies(*questions: PracticeQuestion) -> list[str]:
    return misled(questions, TEXTS, load_glossary(), random.Random(7))


def test_a_city_a_year_or_a_session_becomes_another_that_no_text_names() -> None:
    for seed in range(40):
        (found,) = misled(
            [asked("Who opened the fifth session in Lima in 2011?", "en")],
            TEXTS,
            load_glossary(),
            random.Random(seed),
        )
        kept = ("fifth session" in found) + ("Lima" in found) + ("2011" in found)
        assert kept == 2
        assert "2012" not in found


def test_what_is_put_in_is_in_the_language_of_the_question() -> None:
    (found,) = lies(asked("利马那次会有多少人?", "zh"))
    assert not any(character.isascii() and character.isalpha() for character in found)
    assert found.endswith("那次会有多少人?")


def test_what_names_nothing_or_has_no_answer_is_left_out() -> None:
    assert lies(asked("How many came?", "en"), asked("Who met in Lima?", "en", answered=False)) == []
