"""What a paragraph lists: where each element stands, whatever signs tell them apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answering.short.enumerations import Enumeration, enumerations


def read(text: str) -> list[tuple[str, str, list[str]]]:
    return [
        (one.form, text[slice(*one.lead)], [text[start:end] for start, end in one.elements])
        for one in enumerations(text)
    ]


def elements(text: str) -> list[list[str]]:
    return [each for _, _, each in read(text)]


@pytest.mark.parametrize(
    ("text", "lead", "found"),
    [
        (
            "The harbour master shall:\n(a) Count the boats;\n(b) Light the lamp; and\n(c) Sweep the pier.",
            "The harbour master shall:",
            ["Count the boats", "Light the lamp", "Sweep the pier"],
        ),
        (
            "港务长应：\n(a) 清点船只；\n(b) 点亮灯塔；以及\n(c) 清扫码头。",
            "港务长应：",
            ["清点船只", "点亮灯塔", "清扫码头"],
        ),
        (
            "双方商定三个题目：(一) 船只；(二) 灯塔，包括灯油，以及(三) 码头。",
            "双方商定三个题目：",
            ["船只", "灯塔，包括灯油", "码头"],
        ),
        (
            "渔民有两点要求。一是修好码头；二是降低灯油价格。",
            "渔民有两点要求。",
            ["修好码头", "降低灯油价格"],
        ),
        (
            "工作分三步：首先，清点船只。其次，修好码头。最后，点亮灯塔。",
            "工作分三步：",
            ["清点船只", "修好码头", "点亮灯塔"],
        ),
        (
            "Two remarks were made. First, the pier is too short. Second, the lamp is too weak.",
            "Two remarks were made.",
            ["the pier is too short", "the lamp is too weak"],
        ),
        (
            "The plan has parts:\n1. Boats\n2. Lamps\n3. Piers",
            "The plan has parts:",
            ["Boats", "Lamps", "Piers"],
        ),
    ],
)
def test_labels_tell_elements_apart_across_lines_and_sentences(
    text: str, lead: str, found: list[str]
) -> None:
    assert ("labels", lead, found) in read(text)


def test_labels_inside_an_element_are_a_list_of_their_own() -> None:
    text = "Tasks:\n(a) Boats:\n(i) count them;\n(ii) paint them;\n(b) Lamps."
    assert elements(text)[:2] == [
        ["Boats:\n(i) count them;\n(ii) paint them", "Lamps"],
        ["count them", "paint them"],
    ]


def test_quotations_side_by_side_are_a_list_even_where_they_end_sentences() -> None:
    text = "讨论围绕三个题目：“码头怎样修？”“灯塔怎样点亮？”和“船往哪里去？”。"
    assert (
        "quotes",
        "讨论围绕三个题目：",
        ["“码头怎样修？”", "“灯塔怎样点亮？”", "“船往哪里去？”"],
    ) in read(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("目前编写的有：码头计划；灯塔指标；船只名册。", ["码头计划", "灯塔指标", "船只名册"]),
        ("It has: plans for piers; lists of lamps; names of boats.", None),
        ("计划有三项目标：清点船只，点亮灯塔，清扫码头。", ["清点船只", "点亮灯塔", "清扫码头"]),
    ],
)
def test_what_stands_between_semicolons_after_a_colon_is_a_list(text: str, found: list[str] | None) -> None:
    assert (found or ["plans for piers", "lists of lamps", "names of boats"]) in elements(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("检查包括码头、灯塔和船只。", ["码头", "灯塔", "船只"]),
        ("检查包括码头、灯塔，以及停在港内的船只。", ["码头", "灯塔", "停在港内的船只"]),
        ("The tour covered Porto, Dar es Salaam and Suva.", ["Porto", "Dar es Salaam", "Suva"]),
        ("Piers in Chad, Mali, and Niger were mended.", ["Chad", "Mali", "Niger"]),
        (
            "It asked the fleet to count the boats, to light the lamp and to sweep the pier.",
            ["to count the boats", "to light the lamp", "to sweep the pier"],
        ),
        (
            "Three groups met, on boats and nets, on lamps and oil, and on piers.",
            ["on boats and nets", "on lamps and oil", "on piers"],
        ),
        (
            "Ships came from Trinidad and Tobago, Fiji and Peru.",
            ["Trinidad and Tobago", "Fiji", "Peru"],
        ),
        ("由北港和南港共同主持。", ["由北港", "南港共同主持"]),
    ],
)
def test_joined_nouns_are_a_list(text: str, found: list[str]) -> None:
    assert found in elements(text)


@pytest.mark.parametrize(
    "text",
    [
        "It cost 12,000 dollars.",
        "They met on 2 and 3 February 2021.",
        "会议于2021年2月2日、3日举行。",
        "The pier, which had been built in haste, was mended.",
        "码头虽旧，但还能用。",
        "No list here.",
        "",
        "(a) Only one label.",
    ],
)
def test_dates_numbers_and_subordinate_clauses_are_none(text: str) -> None:
    assert enumerations(text) == []


PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "(a)",
                "(b)",
                "（一）",
                "(ii)",
                "1.",
                "\n",
                "、",
                "，",
                "；",
                "。",
                ": ",
                "：",
                ", ",
                "; ",
                ". ",
                " and ",
            ),
            *(
                "和",
                "以及",
                "一是",
                "二是",
                "第一，",
                "首先",
                "“",
                "”",
                "(",
                ")",
                "the ",
                "to ",
                "Peru",
                "码头",
                "boats ",
                " ",
            ),
            *("• ", "–", "first, ", "second, ", "12,000", "2021年", "3日", "包括", "including ", "请", "并"),
        ]
    ),
    max_size=60,
).map("".join)


@given(st.one_of(PIECES, st.text(max_size=80)))
def test_spans_are_nested_and_in_order_whatever_the_text(text: str) -> None:
    found = enumerations(text)
    assert [one.elements[0][0] for one in found] == sorted(one.elements[0][0] for one in found)
    for one in found:
        check(one, len(text))


def check(one: Enumeration, length: int) -> None:
    assert 0 <= one.start == one.lead[0] <= one.lead[1] <= one.elements[0][0]
    assert len(one.elements) >= 2
    assert one.elements[-1][1] == one.end <= length
    at = one.elements[0][0]
    for start, end in one.elements:
        assert at <= start < end
        at = end


@pytest.mark.parametrize(
    "unit",
    [
        "(a)",
        "A and ",
        "A, B and C, ",
        "码头、",
        "和",
        "(",
        "“",
        "\n",
        "\n ",
        " ",
        "一是",
        "to x, ",
        ": a; ",
        "Ab ",
        ". ",
        "(a) x\n(b) y\n",
    ],
)
def test_long_texts_of_any_kind_are_read(unit: str) -> None:
    for one in enumerations(unit * (60_000 // len(unit))):
        check(one, 60_000)
