"""A few documents among very many: what the crowd hides of what they answer, and what it costs.

The crowd is English: paragraphs of resolutions and rows of parallel texts, repeated with other numbers, years
and countries until there are enough. The questions are those of the fixed development set; the documents they
ask about are there in whatever languages the folder holds.
"""

from __future__ import annotations

import random
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Final

import numpy as np

from eval.intervals import Estimate, estimate
from eval.questions import Question
from eval.sets import PARALLEL_SETS, parallel_english
from index.build import build_generation
from index.encoder import Encoder
from index.generation import open_generation
from index.retrieve import Retriever
from ingest.corpus import read_corpus
from ingest.facts.glossary import load_glossary
from ingest.paragraphs import Document, Paragraph, ParagraphId

__all__ = ["CrowdRow", "crowd", "crowd_table", "measure_crowds"]

_PER_DOCUMENT: Final = 200
_SHORTEST: Final = 60  # characters
_NUMBER: Final = re.compile(r"\d+")
_SHOWN: Final = (1, 5)


@dataclass(frozen=True, slots=True)
class CrowdRow:
    """Questions of one language among ``size`` other paragraphs.

    ``success`` is by depth: the share of questions with a gold paragraph so far up. ``seconds`` holds the
    median and the 95th percentile of the wall-clock time of a search.
    """

    size: int
    language: str
    success: dict[int, Estimate]
    seconds: tuple[float, float]


def crowd(texts: Sequence[str], size: int, seed: int = 1) -> Iterator[Document]:
    """``size`` paragraphs in documents of 200: ``texts`` once as they are, then with other particulars."""
    chance = random.Random(seed)  # noqa: S311 (no secret)
    countries = [term.en[0] for term in load_glossary().terms if term.kind == "country" and term.en]
    named = re.compile(
        "|".join(rf"\b{re.escape(name)}\b" for name in sorted(countries, key=len, reverse=True))
    )

    def other_number(match: re.Match[str]) -> str:
        digits = match[0]
        if len(digits) == 4 and digits[:2] in ("19", "20"):
            return str(chance.randint(1950, 2035))
        return str(chance.randint(1, 10 ** min(len(digits), 6)))

    found: list[str] = []
    for number, text in enumerate(cycle(texts)):
        if number == size:
            break
        if number >= len(texts):
            text = named.sub(lambda _: chance.choice(countries), _NUMBER.sub(other_number, text))
        found.append(text)
        if len(found) == _PER_DOCUMENT or number == size - 1:
            symbol = f"CROWD/{number // _PER_DOCUMENT + 1}"
            paragraphs = (
                Paragraph(ParagraphId(symbol, str(place)), "numbered", one)
                for place, one in enumerate(found, start=1)
            )
            yield Document(symbol, "en", symbol, tuple(paragraphs))
            found = []


def _background(resolutions: Path, data: Path) -> list[str]:
    """Distinct paragraphs, those of resolutions and of the other sources in turn."""
    read = read_corpus([resolutions]).documents
    own = [p.text for document in read for p in document.paragraphs if document.language == "en"]
    others = [text for name in PARALLEL_SETS for text in parallel_english(data, name)]
    random.Random(1).shuffle(others)  # noqa: S311
    return [text for text in dict.fromkeys([*own, *others]) if len(text) >= _SHORTEST]


def measure_crowds(
    documents: Path,
    resolutions: Path,
    data: Path,
    sizes: Iterable[int],
    questions: Sequence[Question],
    encoder: Encoder,
) -> Iterator[CrowdRow]:
    """Ask the answerable ``questions`` over ``documents`` alone (0) and among crowds of these ``sizes``.

    :raises SetError: if a set of parallel texts can't be read.
    """
    asked = [question for question in questions if question.answerable]
    there = read_corpus([documents]).documents
    background = _background(resolutions, data)
    for size in (0, *sizes):
        with tempfile.TemporaryDirectory() as folder:
            build_generation(Path(folder), [*there, *crowd(background, size)], encoder)
            with open_generation(Path(folder)) as generation:
                yield from _ask(Retriever(generation, encoder), asked, size)


def _ask(retriever: Retriever, asked: Sequence[Question], size: int) -> Iterator[CrowdRow]:
    for question in asked[:20]:
        retriever.search(question.question)
    ranks: dict[str, list[tuple[str, int]]] = defaultdict(list)
    seconds: dict[str, list[float]] = defaultdict(list)
    for question in asked:
        started = time.perf_counter()
        hits = retriever.search(question.question, limit=20)
        seconds[question.language].append(time.perf_counter() - started)
        gold = set(question.paragraphs)
        rank = next((place for place, hit in enumerate(hits) if str(hit.id) in gold), len(hits) + 1)
        ranks[question.language].append((question.fact, rank))
    for language, found in sorted(ranks.items()):
        facts = [fact for fact, _ in found]
        yield CrowdRow(
            size,
            language,
            {depth: estimate([float(rank < depth) for _, rank in found], facts) for depth in _SHOWN},
            (float(np.median(seconds[language])), float(np.percentile(seconds[language], 95))),
        )


def crowd_table(rows: Iterable[CrowdRow]) -> str:
    """The rows as markdown, shares in percent with their 95% intervals, times in milliseconds."""
    head = ["other paragraphs", "questions", *(f"Success@{depth}" for depth in _SHOWN), "median ms", "95% ms"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for row in rows:
        cells = [
            f"{100 * one.value:.1f} ({100 * one.low:.1f}–{100 * one.high:.1f})"
            for one in row.success.values()
        ]
        count = next(iter(row.success.values())).n
        times = [f"{1000 * one:.1f}" for one in row.seconds]
        lines.append(f"| {' | '.join([f'{row.size:,}', f'{row.language} {count}', *cells, *times])} |")
    return "\n".join(lines) + "\n"
