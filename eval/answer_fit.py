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

Two thirds of the questions have words exchanged for synonyms, and a quarter of the paragraphs lose a sentence
that answers: whoever asks doesn't use the paragraph's words, and a near miss is about the right thing.

The confidence is a logistic regression on what the weights in use choose (so fit twice after a change of
features), against whether that is the right paragraph; it is fitted on questions in the paragraphs'
language and used across languages too, where it is calibrated no worse than weights fitted there. The fits
have an L2 penalty and are found by L-BFGS. The threshold refuses a given share of the questions whose
paragraph was found, on data that nothing else was fitted on.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from eval.answer_examples import PARAGRAPHS, Example, ask, read_parallel, read_qa
from eval.paraphrase import Paraphraser
from service.answering.evidence import FEATURES
from service.answering.findings import FINDING_FEATURES
from service.answering.weights import FINDING_KINDS, FITTED
from service.library import Models

__all__ = ["ANSWERABLE", "SHOWN", "fit_choice", "fit_confidence", "fit_findings", "fit_listwise", "main"]

SHOWN = (
    *("margin", "lead", "matched", "missed", "missed_in_sentence", "weakest", "elsewhere"),
    *("figures", "names", "lacking", "clash"),
)
"""Signals that the confidence is judged by: none that says how well retrieval went by a figure that differs
between collections (the retrieval score itself; measured, it shifts the whole scale).
"""

_PRIOR_CONFIDENCE = {"figures": -1.0, "names": -1.0, "lacking": -1.5, "clash": -1.0}
"""Where weights of the confidence are drawn to: the data names hardly anything that the glossary knows."""

REFUSED = 0.03
"""Share of the questions whose paragraph was found that the threshold refuses."""

ANSWERABLE = 0.8
"""Share of questions that are taken to have an answer in the documents."""

_PRIOR_FINDINGS = {
    "sentence": 0.8,
    "clause": 0.8,
    "clause_with_previous": 0.5,
    "clause_with_next": 0.3,
    "coverage": 0.8,
    "figures": 1.0,
    "echoed": -2.0,
    "exact": 0.7,
    "measure": 1.5,
    "clash": -1.0,
    "noun": 1.5,
}
"""Where weights of findings are drawn to: the data has hardly a session, a unit or a thing counted."""

_PRIOR_PENALTY = 5.0


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
    paraphraser = Paraphraser.load(given.data / "dict", models.embedded.vocabulary)

    def same(sources: Iterable[Source]) -> list[Example]:
        found: list[Example] = []
        for source in sources:
            texts, cases = read_qa(given.data / "qa" / f"{source.name}.jsonl.gz")
            found += ask(texts, source.language, cases, source.indexes, models, chance, paraphraser)
        return found

    def across() -> tuple[list[Example], list[Example]]:
        fit: list[Example] = []
        held: list[Example] = []
        for name in _ACROSS:
            for chinese_questions in (True, False):
                path = given.data / "parallel" / f"{name}.tsv.gz"
                texts, cases = read_parallel(path, chance, chinese_questions=chinese_questions)
                found = ask(
                    texts, "en" if chinese_questions else "zh", cases, range(2), models, chance, paraphraser
                )
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
    judged = _judged(same_fit)
    confidence = fit_confidence(
        judged.rows, judged.right, judged.weights, prior=_prior(SHOWN, _PRIOR_CONFIDENCE)
    )
    conditions["confidence"] = {
        "fitted_on": [_said(source) for source in _SAME_FIT],
        "questions": len(same_fit),
        "answerable": ANSWERABLE,
    }
    regimes: dict[str, object] = {}
    for name, choice, held, sources in (
        (
            "same_language",
            same_choice,
            same_held,
            {"fitted_on": [_said(s) for s in _SAME_FIT], "held": [_said(s) for s in _SAME_HELD]},
        ),
        (
            "across_languages",
            across_choice,
            across_held,
            {"fitted_on": list(_ACROSS), "held": "the first third of the questions of each"},
        ),
    ):
        threshold, report = _measured(confidence, held)
        print(name, json.dumps(report, indent=2), file=sys.stderr)
        conditions[name] = {**sources, "refused_of_those_found": REFUSED, "on_held": report}
        named = dict(zip((*SHOWN, "bias"), confidence.round(4).tolist(), strict=True))
        regimes[name] = {
            "choice": dict(zip(FEATURES, choice.round(4).tolist(), strict=True)),
            "confidence": named,
            "threshold": round(threshold, 4),
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


def _said(source: Source) -> str:
    return f"{source.name}, indexes {source.indexes.start} to {source.indexes.stop - 1}"


def _prior(names: Sequence[str], values: Mapping[str, float]) -> NDArray[np.float64]:
    return np.array([values.get(name, 0.0) for name in names])


def _measured(weights: NDArray[np.float64], held: Sequence[Example]) -> tuple[float, dict[str, float]]:
    """The threshold that refuses :data:`REFUSED` of those found, and what it does to ``held``."""
    judged = _judged(held)
    confidences = 1 / (1 + np.exp(-(judged.rows @ weights[:-1] + weights[-1])))
    threshold = float(np.quantile(confidences[judged.right == 1], REFUSED))
    present = np.array([example.present for example in held])
    first = [example.candidates[0].passage.id == example.paragraph for example in held if example.present]
    report = {
        "questions_held": len(held),
        "retrieval_right_first": float(np.mean(first)),
        "paragraph_right": float(judged.right[present].mean()),
        "absent_refused": float((confidences[~present] < threshold).mean()),
        "answerable_refused": float((confidences[present] < threshold).mean()),
        "right_when_served": float(judged.right[confidences >= threshold].mean()),
        "expected_calibration_error": _calibration_error(confidences, judged.right, judged.weights),
    }
    return threshold, {name: round(value, 4) for name, value in report.items()}


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
    """By example: what its confidence is judged by; whether the paragraph is right; what the example counts.

    They count so that :data:`ANSWERABLE` of the whole has its answer in the index: a probability holds for
    the share of questions that it was fitted on.
    """

    rows: NDArray[np.float64]
    right: NDArray[np.float64]
    weights: NDArray[np.float64]


def _judged(found: Sequence[Example]) -> _Judged:
    present = np.array([example.present for example in found])
    share = present.mean()
    return _Judged(
        np.array([[example.served.signals[name] for name in SHOWN] for example in found]),
        np.array([float(e.present and e.served.paragraph == e.paragraph) for e in found]),
        np.where(present, ANSWERABLE / share, (1 - ANSWERABLE) / (1 - share)),
    )


def _calibration_error(
    confidences: NDArray[np.float64],
    labels: NDArray[np.float64],
    weights: NDArray[np.float64],
    bins: int = 10,
) -> float:
    """Expected calibration error over equally wide bins (Guo et al., 2017)."""
    place = np.minimum((confidences * bins).astype(int), bins - 1)
    error = 0.0
    for b in range(bins):
        inside = weights * (place == b)
        if inside.any():
            error += abs(float(inside @ (confidences - labels)))
    return error / float(weights.sum())


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
    found: Sequence[Example], choice: NDArray[np.float64], penalty: float = _PRIOR_PENALTY
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
    prior = _prior(FINDING_FEATURES, _PRIOR_FINDINGS)
    return {kind: fit_listwise(examples, penalty, prior) for kind, examples in lists.items()}


def fit_listwise(
    examples: Sequence[tuple[NDArray[np.float64], NDArray[np.bool_]]],
    penalty: float,
    prior: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Weights, one per column, under which the right rows of each example stand out among its rows.

    They are drawn to ``prior`` (default 0) by ``penalty`` times the squared distance.
    """
    usable = [(rows, right) for rows, right in examples if right.any() and not right.all()]
    owner = torch.tensor(np.repeat(np.arange(len(usable)), [len(rows) for rows, _ in usable]))
    features = torch.tensor(np.concatenate([rows for rows, _ in usable]))
    right = torch.tensor(np.concatenate([marks for _, marks in usable]))
    centre = torch.tensor(np.zeros(features.shape[1]) if prior is None else prior)
    weights = centre.clone().requires_grad_()

    def loss() -> torch.Tensor:
        scores = features @ weights
        exponentials = torch.exp(scores - scores.max().detach())
        total = torch.zeros(len(usable), dtype=torch.float64).index_add(0, owner, exponentials)
        good = torch.zeros(len(usable), dtype=torch.float64).index_add(0, owner, exponentials * right)
        return -(torch.log(good) - torch.log(total)).sum() + penalty * ((weights - centre) ** 2).sum()

    _minimise(weights, loss)
    return np.asarray(weights.detach().numpy())


def fit_confidence(
    rows: NDArray[np.float64],
    labels: NDArray[np.float64],
    counts: NDArray[np.float64] | None = None,
    penalty: float = 1.0,
    prior: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Logistic weights of shape (columns + 1,), the bias last and not penalised; ``counts`` by example.

    They are drawn to ``prior``, shape (columns,), default 0, by ``penalty`` times the squared distance.
    """
    features = torch.tensor(np.hstack([rows, np.ones((len(rows), 1))]))
    wanted = torch.tensor(labels)
    centre = torch.tensor(np.zeros(rows.shape[1]) if prior is None else prior)
    counted = torch.tensor(np.ones(len(rows)) if counts is None else counts)
    weights = torch.zeros(features.shape[1], dtype=torch.float64, requires_grad=True)

    def loss() -> torch.Tensor:
        logits = features @ weights
        fit = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted, counted, reduction="sum")
        return fit + penalty * ((weights[:-1] - centre) ** 2).sum()

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
