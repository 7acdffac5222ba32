"""On public sets that nothing was trained on, fusing costs nothing, and reading costs nothing either."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from eval.retrieval import Row, measure
from eval.sets import PAIR_SETS, RetrievalSet, crossed, mixed, pairs, questions, sentences
from service.library import Models

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
ROWS = 40
NOISE = 0.01
"""nDCG@10 by which a ranker may be ahead on so few questions, unless a paired test says that it is ahead."""


@pytest.fixture(scope="module")
def models() -> Models:
    if not DATA.is_dir():
        pytest.skip("the public sets are not here: they come with the project's shared folder")
    return Models.load()


def sets() -> list[tuple[str, int]]:
    return [("cmrc2018_trial", 0), ("drcd_test", 0), *((name, part) for name in PAIR_SETS for part in (0, 1))]


def _not_below(rows: list[Row]) -> None:
    for row in rows:
        if row.ranker == "read":
            assert row.gain is not None
            assert row.gain.value <= NOISE or row.gain.p > 0.05, row
        elif row.gain is not None:
            assert row.gain.value >= -NOISE or row.gain.p > 0.05, row


@pytest.mark.parametrize(("name", "part"), sets())
def test_the_fused_order_is_not_below_its_best_ranker_in_a_set(models: Models, name: str, part: int) -> None:
    one = pairs(DATA, name, ROWS)[part] if name in PAIR_SETS else questions(DATA, name, ROWS)
    _not_below(measure(one, models))


@pytest.mark.parametrize("one", ["our English questions", "sentences"])
def test_nor_where_our_own_questions_cross_languages(models: Models, one: str) -> None:
    _not_below(measure(crossed(DATA) if one == "our English questions" else sentences(DATA, ROWS), models))


def test_in_one_index_of_all_no_language_hides_another(models: Models) -> None:
    """Translations are scored across languages only, so that ranker is told where the answer is: left out."""
    rows = measure(_without_policies(mixed(DATA, ROWS)), models)
    _not_below([row for row in rows if row.ranker != "translation"])
    found = defaultdict(float) | {
        row.direction: row.scores["Success@10"].value for row in rows if row.ranker == "fused"
    }
    assert min(found[direction] for direction in ("en→en", "en→zh", "zh→en", "zh→zh")) >= 0.95, found


def _without_policies(one: RetrievalSet) -> RetrievalSet:
    """Questions made from a form, of which dozens fit each paragraph, say nothing about recall."""
    kept = tuple(query for query in one.queries if "policyqa" not in query.id)
    return RetrievalSet(one.name, one.documents, kept)
