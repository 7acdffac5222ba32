"""The rankers alone, on public sets: BM25, dense, fused and read, within and across languages, and in one
mixed index.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eval.intervals import Difference, Estimate, difference, estimate
from eval.metrics import score_runs
from eval.sets import (
    PAIR_SETS,
    QUESTION_SETS,
    RetrievalSet,
    SetError,
    crossed,
    mixed,
    pairs,
    questions,
    sentences,
)
from index.build import build_generation
from index.generation import open_generation
from index.retrieve import Retriever
from service.library import Desk, Models

__all__ = ["Row", "SetError", "all_sets", "measure", "measure_sets", "rankings", "table"]

SHOWN: Final = ("Success@1", "Success@10", "nDCG@10")

_CANDIDATES: Final = 400
"""More than all rankers propose together, so that each ranker's order can be read off the hits."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a ranker on a set in one direction.

    ``gain`` is what the fused order adds to its nDCG@10, question by question; ``None`` for the fused order.
    """

    name: str
    direction: str
    ranker: str
    scores: Mapping[str, Estimate]
    gain: Difference | None


def rankings(retriever: Retriever, query: str) -> dict[str, list[str]]:
    """Ids by ranker, best first: ``fused``, and each signal alone over the candidates of all.

    A paragraph to which a signal gives nothing is not in that signal's ranking.
    """
    hits = retriever.search(query, limit=_CANDIDATES)
    order = {"fused": [str(hit.id) for hit in hits]}
    for name in sorted({name for hit in hits for name in hit.signals}):
        said = [(hit.signals.get(name, 0.0), str(hit.id)) for hit in hits]
        order[name] = [found for score, found in sorted(said, key=lambda entry: -entry[0]) if score > 0]
        if not order[name]:
            del order[name]
    return order


def measure(one: RetrievalSet, models: Models) -> list[Row]:
    """Build an index of the set in a temporary folder, ask every query, score every ranker by direction.

    ``read`` is the order of ``POST /v1/search``: the fused one, its first hits read sentence by sentence. A
    ranker that says nothing in a direction at all has no row there.
    """
    with tempfile.TemporaryDirectory() as folder:
        build_generation(Path(folder), one.documents, models.encoder)
        generation = open_generation(Path(folder))
        try:
            desk = Desk.of(generation, models)
            ranked: dict[str, dict[str, list[str]]] = defaultdict(dict)
            for query in one.queries:
                for ranker, ids in rankings(desk.retriever, query.text).items():
                    ranked[ranker][query.id] = ids
                hits = desk.answerer.search(query.text, limit=_CANDIDATES)
                ranked["read"][query.id] = [str(hit.id) for hit in hits]
        finally:
            generation.close()
    directions = defaultdict(list)
    for query in one.queries:
        directions[query.direction].append(query)
    rows = []
    for direction, asked in sorted(directions.items()):
        facts = {query.id: query.gold for query in asked}
        right = {query: [gold] for query, gold in facts.items()}
        scored = {
            ranker: score_runs(right, {query: runs[query] for query in facts if query in runs})
            for ranker, runs in sorted(ranked.items())
            if not runs.keys().isdisjoint(facts)
        }
        best = {query: scored["fused"][query]["nDCG@10"] for query in facts}
        for ranker, scores in scored.items():
            columns = {
                name: estimate([scores[query][name] for query in facts], list(facts.values()))
                for name in SHOWN
            }
            gain = None
            if ranker != "fused":
                gain = difference({query: scores[query]["nDCG@10"] for query in facts}, best, facts)
            rows.append(Row(one.name, direction, ranker, columns, gain))
    return rows


def all_sets(folder: Path, rows: int) -> Iterator[RetrievalSet]:
    """Every set by itself, then all in one index."""
    for name in QUESTION_SETS:
        yield questions(folder, name, rows)
    for name in PAIR_SETS:
        yield from pairs(folder, name, rows)
    yield crossed(folder)
    yield sentences(folder, rows)
    yield mixed(folder, rows)


def measure_sets(folder: Path, *, rows: int, model: str | None = None) -> Iterator[Row]:
    """Measure all sets in ``folder`` with at most ``rows`` questions or pairs of each.

    :raises SetError: if a set can't be read.
    """
    models = Models.load(model)
    for one in all_sets(folder, rows):
        yield from measure(one, models)


def table(rows: Iterable[Row]) -> str:
    """The rows as markdown, shares in percent, nDCG with its 95% interval; what fusion adds to it, with p."""
    head = ["set", "direction", "ranker", "queries", *SHOWN, "fused adds"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for row in rows:
        last = row.scores[SHOWN[-1]]
        cells = [f"{100 * row.scores[name].value:.1f}" for name in SHOWN]
        cells[-1] += f" ({100 * last.low:.1f}–{100 * last.high:.1f})"
        cells.append("" if row.gain is None else f"{100 * row.gain.value:+.1f} (p {row.gain.p:.3f})")
        lines.append(f"| {' | '.join([row.name, row.direction, row.ranker, str(last.n), *cells])} |")
    return "\n".join(lines) + "\n"
