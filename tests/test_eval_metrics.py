"""Figures: retrieval measures, intervals, comparisons."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.intervals import difference, estimate
from eval.metrics import MEASURES, score_runs


def test_a_question_that_found_nothing_scores_zero_and_is_not_dropped() -> None:
    scores = score_runs({"a": ["d1"], "b": ["d2"]}, {"a": ["d1", "d9"]})
    assert set(scores["b"]) == {str(measure) for measure in MEASURES}
    assert set(scores["b"].values()) == {0.0}
    assert scores["a"]["Success@1"] == 1.0


def test_rank_decides_not_the_name_of_the_paragraph() -> None:
    ranked = ["A/64/202#II.9", "A/64/202#I.1", "ICCD/COP(13)/CST/5#15"]
    scores = score_runs({"q": ["A/64/202#I.1"]}, {"q": ranked})["q"]
    assert scores["Success@1"] == 0.0
    assert scores["RR"] == pytest.approx(1 / 2)
    assert scores["nDCG@10"] == pytest.approx(0.6309, abs=1e-4)  # 1 / log2(3)


def test_one_of_several_gold_paragraphs_is_a_success_but_half_the_recall() -> None:
    scores = score_runs({"q": ["g1", "g2"]}, {"q": ["g2", "x", "y"]})["q"]
    assert scores["Success@1"] == 1.0
    assert scores["R@5"] == 0.5


def test_hits_for_questions_without_gold_are_ignored() -> None:
    assert set(score_runs({"q": ["g"]}, {"q": ["g"], "chat": ["g"]})) == {"q"}


def test_the_interval_of_a_constant_is_the_constant() -> None:
    found = estimate([1.0, 1.0, 1.0], ["a", "b", "c"])
    assert (found.value, found.low, found.high, found.n) == (1.0, 1.0, 1.0, 3)


def test_questions_on_one_fact_do_not_make_a_figure_surer() -> None:
    values = [1.0, 0.0] * 10
    facts = [f"f{n}" for n in range(20)]
    alone = estimate(values, facts)
    doubled = estimate(values + values, facts + facts)
    assert doubled.value == alone.value
    assert doubled.high - doubled.low == pytest.approx(alone.high - alone.low)


def test_no_values_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        estimate([], [])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_the_mean_lies_in_its_range_and_the_interval_too(values: list[float]) -> None:
    found = estimate(values, [str(n) for n in range(len(values))])
    slack = 1e-9
    assert min(values) - slack <= found.low <= found.high <= max(values) + slack


def test_a_run_compared_with_itself_differs_by_nothing() -> None:
    run = {f"q{n}": n % 2 for n in range(20)}
    found = difference(run, run, {name: name for name in run})
    assert (found.value, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_a_clear_gain_is_significant_and_has_its_sign() -> None:
    first = {f"q{n}": 0.0 for n in range(30)}
    second = {f"q{n}": float(n % 10 != 0) for n in range(30)}
    facts = {name: name for name in first}
    gain, loss = difference(first, second, facts), difference(second, first, facts)
    assert gain.value == pytest.approx(0.9)
    assert gain.low > 0
    assert gain.p < 0.001
    assert loss.value == pytest.approx(-0.9)
    assert loss.p == gain.p


def test_runs_without_common_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="share none"):
        difference({"a": 1.0}, {"b": 1.0}, {"a": "a", "b": "b"})
