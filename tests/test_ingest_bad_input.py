"""What can't be read is one line of the report, and the rest of the run goes on."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from ingest.corpus import read_corpus
from ingest.report import IngestReport, Problem

GOOD = "A/1/1\n\nI. Wells\n\n1. Wells were dug by hand in the dry year.\n\n2. Trees were planted.\n"
CHINESE = (
    "A/1/2\n\n一. 井\n\n1. 各方决定在旱地打井，并请秘书处向会议提出关于这一问题的报告。\n\n"
    "2. 会议通过了决定。\n"
)


def report_on(folder: Path, name: str, data: bytes) -> IngestReport:
    """The report on one file beside a good one, which is always read."""
    (folder / "A_1_1.en.txt").write_text(GOOD, encoding="utf-8")
    (folder / name).write_bytes(data)
    corpus = read_corpus([folder])
    assert "A/1/1" in {document.symbol for document in corpus.documents}
    return corpus.report


def only_problem(report: IngestReport) -> Problem:
    assert len(report.problems) == 1, report.problems
    assert not report.ok
    (problem,) = report.problems
    assert problem.what
    assert problem.why
    assert problem.remedy
    assert "\n" not in str(problem)
    return problem


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_an_empty_file(tmp_path: Path, data: bytes) -> None:
    assert only_problem(report_on(tmp_path, "A_1_2.en.txt", data)).what == "empty"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (CHINESE.encode("gb18030"), "GB18030"),
        (CHINESE.encode("utf-16"), "UTF-16"),
        (CHINESE.encode("utf-16-le"), "UTF-16LE"),
        (GOOD.encode("utf-16-be"), "UTF-16BE"),
        (CHINESE.encode("utf-32"), "UTF-32"),
        (("Création de puits à l’été. " * 20).encode("cp1252"), "CP125"),
        (("Доклад о колодцах и деревьях. " * 20).encode("koi8-r"), "iconv"),
    ],
)  # fmt: skip
def test_another_encoding_is_named_with_the_command_that_helps(
    tmp_path: Path, data: bytes, what: str
) -> None:
    problem = only_problem(report_on(tmp_path, "A_1_2.zh.txt", data))
    assert problem.what == "wrong encoding"
    assert what in problem.why + problem.remedy
    assert "iconv -f" in problem.remedy
    assert "A_1_2.zh.txt" in problem.remedy


def test_utf8_with_some_broken_bytes_is_damaged_not_another_encoding(tmp_path: Path) -> None:
    data = (CHINESE * 5).encode()[:-7] + b"\xff\xfe" + CHINESE.encode()
    assert only_problem(report_on(tmp_path, "A_1_2.zh.txt", data)).what == "damaged text"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%\xe2\xe3", b"PK\x03\x04\x14\x00", b"\xd0\xcf\x11\xe0\xa1\xb1", b"\x7fELF\x02\x01",
        bytes(range(256)) * 40,
        b"1. Wells \x01\x02\x03\x04\x05\x06 were dug.\n" * 50, bytes([200, 3, 1, 0, 255, 17, 2]) * 300,
    ],
)  # fmt: skip
def test_a_binary_file(tmp_path: Path, data: bytes) -> None:
    assert only_problem(report_on(tmp_path, "A_1_2.en.txt", data)).what == "not text"


def test_a_byte_order_mark_is_dropped_and_noted(tmp_path: Path) -> None:
    report = report_on(tmp_path, "A_1_2.zh.txt", b"\xef\xbb\xbf" + CHINESE.encode())
    assert report.ok
    assert any("byte order mark" in note.what for note in report.notes)


def test_a_stray_zero_byte_is_dropped_and_noted(tmp_path: Path) -> None:
    report = report_on(tmp_path, "A_1_2.zh.txt", CHINESE.replace("2.", "\x002.").encode())
    assert report.ok
    assert any("control characters" in note.what for note in report.notes)


@pytest.mark.parametrize("name", ["README.txt", "A_1_2.txt", "A_1_2.de.txt", "wells.en.txt", "A 1_2.en.txt"])
def test_a_name_that_is_no_symbol(tmp_path: Path, name: str) -> None:
    problem = only_problem(report_on(tmp_path, name, GOOD.encode()))
    assert problem.what == "the name is no document symbol"
    assert "corpus.toml" in problem.remedy


def test_a_symbol_in_the_text_that_contradicts_the_name(tmp_path: Path) -> None:
    problem = only_problem(report_on(tmp_path, "A_1_2.en.txt", GOOD.replace("A/1/1", "A/1/3").encode()))
    assert problem.what == "symbol contradicts the text"
    assert "A/1/2" in problem.why
    assert "A/1/3" in problem.why


def test_a_resolution_number_that_contradicts_the_name(tmp_path: Path) -> None:
    text = "72/278.\tWells\n\nThe General Assembly,\n\nRecalling wells,\n\n1. Decides to dig.\n"
    assert (
        only_problem(report_on(tmp_path, "A_RES_72_279.en.txt", text.encode())).what
        == "symbol contradicts the text"
    )


@pytest.mark.parametrize(
    ("name", "number"),
    [("A_RES_72_278.en.txt", "72/278"), ("UNEP_EA.3_RES.4.en.txt", "3/4"), ("E_RES_2013_1.en.txt", "2013/1")],
)
def test_a_resolution_number_that_agrees_with_the_name(tmp_path: Path, name: str, number: str) -> None:
    text = f"{number}.\tWells\n\nThe General Assembly,\n\nRecalling wells,\n\n1. Decides to dig.\n"
    assert report_on(tmp_path, name, text.encode()).ok


def test_a_footnote_to_the_agenda_contradicts_nothing(tmp_path: Path) -> None:
    text = "第六十届会议\n\n临时议程 * 项目 5\n\n打井\n\n* A/1/150。\n\n1. 会议决定打井。\n"
    assert report_on(tmp_path, "A_1_2.zh.txt", text.encode()).ok


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "目录\n\n\t段次\t页次\n一. 导言.....\t1-4\t3\n二. 水井.....\t5-9\t4\n三. 结论.....\t10\t7\n"),
        (
            "en",
            "Contents\n\nI. Introduction ....... 1-4 3\nII. Wells ....... 5-9 4\nIII. The end .... 10 7\n",
        ),
        ("en", "Report on wells\n\nI. Introduction 1-4 3\n\nII. Wells 5-9 4\n\nIII. Conclusions 10-11 7\n"),
        ("en", "1. Introduction . . . . . 3\n2. Wells . . . . . . . . 4\n3. Conclusions . . . . . 7\n"),
        (
            "zh",
            "概要\n\n本文说水井。\n\n目录\n\n一. 导言.....\t1-4\t3\n二. 水井.....\t5\t4\n",
        ),
    ],
)
def test_a_contents_page_without_a_body_is_refused(tmp_path: Path, language: str, text: str) -> None:
    problem = only_problem(report_on(tmp_path, f"A_1_2.{language}.txt", text.encode()))
    assert problem.what in ("contents without a body", "no paragraphs")


@pytest.mark.parametrize("text", ["Wells", "Wells\n\nTrees\n\n3\n", "* * *\n", "1.\n2.\n"])
def test_a_text_without_paragraphs_is_refused(tmp_path: Path, text: str) -> None:
    assert only_problem(report_on(tmp_path, "A_1_2.en.txt", text.encode())).what == "no paragraphs"


def test_a_text_in_another_language_than_its_name_says_is_refused(tmp_path: Path) -> None:
    assert (
        only_problem(report_on(tmp_path, "A_1_2.en.txt", CHINESE.encode())).what
        == "language contradicts the text"
    )


def test_a_duplicate_version_is_a_problem_and_the_first_counts(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "A_1_1.en.txt").write_text(GOOD.replace("hand", "machine"), encoding="utf-8")
    corpus_report = report_on(tmp_path, "A_1_1.en.txt", GOOD.encode())
    problem = only_problem(corpus_report)
    assert problem.what == "duplicate"
    assert problem.path.endswith(str(Path("more") / "A_1_1.en.txt"))


def test_the_same_text_under_two_symbols_is_noted(tmp_path: Path) -> None:
    report = report_on(tmp_path, "A_1_2.en.txt", GOOD.replace("A/1/1\n", "").encode())
    assert report.ok
    assert any("A/1/1" in note.what for note in report.notes)


def test_files_of_other_kinds_are_one_note_for_each_ending(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "b.json").write_text("{}")
    report = report_on(tmp_path, "c.odt", b"PK")
    assert report.ok
    assert sorted(note.what for note in report.notes) == [
        "1 file with .odt passed over: not read",
        "2 files with .json passed over: not read",
    ]


def test_a_file_of_another_kind_named_outright_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "A_1_2.en.json").write_text("{}")
    assert only_problem(read_corpus([tmp_path / "A_1_2.en.json"]).report).what == "format not read"


def test_a_missing_path(tmp_path: Path) -> None:
    assert only_problem(read_corpus([tmp_path / "nowhere"]).report).what == "missing"
    assert only_problem(read_corpus([tmp_path / "A_1_2.en.txt"]).report).what == "unreadable"


def test_a_path_that_no_system_accepts() -> None:
    assert only_problem(read_corpus([Path("A\x00B")]).report)
    assert only_problem(read_corpus([Path("x" * 5000)]).report)


def test_a_folder_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may be allowed everything, so the refusal is the system call's."""
    closed = tmp_path / "closed"
    closed.mkdir()
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    problem = only_problem(report_on(tmp_path, "A_1_2.zh.txt", CHINESE.encode()))
    assert problem.path == str(closed)
    assert "Permission denied" in problem.why


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    (tmp_path / "A_1_1.en.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "A_1_1.en.txt").chmod(0)
    assert only_problem(read_corpus([tmp_path]).report).what == "unreadable"


def test_two_hundred_megabytes_of_text_are_one_line_at_once(tmp_path: Path) -> None:
    with (tmp_path / "A_1_2.en.txt").open("wb") as file:
        file.truncate(200 * 2**20)
    began = time.process_time()
    problem = only_problem(report_on(tmp_path, "A_1_1.en.txt", GOOD.encode()))
    assert (problem.what, time.process_time() - began < 2) == ("too large", True)
    assert "209715200 bytes" in problem.why


def test_a_paragraph_that_is_none_is_refused(tmp_path: Path) -> None:
    text = "1. " + "Wells were dug by hand. " * 50_000
    problem = only_problem(report_on(tmp_path, "A_1_2.en.txt", text.encode()))
    assert problem.what == "too large"
    assert "characters" in problem.why


def test_more_paragraphs_than_any_document_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.refusals._MOST_PARAGRAPHS", 30)
    text = "".join(f"{number}. Wells were dug.\n\n" for number in range(1, 32))
    assert "31 paragraphs" in only_problem(report_on(tmp_path, "A_1_2.en.txt", text.encode())).why


def test_links_that_go_round_are_followed_once(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "A_9_9.en.txt").symlink_to(tmp_path / "A_9_9.en.txt")
    report = report_on(tmp_path, "A_1_2.zh.txt", CHINESE.encode())
    assert only_problem(report).path.endswith("A_9_9.en.txt")


def test_a_dangling_link(tmp_path: Path) -> None:
    (tmp_path / "A_9_9.en.txt").symlink_to(tmp_path / "gone.txt")
    assert only_problem(report_on(tmp_path, "A_1_2.zh.txt", CHINESE.encode())).what == "unreadable"


def test_a_pipe_does_not_keep_the_run_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "A_9_9.en.txt")
    assert only_problem(report_on(tmp_path, "A_1_2.zh.txt", CHINESE.encode())).what == "not a file"


def test_a_file_name_with_control_characters_stays_one_line(tmp_path: Path) -> None:
    problem = only_problem(report_on(tmp_path, "wells\x1b[31m\n.en.txt", GOOD.encode()))
    assert str(problem).isprintable()


def test_the_same_file_given_twice_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "A_1_1.en.txt"
    path.write_text(GOOD, encoding="utf-8")
    corpus = read_corpus([path, tmp_path, path])
    assert corpus.report.ok
    assert len(corpus.documents) == 1


HOSTILE = {
    "one line": "1. " + "Wells were dug. " * 60_000,
    "one block": "1. Wells\n" + "were dug and\n" * 40_000,
    "numbers": "".join(f"{n % 9}. Wells were dug.\n\n" for n in range(15_000)),
    "items": "1. Asks:\n" + "(a) Dig:\n\n(i) Rest;\n\n" * 8_000,
    "notes": "1. Wells¹ were dug.\n\n" + "¹ Nobody.\n\n" * 15_000,
    "marks": "1. Wells" + "¹" * 50_000 + " were dug.\n\n¹ By hand.\n",
    "headings": "Wells and trees\n\n" * 20_000,
    "romans": "".join("Part I\n\nWells\n\nDug by hand here.\n\nII. Trees\n\n" for _ in range(4_000)),
    "dots": "Contents\n\n" + "." * 300_000 + "x\n" + ("Wells " + "." * 390 + "x\n") * 500,
    "dots without an entry": "(XI.10, ....0.i) Wells\n\n" * 500 + "1. Wells were dug.\n",
    "stars": "* " * 200_000,
    "brackets": "(" * 400_000,
    "spaces": "1. Wells" + " " * 400_000 + "were dug.\n",
    "digits": "1" * 400_000 + ". Wells were dug.\n",
    "restarts": "Wells\n\n1. Dug.\n\n2. Dug.\n\n" * 4_000,
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_no_text_takes_long(tmp_path: Path, kind: str) -> None:
    """Some hundred kilobytes of each: what grows with their square would take minutes."""
    (tmp_path / "A_1_1.en.txt").write_text(HOSTILE[kind], encoding="utf-8")
    began = time.process_time()
    read_corpus([tmp_path])
    assert time.process_time() - began < 10
