"""Numbers that are fitted: weights under which what is right stands out, and how often an answer is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from service.answering.confidence import Confidence

__all__ = ["fit_layered", "fit_listwise", "fit_logistic"]

_WIDTH = 48
_EPOCHS = 6
_RATE = 2e-3
_DECAY = 0.05
_DROPPED = 0.2
_TOGETHER = 256
_LEAST = 0.05
"""Standard deviations count as no less: a signal that hardly ever differs says little."""


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
        away = penalty * ((weights - centre) ** 2).sum()
        # By example, so that it is known when hardly anything changes any more.
        return (away - (torch.log(good) - torch.log(total)).sum()) / len(usable)

    _minimise(weights, loss)
    return np.asarray(weights.detach().numpy())


def fit_logistic(
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
        return (fit + penalty * ((weights[:-1] - centre) ** 2).sum()) / len(rows)

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


def fit_layered(
    signals: Sequence[str],
    rows: NDArray[np.float64],
    labels: NDArray[np.float64],
    counts: NDArray[np.float64],
    seed: int,
) -> Confidence:
    """A confidence with a hidden layer, threshold 0, that says how likely ``labels`` are 1.

    ``rows`` has shape (n, signals), ``labels`` and ``counts``, what each of them counts, (n,). Trained by
    AdamW (Loshchilov and Hutter 2019) with dropout.
    """
    torch.manual_seed(seed)
    order = np.random.default_rng(seed)
    mean, deviation = rows.mean(axis=0), np.maximum(rows.std(axis=0), _LEAST)
    scaled = torch.tensor((rows - mean) / deviation, dtype=torch.float32)
    wanted, counted = torch.tensor(labels, dtype=torch.float32), torch.tensor(counts, dtype=torch.float32)
    straight = torch.nn.Linear(rows.shape[1], 1)
    hidden, out = torch.nn.Linear(rows.shape[1], _WIDTH), torch.nn.Linear(_WIDTH, 1, bias=False)
    dropped = torch.nn.Dropout(_DROPPED)
    parameters = [*straight.parameters(), *hidden.parameters(), *out.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=_RATE, weight_decay=_DECAY)
    groups = -(-len(rows) // _TOGETHER)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=_EPOCHS * groups + 1)
    for _ in range(_EPOCHS):
        for group in np.array_split(order.permutation(len(rows)), groups):
            chosen = torch.from_numpy(group)
            read = dropped(torch.relu(hidden(scaled[chosen])))
            logits = (straight(scaled[chosen]) + out(read))[:, 0]
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                logits, wanted[chosen], counted[chosen]
            )
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            rate.step()

    def numbers(tensor: torch.Tensor) -> NDArray[np.float64]:
        return np.asarray(tensor.detach().numpy(), np.float64)

    weights = numbers(straight.weight)[0] / deviation
    layer = numbers(hidden.weight).T / deviation[:, None]
    return Confidence(
        signals=tuple(signals),
        weights=weights,
        hidden=layer,
        hidden_bias=numbers(hidden.bias) - mean @ layer,
        out=numbers(out.weight)[0],
        bias=float(numbers(straight.bias)[0] - mean @ weights),
        threshold=0.0,
    )
