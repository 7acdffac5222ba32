"""A crowd of other paragraphs, and what it hides."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from eval.crowd import crowd, crowd_table, measure_crowds
from eval.questions import load_questions
from eval.sets import PARALLEL_SETS
from index.encoder import StaticEncoder

TEXTS = [
    "In 2009 the council of Peru met 12 times and agreed on a plan for the lake and the marsh beside it.",
    "The bureau asks every member to send a list of its orchards before the end of the year.",
]


def test_a_crowd_repeats_its_texts_with_other_particulars() -> None:
    documents = list(crowd(TEXTS, 402))
    texts = [paragraph.text for document in documents for paragraph in document.paragraphs]
    assert [len(document.paragraphs) for document in documents] == [200, 200, 2]
    assert texts[:2] == TEXTS
    assert len(set(texts[::2])) > 190
    assert all(text.startswith("In ") and " met " in text for text in texts[::2])
    assert texts == [p.text for document in crowd(TEXTS, 402) for p in document.paragraphs]


def test_the_sample_is_found_among_others(tmp_path: Path, sample_folder: Path) -> None:
    for file in PARALLEL_SETS.values():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(tmp_path / file, "wt", encoding="utf-8") as out:
            out.writelines(f"{text}\t某个句子\n" for text in TEXTS)
    (tmp_path / "none").mkdir()
    questions = [question for question in load_questions("dev") if question.answerable][:12]
    rows = list(measure_crowds(sample_folder, tmp_path / "none", tmp_path, [300], questions, StaticEncoder()))
    assert {row.size for row in rows} == {0, 300}
    assert all(row.success[5].value >= row.success[1].value > 0 for row in rows), rows
    lines = crowd_table(rows).splitlines()
    assert len(lines) == 2 + len(rows)
    assert lines[2].startswith("| 0 | ")


@pytest.fixture
def sample_folder() -> Path:
    from ingest.corpus import SAMPLE

    return SAMPLE
