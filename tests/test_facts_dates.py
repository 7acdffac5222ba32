"""Dates: what is read, with which value, and that whatever is written reads back."""

from __future__ import annotations

import datetime
import time
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ingest.facts.dates import Date, Language, find_dates
from ingest.facts.dates_text import render_date
from ingest.facts.isodates import bounds
from ingest.facts.spots import Qualifier, Relation

DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2150, 12, 31))
QUALIFIERS = st.sampled_from(("early", "mid", "late", "end"))
LANGUAGES = st.sampled_from(("en", "zh"))


def values(text: str, language: Language, document_date: str | None = None) -> list[tuple[str, str | None]]:
    return [(date.text, date.value) for date in find_dates(text, language, document_date=document_date)]


@pytest.mark.parametrize(
    ("text", "found", "value"),
    [
        ("会议于2017年3月21日至23日举行", "2017年3月21日至23日", "2017-03-21/2017-03-23"),
        ("会议于 2017 年 3 月 21 日 至 23 日举行", "2017 年 3 月 21 日 至 23 日", "2017-03-21/2017-03-23"),
        ("会议于２０１７年３月２１日—２３日举行", "２０１７年３月２１日—２３日", "2017-03-21/2017-03-23"),
        ("2017年3月21-23日在首都", "2017年3月21-23日", "2017-03-21/2017-03-23"),
        ("2016年5月30日至7月18日", "2016年5月30日至7月18日", "2016-05-30/2016-07-18"),
        ("2009年11月30日至12月2日", "2009年11月30日至12月2日", "2009-11-30/2009-12-02"),
        ("2009年12月30日至1月2日", "2009年12月30日至1月2日", "2009-12-30/2010-01-02"),
        ("2009年12月30日至2010年1月2日", "2009年12月30日至2010年1月2日", "2009-12-30/2010-01-02"),
        ("2009年2月9日和10日", "2009年2月9日和10日", "2009-02-09/2009-02-10"),
        ("从2017年5月1日持续到6月26日", "2017年5月1日持续到6月26日", "2017-05-01/2017-06-26"),
        ("从2009年1月至6月", "2009年1月至6月", "2009-01/2009-06"),
        ("2009年3-5月", "2009年3-5月", "2009-03/2009-05"),
        ("2016-2017两年期方案", "2016-2017两年期", "2016/2017"),
        ("2016—2017 年方案", "2016—2017 年", "2016/2017"),
        ("2016年至2018年", "2016年至2018年", "2016/2018"),
        ("战略(2018-2030)的目标", "2018-2030", "2018/2030"),
        ("二〇〇九年六月十七日", "二〇〇九年六月十七日", "2009-06-17"),
        ("二零一七年三月", "二零一七年三月", "2017-03"),
        ("到2030年，每个国家", "2030年", "2030"),
        ("2010年初提交", "2010年初", "2010"),
        ("2010年3月下旬提交", "2010年3月下旬", "2010-03"),
        ("2009年上半年", "2009年上半年", "2009-01/2009-06"),
        ("2009年第三季度", "2009年第三季度", "2009-07/2009-09"),
        ("20世纪90年代", "20世纪90年代", "1990/1999"),
        ("1990年代", "1990年代", "1990/1999"),
        ("每年6月17日", "6月17日", "--06-17"),
    ],
)
def test_a_chinese_date_is_read_with_its_span(text: str, found: str, value: str) -> None:
    assert values(text, "zh") == [(found, value)]


@pytest.mark.parametrize(
    ("text", "found", "value"),
    [
        ("held on 21 March 2017 in", "21 March 2017", "2017-03-21"),
        ("held from 21 to 23 March 2017 in", "21 to 23 March 2017", "2017-03-21/2017-03-23"),
        ("held 21–23 March 2017 in", "21–23 March 2017", "2017-03-21/2017-03-23"),
        ("between 21 and 25 March 2017", "21 and 25 March 2017", "2017-03-21/2017-03-25"),
        ("on 9 and 10 March 2009", "9 and 10 March 2009", "2009-03-09/2009-03-10"),
        ("from 30 November to 2 December 2009", "30 November to 2 December 2009", "2009-11-30/2009-12-02"),
        ("29 March–8 April 2009", "29 March–8 April 2009", "2009-03-29/2009-04-08"),
        ("30 December 2009 to 2 January 2010", "30 December 2009 to 2 January 2010", "2009-12-30/2010-01-02"),
        ("30 December to 2 January 2010", "30 December to 2 January 2010", "2009-12-30/2010-01-02"),
        ("on March 21, 2017, the", "March 21, 2017", "2017-03-21"),
        ("on March 21-23, 2017, the", "March 21-23, 2017", "2017-03-21/2017-03-23"),
        ("in January–June 2009", "January–June 2009", "2009-01/2009-06"),
        ("the biennium 2016–2017", "biennium 2016–2017", "2016/2017"),
        ("the 2016-2017 biennium", "2016-2017 biennium", "2016/2017"),
        ("the plan (2008–2018)", "2008–2018", "2008/2018"),
        ("by 2030, all", "2030", "2030"),
        ("early 2010", "early 2010", "2010"),
        ("by the end of 2017", "the end of 2017", "2017"),
        ("in mid-March 2017", "mid-March 2017", "2017-03"),
        ("the first half of 2009", "first half of 2009", "2009-01/2009-06"),
        ("the third quarter of 2009", "third quarter of 2009", "2009-07/2009-09"),
        ("since the 1990s", "1990s", "1990/1999"),
        ("observed each year on 17 June", "17 June", "--06-17"),
        ("dated 2017-03-21.", "2017-03-21", "2017-03-21"),
        ("on the 21st of March 2017", "21st of March 2017", "2017-03-21"),
    ],
)
def test_an_english_date_is_read_with_its_span(text: str, found: str, value: str) -> None:
    assert values(text, "en") == [(found, value)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("二十一世纪的农业", "zh"),
        ("十年战略计划", "zh"),
        ("第13号和第18号决定", "zh"),
        ("历时三个月，共12个月", "zh"),
        ("目前年均产量与不同年份", "zh"),
        ("decision 21/COP.12 and FCCC/CP/2008/7/Add.1", "en"),
        ("resolution 1325 (2000)", "en"),
        ("resolutions 1838 (2008), 1846 (2008)", "en"),
        ("some 2000 experts and 2015 hectares", "en"),
        ("article 21 may apply", "en"),
        ("the 2030 Agenda for Sustainable Development", "en"),
        ("paragraph 2016 of the report", "en"),
    ],
)
def test_what_only_looks_like_a_date_is_none(text: str, language: Language) -> None:
    assert find_dates(text, language) == ()


@pytest.mark.parametrize(
    ("text", "language", "relation"),
    [
        ("于2006年1月1日前提交", "zh", "before"),
        ("到2030年消除", "zh", "by"),
        ("不迟于2030年", "zh", "by"),
        ("到2009年7月24日已处理", "zh", "as_of"),
        ("截至2009年7月14日", "zh", "as_of"),
        ("自2008年7月以来", "zh", "since"),
        ("自2008年7月", "zh", "since"),
        ("2010年以后的目标", "zh", "after"),
        ("延长至2020年", "zh", "until"),
        ("注意到2008年举行", "zh", "on"),
        ("2009年前后", "zh", "on"),
        ("by 2030", "en", "by"),
        ("no later than 1 March 2017", "en", "by"),
        ("to be held by March 2013 at the latest", "en", "by"),
        ("before 1 January 2006", "en", "before"),
        ("since July 2008", "en", "since"),
        ("from 2016 onwards", "en", "since"),
        ("as at 14 July 2009", "en", "as_of"),
        ("until 2020", "en", "until"),
        ("the post-2015 goals", "en", "after"),
        ("from 21 to 23 March 2017", "en", "on"),
    ],
)
def test_the_word_beside_a_date_is_its_relation(text: str, language: Language, relation: Relation) -> None:
    assert [date.relation for date in find_dates(text, language)] == [relation]


def test_several_dates_of_one_list_are_kept_apart() -> None:
    assert values("on 4, 8 and 12 May 2016", "en") == [
        ("4", "2016-05-04"),
        ("8", "2016-05-08"),
        ("12 May 2016", "2016-05-12"),
    ]
    assert values("2016年5月4日、8日和12日", "zh") == [
        ("2016年5月4日", "2016-05-04"),
        ("8日", "2016-05-08"),
        ("12日", "2016-05-12"),
    ]
    assert values("on 10 March and 4 June 2009", "en") == [
        ("10 March", "2009-03-10"),
        ("4 June 2009", "2009-06-04"),
    ]


def test_an_impossible_date_is_kept_without_a_value() -> None:
    assert values("框架(2008-1018 年)", "zh") == [("2008-1018 年", None)]
    assert values("2017年2月30日", "zh") == [("2017年2月30日", None)]
    assert values("on 31 June 2017", "en") == [("31 June 2017", None)]


def test_a_year_printed_earlier_in_the_paragraph_is_lent_with_its_place() -> None:
    text = "大会将于2011年9月21日至10月2日举行。筹备会议：6月29日至7月3日在甲城；7月8日至10日在乙城。"
    first, second, third = find_dates(text, "zh")
    assert (second.value, third.value) == ("2011-06-29/2011-07-03", "2011-07-08/2011-07-10")
    assert second.year_from == third.year_from == "paragraph"
    assert second.anchor == third.anchor == (first.start, first.end)


def test_a_year_that_would_make_the_past_future_is_not_lent() -> None:
    text = "工作组将于2011年11月2日至6日开会。此外，11月12日至14日举行了一次磋商。"
    assert [date.value for date in find_dates(text, "zh")] == ["2011-11-02/2011-11-06", "--11-12/--11-14"]


def test_a_goal_lends_no_year() -> None:
    assert values("到2030年实现。5月3日开会。", "zh") == [("2030年", "2030"), ("5月3日", "--05-03")]


@pytest.mark.parametrize(
    ("text", "language", "document_date", "value"),
    [
        ("今年", "zh", "2009", "2009"),
        ("去年12月", "zh", "2009", "2008-12"),
        ("明年", "zh", "2009-07-01", "2010"),
        ("今年下半年", "zh", "2009", "2009-07/2009-12"),
        ("this year", "en", "2009-07-01", "2009"),
        ("last year", "en", "2009", "2008"),
        ("于5月14日举行了会议", "zh", "2009-07", "2009-05-14"),
        ("11月14日举行了会议", "zh", "2009-07", "2008-11-14"),
        ("将于3月14日举行会议", "zh", "2009-07", "2010-03-14"),
        ("was held on 14 May in", "en", "2009-07", "2009-05-14"),
        ("宣布6月17日为世界日", "zh", "2009-07", "--06-17"),
        ("今年", "zh", None, None),
    ],
)
def test_the_date_of_the_document_fills_in_the_year(
    text: str, language: Language, document_date: str | None, value: str | None
) -> None:
    assert [date.value for date in find_dates(text, language, document_date=document_date)] == [value]


def test_a_document_date_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a date"):
        find_dates("今年", "zh", document_date="last July")


@st.composite
def dated(draw: st.DrawFn) -> str:
    """A value of any form: day, month, year, interval of each, day and month without a year."""
    first = draw(DAYS)
    last = draw(st.dates(first, datetime.date(2150, 12, 31)))
    form = draw(
        st.sampled_from(("day", "month", "year", "days", "months", "years", "--day", "--days", "near"))
    )
    match form:
        case "day":
            return first.isoformat()
        case "month":
            return first.isoformat()[:7]
        case "year":
            return f"{first.year:04d}"
        case "--day":
            return "-" + first.isoformat()[4:]
        case "--days":
            assume(first.isoformat()[4:] < last.isoformat()[4:])
            return f"-{first.isoformat()[4:]}/-{last.isoformat()[4:]}"
        case "near":
            last = first + datetime.timedelta(days=draw(st.integers(1, 40)))
            assume(last.year <= 2150)
            return f"{first.isoformat()}/{last.isoformat()}"
    length = {"days": 10, "months": 7, "years": 4}[form]
    ends = first.isoformat()[:length], last.isoformat()[:length]
    assume(ends[0] != ends[1])
    return "/".join(ends)


@given(
    value=dated(),
    language=LANGUAGES,
    relation=st.sampled_from(("on", "by", "before", "since", "after", "until", "as_of")),
    before=st.sampled_from(("", "甲：", "Note: ")),
    after=st.sampled_from(("", "。", "; note")),
)
@example(value="2108-01/2108-02", language="en", relation="on", before="", after="")
def test_every_date_written_reads_back(
    value: str, language: Language, relation: Relation, before: str, after: str
) -> None:
    if "/" in value:
        relation = "on"
    bare = render_date(value, language)
    text = before + render_date(value, language, relation=relation) + after
    (date,) = find_dates(text, language)
    assert (date.value, date.text, date.relation) == (value, bare, relation)
    assert text[date.start : date.end] == date.text


@given(day=DAYS, length=st.sampled_from((4, 7)), language=LANGUAGES, qualifier=QUALIFIERS)
def test_every_part_of_a_year_or_month_written_reads_back(
    day: datetime.date, length: int, language: Language, qualifier: Qualifier
) -> None:
    value = day.isoformat()[:length]
    (date,) = find_dates(render_date(value, language, qualifier=qualifier), language)
    assert (date.value, date.qualifier) == (value, qualifier)


@given(
    value=dated(),
    spaces=st.sampled_from(("", " ", "\u3000")),
    wide=st.booleans(),
    dash=st.sampled_from("至到-–—～"),
)
def test_chinese_dates_read_the_same_however_they_are_set(
    value: str, spaces: str, wide: bool, dash: str
) -> None:
    text = render_date(value, "zh").replace("至", dash)
    for unit in "年月日":
        text = text.replace(unit, f"{spaces}{unit}{spaces}")
    text = text.strip()
    if wide:
        text = text.translate({ord("0") + digit: chr(ord("０") + digit) for digit in range(10)})
    assert [(date.text, date.value) for date in find_dates(text, "zh")] == [(text, value)]


@given(
    year=st.integers(1950, 2100),
    days=st.lists(st.dates(datetime.date(2001, 1, 1), datetime.date(2001, 12, 31)), min_size=1, max_size=6),
    language=LANGUAGES,
)
def test_every_later_day_takes_the_year_of_the_first(
    year: int, days: list[datetime.date], language: Language
) -> None:
    stop = "。" if language == "zh" else ". Then "
    wanted = [f"{year}{day.isoformat()[4:]}" for day in days]
    parts = [render_date(wanted[0], language)]
    parts += [render_date("-" + value[4:], language) for value in wanted[1:]]
    found = find_dates(stop.join(parts), language)
    assert [date.value for date in found] == wanted
    assert all(date.anchor == (found[0].start, found[0].end) for date in found[1:])


DATE_LIKE = st.text(
    alphabet="0123456789年月日至到和、-–—/. ,今去号第一二十〇初底MarchJuneytofd()\n０２", max_size=80
)


@given(text=st.one_of(st.text(max_size=80), DATE_LIKE), language=LANGUAGES)
def test_any_text_is_survived_and_every_span_is_its_text(text: str, language: Language) -> None:
    end = 0
    for date in find_dates(text, language, document_date="2009-07"):
        assert text[date.start : date.end] == date.text != ""
        assert date.start >= end
        end = date.end
        if date.value is not None:
            assert bounds(date.value) is None or bounds(date.value) is not None
            assert find_dates(render_date(date.value, language), language)[0].value == date.value


@pytest.mark.parametrize(
    "unit", ["1", "2009年", "12月", "1日至", "年月日", "2009-", "21 ", "1, 2 and ", "May ", "early ", "9 年 "]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_long_runs_take_linear_time(unit: str, language: Language) -> None:
    text = (unit * 200_000)[:200_000]
    started = time.perf_counter()
    find_dates(text, language)
    assert time.perf_counter() - started < 40  # quadratic work would take hours


def official(folder: Path, name: str) -> list[Date]:
    text = (folder / name).read_text(encoding="utf-8")
    year = "2009" if "64" in name else "2017-06-20"
    return [date for line in text.splitlines() for date in find_dates(line, "zh", document_date=year)]


def test_the_dates_of_the_official_texts_stay_as_looked_through(official_corpus: Path) -> None:
    """Every date found was looked through beside its sentence once; the counts keep that reading."""
    report = official(official_corpus, "A_64_202.zh.txt")
    assert [date.text for date in report if date.value is None] == ["2008-1018 年"]
    assert sum(date.year_from == "document" for date in report) == 7
    assert len(report) == 128
    panel = official(official_corpus, "ICCD_COP(13)_CST_5.zh.txt")
    assert [date.value for date in panel if date.value is None] == []
    assert "2017-05-01/2017-06-26" in [date.value for date in panel]
