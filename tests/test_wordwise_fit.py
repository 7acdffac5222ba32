"""What is trained is what is used; a network learns which words have to be matched."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from eval.wordwise_fit import Judge, Shown, numbers, trained
from service.answering.sentences.features import FINDING_FEATURES
from service.answering.sentences.wordsigns import CLAUSE_SIGNS
from service.answering.sentences.wordwise import FITTED_WORDWISE, Wordwise
from service.answering.words.traits import TRAITS

SIGNS = len(CLAUSE_SIGNS)
KINDS = 5
FEATURES = len(FINDING_FEATURES)
TOLD = 2 * len(TRAITS)


def shown(set_name: str, chance: np.random.Generator) -> Shown:
    """A question of six words of which the third, whose third sign is set, has to be matched."""
    texts, words = 5, 6
    signs = chance.random((texts, words, SIGNS)).astype(np.float16)
    signs[:, :, 2] = 0.0
    signs[:, 2, 2] = 1.0
    right = np.zeros(texts, bool)
    right[int(signs[:, 2, 0].argmax())] = True
    rows = chance.normal(size=(texts, FEATURES)).astype(np.float32)
    told = chance.integers(0, 2, (texts, TOLD)).astype(np.float16)
    asked = chance.integers(0, 2, len(TRAITS)).astype(np.float32)
    return Shown(set_name, 4, True, signs, np.full(words, 1 / words, np.float32), rows, told, asked, right)


def test_the_network_in_use_scores_as_the_one_that_was_trained(tmp_path: Path) -> None:
    torch.manual_seed(7)
    scale = np.full(FEATURES, 0.3, np.float32), np.full(FEATURES, 0.7, np.float32)
    judge = Judge(SIGNS, TOLD, np.random.default_rng(8).normal(size=(KINDS, FEATURES)), scale)
    for weight in (judge.out.weight, judge.whole_out.weight):
        torch.nn.init.normal_(weight)
    judge.eval()
    file = json.loads(FITTED_WORDWISE.read_text(encoding="utf-8"))
    file["clauses"] = numbers(judge)
    path = tmp_path / "wordwise.json"
    path.write_text(json.dumps(file), encoding="utf-8")
    one = shown("p1", np.random.default_rng(7))
    used = Wordwise.load(path).clauses.scores(
        one.signs.astype(np.float32),
        one.shares,
        one.rows.astype(np.float64),
        one.told.astype(np.float32),
        one.asked,
        one.kind,
        same_language=True,
    )
    assert used == pytest.approx(judge.scores([one])[0].tolist(), abs=1e-2)


def test_a_network_learns_which_word_has_to_be_matched() -> None:
    chance = np.random.default_rng(7)
    examples = [shown(name, chance) for name in ("p1", "p2", "left") for _ in range(600)]
    _, measured = trained(("clauses", examples, KINDS, ["left"]))
    assert measured["left"] > 0.8
    assert measured["left, without the network"] < 0.4
