"""Fits ``service/answering/asking/errands.json``: what is no question for the documents.

    python -m eval.talk_fit [--out FILE]

Fitted on the half of ``index/training/talk`` that is for looking at, and on the practice questions: a
logistic regression with an L2 penalty, small weights then left out and the others rounded. The thresholds are
set by hand from what is printed: the shares found and refused in five-fold cross-validation. The report is on
the half that is set aside.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_predict

import index.training
from index.analysis import fold
from index.training.practice import PRACTICE
from service.answering.asking.courtesy import request
from service.answering.asking.errand_signs import features
from service.answering.asking.errands import ERRANDS, ErrandModel, Errands, pieces_of

__all__ = ["TALK", "main", "rows"]

TALK = Path(index.training.__file__).with_name("talk")

_PENALTY = 0.25
_LEAST_WEIGHT = 0.04
_FOLDS = 5
_THRESHOLDS = {"order": 0.48, "other": 0.4}
_TURNS = 3
"""Questions that each courtesy is put around."""


@dataclass(frozen=True, slots=True)
class Line:
    """``sort``: ``injection``, ``task``, ``chat``, or ``genuine`` for a question for the documents."""

    sort: str
    text: str


def rows(name: str, path: Path = TALK) -> list[list[str]]:
    """The columns of the lines of ``name`` (``lines_a`` ...)."""
    text = (path / f"{name}.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()]


def _lines(half: str) -> list[Line]:
    return [
        *(Line(sort, text) for sort, _, text in rows(f"lines_{half}")),
        *(Line("genuine", text) for _, text in rows(f"genuine_{half}")),
    ]


def _practice() -> list[Line]:
    sorts = {"chitchat": "chat", "injection": "injection"}
    read = map(json.loads, PRACTICE.read_text(encoding="utf-8").splitlines())
    return [Line(sorts.get(row["why"], "genuine"), row["question"]) for row in read]


def _orders(lines: Sequence[Line], genuine: Sequence[str]) -> tuple[list[str], list[bool]]:
    """Sentences, and whether each is an order to the service.

    Courtesies around a question and small talk are none. Of an order in several sentences the last one is.
    """
    texts: list[str] = []
    labels: list[bool] = []
    for line in lines:
        if line.sort == "task":
            continue
        pieces = pieces_of(line.text)
        texts += [line.text] if len(pieces) < 2 else [line.text, pieces[-1]]
        labels += [line.sort == "injection"] * (1 if len(pieces) < 2 else 2)
    remarks = [text for _, text in rows("remarks_a")]
    texts += remarks
    labels += [False] * len(remarks)
    for place, (_, wrapper) in enumerate(rows("wrappers_a")):
        for turn in range(_TURNS):
            asked = genuine[(place * _TURNS + turn) * 7 % len(genuine)]
            pieces = pieces_of(wrapper.replace("{q}", asked).replace("{l}", asked))
            texts += pieces
            labels += [False] * len(pieces)
    return texts, labels


def _fit(name: str, texts: Sequence[str], labels: Sequence[bool]) -> ErrandModel:
    found = [features(text, fold(text)) for text in texts]
    counts = Counter(one for features_ in found for one in features_)
    names = sorted(one for one, count in counts.items() if count >= 2)
    # A sign counts more than a piece of a word: it is weighed down less.
    scale = {one: 2.0 if one.startswith("sign ") else 0.5 for one in names}
    table = DictVectorizer().fit_transform(
        {one: scale[one] for one in features_ if one in scale} for features_ in found
    )
    wanted = np.array(labels)
    model = LogisticRegression(C=1 / (2 * _PENALTY), max_iter=1000)
    folds = KFold(_FOLDS, shuffle=True, random_state=0)
    held = cross_val_predict(model, table, wanted, cv=folds, method="predict_proba")[:, 1]
    threshold = _THRESHOLDS[name]
    print(
        f"{name}: {len(found)} texts, {len(names)} features, highest of a question "
        f"{held[~wanted].max():.3f}; found, questions refused, at"
    )
    for level in (0.5, 0.55, 0.6, 0.7, 0.8, 0.9):
        refused = int((held[~wanted] >= level).sum())
        print(f"  {level}: {(held[wanted] >= level).mean():.1%}, {refused}")
    model.fit(table, wanted)
    kept = {
        one: round(float(weight) * scale[one], 2)
        for one, weight in zip(names, model.coef_[0], strict=True)
        if abs(weight) >= _LEAST_WEIGHT
    }
    return ErrandModel(bias=round(float(model.intercept_[0]), 2), threshold=round(threshold, 2), weights=kept)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m eval.talk_fit", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--out", type=Path, default=ERRANDS)
    options = parser.parse_args(arguments)
    lines = [*_lines("a"), *_practice()]
    genuine = [line.text for line in lines if line.sort == "genuine"]
    asked = [request(line.text) for line in lines]
    models = {
        "order": _fit("order", *_orders(lines, genuine)),
        "other": _fit("other", asked, [line.sort != "genuine" for line in lines]),
    }
    file = {
        "conditions": {"lines": len(lines), "penalty": _PENALTY, "least_weight": _LEAST_WEIGHT},
        **{name: model.model_dump() for name, model in models.items()},
    }
    options.out.write_text(
        json.dumps(file, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8"
    )
    print(f"{options.out}: {sum(len(model.weights) for model in models.values())} weights")
    _report(Errands(models))
    return 0


def _report(errands: Errands) -> None:
    """Shares refused, by sort, of the half looked at, the half set aside, and practice."""
    for name, lines in (("looked at", _lines("a")), ("set aside", _lines("b")), ("practice", _practice())):
        refused: Counter[str] = Counter()
        of: Counter[str] = Counter(line.sort for line in lines)
        for line in lines:
            refused[line.sort] += errands.is_errand(line.text, request(line.text))
        told = ", ".join(f"{sort} {refused[sort]} of {of[sort]}" for sort in sorted(of))
        print(f"{name}: {told}")


if __name__ == "__main__":
    sys.exit(main())
