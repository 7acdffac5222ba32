"""Fits ``service/answering/weights.json`` and ``confidence.json``: which sentence is chosen, and how sure.

    python -m eval.answer_fit DATA CROWD --folds DIR [--out DIR]

``DATA`` is a folder with ``qa/*.jsonl.gz`` (``{context, question, answers: [{text, start}]}``) and
``dict/``. Two kinds of questions are fitted on. Those of public sets, in the language of their paragraphs,
are put to small indexes of the size of a few documents, of which a third of the paragraphs is left out:
their questions are those to refuse. Two thirds of them have words exchanged for synonyms, and a quarter of
the paragraphs lose a sentence that answers: whoever asks doesn't use the paragraph's words. The practice
questions (:mod:`index.training.practice`), with near misses of their own, are put to each set of documents
in Chinese and in English: they alone say what is worth what across languages. Some of them are put to it
again with another place, year or session (:mod:`eval.premises`), and some among the documents of the folder
``CROWD``, some thousand paragraphs that no question is about: among many, something always looks like an
answer.

Each question is judged by vectors and networks that were trained without its set (:mod:`eval.folds`): those
in use for a set that none is trained on, else those of ``DIR`` (:mod:`index.training.practised`,
:mod:`eval.wordwise_fit`).

The sentence's weights are a conditional logit over the candidates (the share of the right sentence is
maximised) with an L2 penalty, found by L-BFGS. The confidence (:mod:`service.answering.confidence`) judges
what the weights in use choose (so fit twice after a change of features), against whether that is the right
paragraph; :mod:`eval.confidence_fit` then scales it. One set of practice questions is left out of all fits:
the report is on it.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.answer_examples import PARAGRAPHS, Example, ask, practise, read_qa
from eval.fits import fit_layered, fit_listwise
from eval.folds import folder_of, models_for
from eval.paraphrase import Paraphraser
from eval.premises import misled
from index.build import build_generation
from index.encoder import load_encoder
from index.training.practice import (
    HELD,
    PracticeQuestion,
    documents_of,
    practice_questions,
    unanswered,
)
from index.training.processes import side_by_side
from ingest.corpus import read_corpus
from service.answering.confidence import FITTED_CONFIDENCE, Confidence
from service.answering.sentences.demands import DEMANDS
from service.answering.sentences.features import FEATURES, FINDING_FEATURES
from service.answering.sentences.sought import AT_ODDS, UNTOLD
from service.answering.sentences.wordwise import SENTENCE_KINDS
from service.answering.weights import FINDING_KINDS, FITTED
from service.answering.words.concepts import UNSTATED
from service.answering.words.traits import TRAITS
from service.library import Models

__all__ = ["ANSWERABLE", "PUBLIC", "SHOWN", "counted", "fit_choice", "fit_findings", "judged", "main"]

SHOWN = (
    *("margin", "margin_over_1", "margin_over_3", "lead", "matched", "missed", "strange", "unnamed"),
    *("elsewhere", "figures", "names", "nowhere", "act", "role", "amount"),
    *(*DEMANDS, *UNSTATED, "unheard", "faint"),
    *("lacking", "numberless", "clash", "words", "length", "typed_clause"),
    *(*AT_ODDS, *UNTOLD, "ordinal", "year", "month", "place"),
    *("miscounted", "inexact", "told", "whom_untold", "unknown", "wordwise", "clause_wordwise"),
    *(f"finding_{name}" for name in FINDING_FEATURES),
    *("finding_margin", *(f"asks_{kind}" for kind in SENTENCE_KINDS)),
    *(f"asked_{trait}" for trait in TRAITS),
)
"""Signals that the confidence is judged by: none that says how well retrieval went by a figure that differs
between collections (the retrieval score itself; measured, it shifts the whole scale).
"""

REFUSED = 0.05
"""Share of the questions left out of the fits, of those answered rightly, that are refused in the report."""

ANSWERABLE = 0.8
"""Share of questions that are taken to have an answer in the documents."""

_OF_OTHERS = 60
"""Questions of other sets that a set of practice documents is asked, in each of its languages."""
_FROM_ELSEWHERE = 60
"""The same for questions of public sets."""

_MISLED = 0.15
"""Questions of a set that are put with another place, year or session, as a share of all of them."""
_IN_A_CROWD = 0.3
"""Share of a set's questions that are put to its documents among others too."""
_MOST_OF_A_SET = 500
"""Questions of a set that is fitted on: there are few numbers to fit, and all sets are to count."""

_PRIOR_FINDINGS = {
    "sentence": 0.8,
    "clause": 0.8,
    "clause_with_previous": 0.5,
    "clause_with_next": 0.3,
    "coverage": 0.8,
    "wordwise": 1.0,
    "figures": 1.0,
    "echoed": -2.0,
    "exact": 0.7,
    "measure": 1.5,
    "clash": -1.0,
    "noun": 1.5,
    "ordinal": 2.0,
    "year": 0.5,
    "month": 0.5,
    "place": 0.7,
    "counted": 0.7,
    "same_sort": 0.5,
    "other_sort": -1.0,
}
"""Where weights of findings are drawn to: the data has hardly a session, a unit or a thing counted."""

_PRIOR_PENALTY = 5.0


@dataclass(frozen=True, slots=True)
class Source:
    """A data set, the language of its paragraphs, and which of the indexes made of it are used."""

    name: str
    language: str
    indexes: range


PUBLIC = (
    Source("cmrc2018_dev", "zh", range(3)),
    Source("drcd_dev", "zh", range(3)),
    Source("nqg_squad_test_qsent", "en", range(4)),
)
_PUBLIC_HELD = (
    Source("cmrc2018_trial", "zh", range(1)),
    Source("drcd_test", "zh", range(1)),
    Source("nqg_squad_test_qsent", "en", range(7, 8)),
)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("crowd", type=Path)
    parser.add_argument("--folds", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=FITTED.parent)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args(arguments)
    models = Models.load()
    with side_by_side() as pool:
        asked = partial(_asked_of, data=given.data, folds=given.folds, seed=given.seed)
        public = list(pool.map(asked, (*PUBLIC, *_PUBLIC_HELD)))
        others = [example for found in public[: len(PUBLIC)] for example in found]
        held_back = [example for found in public[len(PUBLIC) :] for example in found]
        practised = _practised(pool, models, given, [example.question.text for example in others])
    conditions: dict[str, object] = {
        "command": "python -m eval.answer_fit DATA CROWD --folds DIR",
        "encoder": models.encoder.id,
        "encoder_sha256": models.encoder.fingerprint,
        "seed": given.seed,
        "public": {
            "fitted_on": [_said(source) for source in PUBLIC],
            "held": [_said(source) for source in _PUBLIC_HELD],
            "paragraphs_per_index": PARAGRAPHS,
            "left_out_of_the_index": "a third",
        },
        "practice": {"fitted_on": sorted(practised.keys() - {HELD}), "held": HELD},
        "answerable": ANSWERABLE,
        "refused_of_the_right": REFUSED,
    }
    regimes: dict[str, object] = {}
    sure: dict[str, object] = {}
    choices: dict[str, NDArray[np.float64]] = {}
    for name, same, public_fit, public_held in (
        ("same_language", True, others, held_back),
        ("across_languages", False, [], []),
    ):
        fit = public_fit + [e for s, found in practised.items() if s != HELD for e in found if e.same == same]
        held = [example for example in practised[HELD] if example.same == same]
        choices[name] = fit_choice(fit)
        rows = judged(fit)
        confidence = fit_layered(SHOWN, rows.rows, rows.right, rows.weights, given.seed)
        report = {"practice": _measured(confidence, choices[name], held)}
        if public_held:
            report["public"] = _measured(confidence, choices[name], public_held)
        print(name, json.dumps(report, indent=2), file=sys.stderr)
        conditions[name] = {"questions": len(fit), "on_held": report}
        regimes[name] = {"choice": dict(zip(FEATURES, choices[name].round(4).tolist(), strict=True))}
        sure[name] = confidence.numbers()
    fit = others + [example for s, found in practised.items() if s != HELD for example in found]
    fitted, quality = _findings(fit, practised[HELD], choices)
    print("findings", json.dumps(quality, indent=2), file=sys.stderr)
    conditions["findings"] = quality
    findings = {
        kind: dict(zip(FINDING_FEATURES, weights.round(4).tolist(), strict=True))
        for kind, weights in fitted.items()
    }
    content = {"conditions": conditions, **regimes, "findings": findings}
    given.out.mkdir(parents=True, exist_ok=True)
    weights = json.dumps(content, indent=2) + "\n"
    (given.out / FITTED.name).write_text(weights, encoding="utf-8")
    confidences = json.dumps({"conditions": conditions, **sure}) + "\n"
    (given.out / FITTED_CONFIDENCE.name).write_text(confidences, encoding="utf-8")


def _asked_of(source: Source, *, data: Path, folds: Path, seed: int) -> list[Example]:
    """The questions of a public set, put to its indexes."""
    models = models_for(source.name, folds)
    chance = random.Random(f"{seed} {source.name}")  # noqa: S311 (a split, no secret)
    paraphraser = Paraphraser.load(data / "dict", models.embedded.vocabulary)
    texts, cases = read_qa(data / "qa" / f"{source.name}.jsonl.gz")
    found = ask(texts, source.language, cases, source.indexes, models, chance, paraphraser)
    return [example.lean() for example in found]


@dataclass(frozen=True, slots=True)
class _Round:
    """Questions put to the documents of their set in a language, beside those of ``crowd``, an index."""

    set: str
    language: str
    crowd: Path | None
    questions: Sequence[PracticeQuestion]


def _practised(
    pool: Executor, models: Models, given: argparse.Namespace, elsewhere: Sequence[str]
) -> dict[str, list[Example]]:
    """The practice questions by set, each put to the documents of its set in Chinese and in English, alone
    and among those of ``given.crowd``.

    A set that is fitted on is also asked what is misled, some questions of the others, and some from
    ``elsewhere``: most of what people ask is in no document.
    """
    chance = random.Random(given.seed)  # noqa: S311 (a choice, no secret)
    questions: dict[str, list[PracticeQuestion]] = {}
    for question in practice_questions():
        questions.setdefault(question.set, []).append(question)
    with tempfile.TemporaryDirectory() as folder:
        crowds = _crowds(given.crowd, questions, given.folds, Path(folder))
        rounds = []
        for name, own in sorted(questions.items()):
            others = [q for s, asked in questions.items() if s not in (name, HELD) for q in asked if q.gold]
            texts = [p.text for lang in ("en", "zh") for d in documents_of(own, lang) for p in d.paragraphs]
            lies = misled(own, texts, models.glossary, chance) if name != HELD else []
            some = own if name == HELD else chance.sample(own, min(len(own), _MOST_OF_A_SET))
            for language, beside in product(("en", "zh"), (None, crowds[folder_of(name, given.folds)])):
                asked = list(some) if beside is None else chance.sample(some, round(_IN_A_CROWD * len(some)))
                if name != HELD:
                    strange = chance.sample(lies, min(len(lies), round(_MISLED * len(some))))
                    strange += [q.question for q in chance.sample(others, _OF_OTHERS)]
                    strange += chance.sample(elsewhere, _FROM_ELSEWHERE)
                    asked += [unanswered(text) for text in strange]
                rounds.append(_Round(name, language, beside, asked))
        found: dict[str, list[Example]] = {}
        for one, examples in zip(rounds, pool.map(partial(_played, folds=given.folds), rounds), strict=True):
            found.setdefault(one.set, []).extend(examples)
    return found


def _crowds(texts: Path, names: Iterable[str], folds: Path, out: Path) -> dict[Path | None, Path]:
    """An index of ``texts`` for each of the encoders that sets are judged with."""
    documents = read_corpus([texts]).documents
    found = {}
    for place, encoder in enumerate(sorted({folder_of(name, folds) for name in names}, key=str)):
        found[encoder] = out / str(place)
        build_generation(found[encoder], documents, load_encoder(None if encoder is None else str(encoder)))
    return found


def _played(one: _Round, *, folds: Path) -> list[Example]:
    documents = documents_of(one.questions, one.language)
    found = practise(documents, one.questions, models_for(one.set, folds), one.crowd)
    return [example.lean() for example in found]


def _said(source: Source) -> str:
    return f"{source.name}, indexes {source.indexes.start} to {source.indexes.stop - 1}"


def _prior(names: Sequence[str], values: Mapping[str, float]) -> NDArray[np.float64]:
    return np.array([values.get(name, 0.0) for name in names])


def _measured(
    confidence: Confidence, choice: NDArray[np.float64], held: Sequence[Example]
) -> dict[str, float]:
    """What confidence and choice make of ``held``; refused is what is less sure than :data:`REFUSED` of those
    answered rightly.
    """
    rows = judged(held)
    confidences = confidence.of_rows(rows.rows)
    threshold = float(np.quantile(confidences[rows.right > 0], REFUSED))
    present = np.array([example.present for example in held])
    there = [example for example in held if example.present]
    best = [e.candidates[int(np.argmax([c.features @ choice for c in e.candidates]))] for e in there]
    report = {
        "questions": len(held),
        "retrieval_right_first": float(np.mean([e.candidates[0].passage.id in e.gold for e in there])),
        "sentence_in_the_right_paragraph": float(
            np.mean([one.passage.id in e.gold for one, e in zip(best, there, strict=True)])
        ),
        "paragraph_right": float(rows.right[present].mean()),
        "unanswerable_refused": float((confidences[~present] < threshold).mean()),
        "answerable_refused": float((confidences[present] < threshold).mean()),
        "right_when_served": float(rows.right[confidences >= threshold].mean()),
        "expected_calibration_error": _calibration_error(confidences, rows.right, rows.weights),
    }
    return {name: round(value, 4) for name, value in report.items()}


def _findings(
    fit: Sequence[Example], held: Sequence[Example], choices: Mapping[str, NDArray[np.float64]]
) -> tuple[dict[str, NDArray[np.float64]], dict[str, object]]:
    """Weights for each kind in use, and how often they choose right where that is possible."""
    weights = fit_findings(fit, choices)
    asked: dict[str, list[bool]] = {}
    for example in held:
        for name, (findings, right) in example.findings.items():
            kind = example.question.asks if name == "typed" else "text"
            if right.any() and kind in weights:
                rows = np.array([finding.features for finding in findings])
                asked.setdefault(kind, []).append(bool(right[int(np.argmax(rows @ weights[kind]))]))
    return {kind: weights[kind] for kind in FINDING_KINDS}, {
        kind: {"questions_held": len(rights), "right": round(float(np.mean(rights)), 4)}
        for kind, rights in asked.items()
    }


@dataclass(frozen=True, slots=True)
class Judged:
    """By example: what its confidence is judged by; whether the paragraph is right; what the example counts.

    They count so that :data:`ANSWERABLE` of the whole has its answer in the index: a probability holds for
    the share of questions that it was fitted on.
    """

    rows: NDArray[np.float64]
    right: NDArray[np.float64]
    weights: NDArray[np.float64]


def judged(found: Sequence[Example], signals: Sequence[str] = SHOWN) -> Judged:
    """What the confidence is fitted to."""
    return Judged(
        np.array([[example.served.signals[name] for name in signals] for example in found]),
        np.array([float(e.served.paragraph in e.gold) for e in found]),
        counted(np.array([example.present for example in found])),
    )


def counted(present: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What each example counts, so that those with an answer are :data:`ANSWERABLE` of all."""
    share = min(max(float(present.mean()), 1e-9), 1 - 1e-9)
    return np.where(present, ANSWERABLE / share, (1 - ANSWERABLE) / (1 - share))


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
    found: Sequence[Example], choices: Mapping[str, NDArray[np.float64]], penalty: float = _PRIOR_PENALTY
) -> dict[str, NDArray[np.float64]]:
    """Weights of findings, by kind asked for; ``choices`` are those of sentences, by regime."""
    lists: dict[str, list[tuple[NDArray[np.float64], NDArray[np.bool_]]]] = {}
    column = FINDING_FEATURES.index("sentence")
    for example in found:
        choice = choices["same_language" if example.same else "across_languages"]
        for name, (findings, right) in example.findings.items():
            rows = np.array([finding.features for finding in findings])
            scores = np.array([finding.candidate.features for finding in findings]) @ choice
            rows[:, column] = np.maximum(-8.0, scores - scores.max())
            kind = example.question.asks if name == "typed" else "text"
            lists.setdefault(kind, []).append((rows, right))
    prior = _prior(FINDING_FEATURES, _PRIOR_FINDINGS)
    return {kind: fit_listwise(examples, penalty, prior) for kind, examples in lists.items()}


if __name__ == "__main__":
    main()
