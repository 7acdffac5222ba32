"""Retrieval measures, through ir_measures: its nouns, its names, and its rule that nothing found scores
zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import ir_measures
from ir_measures import RR, R, Success, nDCG

__all__ = ["MEASURES", "Scores", "qrels", "run_of", "score_runs"]

MEASURES: Final = (Success @ 1, Success @ 5, Success @ 10, R @ 5, R @ 10, nDCG @ 10, RR)

Scores = dict[str, dict[str, float]]
"""Question id → name of the measure → value."""


def qrels(gold: Mapping[str, Iterable[str]]) -> list[ir_measures.Qrel]:
    """Judgements: every id in ``gold[question]`` is relevant (1), everything else is not."""
    return [ir_measures.Qrel(question, name, 1) for question, names in gold.items() for name in names]


def run_of(ranked: Mapping[str, Sequence[str]]) -> list[ir_measures.ScoredDoc]:
    """A run from ranked ids, best first. Scores are 1/rank: trec_eval orders by score, and ties would be
    broken by id.
    """
    return [
        ir_measures.ScoredDoc(question, name, 1 / rank)
        for question, names in ranked.items()
        for rank, name in enumerate(names, start=1)
    ]


def score_runs(gold: Mapping[str, Iterable[str]], ranked: Mapping[str, Sequence[str]]) -> Scores:
    """Every measure for every question in ``gold``; a question without hits scores zero."""
    scores: Scores = {question: {} for question in gold}
    for metric in ir_measures.iter_calc(MEASURES, qrels(gold), run_of(ranked)):
        scores[metric.query_id][str(metric.measure)] = metric.value
    return scores
