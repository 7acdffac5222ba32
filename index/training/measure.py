"""Development sets for choosing between variants: which passage belongs to a question, which row to a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.training.pairs import Question, read_measure, read_questions

__all__ = ["QUESTIONS_HELD_BACK", "DevSet", "dev_sets", "ndcg_at_10", "report"]

QUESTIONS_HELD_BACK = {"nqg_squad_test_qsent": 1200}
"""The last questions of a training file, kept for choosing too: there is no other general English set."""

_SHORTEST = 40  # characters of the English side of a row that can be looked for
_MOST = 1000  # questions or rows of one set


@dataclass(frozen=True, slots=True)
class DevSet:
    """``documents[gold[i]]`` is what ``queries[i]`` should find; ``direction`` is such as ``en→zh``."""

    name: str
    direction: str
    queries: tuple[str, ...]
    documents: tuple[str, ...]
    gold: NDArray[np.int64]


def _question_set(name: str, questions: Sequence[Question]) -> DevSet:
    documents = list(dict.fromkeys(question.passage for question in questions))
    place = {text: i for i, text in enumerate(documents)}
    if len(questions) > _MOST:
        chosen = np.random.default_rng(1).choice(len(questions), _MOST, replace=False)
        questions = [questions[i] for i in sorted(chosen)]
    language = questions[0].language
    gold = np.array([place[question.passage] for question in questions])
    texts = tuple(question.question for question in questions)
    return DevSet(name, f"{language}→{language}", texts, tuple(documents), gold)


def _row_sets(name: str, rows: Sequence[tuple[str, str]]) -> list[DevSet]:
    by_english = {en: zh for en, zh in rows if len(en) >= _SHORTEST}
    pairs = list({zh: (en, zh) for en, zh in by_english.items()}.values())
    if len(pairs) > _MOST:
        chosen = np.random.default_rng(1).choice(len(pairs), _MOST, replace=False)
        pairs = [pairs[i] for i in sorted(chosen)]
    english, chinese = (tuple(side) for side in zip(*pairs, strict=True))
    gold = np.arange(len(pairs))
    return [DevSet(name, "en→zh", english, chinese, gold), DevSet(name, "zh→en", chinese, english, gold)]


def _crossed_sets(data: Path) -> list[DevSet]:
    """Questions of our own in the other language about passages of two sets (``crossed.tsv``)."""
    asked: dict[str, list[tuple[int, str]]] = {}
    for line in Path(__file__).with_name("crossed.tsv").read_text(encoding="utf-8").splitlines():
        name, passage, question = line.split("\t")
        asked.setdefault(name, []).append((int(passage), question))
    found: list[DevSet] = []
    for name, rows in asked.items():
        questions = read_questions(data / "qa" / f"{name}.jsonl.gz")[-QUESTIONS_HELD_BACK.get(name, 0) :]
        documents = tuple(dict.fromkeys(question.passage for question in questions))
        direction = "en→zh" if questions[0].language == "zh" else "zh→en"
        gold = np.array([passage for passage, _ in rows])
        found.append(DevSet(f"{name}*", direction, tuple(q for _, q in rows), documents, gold))
    return found


def dev_sets(data: Path) -> list[DevSet]:
    """All development sets; ``data`` holds ``train`` and, beside it, ``measure``."""
    found: list[DevSet] = []
    for name in ("cmrc2018_trial", "drcd_test", "nqg_squad_test_qsent"):
        questions = read_questions(data / "qa" / f"{name}.jsonl.gz")
        found.append(_question_set(name, questions[-QUESTIONS_HELD_BACK.get(name, 0) :]))
    found += _crossed_sets(data)
    for name in ("unccd_prais4", "fao_fra", "trends_earth"):
        found += _row_sets(name, read_measure(data.parent / "measure" / f"{name}.tsv.gz"))
    return found


def ndcg_at_10(scores: NDArray[np.float32], gold: NDArray[np.int64]) -> float:
    """Mean nDCG@10 with one right document for each query: 1 / log2(1 + rank), 0 past rank 10.

    ``scores`` has shape (queries, documents). Ties count against the right document.
    """
    right = scores[np.arange(len(gold)), gold]
    ranks = (scores >= right[:, None]).sum(axis=1)
    return float(np.where(ranks <= 10, 1.0 / np.log2(1.0 + ranks), 0.0).mean())


def report(
    sets: Sequence[DevSet], score: Callable[[Sequence[str], Sequence[str]], NDArray[np.float32]]
) -> dict[str, float]:
    """nDCG@10 by set and direction; ``score(queries, documents)`` has shape (queries, documents)."""
    return {
        f"{dev.name} {dev.direction}": ndcg_at_10(score(dev.queries, dev.documents), dev.gold) for dev in sets
    }
