"""Stage B: token vectors and weights trained on the late-interaction score that ranks with them.

s(q, d) = Σ_i w_i max_j cos₊²(q_i, d_j) / Σ_i w_i, after ColBERT (Khattab and Zaharia 2020) with learned
token weights. Each batch has one direction (question language → document language), so that being in
the right language tells nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from torch.nn import functional

from index.training.vectors import Gradients, PairGroup, TokenVectors, descend
from index.vocabulary import Rows

__all__ = [
    "Answered",
    "Batches",
    "InteractionTraining",
    "Translations",
    "gradients",
    "train_interaction",
]


@dataclass(frozen=True, slots=True)
class Answered:
    """Questions of one language with their passages; ``places[i]`` is the token where the answer starts.

    ``passage_of[i]`` numbers the passage of question ``i``.
    """

    language: str
    questions: Rows
    passages: Rows
    passage_of: NDArray[np.int64]
    places: NDArray[np.int64]


class Translations:
    """Likeliest translations of each row, to turn a question into the other language word by word."""

    def __init__(
        self, sources: NDArray[np.int32], targets: NDArray[np.int32], chances: NDArray[np.float32], rows: int
    ):
        order = np.lexsort((-chances, sources))
        self._targets, self._chances = targets[order], chances[order]
        self._starts = np.searchsorted(sources[order], np.arange(rows + 1))

    def draw(self, question: NDArray[np.int32], random: np.random.Generator) -> NDArray[np.int32]:
        """The question in the other language: a drawn translation for each row, where one is likely."""
        found: list[int] = []
        for row in question.tolist():
            first, last = self._starts[row], min(self._starts[row + 1], self._starts[row] + 4)
            chances = self._chances[first:last]
            if len(chances) and chances[0] >= 0.1:
                found.append(
                    int(self._targets[first + random.choice(last - first, p=chances / chances.sum())])
                )
        return np.array(found, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class InteractionTraining:
    """Shares are of a batch; ``scale`` is the inverse temperature; rates fall linearly to a tenth."""

    steps: int = 900
    batch: int = 192
    longest: int = 56
    """Tokens of a document, at most."""
    neighbours: int = 8
    """Documents that stand next to each other in their file, each a hard negative for the others."""
    within: float = 0.3
    """Share of batches with questions and passages of one language."""
    dictionary: float = 0.25
    questions: float = 0.12
    rate: float = 3e-3
    weight_rate: float = 9e-3
    scale: float = 25.0
    mean_share: float = 0.3
    power: float = 1.5
    seed: int = 7


Pair = tuple[NDArray[np.int32], NDArray[np.int32]]


class Batches:
    """Draws (query rows, document rows) pairs."""

    def __init__(
        self,
        parallel: Sequence[PairGroup],
        dictionary: Sequence[PairGroup],
        answered: Sequence[Answered],
        translations: Mapping[str, Translations],
        settings: InteractionTraining,
    ) -> None:
        self._parallel, self._dictionary, self._answered = parallel, dictionary, answered
        self._translations = translations
        self._settings = settings
        self._random = np.random.default_rng(settings.seed)
        self._shares = [
            _shares([g.weight * len(g.left) for g in groups]) for groups in (parallel, dictionary)
        ]

    def draw(self) -> list[Pair]:
        settings, random = self._settings, self._random
        if random.random() < settings.within:
            return self._questions(str(random.choice(["en", "zh"])), settings.batch, translated=False)
        language = str(random.choice(["en", "zh"]))  # of the questions
        other = {"en": "zh", "zh": "en"}[language]
        asked = self._questions(other, int(settings.batch * settings.questions), translated=True)
        senses = self._senses(language, int(settings.batch * settings.dictionary))
        return asked + senses + self._crops(language, settings.batch - len(asked) - len(senses))

    def _questions(self, language: str, count: int, *, translated: bool) -> list[Pair]:
        sets = [a for a in self._answered if a.language == language]
        shares = _shares([min(len(a.questions), 6000) for a in sets])
        found: list[Pair] = []
        taken: set[tuple[int, int]] = set()
        while len(found) < count:
            number = int(self._random.choice(len(sets), p=shares))
            chosen = sets[number]
            i = int(self._random.integers(len(chosen.questions)))
            passage = int(chosen.passage_of[i])
            if (number, passage) in taken:
                continue
            taken.add((number, passage))
            tokens = chosen.passages[passage]
            longest = self._settings.longest
            first = max(0, int(chosen.places[i]) - int(self._random.integers(longest - 8)))
            question = chosen.questions[i]
            if translated:
                question = self._translations[language].draw(question, self._random)
            if len(question):
                found.append((question, tokens[first : first + longest]))
        return found

    def _senses(self, language: str, count: int) -> list[Pair]:
        found: list[Pair] = []
        for number in self._random.choice(len(self._dictionary), count, p=self._shares[1]):
            group = self._dictionary[number]
            i = int(self._random.integers(len(group.left)))
            pair = (group.left[i], group.right[i])
            found.append(pair if language == "en" else pair[::-1])
        return found

    def _crops(self, language: str, count: int) -> list[Pair]:
        found: list[Pair] = []
        settings, random = self._settings, self._random
        while len(found) < count:
            group = self._parallel[int(random.choice(len(self._parallel), p=self._shares[0]))]
            asked, told = (group.left, group.right) if language == "en" else (group.right, group.left)
            row = int(random.integers(len(told)))
            for _ in range(min(settings.neighbours, count - len(found))):
                last = min(row + int(random.integers(1, 5)), len(told))
                if last <= row:
                    break
                source = int(random.integers(row, last))
                if told.starts[source + 1] - told.starts[row] > settings.longest:
                    row = source
                document = told.rows[told.starts[row] : told.starts[last]][: settings.longest]
                query = asked[source]
                length = int(random.integers(4, 15))
                first = int(random.integers(max(1, len(query) - length + 1)))
                found.append((query[first : first + length], document))
                row = last
        return found


def _shares(sizes: Sequence[float]) -> NDArray[np.float64]:
    weights: NDArray[np.float64] = np.array(sizes, dtype=np.float64)
    weights /= weights.sum()
    return weights


def train_interaction(
    parallel: Sequence[PairGroup],
    dictionary: Sequence[PairGroup],
    answered: Sequence[Answered],
    translations: Mapping[str, Translations],
    start: TokenVectors,
    settings: InteractionTraining,
) -> TokenVectors:
    """Cross-entropy over the batch's documents, half of it over its queries, and a share on weighted means.

    ``translations`` has, by the language a row is in, its translations into the other one.
    The weights returned are those of the late interaction; they weigh the means as well.
    """
    batches = Batches(parallel, dictionary, answered, translations, settings)

    def batch(_: int, vectors: torch.Tensor, logits: torch.Tensor) -> Gradients:
        return gradients(batches.draw(), vectors, logits, settings)

    return descend(start, settings.steps, settings.rate, settings.weight_rate, batch)


def gradients(
    pairs: Sequence[Pair], vectors: torch.Tensor, logits: torch.Tensor, settings: InteractionTraining
) -> Gradients:
    """The rows a batch uses, the gradients there of vectors and log weights, and the loss."""
    size = len(pairs)
    query_lengths = np.array([len(query) for query, _ in pairs])
    document_lengths = np.array([len(document) for _, document in pairs])
    longest = int(document_lengths.max())
    flat = np.concatenate([query for query, _ in pairs] + [document for _, document in pairs])
    used, places = np.unique(flat, return_inverse=True)
    used_rows = torch.from_numpy(used.astype(np.int64))
    query_places = torch.from_numpy(places[: query_lengths.sum()])
    document_places = torch.from_numpy(places[query_lengths.sum() :])
    some = vectors[used_rows].requires_grad_()
    some_logits = logits[used_rows].requires_grad_()
    unit = functional.normalize(some, dim=1)
    weights = some_logits.exp()

    # Best match of each query token in each document: found without a graph, differentiated at the best only.
    detached = unit.detach()
    owner = torch.from_numpy(np.repeat(np.arange(size), query_lengths))
    column = np.arange(longest)[None, :] < document_lengths[:, None]
    padded = np.zeros((size, longest), dtype=np.int64)
    padded[column] = places[query_lengths.sum() :]
    products = detached[query_places] @ detached.T  # (query tokens, rows used)
    products = torch.cat((products, torch.full((len(products), 1), -1.0)), dim=1)
    padded[~column] = len(used)
    matches = products[:, torch.from_numpy(padded.ravel())].view(-1, size, longest)
    best, where = matches.max(dim=2)
    best.clamp_(min=0.0).requires_grad_()

    query_weights = weights[query_places]
    sums = torch.zeros(size, size).index_add(0, owner, query_weights[:, None] * best**settings.power)
    totals = torch.zeros(size).index_add(0, owner, query_weights)
    scores = settings.scale * sums / totals[:, None]
    target = torch.arange(size)
    loss = functional.cross_entropy(scores, target) + 0.5 * functional.cross_entropy(scores.T, target)

    starts = [
        torch.from_numpy(np.concatenate(([0], np.cumsum(n)))[:-1]) for n in (query_lengths, document_lengths)
    ]
    means = [
        functional.normalize(
            functional.embedding_bag(p, some, s, mode="sum", per_sample_weights=weights[p]), dim=1
        )
        for p, s in zip((query_places, document_places), starts, strict=True)
    ]
    likeness = 20.0 * means[0] @ means[1].T
    loss = loss + settings.mean_share * functional.cross_entropy(likeness, target)
    vector_gradient, weight_gradient, best_gradient = torch.autograd.grad(loss, (some, some_logits, best))

    # d best / d unit, gathered by pairs of rows: a sparse (rows used, rows used) matrix of coefficients.
    coefficient = best_gradient.numpy().ravel()
    kept = np.flatnonzero((np.abs(coefficient) > 1e-7) & (best.detach().numpy().ravel() > 0))
    token, document = np.divmod(kept, size)
    left = places[: query_lengths.sum()][token]
    right = padded[document, where.numpy().ravel()[kept]]
    links = csr_matrix((coefficient[kept], (left, right)), shape=(len(used), len(used)))
    array = detached.numpy()
    unit_gradient = torch.from_numpy(np.asarray(links @ array + links.T @ array, dtype=np.float32))
    vector_gradient = vector_gradient + torch.autograd.grad(unit, some, unit_gradient)[0]
    return used_rows, vector_gradient, weight_gradient, float(loss.detach())
