"""What is fitted is what is used; a scale changes how sure, not what is surer."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.confidence_fit import ASIDE, ASIDE_RESOLUTIONS, REFUSED, drawn, left_out, scaled
from eval.fits import fit_layered
from eval.questions import load_questions, read_questions
from service.answering.confidence import FITTED_CONFIDENCE, Confidence

SIGNALS = ("first", "second")


@pytest.fixture(scope="module")
def either_but_not_both() -> Confidence:
    """Fitted to answers that are right where one signal is set: no weighted sum of the two can tell."""
    rows = np.random.default_rng(5).integers(0, 2, (40_000, 2)).astype(float)
    return fit_layered(SIGNALS, rows, (rows.sum(axis=1) == 1).astype(float), np.ones(len(rows)), 7)


def test_a_hidden_layer_learns_what_signals_mean_together(either_but_not_both: Confidence) -> None:
    one, both = ({"first": 1.0, "second": second} for second in (0.0, 1.0))
    assert either_but_not_both.of(one) > 0.8
    assert either_but_not_both.of(both) < 0.2


def test_what_is_written_is_what_is_read(either_but_not_both: Confidence) -> None:
    written = json.loads(json.dumps(either_but_not_both.numbers()))
    rows = np.random.default_rng(6).random((50, 2))
    read = Confidence.read(written)
    assert read.signals == SIGNALS
    assert read.of_rows(rows) == pytest.approx(either_but_not_both.of_rows(rows), abs=1e-3)
    written["hidden"].pop()
    with pytest.raises(ValueError, match=r"expected a hidden layer of 2 signals and 48 units"):
        Confidence.read(written)


@given(st.floats(0.2, 3), st.floats(-3, 3), st.lists(st.floats(-5, 5), min_size=2, max_size=2))
def test_a_scale_moves_the_log_odds(slope: float, constant: float, signals: list[float]) -> None:
    ones = np.ones((2, 1))
    plain = Confidence(SIGNALS, np.array([1.0, -1.0]), ones, np.zeros(1), np.ones(1), 0.5, 0.0)
    row = np.array([signals])
    moved = plain.scaled(slope, constant, 0.3)
    expected = np.clip(slope * plain.log_odds(row) + constant, -30, 30)
    assert moved.log_odds(row) == pytest.approx(expected)
    assert moved.threshold == 0.3


def test_the_scale_found_is_the_one_that_was_planted() -> None:
    chance = np.random.default_rng(5)
    log_odds = chance.normal(size=8000) * 2
    right = (chance.random(8000) < 1 / (1 + np.exp(-(0.5 * log_odds + 1.0)))).astype(float)
    there = np.arange(8000) % 5 > 0
    scale = scaled(log_odds, right, there)
    assert scale.slope == pytest.approx(0.5, abs=0.05)
    assert scale.constant == pytest.approx(1.0, abs=0.1)
    below = 1 / (1 + np.exp(-(scale.slope * log_odds + scale.constant))) < scale.threshold
    assert below[right > 0].mean() == pytest.approx(REFUSED, abs=0.005)


def test_a_new_signal_weighs_nothing_until_it_is_fitted(either_but_not_both: Confidence) -> None:
    rows = np.random.default_rng(6).random((50, 3))
    extended = either_but_not_both.with_signals(("second", "new", "first"))
    assert extended.log_odds(rows) == pytest.approx(either_but_not_both.log_odds(rows[:, [2, 0]]))
    assert Confidence.read(extended.numbers()).signals == ("second", "new", "first")


def test_what_a_signal_means_to_people_is_added_to_what_it_weighs() -> None:
    chance = np.random.default_rng(5)
    rows = chance.normal(size=(4000, 2))
    plain = Confidence(SIGNALS, np.array([1.0, 0.0]), np.zeros((2, 1)), np.zeros(1), np.ones(1), 0.0, 0.0)
    log_odds = plain.log_odds(rows)
    right = (chance.random(4000) < 1 / (1 + np.exp(-(log_odds + rows[:, 1])))).astype(float)
    found = drawn(log_odds, rows, right, np.ones(4000))
    moved = plain.drawn(found.slope, found.weights, found.constant)
    assert moved.log_odds(rows) == pytest.approx(found(log_odds, rows))
    assert moved.weights == pytest.approx([1.0, 1.0], abs=0.2)
    assert moved.bias == pytest.approx(0.0, abs=0.2)


def test_nothing_is_said_of_a_question_that_was_fitted_on_it() -> None:
    """Noise has many signals and nothing to tell: what is fitted on it seems to, what is left out doesn't."""
    chance = np.random.default_rng(5)
    rows = np.repeat(chance.normal(size=(60, 200)) * 50, 2, axis=0)
    right, there = np.repeat(chance.integers(0, 2, 60), 2).astype(float), np.arange(120) % 4 > 0
    asked = [f"question {n // 2}" for n in range(120)]
    none = np.zeros(120)
    seen = drawn(none, rows, right, np.ones(120))(none, rows)
    unseen = left_out(none, rows, right, there, asked)
    assert np.corrcoef(seen, right)[0, 1] > 0.8
    assert abs(np.corrcoef(unseen, right)[0, 1]) < 0.5


def test_no_question_of_the_fixed_set_was_used_for_the_scale() -> None:
    aside = {one.question for file in (ASIDE, ASIDE_RESOLUTIONS) for one in read_questions(file)}
    fixed = {one.question for split in ("dev", "test") for one in load_questions(split)}
    assert len(aside) > 150
    assert not aside & fixed
    conditions = json.loads(FITTED_CONFIDENCE.read_text(encoding="utf-8"))["conditions"]
    for regime in ("same_language", "across_languages"):
        assert conditions[regime]["scaled_on"]["questions"] >= len(aside) / 2
