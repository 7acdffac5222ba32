"""A question as it is searched: folded, mended, and with the other names of what it names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_models import document

from index.build import build_generation
from index.encoder import StaticEncoder
from index.generation import open_generation
from index.late import Asked, Name
from index.retrieve import Retriever
from index.spelling import Spelling
from index.wording import read_wording
from ingest.facts.glossary import Glossary, load_glossary

HELD = {
    "建议",
    "恢复",
    "组织",
    "伙伴",
    "机制",
    "symposium",
    "secretariat",
    "recommendation",
    "desertification",
}


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return StaticEncoder()


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


@pytest.fixture(scope="module")
def spelling(encoder: StaticEncoder) -> Spelling:
    return Spelling(encoder.vocabulary, HELD.__contains__)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("the secretriat", "the secretariat"),
        ("Desertifcation and recomendations", "Desertification and recommendations"),
        ("a symposum", "a symposium"),
        ("the Secretariat", "the Secretariat"),
        ("UNCCD, ICCD/COP(13)/CST/5, GRULACS", "UNCCD, ICCD/COP(13)/CST/5, GRULACS"),
        ("xqzwvk", "xqzwvk"),
    ],
)
def test_english_typing_errors_are_mended_and_names_left_alone(
    spelling: Spelling, typed: str, meant: str
) -> None:
    assert spelling.mended(typed) == meant


@pytest.mark.parametrize(
    ("question", "written", "meant"),
    [
        ("第二项建意是什么？", "建意", "建议"),
        ("恢覆评估由谁审阅？", "恢覆", "恢复"),
        ("哪个农民组只参加了？", "组只", "组织"),
        ("城市伙拌有多少？", "伙拌", "伙伴"),
    ],
)
def test_a_chinese_homophone_is_offered_what_it_was_meant_to_be(
    spelling: Spelling, question: str, written: str, meant: str
) -> None:
    found = [(question[start:end], word) for start, end, word in spelling.doubtful(question)]
    assert found == [(written, meant)]


def test_words_that_texts_hold_are_not_doubted(spelling: Spelling) -> None:
    assert list(spelling.doubtful("建议的组织有几个伙伴？")) == []


@pytest.mark.parametrize(
    ("question", "name", "other", "language"),
    [
        ("Who chairs the SPI?", "SPI", "科学-政策联系平台", "zh"),
        ("科學—政策聯繫平台有多少成員？", "科学-政策联系平台", "SPI", "en"),
        ("气专委何时开会？", "气专委", "政府间气候变化专门委员会", "zh"),
        ("What did the ＩＰＣＣ publish?", "IPCC", "Intergovernmental Panel on Climate Change", "en"),
        ("UNCCD COP9的会期", "9", "第九届", "zh"),
        ("dates of CRIC 7", "7", "seventh", "en"),
        ("COP 21 in Paris", "21", "twenty-first", "en"),
        ("第13届会议", "第13届", "第十三届", "zh"),
        ("第8次会议", "第8次", "第八届", "zh"),
        ("第八届会议", "第八届", "第八次", "zh"),
        ("第二十一次会议", "第二十一次", "twenty-first", "en"),
    ],
)
def test_names_and_sessions_have_their_other_names(
    glossary: Glossary, question: str, name: str, other: str, language: str
) -> None:
    wording = read_wording(question, glossary, None)
    forms = {wording.text[v.start : v.end]: v.forms for v in wording.variants}
    assert other in forms[name]["en" if language == "en" else "zh"]


@given(st.text(max_size=60))
def test_any_text_has_a_wording_with_variants_in_order(question: str) -> None:
    wording = read_wording(question, GLOSSARY, None)
    ends = 0
    for variant in wording.variants:
        assert ends <= variant.start < variant.end <= len(wording.text)
        ends = variant.end


GLOSSARY = load_glossary()


def test_a_name_counts_as_the_best_of_its_names_and_weighs_what_is_written() -> None:
    asked = Asked(np.arange(5, dtype=np.int32), 3, (Name(1, 2, ((3, 5),)),))
    weights = np.array([1, 3, 2, 1, 1], np.float32)
    matches = np.array([[1, 0, 1, 1, 1], [1, 0.5, 1, 0, 0.2], [0, 0, 0, 0, 0]], np.float32)
    assert asked.mean(matches, weights) == pytest.approx([1.0, (1 + 1.5 + 2) / 6, 0.0])


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory, encoder: StaticEncoder) -> Iterator[Retriever]:
    chinese = [
        "环境管理小组由执行主任主持。",
        "审评委第七届会议在伊斯坦布尔举行。",
        "审评委第八届会议在波恩举行。",
        "秘书处就土地恢复提出三项建议。",
        "执行主任主持了一次关于水资源的讨论。",
        "会议在波恩讨论了今后的工作。",
    ]
    data = tmp_path_factory.mktemp("wording")
    build_generation(data, [document("W/1", "zh", chinese)], encoder)
    with open_generation(data) as generation:
        yield Retriever(generation, encoder)


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("EMG由谁主持？", 1),
        ("Who chairs the EMG?", 1),
        ("CRIC 7在哪里开？", 2),
        ("CRIC8在哪里开？", 3),
        ("Where did CRIC 7 meet?", 2),
        ("土地恢覆的建意", 4),
        ("土地恢復的建議", 4),
    ],
)
def test_abbreviations_sessions_and_typing_errors_find_what_they_mean(
    retriever: Retriever, question: str, number: int
) -> None:
    assert str(retriever.search(question, limit=1)[0].id) == f"W/1#{number}"


def test_a_users_glossary_is_heard(retriever: Retriever, encoder: StaticEncoder, tmp_path: Path) -> None:
    table = tmp_path / "mine.tsv"
    table.write_text(
        "en\tzh\tabbr_en\tabbr_zh\ttype\nGroup of the Managers\t环境管理小组\tGOTM\t\tbody\n",
        encoding="utf-8",
    )
    assert str(retriever.search("谁的意见属于GOTM？", limit=1)[0].id) != "W/1#1"
    own = Retriever(retriever.generation, encoder, glossary=load_glossary(table))
    assert str(own.search("谁的意见属于GOTM？", limit=1)[0].id) == "W/1#1"


@pytest.mark.parametrize(
    ("question", "said", "meant"),
    [
        ("When did they meet in the Thai capital?", "Thai capital", "曼谷"),
        ("what was agreed in the capital of Thailand", "capital of Thailand", "Bangkok"),
        ("Which Swiss city hosts the seat?", "Swiss city", "Geneva"),
        ("Who was the Italian delegate?", "Italian", "意大利"),
        ("泰国首都那次会是哪天开的?", "泰国首都", "曼谷"),
        ("秘书处在德国的首都有办事处吗?", "德国的首都", "Berlin"),
    ],
)
def test_a_place_is_known_by_what_is_said_of_it(question: str, said: str, meant: str) -> None:
    found = {question[v.start : v.end]: v.forms for v in read_wording(question, GLOSSARY, None).variants}
    assert meant in (*found[said]["en"], *found[said]["zh"])


def test_part_of_a_name_says_nothing_of_a_country() -> None:
    for text in ("the Indian Ocean meeting", "polish the text", "the French-speaking"):
        assert all(v.forms != {"en": ("Poland",)} for v in read_wording(text, GLOSSARY, None).variants)
    assert not any(
        "印度" in v.forms.get("zh", ()) for v in read_wording("the Indian Ocean", GLOSSARY, None).variants
    )
