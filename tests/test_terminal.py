"""Answers in a terminal: what is shown, how lines break, and questions typed one after another."""

from __future__ import annotations

import io
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from service.answer_terminal import Links, show_answer
from service.library import Library
from service.presentation import answer_response
from service.schemas import AnswerResponse
from service.wrapping import wrapped

ROOT = Path(__file__).resolve().parent.parent
WHEN = "When was the Global Symposium on Soil Organic Carbon held?"
WHEN_ZH = "土壤有机碳问题全球研讨会什么时候举行？"
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\")


@pytest.fixture(scope="module")
def library(sample_data: Path) -> Iterator[Library]:
    library = Library(sample_data)
    yield library
    library.close()


def answered(library: Library, question: str) -> AnswerResponse:
    with library.open() as desk:
        return answer_response(desk.answerer.answer(question))


def shown(response: AnswerResponse, width: int, *, links: Links | None = None) -> str:
    """As a terminal with colours and links is sent it."""
    page = io.StringIO()
    console = Console(file=page, width=width, force_terminal=True, color_system="truecolor", highlight=False)
    show_answer(console, response, links)
    return page.getvalue()


def test_the_quote_stands_out_and_both_languages_stand_beside_each_other(library: Library) -> None:
    page = shown(answered(library, WHEN), 140)
    quoted = re.findall(r"\x1b\[1;30;43m([^\x1b]*)\x1b", page)
    assert " ".join("".join(quoted).split()).startswith(
        "The Global Symposium on Soil Organic Carbon took place"
    )
    beside = [
        line for line in ANSI.sub("", page).splitlines() if "took place" in line and "2017年3月21日" in line
    ]
    assert len(beside) == 1


def test_a_narrow_terminal_has_one_language_below_the_other(library: Library) -> None:
    page = ANSI.sub("", shown(answered(library, WHEN), 72))
    assert "    (zh) 2017年3月21日至23日" in page
    assert all(cell_len(line.rstrip()) <= 72 for line in page.splitlines())


def test_the_label_is_a_link_to_the_official_document_or_to_the_service(library: Library) -> None:
    response = answered(library, WHEN)
    assert ";https://docs.un.org/en/ICCD/COP(13)/CST/5\x1b\\" in shown(response, 100)
    served = shown(response, 100, links=Links("https://answers.example.org"))
    assert ";https://answers.example.org/documents/ICCD/COP(13)/CST/5#15\x1b\\" in served
    assert ";https://docs.un.org/zh/ICCD/COP(13)/CST/5\x1b\\" in shown(answered(library, WHEN_ZH), 100)


@pytest.mark.parametrize(
    ("confidence", "said"),
    [
        (0.9996, "Very likely right (99%)"),
        (0.97, "Very likely right (97%)"),
        (0.9, "Very likely right (90%)"),
        (0.7, "Likely right (70%)"),
        (0.5, "About as likely right as not (50%): check the paragraph"),
        (0.1, "Unlikely to be right (10%): check the paragraph"),
    ],
)
def test_confidence_is_said_in_words(library: Library, confidence: float, said: str) -> None:
    response = answered(library, WHEN)
    assert response.answer is not None
    less = response.model_copy(
        update={"answer": response.answer.model_copy(update={"confidence": confidence})}
    )
    assert said in ANSI.sub("", shown(less, 100))


@pytest.mark.parametrize(
    ("status", "said"), [("partial", "Part of the answer."), ("conflicting", "The paragraphs disagree")]
)
def test_a_status_that_is_no_plain_answer_is_said(library: Library, status: str, said: str) -> None:
    response = answered(library, WHEN).model_copy(update={"status": status})
    assert said in ANSI.sub("", shown(response, 100))


def test_what_could_steer_a_terminal_is_not_shown(library: Library) -> None:
    response = answered(library, WHEN)
    evil = "a\x1b]8;;http://evil\x1b\\b\x1b[2Jc\u202ed"
    citation = response.citations[0].model_copy(
        update={"text": evil, "quote": evil, "start": 0, "end": len(evil), "translations": {"zh": evil}}
    )
    page = shown(response.model_copy(update={"citations": [citation]}), 140)
    assert "\x1b[2J" not in page
    assert "\u202e" not in page
    assert "\x1b]8;;http://evil" not in page


@given(
    st.text(st.sampled_from("ab 土壤，。（）《》“”\n—"), max_size=80),
    st.integers(min_value=4, max_value=30),
)
def test_lines_keep_their_text_and_their_width(text: str, width: int) -> None:
    lines = wrapped(Text(text), width).plain
    assert re.sub(r"\s", "", lines) == re.sub(r"\s", "", text)
    assert all(cell_len(line) <= width for line in lines.split("\n"))


def test_chinese_lines_neither_begin_with_a_comma_nor_end_with_an_opening_bracket() -> None:
    text = "土壤有机碳，气候变化（《公约》）和可持续发展。" * 8
    for width in range(10, 60):
        lines = wrapped(Text(text), width).plain.split("\n")
        assert not [line for line in lines if line[0] in "，。）》" or line[-1] in "（《"]


def test_styles_survive_the_breaking_of_lines() -> None:
    text = Text("aaa bbb ").append("ccc ddd", style="bold")
    assert [span.style for line in wrapped(text, 8).split("\n") for span in line.spans] == ["bold"]


class Terminal:
    """The program in a pseudo-terminal, as a person has it before them."""

    def __init__(self, *arguments: str, home: Path) -> None:
        master, slave = pty.openpty()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORTEUR_")}
        self._process = subprocess.Popen(  # noqa: S603 (our own program)
            [sys.executable, str(ROOT / "rapporteur.py"), *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=kept
            | {
                "PYTHONPATH": str(ROOT),
                "TERM": "xterm-256color",
                "HOME": str(home),
                "COLUMNS": "120",
                "LINES": "40",
            }
            | {"XDG_CONFIG_HOME": str(home / "config"), "PROMPT_TOOLKIT_NO_CPR": "1"},
        )
        os.close(slave)
        self._master = master
        self.printed = ""
        self._read = 0

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def wait_for(self, said: str, seconds: float = 60) -> None:
        """Wait until ``said`` is printed after what was waited for before."""
        deadline = time.monotonic() + seconds
        while (place := ANSI.sub("", self.printed).find(said, self._read)) < 0:
            ready, _, _ = select.select([self._master], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError(f"{said!r} was not printed after {ANSI.sub('', self.printed)[-2000:]!r}")
            self.printed += os.read(self._master, 65536).decode(errors="replace")
        self._read = place + len(said)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def left_with(self) -> int:
        """The exit code, once the program has ended by itself."""
        return self._process.wait(timeout=60)


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_questions_are_typed_one_after_another_and_found_again_next_time(
    sample_data: Path, tmp_path: Path
) -> None:
    with Terminal("ask", "--data", str(sample_data), home=tmp_path) as terminal:
        terminal.wait_for("\n>")
        terminal.type(f"{WHEN}\r")
        terminal.wait_for("2017年3月21日")
        assert "\x1b]8;" in terminal.printed
        terminal.wait_for("\n>")
        terminal.type("and where?\r")
        terminal.wait_for("→ Where was the Global Symposium on Soil Organic Carbon held?")
        terminal.wait_for("Rome")
        terminal.wait_for("\n>")
        terminal.type(f"{'x' * 2001}\r")
        terminal.wait_for("at most 2000 characters")
        terminal.wait_for("\n>")
        terminal.type("\x04")
        assert terminal.left_with() == 0
    history = tmp_path / "config" / "rapporteur" / "history"
    assert "and where?" in history.read_text(encoding="utf-8")
    assert history.stat().st_mode & 0o077 == 0
