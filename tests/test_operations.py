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

from index.build import build_generation
from index.generation import CURRENT, generations_folder, open_generation, verify_generation
from service.access.keys import Role, id_of, read_keys
from service.config import Settings
from service.metrics import Metrics

ROOT = Path(__file__).resolve().parent.parent


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
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    counted = Metrics().exposition().decode() + "rapporteur_index_problem"
    for name in re.findall(r"\b(?:rapporteur|process)_[a-z_]+", runbook):
        assert name.removesuffix("_bucket") in counted, name
    for name in re.findall(r"RAPPORTEUR_([A-Z_]+)", runbook):
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
    copy.mkdir()
    shutil.copytree(generations_folder(data), generations_folder(copy))
    shutil.copy(data / CURRENT, copy / CURRENT)
    assert verify_generation(copy) == verify_generation(data)
    shutil.rmtree(data)
    with open_generation(copy) as generation:
        assert generation.store.document("A/1").languages == ("en",)
    build_generation(copy, [document("A/2", "en", ["Another."])], TermVectors(8))
