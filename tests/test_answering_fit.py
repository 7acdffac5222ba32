"""The fit of the answering weights finds what was planted, and leaves alone what it is not given."""

from __future__ import annotations

import numpy as np
import pytest

from eval.answer_examples import Example, Served
from eval.answer_fit import fit_choice
from eval.fits import fit_listwise, fit_logistic
from ingest.paragraphs import ParagraphId
from service.answering.asking.question import read_question
from service.answering.sentences.evidence import Candidate, Passage
from service.answering.sentences.features import FEATURES

PARAGRAPH = ParagraphId("X/1", "1")


@pytest.fixture(scope="module")
def planted() -> tuple[np.ndarray, list[Example]]:
    """Weights, and 600 questions of six candidates each whose right one the weights choose."""
    chance = np.random.default_rng(5)
    weights = np.zeros(len(FEATURES))
    weights[[FEATURES.index("interaction"), FEATURES.index("without_date")]] = 4.0, -2.0
    passages = [Passage(ParagraphId("X/1", str(n)), "en", "text", (), 0.5, n) for n in range(1, 7)]
    asked = read_question("When was it?")
    found = []
    for _ in range(600):
        features = chance.random((6, len(FEATURES)))
        right = np.arange(6) == int(np.argmax(features @ weights))
        candidates = [Candidate(passage, 0, 4, row) for passage, row in zip(passages, features, strict=True)]
        found.append(Example(asked, candidates, right, frozenset([PARAGRAPH]), {}, Served(PARAGRAPH, {})))
    return weights, found


def test_the_right_candidates_are_chosen_again(planted: tuple[np.ndarray, list[Example]]) -> None:
    _, found = planted
    fitted = fit_choice(found)
    chosen = [np.argmax([c.features @ fitted for c in e.candidates]) == np.argmax(e.right) for e in found]
    assert np.mean(chosen) > 0.95
    assert fitted[FEATURES.index("interaction")] > 1
    assert fitted[FEATURES.index("without_date")] < -0.5


def test_features_that_are_not_named_get_no_weight(planted: tuple[np.ndarray, list[Example]]) -> None:
    _, found = planted
    fitted = fit_choice(found, ["interaction", "length"])
    others = [place for place, name in enumerate(FEATURES) if name not in ("interaction", "length")]
    assert not fitted[others].any()
    assert fitted[FEATURES.index("interaction")] > 1


def test_the_confidence_is_the_share_of_right_ones() -> None:
    rows = np.repeat([[0.0], [1.0]], 200, axis=0)
    labels = np.concatenate([np.arange(200) < 40, np.arange(200) < 160]).astype(float)
    weight, bias = fit_logistic(rows, labels, penalty=1e-6)
    shares = 1 / (1 + np.exp(-(np.array([0.0, 1.0]) * weight + bias)))
    assert shares == pytest.approx([0.2, 0.8], abs=0.01)


def test_a_weight_of_which_the_data_says_nothing_stays_where_it_is_drawn_to() -> None:
    chance = np.random.default_rng(3)
    lists = []
    for _ in range(200):
        rows = np.column_stack([chance.random(5), np.zeros(5)])
        lists.append((rows, np.arange(5) == int(np.argmax(rows[:, 0]))))
    told, untold = fit_listwise(lists, 1.0, np.array([-1.0, 2.0]))
    assert told > 3
    assert untold == pytest.approx(2.0)


def test_what_counts_more_decides_the_share() -> None:
    rows, labels = np.zeros((100, 1)), (np.arange(100) < 50).astype(float)
    counts = np.where(labels == 1, 3.0, 1.0)
    assert 1 / (1 + np.exp(-fit_logistic(rows, labels, counts)[-1])) == pytest.approx(0.75, abs=0.01)
