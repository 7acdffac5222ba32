"""What an installation takes: pinned, hashed, listed; and what the image is made of."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)((?: *;.*?)?)(?: \\)?$", re.MULTILINE)
_TORCH_ALONE = re.compile(r"torch|triton|(?:cuda|nvidia)-.*")


def pins(name: str) -> dict[str, str]:
    """The versions that a file pins, by name."""
    return {pin[1]: pin[2] for pin in _PINNED.finditer((ROOT / name).read_text(encoding="utf-8"))}


def hashes(name: str) -> dict[str, set[str]]:
    """The SHA-256 sums that a lock gives for each name."""
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    return {
        entry.partition("==")[0]: set(re.findall(r"--hash=sha256:([0-9a-f]{64})\b", entry))
        for entry in entries
    }


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
APART = {canonicalize_name(Requirement(line).name) for extra in ("bench", "ray") for line in EXTRAS[extra]}
"""What `make test` does not install."""


def needed(*requirements: str) -> set[str]:
    """The names of all that requirements take on this machine."""
    found: set[tuple[str, str]] = set()
    waiting = [(Requirement(line), "") for line in requirements]
    while waiting:
        one, asker = waiting.pop()
        if one.marker and not one.marker.evaluate({"extra": asker}):
            continue
        name = canonicalize_name(one.name)
        for extra in ("", *one.extras):
            if (name, extra) not in found:
                found.add((name, extra))
                try:
                    waiting += [(Requirement(line), extra) for line in requires(name) or ()]
                except PackageNotFoundError:
                    # Then what it takes is not known either.
                    assert name in APART, f"{name} is not installed"
    return {name for name, _ in found}


def test_all_that_an_installation_takes_is_pinned() -> None:
    everything = [*PROJECT["dependencies"], *(line for lines in EXTRAS.values() for line in lines)]
    missing = needed(*everything) - {"rapporteur"} - pins("constraints.txt").keys()
    assert not missing, "pin them in constraints.txt"


def test_all_that_serves_is_in_the_lock_at_the_version_that_is_pinned_with_its_checksums() -> None:
    pinned, locked, torch = (
        pins(f"{n}") for n in ("constraints.txt", "requirements.lock", "requirements-torch.lock")
    )
    assert needed(*PROJECT["dependencies"]) - {"torch"} <= locked.keys(), "run `make lock`"
    for name, version in (locked | torch).items():
        assert pinned.get(name, version) == version, f"{name}: run `make lock`"
    assert torch["torch"] == pinned["torch"]
    assert not [name for name in locked if _TORCH_ALONE.fullmatch(name)], (
        "which build of torch, is chosen apart"
    )
    for lock in ("requirements.lock", "requirements-torch.lock"):
        sums = hashes(lock)
        assert not [name for name in pins(lock) if not sums[name]]


def test_the_project_says_the_same_as_its_lock() -> None:
    """A range that was raised without a new lock would be installed all the same, as nothing is resolved."""
    locked = pins("requirements.lock") | pins("requirements-torch.lock")
    for line in PROJECT["dependencies"]:
        wanted = Requirement(line)
        assert wanted.specifier.contains(locked[canonicalize_name(wanted.name)]), f"{line}: run `make lock`"


def test_the_image_is_built_of_files_that_its_context_holds_and_nothing_is_installed_without_a_pin() -> None:
    recipe = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    kept = {
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split() if line[0] == "!"
    }
    copied = [line.split()[1:-1] for line in recipe.splitlines() if re.match(r"COPY (?!--from)", line)]
    assert {name for names in copied for name in names} == kept
    assert not [name for name in kept if not (ROOT / name).exists()]
    for command in re.findall(r"pip install ([^&\n]*)", recipe):
        assert "--no-deps" in command
        assert any(said in command for said in ("--require-hashes", "--constraint", "--no-build-isolation"))
    final = recipe.rpartition("\nFROM ")[2]
    for line in ("USER rapporteur", "HEALTHCHECK"):
        assert line in final
    assert "pip install" not in final
    assert "read_only: true" in (ROOT / "compose.yaml").read_text(encoding="utf-8")


def test_the_bill_of_materials_lists_what_the_lock_does(tmp_path: Path) -> None:
    tool = shutil.which("cyclonedx-py", path=f"{ROOT / '.venv/supply/bin'}:{os.environ['PATH']}")
    if tool is None:
        pytest.skip("cyclonedx-py is not here: `make sbom` installs it")
    made = subprocess.run(  # noqa: S603
        f"make --silent -o .venv/.supply sbom DIST={tmp_path} SUPPLY={Path(tool).parent}".split(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    bill = json.loads((tmp_path / "rapporteur.cdx.json").read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "rapporteur")
    listed = {part["name"]: part["version"] for part in bill["components"]}
    assert listed == pins("requirements.lock") | {"torch": pins("constraints.txt")["torch"]}
    for part in bill["components"]:
        sums = {each["content"] for entry in part["externalReferences"] for each in entry.get("hashes", ())}
        assert part["name"] == "torch" or sums == hashes("requirements.lock")[part["name"]]
