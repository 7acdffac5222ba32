"""Revisions, corrigenda, amendments: known by their symbols, said where an answer quotes what they change."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.build import build_generation
from index.encoder import load_encoder
from ingest.corpus import read_corpus
from ingest.revisions import Later, Modification, Revisions, modification
from service.library import Library
from service.presentation import answer_response


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        ("A/64/202", None),
        ("A/64/202/Rev.1", Modification("A/64/202", "Rev", 1)),
        ("A/64/202/Add.2/Corr.1", Modification("A/64/202/Add.2", "Corr", 1)),
        ("ICCD/COP(13)/CST/5/Corr.3", Modification("ICCD/COP(13)/CST/5", "Corr", 3)),
        ("FCCC/CP/2008/7/Amend.1", Modification("FCCC/CP/2008/7", "Amend", 1)),
        ("A/64/Review", None),
    ],
)
def test_a_symbol_says_what_it_modifies(symbol: str, expected: Modification | None) -> None:
    assert modification(symbol) == expected


def test_the_newest_revision_is_pointed_to_and_a_corrigendum_in_its_languages_only() -> None:
    known = Revisions(
        {
            "A/1/1": ["en", "zh"], "A/1/1/Rev.1": ["en"], "A/1/1/Rev.2": ["en", "zh"], "A/1/1/Corr.1": ["zh"],
            "A/1/1/Rev.2/Corr.1": ["en"], "A/1/1/Add.1": ["en"], "A/1/1/Amend.1": ["en"],
        }
    )  # fmt: skip
    revised = Later("A/1/1/Rev.2", "superseded", ("en", "zh"))
    assert known.later("A/1/1", "zh") == (revised, Later("A/1/1/Corr.1", "corrected", ("zh",)))
    assert known.later("A/1/1", "en") == (revised, Later("A/1/1/Amend.1", "amended", ("en",)))
    assert known.later("A/1/1/Rev.1", "en") == (revised,)
    assert known.later("A/1/1/Rev.2", "en") == (Later("A/1/1/Rev.2/Corr.1", "corrected", ("en",)),)
    assert known.later("A/1/1/Add.1", "en") == ()
    assert known.later("A/9/9", "en") == ()


OLD = "I. Wells\n\n1. The Meeting on Wells was held in Tunis on 5 May 2009.\n\n2. Trees were planted.\n"
NEW = "I. Wells\n\n1. Nothing was said of the herders.\n\n2. Trees were planted in all the villages.\n"


@pytest.mark.parametrize(
    ("name", "relation", "said"),
    [("A_1_1_Rev.1", "superseded", "replaced by"), ("A_1_1_Corr.1", "corrected", "corrected by")],
)
def test_an_answer_from_older_text_says_so_and_points_to_the_newer(
    tmp_path: Path, name: str, relation: str, said: str
) -> None:
    (tmp_path / "A_1_1.en.txt").write_text(OLD, "utf-8")
    (tmp_path / f"{name}.en.txt").write_text(NEW, "utf-8")
    build_generation(tmp_path / "data", read_corpus([tmp_path]).documents, load_encoder())
    library = Library(tmp_path / "data", None)
    with library.open() as desk:
        answer = desk.answerer.answer("When was the Meeting on Wells held in Tunis?", documents=["A/1/1"])
    library.close()
    response = answer_response(answer)
    symbol = name.replace("_", "/")
    assert response.status == "answered"
    assert [(one.symbol, one.relation) for one in response.citations[0].later] == [(symbol, relation)]
    assert response.citations[0].later[0].url == f"/documents/{symbol}"
    ((note,),) = (response.notes,)
    assert note.code == relation
    assert said in note.message
    assert symbol in note.message
