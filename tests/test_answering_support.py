"""Whether the words of a question are accounted for: what is missing counts, however it is worded."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np
import pytest

from eval.paraphrase import Paraphraser
from index.encoder import StaticEncoder
from index.late import LateInteraction
from index.translation import TranslationTable
from ingest.facts.entities import find_entities
from ingest.facts.glossary import Glossary, load_glossary
from service.answering.sentences.support import SUPPORT, Support
from service.answering.words.figures import figures

PARAGRAPH = (
    "The workshop on soil carbon took place in Dublin in 2017. Eighty people attended its third session."
)
OTHER = "The budget of the secretariat was adopted in Rome."


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return StaticEncoder()


@pytest.fixture(scope="module")
def support(encoder: StaticEncoder) -> Support:
    return Support(encoder, LateInteraction(encoder, TranslationTable.load(encoder)))


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


def measured(
    support: Support, encoder: StaticEncoder, glossary: Glossary, question: str
) -> Mapping[str, float]:
    paragraph, other = (encoder.vocabulary.encode([text])[0] for text in (PARAGRAPH, OTHER))
    names = frozenset(entity.en for entity in find_entities(PARAGRAPH, glossary))
    asked = support.asked(question, find_entities(question, glossary))
    found = support.measure(asked, paragraph, paragraph, [other], figures(PARAGRAPH), names)
    return dict(zip(SUPPORT, found.tolist(), strict=True))


@pytest.mark.parametrize(
    ("answered", "missed"),
    [
        (
            "When did the workshop on soil carbon take place?",
            "Who paid the budget of the workshop on soil carbon?",
        ),
        ("土壤碳研讨会在哪里举行？", "土壤碳研讨会的预算由谁支付？"),
    ],
)
def test_a_word_that_stands_nowhere_in_the_paragraph_is_missed_in_either_language(
    answered: str, missed: str, support: Support, encoder: StaticEncoder, glossary: Glossary
) -> None:
    good, bad = (measured(support, encoder, glossary, question) for question in (answered, missed))
    assert good["matched"] > bad["matched"]
    assert good["missed"] < bad["missed"]
    assert bad["elsewhere"] > good["elsewhere"]


def test_a_name_or_number_that_the_paragraph_lacks_is_told(
    support: Support, encoder: StaticEncoder, glossary: Glossary
) -> None:
    there = measured(support, encoder, glossary, "Who came to Dublin for the third session in 2017?")
    lacking = measured(support, encoder, glossary, "Who came to Geneva for the fourth session in 2018?")
    assert (there["names"], there["figures"]) == (0.0, 0.0)
    assert lacking["names"] > 0
    assert lacking["figures"] == 1.0


@pytest.mark.parametrize("question", ["", "?", "什么", "zzzz qqqq", "the of and"])
def test_a_question_without_known_words_is_measured_too(
    question: str, support: Support, encoder: StaticEncoder, glossary: Glossary
) -> None:
    assert np.isfinite(list(measured(support, encoder, glossary, question).values())).all()


def test_a_paraphrase_changes_known_words_only(encoder: StaticEncoder) -> None:
    paraphraser = Paraphraser({"会议": ["大会"], "meeting": ["gathering"]}, encoder.vocabulary)
    chance = random.Random(1)
    assert paraphraser.say("第3次会议?", 1.0, chance) == "第3次大会?"
    assert paraphraser.say("The meeting of 2017", 1.0, chance) == "The gathering of 2017"
    assert paraphraser.say("The meeting of 2017", 0.0, chance) == "The meeting of 2017"
