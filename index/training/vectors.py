"""Stage A: token vectors and token weights, trained on weighted means with in-batch contrast."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from index.vocabulary import Rows

__all__ = [
    "Gradients",
    "MeanTraining",
    "PairGroup",
    "RowAdam",
    "TokenVectors",
    "descend",
    "frequency_weights",
    "gather",
    "midway",
    "nonempty",
    "train_means",
]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PairGroup:
    """Pairs of texts that should meet: ``left[i]`` with ``right[i]``.

    ``weight`` multiplies the group's share of the batches, which is otherwise its number of pairs.
    """

    name: str
    left: Rows
    right: Rows
    weight: float


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """``vectors`` (rows, dimensions), ``weights`` (rows,) positive: how much a token counts; both float32."""

    vectors: NDArray[np.float32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MeanTraining:
    """``scale`` is the inverse temperature; learning rates fall linearly to nothing."""

    dimensions: int = 256
    batch: int = 2048
    steps: int = 1000
    rate: float = 2e-2
    weight_rate: float = 1e-2
    scale: float = 20.0
    longest: int = 64
    seed: int = 7


def frequency_weights(groups: Sequence[PairGroup], rows: int) -> NDArray[np.float32]:
    """Smooth inverse frequency a / (a + p(token)), a = 1e-3 (Arora et al. 2017)."""
    counts = np.zeros(rows)
    for group in groups:
        for side in (group.left, group.right):
            counts += group.weight * np.bincount(side.rows, minlength=rows)
    share = counts / counts.sum()
    weights: NDArray[np.float32] = (1e-3 / (1e-3 + share)).astype(np.float32)
    return weights


def nonempty(group: PairGroup) -> PairGroup:
    """The group without the pairs that have a side of which the vocabulary knows nothing."""
    kept = np.flatnonzero((np.diff(group.left.starts) > 0) & (np.diff(group.right.starts) > 0))
    sides = []
    for side in (group.left, group.right):
        rows, starts = gather(side, kept, int(np.diff(side.starts).max(initial=0)))
        sides.append(Rows(rows.astype(np.int32), starts))
    return PairGroup(group.name, sides[0], sides[1], group.weight)


class RowAdam:
    """Adam on the rows a batch touched only (their moments stand still otherwise), without weight decay."""

    def __init__(self, parameter: torch.Tensor) -> None:
        self._parameter = parameter
        self._first = torch.zeros_like(parameter)
        self._second = torch.zeros_like(parameter)
        self._step = 0

    def update(self, rows: torch.Tensor, gradient: torch.Tensor, rate: float) -> None:
        self._step += 1
        first = self._first[rows].mul_(0.9).add_(gradient, alpha=0.1)
        second = self._second[rows].mul_(0.999).addcmul_(gradient, gradient, value=0.001)
        self._first[rows] = first
        self._second[rows] = second
        size = rate * math.sqrt(1 - 0.999**self._step) / (1 - 0.9**self._step)
        self._parameter[rows] -= size * first / (second.sqrt() + 1e-8)


Gradients = tuple[torch.Tensor, torch.Tensor, torch.Tensor, float]
"""The rows that a batch uses, the gradients there of vectors and log weights, and the loss."""


def descend(
    start: TokenVectors,
    steps: int,
    rate: float,
    weight_rate: float,
    batch: Callable[[int, torch.Tensor, torch.Tensor], Gradients],
) -> TokenVectors:
    """``steps`` steps down the gradients of ``batch(step, vectors, log weights)``; rates fall to a tenth."""
    vectors = torch.from_numpy(start.vectors.copy())
    logits = torch.from_numpy(np.log(start.weights))
    vector_adam, weight_adam = RowAdam(vectors), RowAdam(logits)
    running = 0.0
    for step in range(steps):
        share = 1.0 - 0.9 * step / steps
        used, by_vector, by_weight, loss = batch(step, vectors, logits)
        vector_adam.update(used, by_vector, rate * share)
        weight_adam.update(used, by_weight, weight_rate * share)
        running = loss if not step else 0.98 * running + 0.02 * loss
        if not step % 50:
            _log.info("step %d of %d, loss %.3f", step, steps, running)
    return TokenVectors(vectors.numpy(), logits.exp().numpy())


def gather(
    side: Rows, chosen: NDArray[np.int64], longest: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows of the chosen texts end to end, each cut to ``longest``, and where each text starts."""
    lengths = np.minimum(side.starts[chosen + 1] - side.starts[chosen], longest)
    starts = np.concatenate(([0], np.cumsum(lengths)))
    positions = np.arange(starts[-1]) - np.repeat(starts[:-1] - side.starts[chosen], lengths)
    return side.rows[positions].astype(np.int64), starts


def train_means(groups: Sequence[PairGroup], start: TokenVectors, settings: MeanTraining) -> TokenVectors:
    """Symmetric InfoNCE over batches drawn from all groups."""
    random = np.random.default_rng(settings.seed)
    vectors = torch.from_numpy(start.vectors.copy())
    logits = torch.from_numpy(np.log(start.weights))
    vector_adam, weight_adam = RowAdam(vectors), RowAdam(logits)
    shares = np.array([group.weight * len(group.left) for group in groups])
    shares /= shares.sum()
    target = torch.arange(settings.batch)
    running = 0.0
    for step in range(settings.steps):
        rate = 1.0 - step / settings.steps
        sizes = random.multinomial(settings.batch, shares)
        chosen = [
            random.integers(0, len(group.left), size) for group, size in zip(groups, sizes, strict=True)
        ]
        flat: list[NDArray[np.int64]] = []
        lengths: list[NDArray[np.int64]] = []
        for sides in ([group.left for group in groups], [group.right for group in groups]):
            for side, picks in zip(sides, chosen, strict=True):
                rows, starts = gather(side, picks, settings.longest)
                flat.append(rows)
                lengths.append(np.diff(starts))
        used, places = np.unique(np.concatenate(flat), return_inverse=True)
        starts_of = np.concatenate(([0], np.cumsum(np.concatenate(lengths))))[:-1]
        used_rows = torch.from_numpy(used)
        some = vectors[used_rows].requires_grad_()
        some_logits = logits[used_rows].requires_grad_()
        tokens = torch.from_numpy(places)
        pooled = functional.embedding_bag(
            tokens,
            some,
            torch.from_numpy(starts_of),
            mode="sum",
            per_sample_weights=some_logits.exp()[tokens],
        )
        pooled = functional.normalize(pooled, dim=1)
        scores = settings.scale * pooled[: settings.batch] @ pooled[settings.batch :].T
        loss = (functional.cross_entropy(scores, target) + functional.cross_entropy(scores.T, target)) / 2
        vector_gradient, weight_gradient = torch.autograd.grad(loss, (some, some_logits))
        with torch.no_grad():
            vector_adam.update(used_rows, vector_gradient, settings.rate * rate)
            weight_adam.update(used_rows, weight_gradient, settings.weight_rate * rate)
        running = loss.item() if not step else 0.98 * running + 0.02 * loss.item()
        if not step % 50:
            _log.info("means step %d of %d, loss %.3f", step, settings.steps, running)
    return TokenVectors(vectors.numpy(), logits.exp().numpy())


def midway(before: TokenVectors, after: TokenVectors) -> TokenVectors:
    """Of each row the direction midway between two, the mean of the lengths, the geometric mean of the
    weights (weights of models averaged: Wortsman et al. 2022).
    """

    def parts(vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(lengths, 1e-9), lengths

    (one, long), (other, longer) = parts(before.vectors), parts(after.vectors)
    direction, _ = parts(one + other)
    return TokenVectors(
        (direction * (long + longer) / 2).astype(np.float32),
        np.sqrt(before.weights * after.weights).astype(np.float32),
    )
