"""Fifty thousand files that a fuzzer makes up, led by what each new one reaches in the readers' code."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

HARNESS = Path(__file__).resolve().parent / "reader_fuzzing.py"
CASES = {
    "txt": 12_000,
    "docx": 12_000,
    "html": 8_000,
    "md": 8_000,
    "pdf": 6_000,
    "zip": 4_000,
    "docx-file": 3_000,
}
SEED = 2026
_SECONDS = 3_600


@pytest.mark.soak
@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="the fuzzer is not installed: pip install atheris (Linux, Python below 3.14)",
)
@pytest.mark.parametrize("kind", CASES)
def test_no_file_makes_a_reader_crash_hang_or_raise(kind: str, tmp_path: Path) -> None:
    command = [sys.executable, str(HARNESS), kind, str(CASES[kind]), str(SEED), str(tmp_path)]
    root = HARNESS.parent.parent
    done = subprocess.run(  # noqa: S603
        command,
        cwd=root,
        env={"PYTHONPATH": f"{root}:{HARNESS.parent}", "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        errors="replace",
        check=False,
    )
    log = done.stdout + done.stderr
    assert done.returncode == 0, log[-4000:]
    told = dict(re.findall(r"stat::(\w+):\s+(\d+)", log))
    assert int(told["number_of_executed_units"]) >= CASES[kind]
    (covered,) = re.findall(r"DONE\s+cov: (\d+)", log)
    print(f"{kind}: {told['number_of_executed_units']} files, {covered} branches, {told['peak_rss_mb']} MB")
