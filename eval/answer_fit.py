"""Fits ``service/answering/weights.json``: which sentence is chosen, how sure that is, what is not served.

    python -m eval.answer_fit DATA [--out FILE]

``DATA`` is a folder with ``qa/*.jsonl.gz`` (``{context, question, answers: [{text, start}]}``) and
``parallel/*.tsv.gz`` (``en<TAB>zh``). From each data set small indexes are built, each of the size of a few
documents, and a third of the paragraphs is left out of each: their questions are those to refuse.

In the question's language the sentence's weights are a conditional logit over the candidates (the share of
the right sentence is maximised), fitted on real questions. Across languages there are none to fit on: a run
of words of a sentence's translation stands for a question. As such a run asks for no kind of thing, what a
missing date or number costs is taken from real questions, fitted without the features that count common
words, in proportion to what the words' interaction is worth there.

The confidence is a logistic regression on what the chosen sentence shows, against whether it stands in the
right paragraph. The fits have an L2 penalty and are found by L-BFGS. The threshold refuses a given share of
the questions whose paragraph was found, on data that nothing else was fitted on.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from eval.answer_examples import PARAGRAPHS, Example, ask, read_parallel, read_qa
from service.answering.choice import signals
from service.answering.evidence import FEATURES
from service.answering.findings import FINDING_FEATURES
from service.answering.weights import FINDING_KINDS, FITTED, Regime
from service.library import Models

__all__ = ["fit_choice", "fit_confidence", "main"]


@dataclass(frozen=True, slots=True)
class Source:
    """A data set, the language of its paragraphs, and which of the indexes made of it are used."""

    name: str
    language: str
    indexes: range


_SAME_FIT = (
    Source("cmrc2018_dev", "zh", range(5)),
    Source("drcd_dev", "zh", range(5)),
    Source("nqg_squad_test_qsent", "en", range(7)),
)
_SAME_HELD = (
    Source("cmrc2018_trial", "zh", range(2)),
    Source("drcd_test", "zh", range(3)),
    Source("nqg_squad_test_qsent", "en", range(7, 10)),
)
_ACROSS = ("open_sdg", "tico19", "cbd_chm", "mlqe_pe_wiki", "wmo_wis2box")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=FITTED)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args(arguments)
    chance = random.Random(given.seed)  # noqa: S311 (a split, no secret)
    models = Models.load()

    def same(sources: Iterable[Source]) -> list[Example]:
        found: list[Example] = []
        for source in sources:
            texts, cases = read_qa(given.data / "qa" / f"{source.name}.jsonl.gz")
            found += ask(texts, source.language, cases, source.indexes, models, chance)
        return found

    def across() -> tuple[list[Example], list[Example]]:
        fit: list[Example] = []
        held: list[Example] = []
        for name in _ACROSS:
            for chinese_questions in (True, False):
                path = given.data / "parallel" / f"{name}.tsv.gz"
                texts, cases = read_parallel(path, chance, chinese_questions=chinese_questions)
                found = ask(texts, "en" if chinese_questions else "zh", cases, range(3), models, chance)
                third = len(found) // 3
                held += found[:third]
                fit += found[third:]
        return fit, held

    same_fit, same_held = same(_SAME_FIT), same(_SAME_HELD)
    across_fit, across_held = across()
    same_choice = fit_choice(same_fit)
    without_words = fit_choice(same_fit, [name for name in FEATURES if "coverage" not in name])
    for choice in (same_choice, without_words):
        # Nothing in the data asks for a decision: its absence costs what that of a date does.
        choice[FEATURES.index("without_decision")] = choice[FEATURES.index("without_date")]
    across_choice = fit_choice(across_fit)
    matched = [FEATURES.index(name) for name in ("interaction", "interaction_with_previous", "similarity")]
    scale = across_choice[matched].sum() / without_words[matched].sum()
    for place, name in enumerate(FEATURES):
        if name.startswith("without_"):
            across_choice[place] = without_words[place] * scale
    conditions: dict[str, object] = {
        "command": "python -m eval.answer_fit DATA",
        "encoder": models.encoder.id,
        "encoder_sha256": models.encoder.fingerprint,
        "seed": given.seed,
        "paragraphs_per_index": PARAGRAPHS,
        "left_out_of_the_index": "a third",
    }
    regimes: dict[str, object] = {}
    for name, choice, fit, held, shown, refusals, sources in (
        (
            "same_language",
            same_choice,
            same_fit,
            same_held,
            ("retrieval", "coverage_with_previous", "paragraph_interaction", "similarity", "margin", "lead"),
            0.001,
            {
                "fitted_on": [
                    f"{s.name}, indexes {s.indexes.start} to {s.indexes.stop - 1}" for s in _SAME_FIT
                ],
                "held": [f"{s.name}, indexes {s.indexes.start} to {s.indexes.stop - 1}" for s in _SAME_HELD],
            },
        ),
        (
            "across_languages",
            across_choice,
            across_fit,
            across_held,
            ("retrieval", "interaction", "similarity", "margin", "lead"),
            # Runs of words stand closer to their sentence than questions do: the threshold has to be low.
            0.001,
            {"fitted_on": list(_ACROSS), "held": "the first third of the questions of each"},
        ),
    ):
        regime, report = _fit(choice, fit, held, shown, refusals)
        print(name, json.dumps(report, indent=2), file=sys.stderr)
        conditions[name] = {**sources, "refused_of_those_found": refusals, "on_held": report}
        regimes[name] = {
            "choice": dict(zip(FEATURES, regime.choice.round(4).tolist(), strict=True)),
            "confidence": {key: round(value, 4) for key, value in regime.confidence.items()},
            "threshold": round(regime.threshold, 4),
        }
    fitted, quality = _findings(same_fit, same_held, same_choice)
    print("findings", json.dumps(quality, indent=2), file=sys.stderr)
    conditions["findings"] = {"fitted_on": "same_language, where the answer's words are known", **quality}
    findings = {
        kind: dict(zip(FINDING_FEATURES, weights.round(4).tolist(), strict=True))
        for kind, weights in fitted.items()
    }
    content = {"conditions": conditions, **regimes, "findings": findings}
    given.out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _fit(
    choice: NDArray[np.float64],
    fit: Sequence[Example],
    held: Sequence[Example],
    shown: Sequence[str],
    refusals: float,
) -> tuple[Regime, dict[str, float]]:
    """Fit the confidence on the signals named in ``shown``, and the threshold that refuses ``refusals``."""
    regime = Regime(choice, {}, 0.0)
    judged = _judged(fit, regime, shown)
    weights = fit_confidence(judged.rows, judged.right)
    on_held = _judged(held, regime, shown)
    confidences = 1 / (1 + np.exp(-(on_held.rows @ weights[:-1] + weights[-1])))
    threshold = float(np.quantile(confidences[on_held.right == 1], refusals))
    present = np.array([example.present for example in held])
    first = [example.candidates[0].passage.id == example.paragraph for example in held if example.present]
    report = {
        "questions_fitted_on": len(fit),
        "questions_held": len(held),
        "retrieval_right_first": float(np.mean(first)),
        "paragraph_right": float(on_held.right[present].mean()),
        "sentence_right": float(on_held.answered[present].mean()),
        "absent_refused": float((confidences[~present] < threshold).mean()),
        "answerable_refused": float((confidences[present] < threshold).mean()),
        "right_when_served": float(on_held.right[confidences >= threshold].mean()),
        "expected_calibration_error": _calibration_error(confidences, on_held.right),
    }
    named = dict(zip((*shown, "bias"), weights.tolist(), strict=True))
    return Regime(choice, named, threshold), {name: round(value, 4) for name, value in report.items()}


def _findings(
    fit: Sequence[Example], held: Sequence[Example], choice: NDArray[np.float64]
) -> tuple[dict[str, NDArray[np.float64]], dict[str, object]]:
    """Weights for each kind in use, and how often they choose right where that is possible.

    Kinds that the data asks for too seldom take the weights of all facts together.
    """
    fitted = fit_findings(fit, choice)
    weights = {
        kind: fitted[kind if kind in ("date", "number", "place", "text") else "facts"]
        for kind in FINDING_KINDS
    }
    asked: dict[str, list[bool]] = {}
    for example in held:
        for name, (findings, right) in example.findings.items():
            kind = example.question.asks if name == "typed" else "text"
            if right.any() and kind in weights:
                rows = np.array([finding.features for finding in findings])
                asked.setdefault(kind, []).append(bool(right[int(np.argmax(rows @ weights[kind]))]))
    return weights, {
        kind: {"questions_held": len(rights), "right": round(float(np.mean(rights)), 4)}
        for kind, rights in asked.items()
    }


@dataclass(frozen=True, slots=True)
class _Judged:
    """By example: what its confidence is judged by; whether paragraph and sentence are right."""

    rows: NDArray[np.float64]
    right: NDArray[np.float64]
    answered: NDArray[np.float64]


def _judged(found: Sequence[Example], regime: Regime, shown: Sequence[str]) -> _Judged:
    rows, right, answered = [], [], []
    for example in found:
        best, signs = signals(example.candidates, regime)
        place = next(i for i, candidate in enumerate(example.candidates) if candidate is best)
        rows.append([signs[name] for name in shown])
        right.append(float(example.present and best.passage.id == example.paragraph))
        answered.append(float(example.right[place]))
    return _Judged(np.array(rows), np.array(right), np.array(answered))


def _calibration_error(
    confidences: NDArray[np.float64], labels: NDArray[np.float64], bins: int = 10
) -> float:
    """Expected calibration error over equally wide bins (Guo et al., 2017)."""
    place = np.minimum((confidences * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(confidences[place == b].mean() - labels[place == b].mean()) * (place == b).mean()
            for b in range(bins)
            if (place == b).any()
        )
    )


def fit_choice(
    found: Sequence[Example], names: Sequence[str] = FEATURES, penalty: float = 1.0
) -> NDArray[np.float64]:
    """Weights, shape (len(FEATURES),), under which the right sentence stands out; 0 for all but ``names``."""
    columns = [FEATURES.index(name) for name in names]
    whole = np.zeros(len(FEATURES))
    whole[columns] = fit_listwise(
        [(np.array([c.features[columns] for c in example.candidates]), example.right) for example in found],
        penalty,
    )
    return whole


def fit_findings(
    found: Sequence[Example], choice: NDArray[np.float64], penalty: float = 1.0
) -> dict[str, NDArray[np.float64]]:
    """Weights of findings, by kind. Kinds that no question of the data asks for take those of all facts."""
    lists: dict[str, list[tuple[NDArray[np.float64], NDArray[np.bool_]]]] = {}
    column = FINDING_FEATURES.index("sentence")
    for example in found:
        for name, (findings, right) in example.findings.items():
            rows = np.array([finding.features for finding in findings])
            scores = np.array([finding.candidate.features for finding in findings]) @ choice
            rows[:, column] = np.maximum(-8.0, scores - scores.max())
            kinds = ("facts", example.question.asks) if name == "typed" else ("text",)
            for kind in kinds:
                lists.setdefault(kind, []).append((rows, right))
    return {kind: fit_listwise(examples, penalty) for kind, examples in lists.items()}


def fit_listwise(
    examples: Sequence[tuple[NDArray[np.float64], NDArray[np.bool_]]], penalty: float
) -> NDArray[np.float64]:
    """Weights, one per column, under which the right rows of each example stand out among its rows."""
    usable = [(rows, right) for rows, right in examples if right.any() and not right.all()]
    owner = torch.tensor(np.repeat(np.arange(len(usable)), [len(rows) for rows, _ in usable]))
    features = torch.tensor(np.concatenate([rows for rows, _ in usable]))
    right = torch.tensor(np.concatenate([marks for _, marks in usable]))
    weights = torch.zeros(features.shape[1], dtype=torch.float64, requires_grad=True)

    def loss() -> torch.Tensor:
        scores = features @ weights
        exponentials = torch.exp(scores - scores.max().detach())
        total = torch.zeros(len(usable), dtype=torch.float64).index_add(0, owner, exponentials)
        good = torch.zeros(len(usable), dtype=torch.float64).index_add(0, owner, exponentials * right)
        return -(torch.log(good) - torch.log(total)).sum() + penalty * (weights**2).sum()

    _minimise(weights, loss)
    return np.asarray(weights.detach().numpy())


def fit_confidence(
    rows: NDArray[np.float64], labels: NDArray[np.float64], penalty: float = 1.0
) -> NDArray[np.float64]:
    """Logistic weights of shape (columns + 1,), the bias last and not penalised."""
    features = torch.tensor(np.hstack([rows, np.ones((len(rows), 1))]))
    wanted = torch.tensor(labels)
    weights = torch.zeros(features.shape[1], dtype=torch.float64, requires_grad=True)

    def loss() -> torch.Tensor:
        logits = features @ weights
        fit = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction="sum")
        return fit + penalty * (weights[:-1] ** 2).sum()

    _minimise(weights, loss)
    return np.asarray(weights.detach().numpy())


def _minimise(weights: torch.Tensor, loss: Callable[[], torch.Tensor]) -> None:
    optimizer = torch.optim.LBFGS([weights], max_iter=500, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimizer.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return float(value.detach())

    optimizer.step(closure)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
