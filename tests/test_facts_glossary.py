"""The glossary: its own soundness, and what it finds in a text."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.facts.dates import Language
from ingest.facts.entities import find_entities
from ingest.facts.glossary import EMBEDDED, Glossary, GlossaryError, load_glossary


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


def named(glossary: Glossary, text: str) -> list[tuple[str, str]]:
    return [(entity.text, entity.en) for entity in find_entities(text, glossary)]


def test_the_embedded_tables_are_sound(glossary: Glossary) -> None:
    rows = [
        line
        for path in EMBEDDED
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith(("#", "en\t"))
    ]
    assert all(row.count("\t") == 4 for row in rows)
    assert len(glossary.terms) == len(rows) > 850
    assert all(term.en and term.zh and term.kind for term in glossary.terms)
    assert [row for row, times in Counter(rows).items() if times > 1] == []
    assert not any(re.search(r"[\u4e00-\u9fff]", form) for term in glossary.terms for form in term.en)
    shown = Counter(term.name("en") for term in glossary.terms)
    assert [name for name, times in shown.items() if times > 1] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "科学—政策联系平台和科技委",
            [
                ("科学—政策联系平台", "Science-Policy Interface"),
                ("科技委", "Committee on Science and Technology"),
            ],
        ),
        ("《荒漠化公约》秘书处", [("《荒漠化公约》", "United Nations Convention to Combat Desertification")]),
        (
            "全球环境基金理事会在罗马",
            [("全球环境基金理事会", "Council of the Global Environment Facility"), ("罗马", "Rome")],
        ),
        ("发展中国家和沿海地区", [("发展中国家", "developing country")]),
        ("第21/COP.12号文件", []),
        ("the SPI met in Rome", [("SPI", "Science-Policy Interface"), ("Rome", "Rome")]),
        ("each party to it, and a nice chair", []),
        (
            "under the Convention on Biological Diversity",
            [("Convention on Biological Diversity", "Convention on Biological Diversity")],
        ),
        ("其第三条第9款", [("第三条第9款", "article 3, paragraph 9")]),
        ("article 8 (j) of it", [("article 8 (j)", "article 8 (j)")]),
    ],
)
def test_names_are_found_longest_first(glossary: Glossary, text: str, found: list[tuple[str, str]]) -> None:
    assert named(glossary, text) == found


def test_case_may_be_ignored_for_questions(glossary: Glossary) -> None:
    assert glossary.find("where is rome and what does the unccd do") == ()
    found = glossary.find("where is rome and what does the unccd do", any_case=True)
    assert [mention.terms[0].name("zh") for mention in found] == ["罗马", "《联合国防治荒漠化公约》"]


def test_a_shared_name_keeps_all_it_may_mean(glossary: Glossary) -> None:
    (entity,) = find_entities("在突尼斯举行", glossary)
    assert {entity.en, *(en for en, _, _ in entity.also)} == {"Tunisia", "Tunis"}


def test_users_extend_it(tmp_path: Path) -> None:
    table = tmp_path / "own.tsv"
    table.write_text("en\tzh\tabbr_en\tabbr_zh\ttype\nLake Forum\t湖泊论坛\tLKF\t\tbody\n", encoding="utf-8")
    (mention,) = load_glossary(table).find("湖泊论坛开会")
    assert mention.terms[0].name("en") == "Lake Forum"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"english\tchinese\n", "expected tab-separated columns"),
        (b"en\tzh\tabbr_en\tabbr_zh\ttype\n\t\tX\t\tbody\n", "expected a name"),
        (b"\xff\xfe\x00", "expected UTF-8"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    table = tmp_path / "own.tsv"
    table.write_bytes(content)
    with pytest.raises(GlossaryError, match=said):
        load_glossary(table)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_name_is_found_in_itself(glossary: Glossary, language: Language) -> None:
    missed = []
    for term in glossary.terms:
        for form in term.en + term.abbr_en if language == "en" else term.zh + term.abbr_zh:
            mentions = glossary.find(f"在{form}，" if language == "zh" else f" {form} ")
            if not any(
                term in mention.terms and mention.end - mention.start >= len(form) - 2 for mention in mentions
            ):
                missed.append(form)
    assert missed == []


@given(
    text=st.one_of(
        st.text(max_size=60),
        st.text(alphabet="联合国大会公约科学—政策平台UNCDthe ofSPI《》/()19", max_size=60),
    )
)
def test_any_text_is_survived_and_every_span_is_its_text(glossary: Glossary, text: str) -> None:
    end = 0
    for entity in find_entities(text, glossary):
        assert text[entity.start : entity.end] == entity.text != ""
        assert entity.start >= end
        end = entity.end


@pytest.mark.parametrize("unit", ["联合国", "United ", "第十条", "article 1", "缔约方会议", "作为", "x"])
def test_long_runs_take_linear_time(glossary: Glossary, unit: str) -> None:
    text = (unit * 200_000)[:200_000]
    started = time.perf_counter()
    find_entities(text, glossary)
    assert time.perf_counter() - started < 40  # quadratic work would take hours
