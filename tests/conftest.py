"""Fixtures that more than one test file needs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from engines import NAMES, Engine, engine_named
from hypothesis import settings

from index.build import build_generation
from index.encoder import load_encoder
from ingest.corpus import SAMPLE, read_corpus

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The same examples in every run; `pytest --hypothesis-profile=explore` looks for new ones.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("fixed")

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
        pytest.skip(
            "the official texts are not here: put them in ../shared/corpus "
            "or name their folder in RAPPORTEUR_OFFICIAL"
        )
    return folder


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an index of the sample. Only for reading."""
    return _indexed([SAMPLE], tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def official_data(official_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an index of the two official Chinese texts. Only for reading."""
    return _indexed(sorted(official_corpus.glob("*.zh.txt")), tmp_path_factory.mktemp("official"))


@pytest.fixture(scope="session", params=NAMES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Every engine in turn; those that can't be had are skipped, and the reason says why."""
    with engine_named(request.param, tmp_path_factory.mktemp(request.param)) as found:
        if isinstance(found, str):
            pytest.skip(found)
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium; tests that need one are skipped where there is none."""
    from browsing import launched

    with launched() as browser:
        yield browser


def _indexed(sources: list[Path], folder: Path) -> Path:
    build_generation(folder, read_corpus(sources).documents, load_encoder())
    return folder
