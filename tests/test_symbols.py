"""Document symbols, references to decisions and resolutions, and labels."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.paragraphs import ParagraphId
from ingest.symbols import decision_key, find_references, is_symbol, label, symbol_from_filename


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("A_64_202.zh.txt", ("A/64/202", "zh")),
        ("ICCD_COP(13)_CST_5.en.txt", ("ICCD/COP(13)/CST/5", "en")),
        ("A_RES_77_128_A-B.en.txt", ("A/RES/77/128/A-B", "en")),
        ("UNEP_EA.4_HLS.1.fr.docx", ("UNEP/EA.4/HLS.1", "fr")),
        ("FCCC_CP_2008_7_Add.1.ru.pdf", ("FCCC/CP/2008/7/Add.1", "ru")),
        ("notes.en.txt", None),
        ("A_64_202.txt", None),
        ("A_64_202.de.txt", None),
        ("_64_202.en.txt", None),
        ("A__202.en.txt", None),
        ("A_64 202.en.txt", None),
        ("../A_64_202.en.txt", None),
        ("a_b.en.txt", None),
    ],
)
def test_file_names_give_symbol_and_language(name: str, expected: tuple[str, str] | None) -> None:
    assert symbol_from_filename(name) == expected


@pytest.mark.parametrize(
    "text",
    [
        "A/64/202",
        "ICCD/COP(13)/CST/5",
        "ICCD/COP(13)/CST/INF.1",
        "IPBES-3/1",
        "FCCC/CP/2008/7/Add.1",
        "A/C.2/64/L.1",
        "UNEP/EA.4/HLS.1*",
    ],
)
def test_symbols_are_told_from_text(text: str) -> None:
    assert is_symbol(text)


@pytest.mark.parametrize("text", ["and/or", "63/218", "A/B", "Wells", "A/64/202 of May", "12/40"])
def test_other_text_is_no_symbol(text: str) -> None:
    assert not is_symbol(text)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("第 21/COP.12 号决定", ["21/COP.12"]),
        ("决定21/COP.12", ["21/COP.12"]),
        ("decision 21/COP.12", ["21/COP.12"]),
        ("见第 3/COP.9 和第 4/COP.8 号决定", ["3/COP.9", "4/COP.8"]),
        ("decisions 21/COP.11, 23/COP.11 and 2/COP.9", ["21/COP.11", "23/COP.11", "2/COP.9"]),
        ("第63/218号决议", ["A/RES/63/218"]),
        ("大会第 63/218 号决议", ["A/RES/63/218"]),
        ("第63/218号和第63/219号决议", ["A/RES/63/218", "A/RES/63/219"]),
        ("第64/195、65/156号决议", ["A/RES/64/195", "A/RES/65/156"]),
        ("resolution 63/218", ["A/RES/63/218"]),
        (
            "resolutions 57/998 of 9 May 2003 and 58/997 of 8 May 2004",
            ["A/RES/57/998", "A/RES/58/997"],
        ),
        ("including 69/158 of 18 December 2014", ["A/RES/69/158"]),
        ("A/RES/63/218", ["A/RES/63/218"]),
        ("resolution A/RES/63/218", ["A/RES/63/218"]),
        ("resolution 65/37 A", ["A/RES/65/37 A"]),
        ("resolution 65/37A", ["A/RES/65/37 A"]),
        ("resolution S-32/1", ["A/RES/S-32/1"]),
        ("IX/12 号决定", ["IX/12"]),
        ("根据IX/13 A 号决定", ["IX/13 A"]),
        ("decision IX/12", ["IX/12"]),
        ("decisions IX/12 and IX/24", ["IX/12", "IX/24"]),
        ("Economic and Social Council resolution 2013/1", ["E/RES/2013/1"]),
        ("Security Council resolution 1325 (2000)", ["S/RES/1325(2000)"]),
        ("resolution 2997 (XXVII)", ["A/RES/2997(XXVII)"]),
        ("Human Rights Council resolution 37/8", ["A/HRC/RES/37/8"]),
        ("United Nations Environment Assembly resolution 4/1", ["UNEP/EA.4/RES.1"]),
        ("its resolution 1/6", ["1/6"]),
        ("见ICCD/COP(9)/CST/INF.7 和水井", ["ICCD/COP(9)/CST/INF.7"]),
        ("(IPBES-3/1, 附件八)", ["IPBES-3/1"]),
        ("第 8(j) 条", []),
        ("during 2015/16 and in 50/50 parts", []),
        ("and/or 24/7", []),
    ],
)
def test_references_have_one_key_whatever_the_wording(text: str, keys: list[str]) -> None:
    assert [reference.key for reference in find_references(text)] == keys


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("63/218", "A/RES/63/218"),
        (" 21/COP.12 ", "21/COP.12"),
        ("IX/13A", "IX/13 A"),
        ("2013/1", "E/RES/2013/1"),
        ("第63/218号决议", "A/RES/63/218"),
        ("wells", None),
        ("A/64/202", None),
    ],
)
def test_a_bare_number_has_the_same_key(text: str, key: str | None) -> None:
    assert decision_key(text) == key


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(
        st.sampled_from(
            [
                "A/64/202",
                "第63/218号决议",
                "decision IX/12 A",
                " ",
                "A-",
                "/",
                "(",
                "1",
                "号",
                "，",
                "63/218",
                "X",
            ]
        )
    ).map("".join)
)
def test_references_lie_in_order_within_the_text(text: str) -> None:
    last = 0
    for reference in find_references(text):
        assert last <= reference.start < reference.end <= len(text)
        last = reference.end


@pytest.mark.parametrize(
    "hostile",
    [
        "A-A" * 30000,
        "A/" * 60000,
        "1/" * 60000,
        "第" * 60000,
        "resolution " * 9000,
        "I" * 90000,
        "63/218, " * 9000,
    ],
)
def test_references_are_found_in_linear_time(hostile: str) -> None:
    began = time.process_time()
    find_references(hostile)
    is_symbol(hostile[:79])
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("local", "english", "chinese"),
    [
        ("ICCD/COP(13)/CST/5#15", "ICCD/COP(13)/CST/5, para. 15", "ICCD/COP(13)/CST/5，第15段"),
        ("ICCD/COP(13)/CST/5#36(c)", "ICCD/COP(13)/CST/5, para. 36 (c)", "ICCD/COP(13)/CST/5，第36(c)段"),
        ("A/64/202#II.35", "A/64/202, sect. II, para. 35", "A/64/202，第二节，第35段"),
        ("ICCD/COP(13)/CST/5#summary", "ICCD/COP(13)/CST/5, summary", "ICCD/COP(13)/CST/5，概要"),
        ("A/RES/63/218#pp3", "A/RES/63/218, preambular para. 3", "A/RES/63/218，序言部分第3段"),
        (
            "A/RES/69/137#annex.II.XII.3(a)(i)",
            "A/RES/69/137, annex II, sect. XII, para. 3 (a)(i)",
            "A/RES/69/137，附件二，第十二节，第3(a)(i)段",
        ),
        ("A/RES/73/292#annex.III.II.rule-7.2", "A/RES/73/292, annex III, sect. II, rule 7, para. 2", None),
        ("A/64/202#u1", "A/64/202, unnumbered para. 1", "A/64/202，未编号的第1段"),
    ],
)
def test_labels_are_those_of_the_organisation(local: str, english: str, chinese: str | None) -> None:
    pid = ParagraphId.parse(local)
    assert label(pid, "en") == english
    if chinese is not None:
        assert label(pid, "zh") == chinese
