"""Confidence is judged by how often it comes true."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eval_examples import ANSWERED, CHAT, DATE, REFUSED
from hypothesis import given
from hypothesis import strategies as st

from eval.calibration import calibration_error, measure_calibration, reliability, risk_coverage

SERVED = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60)


def test_sure_and_right_has_no_error() -> None:
    assert calibration_error(reliability([(1.0, True)] * 7 + [(0.0, False)] * 3)) == 0.0


def test_sure_and_half_right_is_off_by_half() -> None:
    assert calibration_error(reliability([(1.0, True), (1.0, False)] * 10)) == pytest.approx(0.5)


def test_nothing_served_has_no_bins_and_no_points() -> None:
    assert reliability([]) == []
    assert risk_coverage([], 5) == []


@given(SERVED)
def test_every_answer_is_in_one_bin_and_the_bins_are_of_one_size(served: list[tuple[float, bool]]) -> None:
    sizes = [each.n for each in reliability(served)]
    assert sum(sizes) == len(served)
    assert max(sizes, default=0) - min(sizes, default=0) <= 1


@given(SERVED.filter(bool))
def test_the_curve_ends_with_everything_served(served: list[tuple[float, bool]]) -> None:
    curve = risk_coverage(served, 2 * len(served))
    assert [point.threshold for point in curve] == sorted({c for c, _ in served}, reverse=True)
    assert curve[-1].coverage == 0.5
    assert curve[-1].risk == pytest.approx(sum(not right for _, right in served) / len(served))


def test_a_wrong_answer_that_was_least_sure_costs_only_at_the_end() -> None:
    curve = risk_coverage([(0.9, True), (0.5, True), (0.2, False)], 4)
    assert [(point.coverage, point.risk) for point in curve] == [(0.25, 0.0), (0.5, 0.0), (0.75, 1 / 3)]


def test_an_answer_to_small_talk_is_wrong_and_a_refusal_is_not_served() -> None:
    found = measure_calibration([DATE, CHAT], [ANSWERED, replace(ANSWERED, question="q2", confidence=0.1)])
    assert [(point.coverage, point.risk) for point in found.curve] == [(0.5, 0.0), (1.0, 0.5)]
    assert found.area == pytest.approx(0.25)
    refused = measure_calibration([DATE, CHAT], [ANSWERED, replace(REFUSED, question="q2")])
    assert [point.coverage for point in refused.curve] == [0.5]
