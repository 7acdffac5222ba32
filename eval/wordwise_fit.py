"""Fits ``service/answering/sentences/wordwise.json``: networks that judge sentences and clauses word by word.

    python -m eval.wordwise_fit DATA --folds DIR [--out FILE]

The practice questions (:mod:`index.training.practice`) are put to the documents of their set in Chinese and
in English, those of public sets in ``DATA/qa`` to small indexes, as for :mod:`eval.answer_fit`; a network
learns which of the sentences read answers, another which of what they hold (listwise softmax).

What is fitted on a network's own training examples trusts it too much. So the sets are dealt to folds, and
besides the networks for use some are trained without each fold and written to ``DIR/fold0`` and so on:
``python -m eval.answer_fit … --folds DIR`` judges each question by networks that have never seen its set. For
the same reason ``DIR`` must hold vectors trained without each fold (``python -m index.training.practised``):
what the networks learn from is how those match the words.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from eval.answer_examples import Example, ask, practise, read_qa
from eval.answer_fit import PUBLIC
from eval.fits import fit_listwise
from eval.folds import WORDWISE, models_for
from index.training.practice import FOLDS, HELD, documents_of, fold_folder, fold_of, practice_questions
from index.training.processes import side_by_side
from service.answering.sentences.features import FEATURES, FINDING_FEATURES
from service.answering.sentences.wordsigns import Signs
from service.answering.sentences.wordwise import CLAUSE_KINDS, FITTED_WORDWISE, SENTENCE_KINDS
from service.answering.weights import Weights
from service.answering.words.traits import TRAITS
from service.library import Models

__all__ = ["Judge", "Shown", "main", "numbers", "trained"]

_HIDDEN: Final = 32
_WIDTH: Final = 32
_EPOCHS: Final = 8
_RATE: Final = 3e-3
_DECAY: Final = 1e-2
_DROPPED: Final = 0.1
_TOGETHER: Final = 48
"""Questions of one step."""
_OF_PUBLIC: Final = 0.3
"""What a question of a public set counts beside one for practice: it is worded as its paragraph is."""
_SCALE: Final = 3.0
_LEAST: Final = 0.05
"""Standard deviations count as no less: a feature that hardly ever differs says little."""
_LIKELIEST: Final = 24
"""Texts of a question that are looked at, besides those that answer: the others are never chosen."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a network is shown of one question, and which of the texts are right.

    ``signs`` (texts, words, signs; float16), ``shares`` (words,), ``rows`` (texts, features): all other
    features; ``told`` (texts, told; float16) and ``asked`` (traits,): what they tell of, what is asked.
    """

    set: str
    kind: int
    same: bool
    signs: NDArray[np.float16]
    shares: NDArray[np.float32]
    rows: NDArray[np.float32]
    told: NDArray[np.float16]
    asked: NDArray[np.float32]
    right: NDArray[np.bool_]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=FITTED_WORDWISE)
    given = parser.parse_args(arguments)
    sets = sorted({question.set for question in practice_questions()})
    jobs = [(name, given.data, given.folds) for name in (*sets, *(source.name for source in PUBLIC))]
    with side_by_side() as pool:
        gathered = list(pool.map(_gathered, jobs))
    sentences = [one for found, _ in gathered for one in found]
    clauses = [one for _, found in gathered for one in found]
    _write(sentences, clauses, [name for name, *_ in jobs], given.folds, given.out)


def _write(
    sentences: Sequence[Shown], clauses: Sequence[Shown], names: Sequence[str], folds: Path, out: Path
) -> None:
    """Train on the sets ``names`` but :data:`HELD`, once on all and once without each fold."""
    left_out = [
        [HELD],
        *([HELD, *(s for s in names if s != HELD and fold_of(s) == fold)] for fold in range(FOLDS)),
    ]
    trainings = [
        (which, examples, kinds, without)
        for without in left_out
        for which, examples, kinds in (
            ("sentences", sentences, len(SENTENCE_KINDS)),
            ("clauses", clauses, len(CLAUSE_KINDS)),
        )
    ]
    with side_by_side() as pool:
        done = list(pool.map(trained, trainings))
    for place, without in enumerate(left_out):
        networks = done[2 * place : 2 * place + 2]
        measured = {which: said for (which, *_), (_, said) in zip(trainings[:2], networks, strict=True)}
        print(without, json.dumps(measured), file=sys.stderr)
        content = {
            "conditions": {
                "command": "python -m eval.wordwise_fit DATA --folds DIR",
                "left_out": without,
                "public": [source.name for source in PUBLIC],
                "right_of_those_left_out": measured,
            },
            **{which: network for (which, *_), (network, _) in zip(trainings[:2], networks, strict=True)},
        }
        path = fold_folder(folds, place - 1) / WORDWISE if place else out
        path.write_text(json.dumps(content) + "\n", encoding="utf-8")


def _gathered(job: tuple[str, Path, Path]) -> tuple[list[Shown], list[Shown]]:
    """What the networks for sentences and for clauses are shown of the questions of a set."""
    name, data, folds = job
    models = models_for(name, folds)
    sentences: list[Shown] = []
    clauses: list[Shown] = []
    for example in _examples(name, data, models):
        sentences += _of_sentences(name, example, models.weights)
        clauses += _of_clauses(name, example, models.weights)
    return sentences, clauses


def _examples(name: str, data: Path, models: Models) -> Iterator[Example]:
    source = next((source for source in PUBLIC if source.name == name), None)
    if source is not None:
        texts, cases = read_qa(data / "qa" / f"{name}.jsonl.gz")
        chance = random.Random(7)  # noqa: S311 (a split, no secret)
        yield from ask(texts, source.language, cases, source.indexes, models, chance)
        return
    own = [question for question in practice_questions() if question.set == name]
    for language in ("en", "zh"):
        yield from practise(documents_of(own, language), own, models)


def _of_sentences(name: str, example: Example, weights: Weights) -> Iterator[Shown]:
    found = example.candidates
    kind = SENTENCE_KINDS.index(example.question.asks)
    regime = weights.same_language if example.same else weights.across_languages
    rows = np.array([one.features for one in found])
    scores = rows @ regime.choice
    rows[:, FEATURES.index("wordwise")] = 0.0
    yield from _shown(name, kind, example.same, [one.signs for one in found], rows, scores, example.right)


def _of_clauses(name: str, example: Example, weights: Weights) -> Iterator[Shown]:
    want = example.question.wants[0]
    for which, (found, right) in example.findings.items():
        kind = "text" if which == "text" else want.weighed
        rows = np.array([one.features for one in found])
        scores = rows @ weights.findings[kind]
        rows[:, FINDING_FEATURES.index("wordwise")] = 0.0
        signs = [one.signs for one in found]
        yield from _shown(name, CLAUSE_KINDS.index(kind), example.same, signs, rows, scores, right)


def _shown(
    name: str,
    kind: int,
    same: bool,
    signs: Sequence[Signs | None],
    rows: NDArray[np.float64],
    scores: NDArray[np.float64],
    right: NDArray[np.bool_],
) -> Iterator[Shown]:
    there = [one for one in signs if one is not None]
    if len(there) < len(signs) or not right.any() or right.all():
        return
    order = np.argsort(-(scores + 1e6 * right), kind="stable")
    kept = np.sort(order[: _LIKELIEST + int(right.sum())])
    yield Shown(
        name,
        kind,
        same,
        np.array([there[place].words for place in kept], np.float16),
        there[0].shares.astype(np.float32),
        rows[kept].astype(np.float32),
        np.array([there[place].told for place in kept], np.float16),
        there[0].asked,
        np.asarray(right[kept], bool),
    )


class Judge(torch.nn.Module):
    """As :class:`~service.answering.sentences.wordwise.Network`, features brought to a common scale before
    they are read together.
    """

    def __init__(
        self,
        signs: int,
        told: int,
        sums: NDArray[np.float64],
        scale: tuple[NDArray[np.float32], NDArray[np.float32]],
    ) -> None:
        """``sums`` has shape (kinds, features): what the weights of the sum begin with. ``scale`` are mean
        and standard deviation of the features.
        """
        super().__init__()
        said = len(sums) + 1 + len(TRAITS)
        self.word = torch.nn.Linear(signs, _HIDDEN)
        self.kind = torch.nn.Linear(said, _HIDDEN, bias=False)
        self.beside = torch.nn.Conv1d(_HIDDEN, _HIDDEN, 3, padding=1)
        self.out = torch.nn.Linear(_HIDDEN, 1)
        self.dropped = torch.nn.Dropout(_DROPPED)
        self.sums = torch.nn.Parameter(torch.tensor(sums, dtype=torch.float32))
        self.mean, self.deviation = map(torch.from_numpy, scale)
        self.whole = torch.nn.Linear(2 * (sums.shape[1] + told + _HIDDEN), _WIDTH)
        self.whole_kind = torch.nn.Linear(said, _WIDTH, bias=False)
        self.whole_out = torch.nn.Linear(_WIDTH, 1, bias=False)
        for weight in (self.out.weight, self.out.bias, self.whole_out.weight):
            torch.nn.init.zeros_(weight)

    def scores(self, found: Sequence[Shown]) -> NDArray[np.float64]:
        """Of shape (questions, most texts of one)."""
        with torch.no_grad():
            return np.asarray(self(_Batch.of(found, len(self.sums))).numpy(), np.float64)

    def forward(self, batch: _Batch) -> torch.Tensor:
        questions, texts, words, _ = batch.signs.shape
        hidden = torch.relu(self.word(batch.signs) + self.kind(batch.kinds)[:, None, None])
        hidden = hidden * batch.words[:, None, :, None]
        laid = hidden.reshape(questions * texts, words, -1).transpose(1, 2)
        beside = torch.relu(self.beside(laid)).transpose(1, 2).reshape(hidden.shape)
        hidden = hidden + beside
        judged = self.out(self.dropped(hidden))[..., 0]
        first = (judged * batch.shares[:, None]).sum(-1) * _SCALE
        kind = batch.kinds[:, : len(self.sums)].argmax(1)
        first = (first + (batch.rows * self.sums[kind][:, None]).sum(-1)).masked_fill(~batch.texts, -1e9)
        together = (hidden * batch.shares[:, None, :, None]).sum(2)
        whole = torch.cat([(batch.rows - self.mean) / self.deviation, batch.told, together], -1)
        likeliest = (whole * torch.softmax(first, 1)[..., None]).sum(1, keepdim=True)
        read = self.whole(torch.cat([whole, whole - likeliest], -1)) + self.whole_kind(batch.kinds)[:, None]
        return torch.as_tensor(first + self.whole_out(self.dropped(torch.relu(read)))[..., 0])


@dataclass(frozen=True, slots=True)
class _Batch:
    """Questions filled up to equal numbers of texts and words; ``texts`` and ``words`` say what is real."""

    signs: torch.Tensor
    shares: torch.Tensor
    rows: torch.Tensor
    told: torch.Tensor
    right: torch.Tensor
    texts: torch.Tensor
    words: torch.Tensor
    kinds: torch.Tensor
    counted: torch.Tensor

    @classmethod
    def of(cls, found: Sequence[Shown], kinds: int) -> _Batch:
        count = len(found)
        texts = max(len(one.right) for one in found)
        words = max(len(one.shares) for one in found)
        signs = np.zeros((count, texts, words, found[0].signs.shape[2]), np.float32)
        shares = np.zeros((count, words), np.float32)
        rows = np.zeros((count, texts, found[0].rows.shape[1]), np.float32)
        told = np.zeros((count, texts, found[0].told.shape[1]), np.float32)
        right, there = np.zeros((count, texts), bool), np.zeros((count, texts), bool)
        said = np.zeros((count, words), np.float32)
        asked = np.zeros((count, kinds + 1 + len(TRAITS)), np.float32)
        for place, one in enumerate(found):
            n, i = one.signs.shape[:2]
            signs[place, :n, :i] = one.signs
            shares[place, :i], said[place, :i] = one.shares, 1.0
            rows[place, :n], told[place, :n] = one.rows, one.told
            right[place, :n], there[place, :n] = one.right, True
            asked[place, one.kind], asked[place, kinds] = 1.0, one.same
            asked[place, kinds + 1 :] = one.asked
        counted = [1.0 if one.set.startswith("p") else _OF_PUBLIC for one in found]
        given = [torch.from_numpy(one) for one in (signs, shares, rows, told, right, there, said, asked)]
        return cls(*given, counted=torch.tensor(counted))  # type: ignore[misc]


def trained(
    training: tuple[str, Sequence[Shown], int, Sequence[str]],
) -> tuple[dict[str, object], dict[str, float]]:
    """A network's numbers, and how often it chooses right in each set left out, beside the sum alone."""
    _, examples, kinds, without = training
    torch.manual_seed(7)
    order = random.Random(7)  # noqa: S311 (an order, no secret)
    fit = [one for one in examples if one.set not in without]
    sums = _sums(fit, kinds)
    judge = Judge(examples[0].signs.shape[2], examples[0].told.shape[1], sums, _scale(fit))
    groups = _alike(fit)
    optimizer = torch.optim.AdamW(judge.parameters(), lr=_RATE, weight_decay=_DECAY)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=_EPOCHS * len(groups) + 1)
    for _ in range(_EPOCHS):
        order.shuffle(groups)
        for group in groups:
            batch = _Batch.of(group, kinds)
            scores = judge(batch)
            good = torch.logsumexp(scores.masked_fill(~batch.right, -1e9), 1)
            loss = ((torch.logsumexp(scores, 1) - good) * batch.counted).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            rate.step()
    judge.eval()
    measured: dict[str, float] = {}
    for name in without:
        left = [one for one in examples if one.set == name]
        if not left:  # a public set may give a network nothing to judge
            continue
        measured[name] = _right(left, lambda one: judge.scores([one])[0])
        measured[f"{name}, without the network"] = _right(left, lambda one: one.rows @ sums[one.kind])
    return numbers(judge), measured


def _right(found: Sequence[Shown], scores: Callable[[Shown], NDArray[np.float64]]) -> float:
    return round(float(np.mean([one.right[int(np.argmax(scores(one)))] for one in found])), 4)


def _sums(fit: Sequence[Shown], kinds: int) -> NDArray[np.float64]:
    """Weights of the other features, by what is asked for; those of all where too little is."""
    whole = fit_listwise([(one.rows.astype(np.float64), one.right) for one in fit], 1.0)
    found = np.repeat(whole[None], kinds, axis=0)
    for kind in range(kinds):
        own = [(one.rows.astype(np.float64), one.right) for one in fit if one.kind == kind]
        if own:
            found[kind] = fit_listwise(own, 5.0, whole)
    return found


def _scale(fit: Sequence[Shown]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and standard deviation of the other features."""
    rows = np.concatenate([one.rows for one in fit])
    return rows.mean(axis=0), np.maximum(rows.std(axis=0), np.float32(_LEAST))


def _alike(fit: Iterable[Shown]) -> list[list[Shown]]:
    """Groups of questions with about as many texts and words."""
    order = sorted(fit, key=lambda one: one.signs.shape[:2])
    return [order[start : start + _TOGETHER] for start in range(0, len(order), _TOGETHER)]


def numbers(judge: Judge) -> dict[str, object]:
    """The numbers of a :class:`~service.answering.sentences.wordwise.Network`, which reads features as is."""

    def rounded(tensor: torch.Tensor | None) -> object:
        if tensor is None:
            raise ValueError("expected a layer with a bias, got one without")
        return np.round(tensor.detach().numpy().astype(np.float64), 4).tolist()

    features = len(judge.mean)
    whole = judge.whole.weight.detach().T.clone()
    half = len(whole) // 2
    for begin in (0, half):
        whole[begin : begin + features] /= judge.deviation[:, None]
    return {
        "word": rounded(judge.word.weight.T),
        "kind": rounded(judge.kind.weight.T),
        "word_bias": rounded(judge.word.bias),
        "beside": rounded(judge.beside.weight.permute(2, 1, 0)),
        "beside_bias": rounded(judge.beside.bias),
        "out": rounded(judge.out.weight[0] * _SCALE),
        "out_bias": rounded(judge.out.bias[0] * _SCALE),
        "sums": rounded(judge.sums),
        "whole": rounded(whole),
        "whole_kind": rounded(judge.whole_kind.weight.T),
        "whole_bias": rounded(judge.whole.bias - judge.mean @ whole[:features]),
        "whole_out": rounded(judge.whole_out.weight[0]),
    }


if __name__ == "__main__":
    main()
