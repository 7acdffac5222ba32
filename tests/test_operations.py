"""What operators read and type: settings, keys, the runbook, backup and restore."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from index_models import TermVectors, document

from index import disk
from index.build import build_generation
from index.generation import CURRENT, generations_folder, open_generation, verify_generation
from ingest.paragraphs import ParagraphId
from service.access.keys import Role, id_of, read_keys
from service.config import Settings
from service.metrics import Metrics

ROOT = Path(__file__).resolve().parent.parent
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, str(ROOT / "rapporteur.py"), *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"} | environment,
        check=False,
    )


@pytest.mark.parametrize("language", ["", ".zh"])
def test_every_setting_is_described(language: str) -> None:
    described = (ROOT / "docs" / f"operators{language}.md").read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if f"`RAPPORTEUR_{name.upper()}`" not in described]
    assert not missing


def test_every_metric_and_setting_of_the_runbook_is_one_that_there_is() -> None:
    counted = Metrics().exposition().decode() + "rapporteur_index_problem"
    for name in re.findall(r"\b(?:rapporteur|process)_[a-z_]+", RUNBOOK):
        assert name.removesuffix("_bucket") in counted, name
    for name in re.findall(r"RAPPORTEUR_([A-Z_]+)", RUNBOOK):
        assert name.lower() in Settings.model_fields, name


def test_a_key_is_made_listed_and_removed_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    made = run("keys", "add", "reading room", "--days", "90", RAPPORTEUR_KEYS=str(path))
    assert made.returncode == 0
    key = made.stdout.strip()
    (stored,) = read_keys(path)
    assert (stored.id, stored.name, stored.role) == (id_of(key), "reading room", Role.READ)
    assert stored.expires is not None
    assert (stored.expires - stored.created).days == 90
    listed = run("keys", "list", "--keys", str(path)).stdout
    assert stored.id in listed
    assert key not in listed
    assert run("keys", "remove", stored.id, "--keys", str(path)).returncode == 0
    assert read_keys(path) == ()
    wrong = run("keys", "remove", "00000000", "--keys", str(path))
    assert wrong.returncode == 2
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    failed = run("serve", "--port", "0", "--data", str(tmp_path), RAPPORTEUR_KEYS=str(broken))
    assert failed.returncode == 1
    assert "is no file of keys" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_backup_is_copying_and_restore_is_opening_the_copy(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    for number in range(3):
        build_generation(data, [document("A/1", "en", [f"Soil report m{number}."])], TermVectors(8))
    command = re.search(r"^mkdir -p backup.*$", RUNBOOK, re.MULTILINE)
    assert command is not None
    subprocess.run(["/bin/sh", "-ec", command[0].replace("backup", "copy")], cwd=tmp_path, check=True)  # noqa: S603
    assert verify_generation(copy) == verify_generation(data)
    shutil.rmtree(data)
    with open_generation(copy) as generation:
        assert generation.store.document("A/1").languages == ("en",)
    build_generation(copy, [document("A/2", "en", ["Another."])], TermVectors(8))


def test_a_copy_taken_while_an_ingest_runs_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is taken at each lasting step of an ingest; its pointer and its generations are one state each."""
    data = tmp_path / "data"
    build_generation(data, [document("A/1", "en", ["Soil report m0."])], TermVectors(8))
    copies: list[Path] = []
    pointers: list[Path] = []

    def copying(path: Path) -> None:
        """What was begun before this step is ended, and what comes next is begun."""
        if pointers:
            _copy_generations(data, pointers[-1])
            copies.append(pointers[-1])
        begun = tmp_path / f"copy{len(pointers)}"
        begun.mkdir()
        shutil.copy(data / CURRENT, begun / CURRENT)
        pointers.append(begun)
        sync_file(path)

    sync_file = disk.sync_file
    monkeypatch.setattr(disk, "sync_file", copying)
    build_generation(data, [document("A/1", "en", ["Soil report m1."])], TermVectors(8))
    monkeypatch.setattr(disk, "sync_file", sync_file)
    copying(data / CURRENT)
    found = [number_in(copy) for copy in copies]
    assert len(copies) > 10
    assert found == sorted(found)
    assert set(found) <= {0, 1}
    for copy in copies[::6]:
        verified = run("--data", str(copy), "verify")
        assert verified.returncode == 0
        assert "is whole" in verified.stdout


def number_in(data: Path) -> int:
    verify_generation(data)
    with open_generation(data) as generation:
        return int(generation.store.paragraph(ParagraphId("A/1", "1")).versions["en"].text[-2])


def _copy_generations(data: Path, copy: Path) -> None:
    for folder in generations_folder(data).glob("[!.]*"):
        shutil.copytree(folder, generations_folder(copy) / folder.name)


def test_verify_names_the_file_that_a_copy_lost(tmp_path: Path) -> None:
    build_generation(tmp_path, [document("A/1", "en", ["Soil report."])], TermVectors(8))
    assert run("verify", "--data", str(tmp_path)).returncode == 0
    (lost,) = generations_folder(tmp_path).glob("*/store.sqlite")
    content = lost.read_bytes()
    for damage in (content[:-1], content[:100] + b"x" + content[101:], None):
        lost.unlink() if damage is None else lost.write_bytes(damage)
        verified = run("verify", "--data", str(tmp_path))
        assert verified.returncode == 1
        assert str(lost) in verified.stderr
        assert "Traceback" not in verified.stderr
