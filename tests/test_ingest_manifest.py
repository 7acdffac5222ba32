"""``corpus.toml`` gives what file names and texts don't."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.corpus import SAMPLE, read_corpus

TEXT = "I. Wells\n\n1. Wells were dug by hand in the dry year.\n"


def test_it_names_a_file_whose_name_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "wells.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "corpus.toml").write_text(
        '[files."wells.txt"]\nsymbol = "A/1/1"\nlanguage = "en"\n'
        'title = "Wells"\ndate = 2011-05-03\nedition = "digest"\n'
    )
    corpus = read_corpus([tmp_path])
    assert corpus.report.ok
    (document,) = corpus.documents
    assert (document.symbol, document.language, document.title) == ("A/1/1", "en", "Wells")
    assert (document.date, document.edition, document.source) == ("2011-05-03", "digest", "wells.txt")


def test_an_edition_at_the_top_holds_for_every_file_beside_it(tmp_path: Path) -> None:
    for name in ("A_1_1.en.txt", "A_1_2.en.txt"):
        (tmp_path / name).write_text(TEXT + name, encoding="utf-8")
    (tmp_path / "corpus.toml").write_text(
        'edition = "digest"\n[files."A_1_2.en.txt"]\nedition = "official"\n'
    )
    assert [d.edition for d in read_corpus([tmp_path]).documents] == ["digest", "official"]


def test_it_holds_for_a_file_named_outright_too(tmp_path: Path) -> None:
    (tmp_path / "A_1_1.en.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "corpus.toml").write_text('edition = "digest"\n')
    assert read_corpus([tmp_path / "A_1_1.en.txt"]).documents[0].edition == "digest"


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("edition = 'draft'", "official or digest"),
        ("colour = 'red'", "colour"),
        ("files = 3", "tables"),
        ("[files.'A_1_1.en.txt']\nauthor = 'x'", "author"),
        ("[files.'A_1_1.en.txt']\nlanguage = 'de'", "'de'"),
        ("[files.'A_1_1.en.txt']\ndate = 'May'", "'May'"),
        ("[files.'A_1_1.en.txt']\nsymbol = 'A 1#1'", "'A 1#1'"),
        ("[files.'../A_1_1.en.txt']\ntitle = 'x'", "beside the manifest"),
        ("edition = ", "Invalid"),
        ("\udcff", ""),
    ],
)
def test_a_manifest_that_is_wrong_is_one_problem_and_files_are_still_read(
    tmp_path: Path, toml: str, said: str
) -> None:
    (tmp_path / "A_1_1.en.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "corpus.toml").write_bytes(toml.encode("utf-8", "surrogateescape"))
    corpus = read_corpus([tmp_path])
    (problem,) = corpus.report.problems
    assert problem.what == "manifest not read"
    assert said in problem.why
    assert len(corpus.documents) == 1


def test_a_file_it_names_in_vain_is_noted(tmp_path: Path) -> None:
    (tmp_path / "A_1_1.en.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "corpus.toml").write_text("[files.'A_1_2.en.txt']\ntitle = 'x'")
    report = read_corpus([tmp_path]).report
    assert report.ok
    assert "A_1_2.en.txt" in report.notes[0].what


def test_the_sample_is_read_without_a_remark() -> None:
    corpus = read_corpus([SAMPLE])
    assert corpus.report.problems == ()
    assert corpus.report.notes == ()
    assert {(d.symbol, d.language) for d in corpus.documents} == {
        (symbol, language) for symbol in ("A/64/202", "ICCD/COP(13)/CST/5") for language in ("en", "zh")
    }
    assert {d.edition for d in corpus.documents} == {"digest"}
    versions = {(d.symbol, d.language): [p.id for p in d.paragraphs] for d in corpus.documents}
    for symbol in ("A/64/202", "ICCD/COP(13)/CST/5"):
        assert versions[symbol, "en"] == versions[symbol, "zh"]
