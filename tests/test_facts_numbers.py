"""Numbers: which are read, with which value, unit, comparator and counted noun."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.facts.dates import Language, find_dates
from ingest.facts.numbers import Comparator, find_numbers, in_full
from ingest.facts.numbers_text import render_number
from ingest.facts.numerals import chinese, han
from ingest.symbols import find_references


@given(st.integers(0, 999))
def test_a_number_written_in_chinese_is_read_again(number: int) -> None:
    assert chinese(han(number)) == number


@pytest.mark.parametrize("number", [-1, 1000])
def test_only_the_numbers_of_sessions_are_written(number: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 999"):
        han(number)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("It affected between 691 million and 783 million people.", 691_000_000, 783_000_000, None),
        ("It took between 3 and 5 million hectares.", 3_000_000, 5_000_000, "ha"),
        ("It cost between US$ 2 billion and US$ 3 billion.", 2_000_000_000, 3_000_000_000, "USD"),
        ("It rose from 3 million to 5 million hectares.", 3_000_000, 5_000_000, "ha"),
    ],
)
def test_two_ends_of_a_range_are_one_number(text: str, low: int, high: int, unit: str | None) -> None:
    (found,) = find_numbers(text, "en")
    assert (found.value, found.upper, found.unit) == (low, high, unit)


@pytest.mark.parametrize(
    ("text", "span", "value", "comparator", "unit", "noun"),
    [
        ("登记了 1 186 个项目", "1 186", 1186, "=", None, "项目"),
        ("总量达 202 845 016。", "202 845 016", 202845016, "=", None, None),
        ("提供6 000万美元", "6 000万美元", 60_000_000, "=", "USD", None),
        ("共580亿单位", "580亿", 58_000_000_000, "=", None, "单位"),
        ("估计 250 亿美元", "250 亿美元", 25_000_000_000, "~", "USD", None),
        ("征收2%的费用", "2%", 2, "=", "%", "费用"),
        ("征收２％的费用", "２％", 2, "=", "%", "费用"),
        ("百分之二十的土地", "百分之二十", 20, "=", "%", "土地"),
        ("四分之一以上的土地", "四分之一", 0.25, ">", None, "土地"),
        ("100多人", "100", 100, ">", None, "人"),
        ("170 多名代表", "170", 170, ">", None, "代表"),
        ("约45名专家", "45", 45, "~", None, "专家"),
        ("该公约三项目标", "三", 3, "=", None, "目标"),
        ("至少十二个国家", "十二", 12, ">=", None, "国家"),
        ("两名成员", "两", 2, "=", None, "成员"),
        ("为期一天", "一天", 1, "=", "day", None),
        ("前六个月", "六个月", 6, "=", "month", None),
        ("来自111个國家", "111", 111, "=", None, "國家"),
    ],
)
def test_a_chinese_number_is_read(
    text: str, span: str, value: float, comparator: Comparator, unit: str | None, noun: str | None
) -> None:
    (number,) = find_numbers(text, "zh")
    assert (number.text, number.value, number.comparator, number.unit, number.noun) == (
        span,
        value,
        comparator,
        unit,
        noun,
    )


@pytest.mark.parametrize(
    ("text", "span", "value", "comparator", "unit", "noun"),
    [
        ("1,186 project activities were", "1,186", 1186, "=", None, "project activities"),
        ("worth US$ 25 billion in", "US$ 25 billion", 25_000_000_000, "=", "USD", None),
        ("some $2.5 million for", "$2.5 million", 2_500_000, "~", "USD", None),
        ("2 per cent of the fee", "2 per cent", 2, "=", "%", "fee"),
        ("more than 100 participants attended", "100", 100, ">", None, "participants"),
        ("three experts were chosen", "three", 3, "=", None, "experts"),
        ("twenty-one States", "twenty-one", 21, "=", None, "States"),
        ("one third of the land", "one third", 1 / 3, "=", None, "land"),
        ("up to 1 billion people", "1 billion", 10**9, "<=", None, "people"),
        ("a one-day meeting", "one-day", 1, "=", "day", None),
        ("a ten-year plan", "ten-year", 10, "=", "year", None),
        ("at least 30 per cent", "30 per cent", 30, ">=", "%", None),
        ("an area of 12 million hectares", "12 million hectares", 12_000_000, "=", "ha", None),
    ],
)
def test_an_english_number_is_read(
    text: str, span: str, value: float, comparator: Comparator, unit: str | None, noun: str | None
) -> None:
    (number,) = find_numbers(text, "en")
    assert (number.text, number.value, number.comparator, number.unit, number.noun) == (
        span,
        value,
        comparator,
        unit,
        noun,
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("第4段和第17条", "zh"),
        ("可持续发展目标15和具体目标15.3", "zh"),
        ("战略目标 1、2 和 3", "zh"),
        ("77国集团", "zh"),
        ("第十四届会议", "zh"),
        ("一个平台和一项方案", "zh"),
        ("1-8 章", "zh"),
        ("二十一世纪", "zh"),
        ("paragraphs 181, 203 to 207 and 213", "en"),
        ("Sustainable Development Goals 14 and 15", "en"),
        ("COVID-19, Agenda 21, the Group of 77", "en"),
        ("its fourteenth and twenty-first sessions", "en"),
        ("from 10 a.m. to 1 p.m.", "en"),
        ("provision 11.2.4", "en"),
        ("one of the Parties", "en"),
    ],
)
def test_what_only_names_a_place_or_a_thing_is_no_number(text: str, language: Language) -> None:
    assert find_numbers(text, language) == ()


def test_a_range_has_two_ends() -> None:
    (number,) = find_numbers("between 10 to 20 per cent", "en")
    assert (number.value, number.upper, number.unit) == (10, 20, "%")


def test_spans_known_to_be_something_else_are_left_alone() -> None:
    assert find_numbers("the year 2017 and 12 States", "en", taken=[(9, 13)])[0].text == "12"


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("十", 10),
        ("二十三", 23),
        ("一百零五", 105),
        ("三万五千", 35000),
        ("两亿三千万", 230_000_000),
        ("十十", None),
    ],
)
def test_chinese_numerals(numeral: str, value: int | None) -> None:
    assert chinese(numeral.replace("零", "〇")) == value


@given(
    value=st.one_of(
        st.integers(0, 10**13),
        st.integers(1, 9999).map(lambda n: n * 10**6),
        st.integers(0, 10**5).map(lambda n: n / 100),
    ),
    language=st.sampled_from(("en", "zh")),
    unit=st.sampled_from(
        (None, "%", "USD", "EUR", "GBP", "CHF", "ha", "km", "t", "year", "month", "day", "degC")
    ),
    comparator=st.sampled_from(("=", ">", ">=", "<", "<=", "~")),
)
def test_every_number_written_reads_back(
    value: float, language: Language, unit: str | None, comparator: Comparator
) -> None:
    text = render_number(value, language, unit=unit, comparator=comparator)
    (number,) = find_numbers(text, language)
    assert (number.value, number.unit, number.comparator) == (value, unit, comparator)
    assert text.endswith(number.text)


@given(
    text=st.one_of(
        st.text(max_size=60),
        st.text(
            alphabet="0123456789 ,.-%$万亿分之十百一二两个名多余约第条 onetwhundredmilpercentto", max_size=60
        ),
    ),
    language=st.sampled_from(("en", "zh")),
)
def test_any_text_is_survived_and_every_span_is_its_text(text: str, language: Language) -> None:
    end = 0
    for number in find_numbers(text, language):
        assert text[number.start : number.end] == number.text != ""
        assert number.start >= end
        end = number.end


@pytest.mark.parametrize(
    "unit", ["1", "1 111 ", "一百", "2%", "1,", "10-", "one ", "a third ", "3个", "万亿", "分之一"]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_long_runs_take_linear_time(unit: str, language: Language) -> None:
    text = (unit * 200_000)[:200_000]
    started = time.perf_counter()
    find_numbers(text, language)
    assert time.perf_counter() - started < 40  # quadratic work would take hours


def test_the_numbers_of_the_official_texts(official_corpus: Path) -> None:
    """Read by eye from the two texts: every figure of note in part I and in the panel's report."""
    found: dict[str, set[tuple[float, str | None]]] = {}
    for name in ("A_64_202.zh.txt", "ICCD_COP(13)_CST_5.zh.txt"):
        lines = (official_corpus / name).read_text(encoding="utf-8").splitlines()
        found[name] = {
            (number.value, number.unit)
            for line in lines
            for number in find_numbers(
                line,
                "zh",
                taken=[(date.start, date.end) for date in find_dates(line, "zh")]
                + [(reference.start, reference.end) for reference in find_references(line)],
            )
        }
    report, panel = found.values()
    assert {
        (1186, None),
        (202845016, None),
        (25 * 10**9, "USD"),
        (2, "%"),
        (134, None),
        (121, None),
    } <= report
    assert {
        (6 * 10**7, "USD"),
        (58 * 10**9, None),
        (170000, None),
        (48, None),
        (41, None),
        (40, None),
    } <= report
    assert {
        (1 / 3, None),
        (10**9, None),
        (170, None),
        (600, None),
        (45, None),
        (50, None),
        (10, "year"),
    } <= report
    assert {(111, None), (488, None), (27, None), (5, None), (3, None), (0.25, None), (100, None)} <= panel


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("旱地含有全球四分之一以上的有机碳", "zh", "四分之一以上"),
        ("有 100 多人参加", "zh", "100 多人"),
        ("超过100名专家", "zh", "超过100名"),
        ("提名了两名成员", "zh", "两名"),
        ("约580亿美元", "zh", "约580亿美元"),
        ("增长了2%", "zh", "2%"),
        ("more than a quarter of the soils", "en", "more than a quarter"),
        ("at least 25 experts came", "en", "at least 25"),
        ("25 or more experts came", "en", "25 or more"),
        ("488 people came", "en", "488"),
    ],
)
def test_a_number_is_said_with_what_compares_and_classes_it(text: str, language: Language, said: str) -> None:
    number, *_ = find_numbers(text, language)
    assert in_full(text, number) == said


@given(st.text(max_size=60), st.sampled_from(["en", "zh"]))
def test_a_number_said_in_full_holds_the_number(text: str, language: Language) -> None:
    for number in find_numbers(text, language):
        assert " ".join(number.text.split()) in in_full(text, number)
