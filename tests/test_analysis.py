from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import fold, query_terms, tokens


def test_chinese_becomes_characters_and_bigrams_never_across_punctuation() -> None:
    assert tokens("旱灾，森林") == ["旱", "灾", "旱灾", "森", "林", "森林"]


def test_traditional_characters_meet_simplified_ones() -> None:
    assert tokens("國際土壤與糧食") == tokens("国际土壤与粮食")


def test_english_words_meet_in_their_stems() -> None:
    assert tokens("Reporting countries' reports") == tokens("report country reported")


@pytest.mark.parametrize(
    "written",
    ["21/COP.12", "21/COP-12", "21/cop(12)", "２１/COP．12", "21/COP‑12"],
)
def test_ways_to_write_a_decision_meet(written: str) -> None:
    assert tokens(written) == tokens("21/COP.12")


def test_a_symbol_is_indexed_whole_in_pairs_and_in_pieces() -> None:
    found = set(tokens("A/RES/63/218"))
    assert {"a/res/63/218", "63/218", "res/63", "63", "218"} <= found
    assert {"2016/2017", "2016", "2017"} <= set(tokens("2016—2017 两年期"))
    assert "8/j" in tokens("第 8(j) 条")


def test_a_body_written_with_or_without_a_hyphen_meets() -> None:
    assert "cop/12" in tokens("COP12")
    assert "cop/12" in tokens("COP-12")


@pytest.mark.parametrize("written", ["1 186", "1,186", "1186", "１１８６", "1\u00a0186", "1\u2009186"])
def test_grouped_numbers_meet_plain_ones(written: str) -> None:
    assert tokens(f"in {written} places") == ["in", "1186", "place"]


def test_years_side_by_side_are_not_one_number() -> None:
    assert tokens("2009 2010") == ["2009", "2010"]
    assert tokens("para. 36, 37") == ["para", "36", "37"]


def test_what_cannot_be_seen_changes_nothing() -> None:
    assert tokens("land\u200b degra\u00addation \u202eX") == tokens("land degradation X")


def test_diacritics_and_case_fold() -> None:
    assert fold("CÔTE D’IVOIRE") == "cote d'ivoire"


def test_questions_lose_stop_words_in_both_languages() -> None:
    assert query_terms("什么时候？") == {}
    assert set(query_terms("旱灾是由谁报告的")) == {"旱", "灾", "旱灾", "报", "告", "报告"}
    assert query_terms("What is the") == {}
    assert set(query_terms("When was the symposium held?")) == {"symposium", "held"}


def test_a_question_term_counts_once() -> None:
    assert query_terms("soil soil SOILS") == {"soil": 1.0}


@given(st.text())
def test_terms_hold_no_white_space_and_never_fail(text: str) -> None:
    found = tokens(text)
    assert all(term and not any(map(str.isspace, term)) for term in found)
    assert set(query_terms(text)) <= set(found)
    assert all(weight > 0 for weight in query_terms(text).values())


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_folding_twice_is_folding_once_for_search(text: str) -> None:
    assert tokens(fold(text)) == tokens(text)


def test_a_lone_surrogate_is_a_space() -> None:
    assert tokens("土\ud800壤") == ["土", "壤"]


def test_long_runs_stay_linear() -> None:
    assert len(tokens("a" * 100_000)) == 1
    assert len(tokens("1/" * 50_000)) < 110_000
    assert len(tokens("土" * 100_000)) == 199_999


def test_threads_agree() -> None:
    texts = [f"Reporting on {n} degraded lands 與國際{n}" for n in range(200)]
    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(tokens, texts * 4))
    finally:
        sys.setswitchinterval(switch)
    assert together == [tokens(text) for text in texts] * 4
