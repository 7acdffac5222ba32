"""Revisions, corrigenda, amendments: known by their symbols, said where an answer quotes what they change."""

from __future__ import annotations

from pathlib import Path

import pytest
from serving import running
from typer.testing import CliRunner

from index.build import build_generation
from index.encoder import load_encoder
from index.generation import open_generation
from index.retrieve import Retriever
from ingest.corpus import read_corpus
from ingest.revisions import Later, Modification, Revisions, modification
from rapporteur import app
from service.config import Settings
from service.library import Library
from service.presentation import answer_response
from service.schemas import AnswerResponse


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


def test_a_document_knows_all_that_came_later_and_what_it_changes_itself() -> None:
    known = Revisions(
        {
            "A/1/1": ["en", "zh"], "A/1/1/Rev.1": ["en"], "A/1/1/Rev.2": ["en", "zh"], "A/1/1/Corr.1": ["zh"],
            "A/1/1/Add.1": ["en"], "A/1/1/Add.1/Corr.1": ["fr"], "A/2/2/Rev.1": ["en"],
        }
    )  # fmt: skip
    assert [(one.symbol, one.relation, one.languages) for one in known.following("A/1/1")] == [
        ("A/1/1/Rev.2", "superseded", ("en", "zh")),
        ("A/1/1/Corr.1", "corrected", ("zh",)),
        ("A/1/1/Add.1", "supplemented", ("en",)),
    ]
    assert [one.symbol for one in known.following("A/1/1/Add.1")] == ["A/1/1/Add.1/Corr.1"]
    assert [(one.symbol, one.relation) for one in known.earlier("A/1/1/Rev.2")] == [
        ("A/1/1/Rev.1", "superseded"),
        ("A/1/1", "superseded"),
    ]
    assert [(one.symbol, one.relation) for one in known.earlier("A/1/1/Corr.1")] == [("A/1/1", "corrected")]
    assert [(one.symbol, one.relation) for one in known.earlier("A/1/1/Add.1")] == [("A/1/1", "supplemented")]
    assert known.earlier("A/1/1") == ()
    assert known.earlier("A/2/2/Rev.1") == ()
    assert known.superseded == {"A/1/1", "A/1/1/Rev.1"}


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


SESSION = "The eighth session of the Committee on Science and Technology was held in Tunis on {day} 2009."


@pytest.mark.parametrize(
    ("other", "status", "text", "cited"),
    [
        (
            "A_1_1_Rev.1",
            "answered",
            "9 June 2009 [1] (before the revision: 5 May 2009 [2])",
            ["A/1/1/Rev.1#1", "A/1/1#1"],
        ),
        ("A_1_1_Corr.1", "conflicting", "5 May 2009 [1]; 9 June 2009 [2]", ["A/1/1#1", "A/1/1/Corr.1#1"]),
        ("A_2_2", "conflicting", "5 May 2009 [1]; 9 June 2009 [2]", ["A/1/1#1", "A/2/2#1"]),
    ],
    ids=["revision", "corrigendum", "another document"],
)
def test_a_revision_settles_what_it_changes_and_other_texts_conflict(
    tmp_path: Path, other: str, status: str, text: str, cited: list[str]
) -> None:
    for name, day in (("A_1_1", "5 May"), (other, "9 June")):
        said = f"I. Sessions\n\n1. {SESSION.format(day=day)}\n\n2. Trees were planted.\n"
        (tmp_path / f"{name}.en.txt").write_text(said, "utf-8")
    build_generation(tmp_path / "data", read_corpus([tmp_path]).documents, load_encoder())
    library = Library(tmp_path / "data", None)
    with library.open() as desk:
        found = desk.answerer.answer(
            "When was the eighth session of the Committee on Science and Technology held?"
        )
    library.close()
    answer = answer_response(found)
    assert answer.status == status
    assert answer.answer is not None
    ids = [one.id for one in answer.citations]
    if status == "conflicting" and ids != cited:  # which of two that disagree comes first is of no matter
        assert answer.answer.text == "9 June 2009 [1]; 5 May 2009 [2]"
        assert ids == cited[::-1]
    else:
        assert answer.answer.text == text
        assert ids == cited
    assert [note.code for note in answer.notes] == {
        "A_1_1_Rev.1": ["superseded"], "A_1_1_Corr.1": ["corrected"], "A_2_2": []
    }[other]  # fmt: skip


WELLS = "In all, {wells} wells were dug in the villages of {place} by {year}."


def _asked(folder: Path, question: str, **texts: str) -> AnswerResponse:
    for name, said in texts.items():
        (folder / f"{name}.en.txt").write_text(said, "utf-8")
    build_generation(folder / "data", read_corpus([folder]).documents, load_encoder())
    library = Library(folder / "data", None)
    with library.open() as desk:
        found = desk.answerer.answer(question)
    library.close()
    return answer_response(found)


def _told(**changed: str) -> str:
    return f"I. Wells\n\n1. {WELLS.format(**{'wells': '17', 'place': 'Tunisia', 'year': '2012'} | changed)}\n"


HOW_MANY = "How many wells were dug in the villages of Tunisia?"


@pytest.mark.parametrize(
    ("question", "before", "text"),
    [
        (HOW_MANY, {"wells": "14"}, "17 [1] (before the revision: 14 [2])"),
        (HOW_MANY, {"wells": "14", "year": "2011"}, "17 [1] (before the revision: 14 [2])"),
        (HOW_MANY, {"year": "2011"}, "17 [1]"),
        (HOW_MANY, {"wells": "14", "place": "Algeria"}, "17 [1]"),
        (HOW_MANY, {"wells": "14 per cent of the"}, "17 [1]"),
        (
            "By when were the wells dug in the villages of Tunisia?",
            {"year": "2011"},
            "by 2012 [1] (before the revision: by 2011 [2])",
        ),
    ],
)
def test_the_figure_that_stood_in_the_same_sentence_before_a_revision_is_told(
    tmp_path: Path, question: str, before: dict[str, str], text: str
) -> None:
    answer = _asked(tmp_path, question, **{"A_1_1": _told(**before), "A_1_1_Rev.1": _told()})
    assert answer.status == "answered"
    assert answer.answer is not None
    assert answer.answer.text == text
    assert answer.citations[0].id == "A/1/1/Rev.1#1"


@pytest.mark.parametrize("other", ["A_1_1_Corr.1", "A_2_2"])
def test_figures_of_texts_that_are_no_earlier_ones_are_not_told(tmp_path: Path, other: str) -> None:
    answer = _asked(tmp_path, HOW_MANY, **{"A_1_1": _told(), other: _told(wells="14")})
    assert answer.status == "answered"
    assert answer.answer is not None
    assert "before" not in answer.answer.text
    assert len(answer.citations) == 1


def test_where_the_sentence_stood_twice_no_figure_is_told_to_have_changed(tmp_path: Path) -> None:
    twice = _told(wells="14") + "\n2. " + WELLS.format(wells="15", place="Tunisia", year="2012") + "\n"
    answer = _asked(tmp_path, HOW_MANY, **{"A_1_1": twice, "A_1_1_Rev.1": _told()})
    assert answer.answer is not None
    assert "before" not in answer.answer.text


def test_the_newest_of_the_texts_replaced_says_what_stood_before(tmp_path: Path) -> None:
    texts = {"A_1_1": _told(wells="12"), "A_1_1_Rev.1": _told(wells="14"), "A_1_1_Rev.2": _told()}
    answer = _asked(tmp_path, HOW_MANY, **texts)
    assert answer.answer is not None
    assert answer.answer.text == "17 [1] (before the revision: 14 [2])"
    assert [one.id for one in answer.citations] == ["A/1/1/Rev.2#1", "A/1/1/Rev.1#1"]


def test_documents_say_what_came_later_and_what_they_change(tmp_path: Path) -> None:
    for name in ("A_1_1.en", "A_1_1_Rev.1.en", "A_1_1_Corr.1.en", "A_1_1_Add.1.en"):
        (tmp_path / f"{name}.txt").write_text(OLD, "utf-8")
    build_generation(tmp_path / "data", read_corpus([tmp_path]).documents, load_encoder())
    with running(Settings(data=tmp_path / "data")) as client:
        listed = {entry["symbol"]: entry for entry in client.get("/v1/documents").json()["documents"]}
        for body in (listed["A/1/1"], client.get("/v1/documents/A/1/1").json()):
            assert [(one["symbol"], one["relation"], one["url"]) for one in body["later"]] == [
                ("A/1/1/Rev.1", "superseded", "/documents/A/1/1/Rev.1"),
                ("A/1/1/Corr.1", "corrected", "/documents/A/1/1/Corr.1"),
                ("A/1/1/Add.1", "supplemented", "/documents/A/1/1/Add.1"),
            ]
            assert body["earlier"] == []
        assert [one["symbol"] for one in listed["A/1/1/Rev.1"]["earlier"]] == ["A/1/1"]
    shown = CliRunner().invoke(app, ["show", "A/1/1", "--data", str(tmp_path / "data")]).output
    assert "A/1/1 was replaced by A/1/1/Rev.1: read that instead." in shown
    listed_lines = CliRunner().invoke(app, ["inspect", "--data", str(tmp_path / "data")]).output
    assert "A/1/1 was corrected by A/1/1/Corr.1" in listed_lines


BEFORE = ("Wells were dug by hand in the northern villages.", "The herders moved to the river in spring.")
AFTER = ("Wells were dug by hand in all of the northern villages.", "Nothing is said of what they did.")


def test_of_two_texts_that_match_alike_the_revision_stands_first(tmp_path: Path) -> None:
    others = ("Roads were built.", "Paths were laid.", "Trees were planted.", "Bridges were mended.")
    for name, texts in (("A_1_1.en.txt", BEFORE), ("A_1_1_Rev.1.en.txt", AFTER)):
        lines = [f"{number}. {text}\n" for number, text in enumerate((*texts, *others), 1)]
        (tmp_path / name).write_text("\n".join(lines), "utf-8")
    build_generation(tmp_path / "data", read_corpus([tmp_path]).documents, load_encoder())
    with open_generation(tmp_path / "data") as generation:
        retriever = Retriever(generation, load_encoder())

        def first(query: str, documents: list[str] | None = None) -> list[str]:
            hits = retriever.search(query, documents=documents, limit=2)
            assert [hit.rank for hit in hits] == [1, 2]
            assert hits[0].score >= hits[1].score
            return [str(hit.id) for hit in hits]

        assert first("wells dug by hand in the northern villages") == ["A/1/1/Rev.1#1", "A/1/1#1"]
        assert first("Trees were planted.") == ["A/1/1/Rev.1#5", "A/1/1#5"]
        # What the revision no longer says is found where it was said, and where one asks for the old text.
        assert first("herders moved to the river")[0] == "A/1/1#2"
        assert first("Trees were planted.", ["A/1/1"])[0] == "A/1/1#5"
