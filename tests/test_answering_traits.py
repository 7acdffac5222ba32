"""What is asked of a thing and what a text tells of it are seen in either language."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import fold
from service.answering.words.traits import TABLE, TRAITS, asked_traits, told_traits


@pytest.mark.parametrize(
    ("question", "trait"),
    [
        ("At whose request was the study made?", "request"),
        ("这项研究是应谁的要求做的?", "request"),
        ("What was the panel asked to do?", "told_to"),
        ("To whom will the board report?", "addressee"),
        ("结果该向谁汇报?", "addressee"),
        ("Who footed the bill?", "payer"),
        ("讲习班是谁掏钱办的?", "payer"),
        ("Why was it put off?", "reason"),
        ("专家组为什么没开成会?", "reason"),
        ("Until when can comments be sent?", "end"),
    ],
)
def test_what_is_asked(question: str, trait: str) -> None:
    assert asked_traits(question)[TRAITS.index(trait)] == 1


@pytest.mark.parametrize(
    ("text", "trait"),
    [
        ("The study was made at the request of the Board.", "request"),
        ("应秘书处的要求开展了这项研究。", "request"),
        ("It will report to the Conference at its fifth session.", "addressee"),
        ("由日本政府资助。", "payer"),
        ("No agreement was reached owing to lack of time.", "reason"),
        ("因时间不足，未能达成一致。", "reason"),
    ],
)
def test_what_is_told(text: str, trait: str) -> None:
    assert told_traits([text])[0, TRAITS.index(trait)] == 1


def test_a_plain_sentence_tells_of_nothing() -> None:
    assert told_traits(["The lake is salty.", "湖水很咸。"]).sum() == 0
    assert told_traits([]).shape == (0, len(TRAITS))


@given(st.text(max_size=80))
def test_any_text_has_every_trait_or_not(text: str) -> None:
    for found in (asked_traits(text), told_traits([text])[0]):
        assert found.shape == (len(TRAITS),)
        assert set(found.tolist()) <= {0.0, 1.0}


def test_the_table_is_written_as_texts_are_searched() -> None:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        for column in ("asked_en", "asked_zh", "told_en", "told_zh"):
            forms = row[column].split("; ")
            assert len(set(forms)) == len(forms) > 4, (row["name"], column)
            for form in forms:
                assert fold(form.replace("…", "")) == form.replace("…", ""), (row["name"], form)
                assert form.isascii() == column.endswith("en"), (row["name"], form)
