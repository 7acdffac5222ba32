"""Public sets become documents and queries, and every ranker is measured on them."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from index_models import TermVectors

from eval.retrieval import measure, table
from eval.sets import (
    PAIR_SETS,
    QUESTION_SETS,
    SetError,
    clause,
    crossed,
    mixed,
    pairs,
    questions,
    sentences,
)
from service.library import Models

TOPICS = ["salt marshes", "mountain pastures", "city gardens", "coral reefs", "river deltas", "old orchards"]
CHINESE = ["盐沼湿地", "高山牧场", "城市花园", "珊瑚礁石", "河流三角洲", "古老果园"]


def _english(topic: str) -> str:
    return f"People who live near {topic} keep a careful record of what they see there from year to year."


def _chinese(topic: str) -> str:
    return f"住在{topic}附近的人们年复一年地把所见所闻仔细记录下来，从不间断。"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of the real one's shape: three question sets, three sets of pairs."""
    root = tmp_path_factory.mktemp("sets")
    for name, (file, language) in QUESTION_SETS.items():
        topics, sentence, ask = (
            (TOPICS, _english, "What is recorded near {}?")
            if language == "en"
            else (CHINESE, _chinese, "{}附近记录了什么？")
        )
        records = [
            {
                "id": f"{name}-{number}",
                "title": "notes",
                "context": sentence(topic),
                "question": ask.format(topic),
            }
            for number, topic in enumerate(topics)
        ]
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(root / file, "wt", encoding="utf-8") as out:
            out.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    asked = [
        {
            "context": f"A nurse in the {topic} hospital counts to year to year.",
            "question": f"Who counts, {topic}?",
        }
        for topic in ("northern", "southern", "eastern", "western", "harbour", "hillside")
    ]
    with gzip.open(root / "train/qa/nqg_squad_test_qsent.jsonl.gz", "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(record) + "\n" for record in asked)
    for name, file in PAIR_SETS.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        rows = [
            f"{_english(f'{name} {topic}')}\t{_chinese(name + chinese)}\n"
            for topic, chinese in zip(TOPICS, CHINESE, strict=True)
        ]
        with gzip.open(root / file, "wt", encoding="utf-8") as out:
            out.writelines([*rows, "Label\t标签\n", rows[0]])
    return root


def test_short_and_repeated_rows_are_left_out(folder: Path) -> None:
    english, chinese = pairs(folder, "fao_fra", 100)
    assert len(english.queries) == len(TOPICS) - 1
    assert [query.direction for query in english.queries] == ["zh→en"] * 5
    assert english.documents[0].language == "en"
    assert chinese.documents[0].language == "zh"
    assert "salt marshes" not in "".join(p.text for p in english.documents[0].paragraphs)


def test_a_paragraph_asked_about_twice_is_indexed_once(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / QUESTION_SETS["policyqa_test"][0]
    file.parent.mkdir(parents=True)
    record = {"title": "t", "context": _english("lakes")}
    with gzip.open(file, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps({**record, "id": n, "question": f"Question {n}?"}) + "\n" for n in (1, 2))
    one = questions(tmp_path, "policyqa_test", 10)
    assert len(one.documents[0].paragraphs) == 1
    assert len({query.gold for query in one.queries}) == 1
    assert len(one.queries) == 2


def test_no_more_rows_are_taken_than_asked_for(folder: Path) -> None:
    assert len(questions(folder, "cmrc2018_trial", 4).queries) == 4
    assert len(pairs(folder, "fao_fra", 3)[0].queries) == 3


def test_in_the_mixed_index_each_translated_paragraph_is_there_in_one_language(folder: Path) -> None:
    one = mixed(folder, 100)
    ids = [str(p.id) for document in one.documents for p in document.paragraphs]
    assert len(ids) == len(set(ids))
    assert {query.gold for query in one.queries} == set(ids)
    assert {query.direction for query in one.queries} == {"en→en", "zh→zh", "en→zh", "zh→en"}


def test_five_sentences_make_a_paragraph_that_both_languages_ask_about(folder: Path) -> None:
    one = sentences(folder, 100)
    paragraphs = one.documents[0].paragraphs
    assert [paragraph.text.count("year to year") for paragraph in paragraphs] == [5, 1]
    golds = [query.gold for query in one.queries if query.direction == "en→en"]
    assert golds == [str(paragraphs[0].id)] * 5 + [str(paragraphs[1].id)]
    assert {query.direction for query in one.queries} == {"en→en", "zh→en"}


def test_our_own_questions_ask_in_english_about_chinese_paragraphs(folder: Path) -> None:
    one = crossed(folder)
    assert len(one.queries) >= 60
    assert {query.direction for query in one.queries} == {"en→zh"}


def test_every_ranker_is_measured_in_every_direction(folder: Path) -> None:
    rows = measure(mixed(folder, 100), replace(Models.load(), encoder=TermVectors()))
    assert {row.ranker for row in rows} >= {"fused", "read", "bm25", "dense"}
    assert {row.direction for row in rows} == {"en→en", "zh→zh", "en→zh", "zh→en"}
    bm25 = {row.direction: row.scores["Success@1"].value for row in rows if row.ranker == "bm25"}
    # Three sets repeat each Chinese paragraph under different ids only across sets with the same text.
    assert bm25["en→en"] > 0.9
    assert "| fused |" in table(rows)
    assert all((row.gain is None) == (row.ranker == "fused") for row in rows)
    fused = {row.direction: row.scores["nDCG@10"].value for row in rows if row.ranker == "fused"}
    for row in rows:
        if row.gain is not None:
            assert row.gain.value == pytest.approx(fused[row.direction] - row.scores["nDCG@10"].value)


def test_a_missing_or_foreign_file_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SetError, match="fao_fra"):
        pairs(tmp_path, "fao_fra", 10)
    file = tmp_path / PAIR_SETS["fao_fra"]
    file.parent.mkdir(parents=True)
    with gzip.open(file, "wt", encoding="utf-8") as out:
        out.write("no tab here\n")
    with pytest.raises(SetError, match="a tab"):
        pairs(tmp_path, "fao_fra", 10)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Short, but the second part is longer than that.", "en", "but the second part is longer than that"),
        ("一二三，四五六七八九。", "zh", "四五六七八九"),
        ("在 GIS 软件中打开2.5米的图层。", "zh", "在 GIS 软件中打开 2.5 米的图层"),
        (" ".join(["word"] * 30), "en", " ".join(["word"] * 12)),
    ],
)
def test_a_query_is_the_longest_clause_cut_short(text: str, language: str, expected: str) -> None:
    assert clause(text, language) == expected
