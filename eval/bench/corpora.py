"""The documents that are measured on: the sample, real resolutions, and these with other particulars."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from eval.crowd import crowd
from index.build import build_generation
from index.encoder import StaticEncoder
from index.generation import CURRENT
from ingest.corpus import SAMPLE, read_corpus
from ingest.paragraphs import Document

__all__ = ["SAMPLE_SIZE", "build", "documents"]

SAMPLE_SIZE: Final = 135
"""Up to so many paragraphs are the sample itself (which has one more: a summary)."""


def documents(size: int, resolutions: Path) -> Iterator[Document]:
    """The sample in both languages, then paragraphs of ``resolutions`` up to ``size`` in all: once as they
    are, then with other numbers, years and countries.

    :raises ValueError: if more paragraphs are wanted and there are no resolutions.
    """
    yield from read_corpus([SAMPLE]).documents
    if size <= SAMPLE_SIZE:
        return
    read = read_corpus([resolutions]).documents
    texts = list(dict.fromkeys(p.text for one in read for p in one.paragraphs if one.language == "en"))
    if not texts:
        raise ValueError(f"expected English resolutions in {resolutions}, found none: name their folder")
    yield from crowd(texts, size - SAMPLE_SIZE)


def build(size: int, resolutions: Path, data: Path) -> dict[str, float]:
    """Build the index of ``size`` paragraphs in ``data`` unless it is there; what that took.

    ``seconds`` are from documents in memory to an index in use: texts, facts, vectors, lexical index, words.
    """
    told = data / "built.json"
    if not (data / CURRENT).exists() or not told.exists():
        there = list(documents(size, resolutions))
        started = time.perf_counter()
        report = build_generation(data, there, StaticEncoder())
        seconds = time.perf_counter() - started
        size_of = sum(file.stat().st_size for file in (data / "generations").rglob("*") if file.is_file())
        made: dict[str, float] = {
            "paragraphs": report.counts.paragraphs,
            "texts": report.counts.texts,
            "passages": report.counts.passages,
            "seconds": seconds,
            "texts_per_second": report.counts.texts / seconds,
            "disk_mb": size_of / 1e6,
        }
        told.write_text(json.dumps(made), encoding="utf-8")
    found: dict[str, float] = json.loads(told.read_text(encoding="utf-8"))
    return found
