"""The guides under docs/: their commands run, both languages say the same, every setting is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import running

from service.config import Settings

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
GUIDES = ("delegates", "integrators", "operators")


def blocks(guide: Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", guide.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


COMMANDS = blocks(DOCS / "integrators.md", "sh")
PROGRAMS = blocks(DOCS / "integrators.md", "python")


@pytest.fixture(scope="module")
def origin(sample_data: Path) -> Iterator[str]:
    with running(Settings(data=sample_data)) as client:
        yield str(client.base_url).rstrip("/")


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    """The folder of somebody who follows the guide, with the program on their path."""
    shutil.copytree(DOCS, tmp_path / "docs")
    program = tmp_path / "bin" / "rapporteur"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "rapporteur.py"}" "$@"\n')
    program.chmod(0o755)
    return tmp_path


def run(command: list[str], reader: Path) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORTEUR_")}
    done = subprocess.run(  # noqa: S603 (the commands of our own guide)
        command,
        cwd=reader,
        env=kept | {"PATH": f"{reader / 'bin'}:{kept['PATH']}", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"error"' not in done.stdout
    assert done.stdout
    return done.stdout


@pytest.mark.skipif(
    shutil.which("curl") is None, reason="the guide's commands use curl: apt-get install curl"
)
@pytest.mark.parametrize("command", COMMANDS, ids=[command.split("\n")[0][:60] for command in COMMANDS])
def test_the_commands_for_integrators_run(command: str, origin: str, reader: Path) -> None:
    assert "http://127.0.0.1:8000" in command
    run(["bash", "-e", "-o", "pipefail", "-c", command.replace("http://127.0.0.1:8000", origin)], reader)


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_programs_for_integrators_run(program: str, origin: str, reader: Path) -> None:
    printed = run([sys.executable, "-c", program.replace("http://127.0.0.1:8000", origin)], reader)
    assert "21–23 March 2017 [1]" in printed


@pytest.mark.parametrize("name", GUIDES)
def test_both_languages_have_the_same_parts_commands_and_figures(name: str) -> None:
    english, chinese = DOCS / f"{name}.md", DOCS / f"{name}.zh.md"
    for kind in ("sh", "python", "json"):
        assert blocks(english, kind) == blocks(chinese, kind)
    texts = [guide.read_text(encoding="utf-8") for guide in (english, chinese)]
    outlines = [re.findall(r"^#+", text, re.MULTILINE) for text in texts]
    assert outlines[0] == outlines[1]
    assert [text.count("\n|") for text in texts] == [texts[0].count("\n|")] * 2
    assert len({frozenset(re.findall(r"RAPPORTEUR_[A-Z_]+", text)) for text in texts}) == 1


def test_every_setting_is_in_the_guide_for_operators() -> None:
    guide = (DOCS / "operators.md").read_text(encoding="utf-8")
    known = {f"RAPPORTEUR_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"RAPPORTEUR_[A-Z_]+", guide))
    assert sorted(known - named) == [], "put these into docs/operators.md and docs/operators.zh.md"
    assert sorted(named - known) == [], "docs/operators.md names settings that there are not"


@pytest.mark.parametrize("guide", sorted(DOCS.glob("*.md")), ids=lambda guide: guide.name)
def test_links_between_guides_lead_somewhere(guide: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", guide.read_text(encoding="utf-8")):
        assert (DOCS / target).exists(), target
