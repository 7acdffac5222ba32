"""What people say is matched by how documents put it, in either language, and nothing is read into words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import fold
from index.encoder import StaticEncoder
from index.interpreter import Interpreter
from index.wording import Variant, Wording
from service.answering.words.paraphrases import PARAPHRASES, Paraphrases, inflections, read_paraphrases


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return StaticEncoder()


@pytest.fixture(scope="module")
def paraphrases(encoder: StaticEncoder) -> Paraphrases:
    return Paraphrases(encoder.vocabulary)


def written(paraphrases: Paraphrases, text: str) -> dict[str, tuple[str, ...]]:
    return {text[one.start : one.end]: next(iter(one.forms.values())) for one in paraphrases.beside(text, ())}


@pytest.mark.parametrize(
    ("question", "said", "meant"),
    [
        ("Who footed the bill for the course?", "footed the bill", "financed"),
        ("when was it kicked off", "kicked off", "launched"),
        ("波恩的会是谁张罗的?", "张罗", "组织"),
        ("这份报告是谁拍板的?", "拍板", "核准"),
    ],
)
def test_everyday_words_lead_to_those_of_documents(
    paraphrases: Paraphrases, question: str, said: str, meant: str
) -> None:
    assert meant in written(paraphrases, question)[said]


def test_what_is_a_name_or_cuts_a_word_is_left_alone(paraphrases: Paraphrases) -> None:
    question = "Who footed the bill?"
    name = Variant(4, 10, {"en": ("Foot Fund",)})
    assert paraphrases.beside(question, (name,)) == (name,)
    # 上会 (to be put to a meeting) doesn't stand in 海上会议 (meeting at sea).
    assert all(one not in written(paraphrases, "海上会议在哪开?") for one in ("上会",))


@given(st.text(max_size=60))
def test_spans_are_in_order_and_apart_in_any_text(text: str) -> None:
    end = 0
    for one in Paraphrases(StaticEncoder().vocabulary).beside(text, ()):
        assert end <= one.start < one.end <= len(text)
        assert 0 < one.sure < 1
        end = one.end


def test_a_match_of_another_wording_counts_less_than_the_word_itself(
    encoder: StaticEncoder, paraphrases: Paraphrases
) -> None:
    text = "who footed the bill"
    asked = Interpreter(encoder).asked(Wording(text, paraphrases.beside(text, ())), "en", "zh")
    matches = (encoder.vectors[asked.rows] @ encoder.vectors[encoder.vocabulary.rows("financed")].T).T
    found = asked.own(matches.clip(0), encoder.weights[asked.rows])
    assert found[0, 1:].min() == pytest.approx(0.8 * matches.max(), abs=1e-3)


@pytest.mark.parametrize(
    ("phrase", "forms"),
    [
        ("plan*", {"plan", "plans", "planned", "planning"}),
        ("carry* out", {"carry out", "carries out", "carried out", "carrying out"}),
        ("get-together*", {"get together", "get togethers"}),
        ("cause*", {"cause", "causes", "caused", "causing"}),
        ("拍板", {"拍板"}),
    ],
)
def test_regular_forms_are_found_too(phrase: str, forms: set[str]) -> None:
    assert forms <= set(inflections(phrase))


def test_the_table_is_written_as_texts_are_searched() -> None:
    rows = read_paraphrases()
    assert len({row.said for row in rows}) == len(rows) > 1000
    for row in rows:
        for form in (*row.said, *row.written):
            assert fold(form) == form, row
        assert row.said[0] not in row.written, row


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("other\tcolumns\n", "expected the columns said, written"),
        ("said\twritten\npaid\n", "line 2: expected 2 columns between tabs, found 1"),
        ("said\twritten\npaid\t出资\n", "line 2: expected forms in the language of 'paid'"),
    ],
)
def test_a_table_of_another_form_is_refused(lines: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / PARAPHRASES.name
    path.write_text(lines, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_paraphrases(path)
