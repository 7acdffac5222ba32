"""Language versions compared: nothing where they agree, one line for each thing that was changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.corpus import SAMPLE, read_corpus
from ingest.figures import stated_numbers
from ingest.paragraphs import Document
from ingest.versions import Discrepancy, compare, discrepancies

NAME = "ICCD_COP(13)_CST_5"

# What is changed in which language, and the discrepancy that must be told of it: its kind, and the paragraph
# in the English version (or in the Chinese one where it stands in that alone).
PLANTED: tuple[tuple[str, str, str, str, str], ...] = (
    # numbers
    ("zh", "超过100人", "超过180人", "numbers", "30"),
    ("en", "invited 27 experts", "invited 72 experts", "numbers", "7"),
    ("en", "target 15.3 on", "target 15.4 on", "numbers", "13"),
    ("zh", "第四十三届会议", "第四十四届会议", "numbers", "27"),
    ("en", "chapters 1–8 of", "chapters 1–9 of", "numbers", "8"),
    ("zh", "科技委第十四届会议", "科技委第十五届会议", "numbers", "36"),
    # dates
    ("zh", "2017年3月21日至23日", "2017年3月21日至24日", "dates", "15"),
    ("en", "in April 2017 to", "in April 2018 to", "dates", "34"),
    ("zh", "2017年1月23日至25日", "2016年1月23日至25日", "dates", "29"),
    ("en", "in July 2015 a", "in June 2015 a", "dates", "26"),
    ("zh", "2015年2月，", "", "dates", "7"),
    # decisions and documents
    ("en", "decisions 23/COP.11 and", "decisions 24/COP.11 and", "references", "6"),
    ("zh", "ICCD/COP(13)/CST/INF.1", "ICCD/COP(13)/CST/INF.2", "references", "5"),
    # items, footnotes
    ("zh", "\n\n(f) 建议6——还请", "还请", "items", "36"),
    ("en", "\n\n² IPCC website, www.ipcc.ch/report/sr2, final document of the stakeholder consultation.", "",
     "footnotes", "28"),
    # a paragraph that one version does not have; one that it breaks in two; two that it makes one
    ("zh", "21. 借助可持续土地管理的做法来保存和固存土壤有机碳，潜力十分巨大。\n\n", "", "unpaired", "21"),
    ("en", "Such a definition, however", "\n\nSuch a definition, however", "merged", "9"),
    ("zh", "该平台随后从收到的名单里", "\n\n该平台随后从收到的名单里", "split", "7"),
    ("zh", "\n\n24. 就落实全球公约", "就落实全球公约", "merged", "23"),
    ("zh", "\n\nC. 与气专委(IPCC)的协作", "", "headings", "25"),
)  # fmt: skip


@pytest.fixture(scope="module")
def sample() -> dict[str, dict[str, Document]]:
    found: dict[str, dict[str, Document]] = {}
    for document in read_corpus([SAMPLE]).documents:
        found.setdefault(document.symbol, {})[document.language] = document
    return found


def changed(folder: Path, *changes: tuple[str, str, str, str, str]) -> Mapping[str, Document]:
    """The sample's soil report with changes made in it, read again."""
    for language in ("en", "zh"):
        text = (SAMPLE / f"{NAME}.{language}.txt").read_text("utf-8")
        for where, before, after, _, _ in changes:
            if where == language:
                assert text.count(before) >= 1, before
                text = text.replace(before, after, 1)
        (folder / f"{NAME}.{language}.txt").write_text(text, "utf-8")
    corpus = read_corpus([folder])
    return {document.language: document for document in corpus.documents}


def test_every_paragraph_of_the_sample_is_paired_and_agrees(sample: dict[str, dict[str, Document]]) -> None:
    assert sum(len(versions["en"].paragraphs) for versions in sample.values()) == 136
    for versions in sample.values():
        assert [str(found) for found in discrepancies(versions)] == []


def told(found: Discrepancy, kind: str, paragraph: str) -> bool:
    return found.kind == kind and paragraph in (*found.first, *found.second)


@pytest.mark.parametrize("change", PLANTED, ids=lambda change: f"{change[3]}-{change[4]}")
def test_a_planted_discrepancy_is_reported_and_little_else(
    tmp_path: Path, change: tuple[str, str, str, str, str]
) -> None:
    found = list(discrepancies(changed(tmp_path, change)))
    assert any(told(one, change[3], change[4]) for one in found), [str(one) for one in found]
    # What follows from it: a date's figures are numbers too, a lost paragraph shifts those after it.
    assert len(found) <= 4, [str(one) for one in found]
    assert all("\n" not in str(one) for one in found)


def test_twenty_planted_discrepancies_are_all_reported(tmp_path: Path) -> None:
    found = list(discrepancies(changed(tmp_path, *PLANTED)))
    missed = [change[3:] for change in PLANTED if not any(told(one, *change[3:]) for one in found)]
    assert len(PLANTED) == 20
    assert missed == []


def test_a_lost_paragraph_is_one_line_and_the_shift_another(tmp_path: Path) -> None:
    zh = (SAMPLE / f"{NAME}.zh.txt").read_text("utf-8").split("\n\n")
    numbered = [line for line in zh if re.match(r"[1-9]\d*\. ", line)]
    begin = zh.index(numbered[20])
    shifted = [
        f"{int(line.split('.')[0]) - 1}.{line.partition('.')[2]}" if line in numbered else line
        for line in zh[begin + 1 :]
    ]
    (tmp_path / f"{NAME}.zh.txt").write_text("\n\n".join(zh[:begin] + shifted), "utf-8")
    (tmp_path / f"{NAME}.en.txt").write_text((SAMPLE / f"{NAME}.en.txt").read_text("utf-8"), "utf-8")
    versions = {document.language: document for document in read_corpus([tmp_path]).documents}
    found = list(discrepancies(versions))
    assert [one.kind for one in found] == ["unpaired", "renumbered"]
    assert str(found[0]).endswith("#21 has no counterpart in zh")
    assert (found[1].first[0], found[1].second[0], len(found[1].first)) == ("22", "21", 15)


def test_only_versions_of_one_document_are_compared(sample: dict[str, dict[str, Document]]) -> None:
    one, other = (versions["en"] for versions in sample.values())
    with pytest.raises(ValueError, match="two languages"):
        compare(one, other)


def test_languages_whose_words_are_not_read_compare_by_their_figures(
    sample: dict[str, dict[str, Document]],
) -> None:
    english = sample["ICCD/COP(13)/CST/5"]["en"]
    assert compare(english, replace(english, language="fr")) == []
    assert stated_numbers("Réunion des 21 et 22 mars 2017, 1 186 participants", words=False) == {
        "21",
        "22",
        "2017",
        "1186",
    }
    assert stated_numbers("٢٠١٧", words=False) == {"2017"}
