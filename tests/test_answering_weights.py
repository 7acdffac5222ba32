"""The fitted numbers that come with the program, and what is refused in their place."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from service.answering.choice import CONFIDENCE
from service.answering.sentences.features import FEATURES
from service.answering.weights import FITTED, Weights


def test_the_weights_that_come_with_the_program_say_how_they_were_fitted() -> None:
    conditions = json.loads(FITTED.read_text(encoding="utf-8"))["conditions"]
    assert conditions["command"] == "python -m eval.answer_fit DATA CROWD --folds DIR"
    assert len(conditions["encoder_sha256"]) == 64
    for regime in ("same_language", "across_languages"):
        assert conditions[regime]["questions"] > 1000
        assert conditions[regime]["on_held"]["practice"]["paragraph_right"] > 0.5


def test_there_is_one_finite_weight_for_each_feature_and_a_threshold_that_can_refuse() -> None:
    weights = Weights.load()
    for regime in (weights.same_language, weights.across_languages):
        assert regime.choice.shape == (len(FEATURES),)
        assert np.isfinite(regime.choice).all()
        assert 0 < regime.confidence.threshold < 1
        assert set(regime.confidence.signals) <= set(CONFIDENCE)


def test_a_missing_date_counts_against_a_sentence_in_both_regimes() -> None:
    weights = Weights.load()
    place = FEATURES.index("without_date")
    assert weights.same_language.choice[place] < 0
    assert weights.across_languages.choice[place] < 0


@pytest.mark.parametrize("change", ["missing", "unknown", "text"])
def test_weights_of_another_form_are_refused(change: str, tmp_path: Path) -> None:
    file = json.loads(FITTED.read_text(encoding="utf-8"))
    choice = file["same_language"]["choice"]
    if change == "missing":
        del choice["retrieval"]
    elif change == "unknown":
        choice["colour"] = 1.0
    else:
        choice["retrieval"] = "much"
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(file), encoding="utf-8")
    with pytest.raises(ValueError, match=r"expected one weight|retrieval"):
        Weights.load(path)
