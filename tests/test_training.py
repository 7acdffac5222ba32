"""The training command on a tiny invented corpus: it runs to the end and what it writes works."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from index.encoder import StaticEncoder
from index.late import LateInteraction
from index.training.__main__ import train
from index.training.interaction import InteractionTraining
from index.training.measure import dev_sets, ndcg_at_10
from index.training.pairs import HELD_BACK_EVERY, read_parallel
from index.training.vectors import MeanTraining
from index.translation import TranslationTable

NOUNS = {
    "cat": "猫",
    "dog": "狗",
    "river": "河流",
    "forest": "森林",
    "farmer": "農民",
    "teacher": "老师",
    "soil": "土壤",
}
VERBS = {"sees": "看见", "likes": "喜欢", "draws": "画", "finds": "找到", "knows": "认识", "feeds": "喂养"}


def _write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.writelines(line + "\n" for line in lines)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "train"
    rows = [
        f"The {a} {verb} the {b} near the old town.\t{A}在古城附近{chinese}{B}。"
        for a, A in NOUNS.items()
        for verb, chinese in VERBS.items()
        for b, B in NOUNS.items()
        if a != b
    ]
    _write(folder / "parallel" / "sentences.tsv.gz", rows)
    words = [f"{en}\t{zh}" for en, zh in (NOUNS | VERBS).items()]
    _write(folder / "dict" / "cedict.tsv.gz", words)
    _write(folder / "dict" / "cow_wordnet.tsv.gz", words[:5])
    _write(folder / "dict" / "opencc_TSCharacters.txt.gz", ["# a table", "農\t农", "師\t师"])
    for name in ("cmrc2018_dev", "drcd_dev", "cmrc2018_trial", "drcd_test"):
        asked = [
            {"id": str(i), "lang": "zh", "title": "", "context": row.split("\t")[1],
             "question": "谁在古城附近？", "answers": [{"text": row.split("\t")[1][:2], "start": 0}]}
            for i, row in enumerate(rows)
        ]  # fmt: skip
        _write(folder / "qa" / f"{name}.jsonl.gz", [json.dumps(q, ensure_ascii=False) for q in asked])
    for name in ("policyqa_dev", "covidqa", "nqg_squad_test_qsent"):
        asked = [
            {"id": str(i), "lang": "en", "title": "", "context": row.split("\t")[0],
             "question": "who is near the town?", "answers": []}
            for i, row in enumerate(rows * 6)
        ]  # fmt: skip
        _write(folder / "qa" / f"{name}.jsonl.gz", [json.dumps(q) for q in asked])
    return folder


def test_held_back_rows_and_their_copies_are_not_trained_on(data: Path) -> None:
    (file,) = read_parallel(data / "parallel", str.lower)
    with gzip.open(data / "parallel" / "sentences.tsv.gz", "rt", encoding="utf-8") as lines:
        rows = [tuple(line.rstrip("\n").split("\t")) for line in lines]
    assert file.held_back == tuple(rows[::HELD_BACK_EVERY])
    assert not set(file.train) & set(file.held_back)


def test_training_writes_a_model_that_crosses_languages(data: Path, tmp_path: Path) -> None:
    means = MeanTraining(dimensions=16, batch=32, steps=40)
    interaction = InteractionTraining(steps=10, batch=16, within=0.5)
    train(data, tmp_path, 8, means, interaction)
    encoder = StaticEncoder(tmp_path)
    assert encoder.dimensions == 8
    table = TranslationTable.load(encoder, tmp_path)
    assert table.expand(["forest"], "en", 1)[0][0] == "森林"
    passages = ["农民喜欢河流。", "老师看见狗。"]
    for score in (table.psq_score, LateInteraction(encoder, table).scores):
        assert np.argmax(score("the teacher sees the dog", passages)) == 1


def test_ndcg_counts_ties_against_the_right_document() -> None:
    scores = np.array([[1.0, 1.0, 0.0], [0.2, 0.9, 0.1]], dtype=np.float32)
    assert ndcg_at_10(scores, np.array([0, 1])) == pytest.approx((1 / np.log2(3) + 1) / 2)


def test_the_crossed_questions_name_passages_that_are_there() -> None:
    data = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "train"
    if not data.is_dir():
        pytest.skip("the training data are not here: they come with the project's shared folder")
    crossed = [dev for dev in dev_sets(data) if dev.name.endswith("*")]
    assert {dev.direction for dev in crossed} == {"en→zh", "zh→en"}
    assert all(dev.gold.max() < len(dev.documents) for dev in crossed)
