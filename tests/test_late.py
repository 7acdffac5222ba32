"""Late interaction: what it computes, and what it is for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoder import StaticEncoder
from index.late import LateInteraction, halves

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


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12), st.sampled_from([2, 8, 10]))
def test_halves_cover_every_token_once_and_two_of_them_are_a_window(lengths: list[int], longest: int) -> None:
    starts = np.cumsum([0, *lengths])
    begins, counts = halves(starts, longest)
    found = iter(begins.tolist())
    for start, length, count in zip(starts.tolist(), lengths, counts.tolist(), strict=False):
        own = [next(found) - start for _ in range(count)]
        step = longest // 2
        assert own == list(range(0, length, step if length > longest else max(length, 1)))
    assert list(found) == []


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
