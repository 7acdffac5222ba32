"""The fixed evaluation set is frozen, balanced, and true to the texts it asks about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.check import balance, copied, derivable, problems, runs_of, texts, underivable
from eval.confidence_fit import ASIDE, ASIDE_RESOLUTIONS
from eval.questions import (
    CHECKSUMS,
    SPLITS,
    Question,
    QuestionError,
    Split,
    checksum,
    load_questions,
    read_questions,
)
from ingest.corpus import SAMPLE, read_corpus

ALL = [question for split in SPLITS for question in load_questions(split)]


@pytest.fixture(scope="module")
def sample_texts() -> dict[str, str]:
    return texts(read_corpus([SAMPLE]), "zh")


@pytest.fixture(scope="module")
def official_texts(official_corpus: Path) -> dict[str, str]:
    names = ("ICCD_COP(13)_CST_5.zh.txt", "A_64_202.zh.txt")
    return texts(read_corpus([official_corpus / name for name in names]), "zh")


@pytest.mark.parametrize("split", SPLITS)
def test_question_files_are_those_that_were_frozen(split: Split) -> None:
    assert checksum(split) == CHECKSUMS[split]


def test_questions_on_one_fact_are_on_one_side() -> None:
    dev, test = ({question.fact for question in load_questions(split)} for split in SPLITS)
    assert not dev & test


@pytest.mark.parametrize("split", SPLITS)
def test_each_side_is_balanced(split: Split) -> None:
    questions = load_questions(split)
    counts = balance(questions)
    answerable = counts["why"]["answerable"]
    assert len(questions) >= 320
    assert len(questions) - answerable >= 70
    assert abs(counts["language"]["zh"] - counts["language"]["en"]) < 0.1 * len(questions)
    assert 0.28 < counts["kind"]["date"] / answerable < 0.4
    assert 0.28 < counts["kind"]["mandate"] / answerable < 0.4
    assert all(counts["style"][style] >= 10 for style in ("typo", "traditional", "abbreviation", "polite"))


def test_questions_fit_the_sample(sample_texts: dict[str, str]) -> None:
    assert list(problems(ALL, sample_texts)) == []
    assert list(underivable(ALL, sample_texts)) == []


def test_questions_fit_the_official_texts_and_copy_none(official_texts: dict[str, str]) -> None:
    assert list(problems(ALL, official_texts)) == []
    assert list(underivable(ALL, official_texts)) == []
    runs = runs_of(official_texts.values())
    assert [question.id for question in ALL if copied(question.question, runs)] == []


def _with(question: Question, **changes: object) -> dict[str, object]:
    return {name: getattr(question, name) for name in question.__slots__} | changes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"language": "fr"}, "language"),
        ({"gold": []}, "gold"),
        ({"kind": "dates"}, "kind"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    file = tmp_path / "mine.jsonl"
    good = json.dumps(_with(ALL[0]), ensure_ascii=False)
    bad = json.dumps(_with(ALL[0], **changes), ensure_ascii=False)
    file.write_text(f"{good}\n{bad}\n", encoding="utf-8")
    with pytest.raises(QuestionError, match=rf"mine\.jsonl, line 2: .*{said}"):
        read_questions(file)


@pytest.mark.parametrize(
    ("value", "kind", "text", "expected"),
    [
        ("2017-03-21/2017-03-23", "date", "会议于 2017 年 3 月 21 日至 23 日举行", True),
        ("2017-03-21/2017-03-24", "date", "会议于 2017 年 3 月 21 日至 23 日举行", False),
        ("2017-03-01", "date", "会议于2017年3月21日举行", False),
        ("--06-17", "date", "每年6月17日", True),
        (58000000000, "number", "共580 亿个单位", True),
        (1186, "number", "有 1 186 个项目", True),
        (2, "number", "写了两份说明", True),
        (7, "number", "有 17 个", False),
        ("21/COP.12", "decision", "第 21/COP.12 号决定", True),
        ("A/RES/63/218", "decision", "第63/218号决议", True),
        ("A/RES/63/219", "decision", "第63/218号决议", False),
    ],
)
def test_a_value_counts_as_stated_only_if_all_of_it_is(
    value: str | float, kind: str, text: str, expected: bool
) -> None:
    question = read_one(_with(ALL[0], value=value, answer_kind=kind, accept=[]))
    assert derivable(question, "ICCD/COP(13)/CST/5#15", text) is expected


def read_one(record: dict[str, object]) -> Question:
    return Question(**record)  # type: ignore[arg-type]


def test_questions_set_aside_name_paragraphs_that_there_are_and_copy_none(
    official_texts: dict[str, str],
) -> None:
    aside = read_questions(ASIDE)
    assert {gold for question in aside for gold in question.gold} <= official_texts.keys()
    runs = runs_of(official_texts.values())
    assert [question.id for question in aside if copied(question.question, runs)] == []


def test_questions_on_resolutions_name_paragraphs_that_there_are(official_corpus: Path) -> None:
    aside = read_questions(ASIDE_RESOLUTIONS)
    symbols = {gold.partition("#")[0] for question in aside for gold in question.gold}
    documents = read_corpus([official_corpus / "resolutions"]).documents
    assert symbols <= {document.symbol for document in documents}
    there = {str(one.id) for document in documents for one in document.paragraphs}
    assert {gold for question in aside for gold in question.gold} <= there


def test_a_copied_run_is_found_and_a_shorter_one_is_not() -> None:
    runs = runs_of(["甲乙丙丁戊己庚辛壬癸子丑寅卯"])
    assert copied("问：甲乙丙丁戊己庚辛壬癸子丑寅？", runs) == ["甲乙丙丁戊己庚辛壬癸子丑寅"]
    assert copied("问：甲乙丙丁戊己庚辛壬癸子丑？", runs) == []


def test_problems_are_found(sample_texts: dict[str, str]) -> None:
    first = next(question for question in ALL if question.answerable)
    wrong = read_one(_with(first, id="x", gold=("A/64/202#II.99",), paragraphs=("A/64/202#II.99",)))
    found = list(problems([first, first, wrong], sample_texts))
    assert any("2 times" in line for line in found)
    assert any("no such paragraph: A/64/202#II.99" in line for line in found)
