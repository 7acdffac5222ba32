"""The translation table: expansions for candidates, exact scores for passages."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from index.encoder import EMBEDDED, EncoderError, StaticEncoder
from index.translation import TranslationTable

PASSAGES = [
    "秘书处在罗马召开了一次土壤有机碳专题讨论会。",
    "船员的养恤金由成员缴款的基金支付。",
    "The secretariat convened a symposium on soil organic carbon.",
    "",
]


@pytest.fixture(scope="module")
def table() -> TranslationTable:
    return TranslationTable.load(StaticEncoder())


@pytest.mark.parametrize(
    ("words", "language", "want"),
    [
        (["forest"], "en", "森林"),
        (["forests"], "en", "森林"),
        (["agriculture"], "en", "农业"),
        (["土壤"], "zh", "soil"),
        (["公约"], "zh", "convention"),
        (["公約"], "zh", "convention"),
    ],
)
def test_a_word_is_expanded_by_its_translation_first(
    table: TranslationTable, words: list[str], language: str, want: str
) -> None:
    expansion = table.expand(words, "en" if language == "en" else "zh", 5)
    assert expansion[0][0] == want
    weights = [weight for _, weight in expansion]
    assert weights == sorted(weights, reverse=True)
    assert all(0 < weight <= 1 for weight in weights)


def test_an_expansion_keeps_to_its_limit_and_its_language(table: TranslationTable) -> None:
    assert len(table.expand(["the soil of the forest and the climate of the desert"], "en", 7)) == 7
    assert table.expand(["森林"], "en", 7) == []
    assert table.expand(["forest"], "zh", 7) == []
    assert table.expand([], "en", 7) == []


def test_a_question_finds_the_passage_in_the_other_language(table: TranslationTable) -> None:
    scores = table.psq_score("Who pays the pensions of the crew?", PASSAGES)
    assert scores[1] > scores[0]
    assert scores[1] > 0
    scores = table.psq_score("土壤有机碳", PASSAGES)
    assert scores[2] > scores[1]
    assert scores[3] == 0


def test_a_word_that_both_languages_write_alike_counts_as_itself(table: TranslationTable) -> None:
    scores = table.psq_score("ICCD", ["这是 ICCD 的文件。", "这是文件。"])
    assert scores[0] > scores[1]


def test_nothing_known_scores_nothing(table: TranslationTable) -> None:
    assert table.psq_score("⁂", PASSAGES).tolist() == [0, 0, 0, 0]
    assert table.psq_score("soil", []).shape == (0,)
    assert table.psq_score("soil", ["", ""]).tolist() == [0, 0]


def test_counts_are_square_roots_of_probabilities_summed_over_the_passage(table: TranslationTable) -> None:
    encode = StaticEncoder().vocabulary.encode
    query = encode(["soil"])[0]
    once = table.counts(query, encode(["土壤"]))
    thrice = table.counts(query, encode(["土壤", "土壤，土壤，土壤", "森林"]))
    assert 0 < once[0, 0] <= 1
    np.testing.assert_allclose(thrice[1], 3 * once[0], rtol=1e-5)
    assert thrice[2, 0] < once[0, 0] / 3


def test_a_missing_table_is_refused_with_what_to_do(tmp_path: Path) -> None:
    folder = shutil.copytree(EMBEDDED, tmp_path / "model")
    (folder / "translations.safetensors").unlink()
    with pytest.raises(EncoderError, match="restore the folder"):
        TranslationTable.load(StaticEncoder(folder), folder)
