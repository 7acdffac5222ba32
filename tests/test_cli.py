"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from rapporteur import main

ROOT = Path(__file__).resolve().parent.parent
WHEN = "When was the Global Symposium on Soil Organic Carbon held?"

TEXT = """1. The harbour board met in Tallinn on 4 May 2011.
2. It asked its secretariat to count the lighthouses once a year.
3. There were 214 lighthouses in 2012.
"""


def command(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installed program as a user does, in ``cwd``, with nothing of ours in the environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORTEUR_")}
    return subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, str(ROOT / "rapporteur.py"), *map(str, arguments)],
        cwd=cwd,
        env=kept | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@dataclass(frozen=True)
class Done:
    exit_code: int
    output: str
    errors: str


class Run:
    """Runs a command in this process, wide enough that nothing wraps."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments: str | Path, **environment: str) -> Done:
        for name, value in environment.items():
            self._monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        captured = self._capsys.readouterr()
        code = left.value.code
        return Done(code if isinstance(code, int) else 1, captured.out, captured.err)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    for name in list(os.environ):
        if name.startswith("RAPPORTEUR_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.chdir(tmp_path)
    return Run(capsys, monkeypatch)


def one_line(text: str) -> str:
    assert text.count("\n") == 1
    assert text.startswith("rapporteur: ")
    assert "Traceback" not in text
    return text


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "X_1_2.en.txt").write_text(TEXT, encoding="utf-8")
    return folder


def test_asking_without_an_index_fails_in_one_line_that_says_what_to_type(tmp_path: Path) -> None:
    done = command("ask", WHEN, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "rapporteur ingest" in one_line(done.stderr)


def test_the_program_answers_from_the_sample(sample_data: Path, tmp_path: Path) -> None:
    done = command("ask", WHEN, "--data", sample_data, cwd=tmp_path, COLUMNS="400")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "21–23 March 2017" in done.stdout.splitlines()[0]
    assert "ICCD/COP(13)/CST/5, para. 15" in done.stdout
    assert "sample digest, not an official text" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_chinese_question_is_answered_in_chinese_even_where_the_terminal_speaks_ascii(
    sample_data: Path, tmp_path: Path, run: Run
) -> None:
    question = "土壤有机碳问题全球研讨会什么时候举行？"
    done = run("ask", question, "--data", sample_data)
    assert "2017年3月21日至23日" in done.output.splitlines()[0]
    assert "第15段  [样本摘要，非正式文本]" in done.output
    escaped = command("ask", question, "--data", sample_data, cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert escaped.returncode == 0
    assert "\\u5e74" in escaped.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nothing",),
        ("ask",),
        ("ask", ""),
        ("ask", "   "),
        ("ask", "x" * 2001),
        ("ask", "a\x1bb"),
        ("ask", "soil", "--limit", "0"),
        ("ask", "soil", "--limit", "many"),
        ("ask", "soil", "--language", "fr"),
        ("ask", "soil", "--nothing"),
        ("search", "soil", "--languages", "English"),
        ("ingest",),
        ("serve", "--port", "70000"),
        ("serve", "--port", "-1"),
    ],
)
def test_wrong_usage_ends_with_2_and_prints_no_traceback(
    arguments: tuple[str, ...], sample_data: Path, run: Run
) -> None:
    done = run("--data", sample_data, *arguments)
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_bytes_that_are_no_text_are_wrong_usage(sample_data: Path, run: Run) -> None:
    done = run("ask", b"\xff\xfe".decode("utf-8", "surrogateescape"), "--data", sample_data)
    assert done.exit_code == 2
    assert "Traceback" not in done.errors


def test_a_setting_that_does_not_fit_is_wrong_usage_and_names_the_variable(run: Run) -> None:
    done = run("serve", RAPPORTEUR_PORT="many")
    assert done.exit_code == 2
    assert "RAPPORTEUR_PORT" in done.errors


def test_the_data_folder_is_taken_before_and_after_the_command_and_from_the_environment(
    sample_data: Path, tmp_path: Path, run: Run
) -> None:
    assert run("--data", sample_data, "search", "soil").exit_code == 0
    assert run("search", "soil", "--data", sample_data).exit_code == 0
    assert run("--data", tmp_path / "none", "search", "soil", "--data", sample_data).exit_code == 0
    assert run("search", "soil", RAPPORTEUR_DATA=str(sample_data)).exit_code == 0
    assert run("search", "soil", RAPPORTEUR_DATA="").exit_code == 1


@pytest.mark.parametrize("name", ["ingest", "serve", "ask", "search", "show", "inspect", "verify"])
def test_every_command_has_help(name: str, run: Run) -> None:
    done = run(name, "--help")
    assert done.exit_code == 0
    assert "--data" in done.output


def test_the_json_of_ask_is_the_object_of_the_http_interface(sample_data: Path, run: Run) -> None:
    from service.schemas import AnswerResponse

    done = run("ask", WHEN, "--json", "--data", sample_data)
    assert done.exit_code == 0
    body = json.loads(done.output)
    assert AnswerResponse.model_validate(body).citations[0].id == "ICCD/COP(13)/CST/5#15"


def test_the_answer_can_be_limited_to_documents_and_given_in_the_other_language(
    sample_data: Path, run: Run
) -> None:
    done = run("ask", WHEN, "--language", "zh", "-d", "ICCD/COP(13)/CST/5", "--json", "--data", sample_data)
    body = json.loads(done.output)
    assert body["citations"][0]["language"] == "zh"
    done = run("ask", WHEN, "-d", "A/99/1", "--data", sample_data)
    assert done.exit_code == 0
    assert "not in the index" in done.output


def test_search_prints_ranked_paragraphs(sample_data: Path, run: Run) -> None:
    done = run("search", "soil organic carbon", "--limit", "3", "--data", sample_data)
    assert done.exit_code == 0
    assert [line[:3] for line in done.output.splitlines() if line[:3].strip().endswith(".")] == [
        " 1.",
        " 2.",
        " 3.",
    ]
    hits = json.loads(run("search", "soil", "--json", "--limit", "3", "--data", sample_data).output)["hits"]
    assert len(hits) == 3


def test_show_prints_a_paragraph_in_all_its_languages(sample_data: Path, run: Run) -> None:
    done = run("show", "A/64/202#II.35", "--data", sample_data)
    assert done.exit_code == 0
    assert "A/64/202, sect. II, para. 35" in done.output
    assert "A/64/202，第二节，第35段" in done.output
    assert (
        len(json.loads(run("show", "A/64/202", "--json", "--data", sample_data).output)["paragraphs"]) == 99
    )


@pytest.mark.parametrize(
    "name", ["A/99/1#1", "A/99/1", "A/64/202#35", "A/64/202#", "nonsense", "#", "A/64/202#II.35#"]
)
def test_what_is_not_in_the_index_is_one_line(name: str, sample_data: Path, run: Run) -> None:
    done = run("show", name, "--data", sample_data)
    if name == "A/64/202#":
        assert done.exit_code == 0
        return
    assert done.exit_code == 1
    one_line(done.errors)


def test_inspect_versions_compares_the_languages(sample_data: Path, run: Run) -> None:
    done = run("inspect", "--versions", "--data", sample_data)
    assert done.exit_code == 0
    assert "A/64/202: 99 paragraphs paired (99 in en, 99 in zh)" in done.output
    assert "discrepancies: 0" in done.output
    body = json.loads(run("inspect", "--versions", "-d", "A/64/202", "--json", "--data", sample_data).output)
    assert body == {
        "documents": [{"symbol": "A/64/202", "languages": {"en": 99, "zh": 99}, "paired": 99}],
        "discrepancies": [],
    }
    assert run("inspect", "--versions", "-d", "A/1/1", "--data", sample_data).exit_code == 1
    assert run("inspect", "-d", "A/64/202", "--data", sample_data).exit_code == 2


def test_inspect_says_what_the_index_holds(sample_data: Path, run: Run) -> None:
    done = run("inspect", "--data", sample_data)
    assert done.exit_code == 0
    assert "2 documents, 136 paragraphs" in done.output
    assert "unpaired paragraphs: 0" in done.output
    body = json.loads(run("inspect", "--json", "--data", sample_data).output)
    assert body["languages"] == {"en": 136, "zh": 136}


def test_verify_reads_the_whole_index(sample_data: Path, run: Run) -> None:
    done = run("verify", "--data", sample_data)
    assert done.exit_code == 0
    assert "is whole" in done.output


def test_ingest_reports_each_document_and_the_generation(corpus: Path, tmp_path: Path, run: Run) -> None:
    done = run("ingest", corpus, "--data", tmp_path / "data")
    assert done.exit_code == 0, done.errors
    assert "X/1/2 (en): 3 numbered" in done.output
    assert "1 documents, 3 paragraphs" in done.output
    again = run("ingest", corpus, "--data", tmp_path / "data")
    assert again.exit_code == 0
    assert "nothing had changed" in again.output


def test_what_cannot_be_read_is_one_line_each_and_the_rest_is_ingested(
    corpus: Path, tmp_path: Path, run: Run
) -> None:
    (corpus / "X_1_3.en.txt").write_bytes(b"")
    (corpus / "X_1_4.en.txt").write_bytes(bytes(range(256)) * 20)
    (corpus / "minutes.txt").write_text(TEXT, encoding="utf-8")
    done = run("ingest", corpus, "--data", tmp_path / "data")
    assert done.exit_code == 1
    skipped = [line for line in done.errors.splitlines() if line.startswith("skipped ")]
    assert {Path(line.split(": ")[0].removeprefix("skipped ")).name for line in skipped} == {
        "X_1_3.en.txt", "X_1_4.en.txt", "minutes.txt",
    }  # fmt: skip
    assert len(skipped) == 3
    assert done.errors.splitlines()[-1].startswith("rapporteur: ")
    assert "1 documents, 3 paragraphs" in done.output
    assert run("show", "X/1/2#3", "--data", tmp_path / "data").exit_code == 0


@pytest.mark.parametrize("name", ["missing", "empty.en.txt"])
def test_where_nothing_can_be_read_the_generation_in_use_is_untouched(
    name: str, corpus: Path, tmp_path: Path, run: Run
) -> None:
    data = tmp_path / "data"
    run("ingest", corpus, "--data", data)
    before = (data / "CURRENT").read_bytes()
    (tmp_path / "empty.en.txt").touch()
    done = run("ingest", tmp_path / name, "--data", data)
    assert done.exit_code == 1
    assert "the generation in use is untouched" in done.errors
    assert (data / "CURRENT").read_bytes() == before


def test_an_index_that_is_damaged_is_one_line(corpus: Path, tmp_path: Path, run: Run) -> None:
    data = tmp_path / "data"
    run("ingest", corpus, "--data", data)
    (data / "CURRENT").write_text("nonsense", encoding="utf-8")
    store = next(data.glob("generations/*/store.sqlite"))
    store.write_bytes(store.read_bytes()[:-100])
    for arguments in (("ask", "lighthouses"), ("verify",)):
        done = run(*arguments, "--data", data)
        assert done.exit_code == 1
        one_line(done.errors)


def test_a_model_that_does_not_exist_is_one_line(sample_data: Path, tmp_path: Path, run: Run) -> None:
    done = run("ask", WHEN, "--data", sample_data, RAPPORTEUR_MODEL=str(tmp_path / "no-model"))
    assert done.exit_code == 1
    assert "no-model" in one_line(done.errors.splitlines(keepends=True)[-1])


def test_torch_is_not_imported_to_answer(sample_data: Path) -> None:
    program = (
        "import sys, rapporteur\n"
        "try:\n"
        f"    rapporteur.main(['ask', {WHEN!r}, '--json', '--data', {str(sample_data)!r}])\n"
        "except SystemExit as left:\n"
        "    assert left.code == 0\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'langchain_text_splitters', 'fastapi'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_service_prints_its_address_and_a_question_and_stops_quietly(
    sample_data: Path, stop: signal.Signals, tmp_path: Path
) -> None:
    with serving("--data", str(sample_data)) as (process, address, lines):
        assert httpx.get(f"{address}/readyz").status_code == 200
        assert f"try: curl -s {address}/v1/answers" in lines[1]
        process.send_signal(stop)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 0
        assert err == ""
        assert "Traceback" not in out


def test_a_new_generation_is_picked_up_without_a_restart(corpus: Path, tmp_path: Path, run: Run) -> None:
    data = tmp_path / "data"
    with serving("--data", str(data)) as (_, address, lines):
        assert "not ready yet" in lines[-1]
        assert "rapporteur ingest" in lines[-1]
        assert httpx.get(f"{address}/readyz").status_code == 503
        run("ingest", corpus, "--data", data)
        first = httpx.get(f"{address}/readyz").json()
        assert (first["documents"], first["paragraphs"]) == (1, 3)
        (corpus / "X_1_3.en.txt").write_text(
            "1. The ferry from Helsinki arrived on 9 June 2013.\n", encoding="utf-8"
        )
        run("ingest", corpus, "--data", data)
        second = httpx.get(f"{address}/readyz").json()
        assert (second["documents"], second["paragraphs"]) == (2, 4)
        assert second["generation"] != first["generation"]
        body = httpx.post(
            f"{address}/v1/answers", json={"question": "When did the ferry from Helsinki arrive?"}
        ).json()
        assert body["citations"][0]["id"] == "X/1/3#1"
        assert body["index"]["generation"] == second["generation"]


def test_an_address_that_is_taken_is_one_line(sample_data: Path, tmp_path: Path, run: Run) -> None:
    with serving("--data", str(sample_data)) as (_, address, _lines):
        port = address.rpartition(":")[2]
        done = run("serve", "--port", port, "--data", sample_data)
        assert done.exit_code == 1
        assert port in one_line(done.errors)


class serving:  # noqa: N801 (used like a function)
    """``rapporteur serve`` in its own process on a free port: the process, its address, its first lines."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments

    def __enter__(self) -> tuple[subprocess.Popen[str], str, list[str]]:
        # Without PYTHONUNBUFFERED: its first lines have to reach a file or a pipe of themselves.
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("RAPPORTEUR_", "PYTHON"))
        }
        self._process = subprocess.Popen(  # noqa: S603 (our own program)
            [sys.executable, str(ROOT / "rapporteur.py"), "serve", "--port", "0", *self._arguments],
            env=kept | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self._process.stdout is not None
        lines = [self._process.stdout.readline() for _ in range(2)]
        address = lines[0].split()[-1]
        if httpx.get(f"{address}/readyz").status_code != 200:
            lines.append(self._process.stdout.readline())
        return self._process, address, lines

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
