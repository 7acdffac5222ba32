"""Late interaction: what it computes, and what it is for."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoder import StaticEncoder
from index.late import BLOCK, LateInteraction, Spread
from index.vocabulary import Rows

PASSAGES = [
    "The secretariat convened a symposium on soil organic carbon in Rome.",
    "秘书处在罗马召开了一次土壤有机碳专题讨论会。",
    "",
    "Staff pensions are paid from a fund that the members keep.",
    "⁂",
    "海洋渔业的船员名单每年更新一次。" * 12,
]


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return StaticEncoder()


@pytest.fixture(scope="module")
def late(encoder: StaticEncoder) -> LateInteraction:
    return LateInteraction(encoder)


@given(st.lists(st.lists(st.integers(0, 9), max_size=70), min_size=1, max_size=8), st.randoms())
def test_blocks_hold_each_passage_and_sum_each_word_once(passages: list[list[int]], chance: Random) -> None:
    rows = np.array([row for passage in passages for row in passage], np.int32)
    spread = Spread.of(Rows(rows, np.cumsum([0, *map(len, passages)])), 10)
    assert spread.blocks.tolist() == [-(-len(passage) // BLOCK) for passage in passages]
    likeness = np.array([[chance.random(), float(row == 3)] for row in range(10)], np.float32)
    of_rows = likeness[spread.distinct.rows]
    blocks = [passage[at : at + BLOCK] for passage in passages for at in range(0, len(passage), BLOCK)]
    by_block = spread.best(of_rows)
    assert by_block.tolist() == [likeness[block].max(axis=0).tolist() for block in blocks]
    best = [likeness[passage].max(axis=0).tolist() if passage else [0.0, 0.0] for passage in passages]
    assert spread.best_of_passages(by_block).tolist() == best
    sums = [likeness[passage].sum(axis=0) if passage else [0.0, 0.0] for passage in passages]
    assert spread.sums(of_rows) == pytest.approx(np.array(sums), abs=1e-4)


def test_the_score_is_the_weighted_mean_of_each_words_best_match(
    encoder: StaticEncoder, late: LateInteraction
) -> None:
    query, passage = late.token_ids(["soil carbon in 罗马"])[0], late.token_ids(PASSAGES[:1])
    vectors = encoder.vectors.astype(np.float64)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    best = np.maximum(unit[query] @ unit[passage.rows].T, 0).max(axis=1) ** 1.5
    weights = encoder.weights[query]
    want = (weights @ best) / weights.sum()
    assert late.scores("soil carbon in 罗马", PASSAGES[:1])[0] == pytest.approx(want, abs=1e-5)


def test_a_long_passage_takes_its_best_window(late: LateInteraction) -> None:
    alone = late.scores("carbon symposium", PASSAGES[:1])[0]
    filler = "Members pay their dues before the end of the year. " * 30
    assert late.scores("carbon symposium", [filler + PASSAGES[0]])[0] == pytest.approx(alone, abs=0.05)


@pytest.mark.parametrize(
    "question", ["When was the soil organic carbon symposium held?", "土壤有机碳专题讨论会在哪里举行？"]
)
def test_both_languages_of_the_answer_come_before_the_rest(late: LateInteraction, question: str) -> None:
    scores = late.scores(question, PASSAGES)
    assert set(np.argsort(-scores)[:2].tolist()) == {0, 1}
    assert scores.min() >= 0
    assert scores.max() <= 1 + 1e-6


def test_what_the_model_does_not_know_scores_nothing(late: LateInteraction) -> None:
    assert late.scores("⁂", PASSAGES).tolist() == [0.0] * len(PASSAGES)
    scores = late.scores("soil", PASSAGES)
    assert scores[2] == scores[4] == 0.0
    assert late.scores("soil", []).shape == (0,)


def test_a_rare_word_can_be_made_to_count_more(late: LateInteraction) -> None:
    query = late.token_ids(["soil pensions"])[0]
    passages = late.token_ids(PASSAGES)
    favoured = late.scores_ids(query, passages, rarity=np.array([0.1, 1.0], dtype=np.float32))
    assert favoured[3] > favoured[0]


def test_several_questions_at_once_score_a_passage_as_one_after_the_other(late: LateInteraction) -> None:
    questions = late.token_ids(["soil carbon", "", "海洋渔业的船员", "⁂", "pensions of staff members"])
    for passage in (*PASSAGES, " ".join(PASSAGES)):
        rows = late.token_ids([passage])
        each = [late.scores_ids(questions[n], rows)[0] for n in range(len(questions))]
        assert late.scores_of_questions(questions, rows[0]).tolist() == pytest.approx(each, abs=1e-6)
