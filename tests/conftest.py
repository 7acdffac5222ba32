"""Fixtures that more than one test file needs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _official() -> Path | None:
    named = os.environ.get("RAPPORTEUR_OFFICIAL")
    folder = Path(named) if named else ROOT.parent / "shared" / "corpus"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def official_corpus() -> Path:
    """The folder of official texts, which the project does not carry."""
    folder = _official()
    if folder is None:
        pytest.skip("the official texts are not here: put them in ../shared/corpus or name their folder in RAPPORTEUR_OFFICIAL")
    return folder
