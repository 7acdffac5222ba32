"""Which English row translates which Chinese row: IBM Model 1 in both directions, trained to agree.

Brown et al. 1993 for the model, Liang, Taskar and Klein 2006 for training by agreement; the expected
count of a link is the geometric mean of the two directions' posteriors.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from index.training.vectors import PairGroup, gather

__all__ = ["Links", "align"]

_log = logging.getLogger(__name__)

_LONGEST = 60  # tokens a side
_MOST_SLOTS = 27  # binary digits; our data has 11 million distinct pairs
_EMPTY = -1


@dataclass(frozen=True, slots=True)
class Links:
    """Expected number of times that row ``english[i]`` was linked to row ``chinese[i]``; one entry a pair."""

    english: NDArray[np.int32]
    chinese: NDArray[np.int32]
    counts: NDArray[np.float32]


@numba.njit(cache=False)
def _pair_numbers(left, left_starts, right, right_starts, rows, table, numbers, out):  # type: ignore[no-untyped-def]
    """Number every distinct (left, right) pair; ``table``/``numbers`` are an open-addressing hash table."""
    mask = len(table) - 1
    count = 0
    place = 0
    for k in range(len(left_starts) - 1):
        for i in range(left_starts[k], left_starts[k + 1]):
            for j in range(right_starts[k], right_starts[k + 1]):
                key = np.int64(left[i]) * rows + right[j]
                slot = (key * 0x9E3779B97F4A7C1 >> 20) & mask
                while table[slot] != _EMPTY and table[slot] != key:
                    slot = (slot + 1) & mask
                if table[slot] == _EMPTY:
                    table[slot] = key
                    numbers[slot] = count
                    count += 1
                out[place] = numbers[slot]
                place += 1
    return count


@numba.njit(cache=False)
def _expect(  # type: ignore[no-untyped-def]
    left,
    left_starts,
    right,
    right_starts,
    weights,
    pairs,
    forward,
    backward,
    null_right,
    null_left,
    counts,
    free_right,
    free_left,
):
    """One E-step: adds expected counts of links to ``counts``, of unlinked tokens to ``free_*``."""
    place = 0
    by_right = np.empty(_LONGEST)
    by_left = np.empty(_LONGEST)
    for k in range(len(left_starts) - 1):
        a, b = left_starts[k], left_starts[k + 1]
        c, d = right_starts[k], right_starts[k + 1]
        n, m = b - a, d - c
        weight = weights[k]
        for j in range(m):
            by_right[j] = null_right[right[c + j]]
        for i in range(n):
            total = null_left[left[a + i]]
            for j in range(m):
                pair = pairs[place + i * m + j]
                by_right[j] += forward[pair]
                total += backward[pair]
            by_left[i] = total
        for j in range(m):
            free_right[right[c + j]] += weight * null_right[right[c + j]] / by_right[j]
        for i in range(n):
            free_left[left[a + i]] += weight * null_left[left[a + i]] / by_left[i]
            for j in range(m):
                pair = pairs[place + i * m + j]
                counts[pair] += weight * np.sqrt(forward[pair] / by_right[j] * backward[pair] / by_left[i])
        place += n * m


def align(groups: Sequence[PairGroup], rows: int, iterations: int, seed: int) -> Links:
    """Links between the rows of parallel texts (``left`` English, ``right`` Chinese).

    A group's ``weight`` below 1 is the share of its pairs that is used, above 1 what each of them counts.
    """
    random = np.random.default_rng(seed)
    parts: list[list[NDArray[np.int64]]] = [[], [], [], []]
    weights: list[NDArray[np.float64]] = []
    for group in groups:
        size = len(group.left)
        chosen = np.sort(random.choice(size, int(size * min(1.0, group.weight)), replace=False))
        for side, (tokens, lengths) in zip((group.left, group.right), (parts[:2], parts[2:]), strict=True):
            flat, starts = gather(side, chosen, _LONGEST)
            tokens.append(flat)
            lengths.append(np.diff(starts))
        weights.append(np.full(len(chosen), max(1.0, group.weight)))
    left, left_lengths, right, right_lengths = (np.concatenate(part) for part in parts)
    left_starts, right_starts = (np.concatenate(([0], np.cumsum(n))) for n in (left_lengths, right_lengths))
    weight = np.concatenate(weights)
    size = int((left_lengths * right_lengths).sum())
    slots = min(1 << _MOST_SLOTS, 1 << int(2 * size).bit_length())
    table = np.full(slots, _EMPTY, dtype=np.int64)
    numbers = np.zeros(slots, dtype=np.int32)
    pairs = np.empty(size, dtype=np.int32)
    distinct = _pair_numbers(left, left_starts, right, right_starts, rows, table, numbers, pairs)
    _log.info("alignment: %d text pairs, %d token pairs, %d distinct", len(weight), size, distinct)
    used = np.flatnonzero(table != _EMPTY)
    keys = np.empty(distinct, dtype=np.int64)
    keys[numbers[used]] = table[used]
    del table, numbers
    english, chinese = (keys // rows).astype(np.int32), (keys % rows).astype(np.int32)
    forward = np.full(distinct, 1e-3)
    backward = np.full(distinct, 1e-3)
    null_right, null_left = np.full(rows, 1e-4), np.full(rows, 1e-4)
    counts = np.zeros(distinct)
    for iteration in range(iterations):
        counts = np.zeros(distinct)
        free_right, free_left = np.zeros(rows), np.zeros(rows)
        _expect(
            left, left_starts, right, right_starts, weight, pairs,
            forward, backward, null_right, null_left, counts, free_right, free_left,
        )  # fmt: skip
        forward = counts / np.maximum(np.bincount(english, counts, rows), 1e-9)[english]
        backward = counts / np.maximum(np.bincount(chinese, counts, rows), 1e-9)[chinese]
        null_right, null_left = free_right / free_right.sum(), free_left / free_left.sum()
        _log.info("alignment: iteration %d of %d, %.0f links", iteration + 1, iterations, counts.sum())
    kept = np.flatnonzero(counts >= 0.05)
    return Links(english[kept], chinese[kept], counts[kept].astype(np.float32))
