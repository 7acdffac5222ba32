"""Stage C: token vectors and weights trained further on the practice questions.

    python -m index.training.practised --data DATA --model MODEL --out MODEL [--folds DIR]

People ask in other words than documents are written in, and static vectors know hardly any of that. Each
practice question (:mod:`index.training.practice`) looks for the sentence that answers it, in both languages,
among the sentences of the paragraphs that the others of its batch are about (softmax over late interaction,
with the translation table across languages). Between these batches stand those of the stage before
(:mod:`index.training.interaction`), so that what was known of other matters isn't forgotten.

What comes out is midway between the vectors before and those trained so (:func:`midway`): nearly as good on
practice documents never seen, and as good as before on other matters (LOG.md).

What is fitted downstream on the practice questions must not see them through vectors that were trained on
them: ``--folds`` writes a model without each fold of the sets, ``DIR/fold0`` and so on.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from index.encoder import StaticEncoder
from index.late import Distinct
from index.training.export import rewrite_model, trained_vectors
from index.training.interaction import Batches, InteractionTraining, gradients
from index.training.material import Groups, Material
from index.training.practice import (
    FOLDS,
    HELD,
    fold_folder,
    fold_of,
    practice_documents,
    practice_questions,
    span_of,
)
from index.training.processes import side_by_side
from index.training.vectors import Gradients, TokenVectors, descend, midway
from index.translation import TranslationTable
from index.vocabulary import Vocabulary
from ingest.paragraphs import ParagraphId
from ingest.sentences import sentences

__all__ = ["IDENTIFIER", "Asked", "Practice", "PractisedTraining", "practice_of", "train_practised"]

_log = logging.getLogger("index.training.practised")

IDENTIFIER = "rapporteur-static-zh-en-3"

Chances = Callable[[NDArray[np.int32], Distinct], NDArray[np.float32]]
"""The table's probabilities that rows of a passage stand for those of a question."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The rows of a question, the paragraph that answers it, and which of its sentences does."""

    rows: NDArray[np.int32]
    paragraph: ParagraphId
    sentence: int


@dataclass(frozen=True, slots=True)
class Practice:
    """Questions of one language about documents in one: ``across`` if in another.

    ``told`` are the rows of the sentences of each paragraph.
    """

    across: bool
    asked: list[Asked] = field(default_factory=list)
    told: dict[ParagraphId, Sequence[NDArray[np.int32]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PractisedTraining:
    """``scale`` is the inverse temperature; rates fall linearly to a tenth."""

    steps: int = 10_000
    together: int = 32
    """Questions of one step."""
    between: int = 3
    """One in so many steps is of the stage before."""
    rate: float = 1e-3
    weight_rate: float = 3e-3
    scale: float = 15.0
    mean_share: float = 0.3
    power: float = 1.5
    seed: int = 7
    before: InteractionTraining = field(default_factory=lambda: InteractionTraining(batch=96, questions=0.0))


def practice_of(vocabulary: Vocabulary, without: int | None = None) -> list[Practice]:
    """The practice questions that have an answer, by set and languages; those of the set :data:`HELD` and of
    the fold ``without`` are left out.
    """
    texts = {(p.id, d.language): p.text for d in practice_documents() for p in d.paragraphs}
    spans = {key: sentences(text, key[1]) for key, text in texts.items()}
    told = {
        key: [vocabulary.encode([texts[key][start:end]]).rows for start, end in spans[key]] for key in texts
    }
    found: dict[tuple[str, str, str], Practice] = {}
    for question in practice_questions():
        rows = vocabulary.encode([question.question]).rows
        if not question.gold or question.set == HELD or fold_of(question.set) == without or not len(rows):
            continue
        for language, evidence in question.evidence.items():
            key = question.paragraphs[0], language
            held = span_of(evidence, texts[key])
            which = next((n for n, (a, b) in enumerate(spans[key]) if held and a <= held[0] < b), None)
            if which is None or not len(told[key][which]):
                continue
            languages = (question.set, question.language, language)
            practice = found.setdefault(languages, Practice(question.language != language))
            practice.asked.append(Asked(rows, key[0], which))
            practice.told[key[0]] = told[key]
    return list(found.values())


def train_practised(
    practice: Sequence[Practice],
    before: Batches,
    chances: Chances,
    start: TokenVectors,
    settings: PractisedTraining,
) -> TokenVectors:
    """Cross-entropy over the sentences, and a share on weighted means."""
    random = np.random.default_rng(settings.seed)
    sizes = np.array([len(one.asked) for one in practice], np.float64)

    def batch(step: int, vectors: torch.Tensor, logits: torch.Tensor) -> Gradients:
        if not (step + 1) % settings.between:
            return gradients(before.draw(), vectors, logits, settings.before)
        one = practice[int(random.choice(len(practice), p=sizes / sizes.sum()))]
        count = min(settings.together, len(one.asked))
        asked = [one.asked[n] for n in random.choice(len(one.asked), count, replace=False)]
        return _practised(one, asked, chances, vectors, logits, settings)

    return descend(start, settings.steps, settings.rate, settings.weight_rate, batch)


def _practised(
    practice: Practice,
    asked: Sequence[Asked],
    chances: Chances,
    vectors: torch.Tensor,
    logits: torch.Tensor,
    settings: PractisedTraining,
) -> Gradients:
    """Those of the cross-entropy over the sentences of the paragraphs that ``asked`` are about."""
    paragraphs = list(dict.fromkeys(one.paragraph for one in asked))
    keys = [(p, n) for p in paragraphs for n, rows in enumerate(practice.told[p]) if len(rows)]
    place = {key: n for n, key in enumerate(keys)}
    target = torch.tensor([place[one.paragraph, one.sentence] for one in asked])
    questions, told = [one.rows for one in asked], [practice.told[p][n] for p, n in keys]

    distinct = Distinct(np.concatenate(told), len(vectors) + 1)
    own, of_token = np.unique(np.concatenate(questions), return_inverse=True)
    used, both = np.unique(np.concatenate([own, distinct.rows]), return_inverse=True)
    used_rows = torch.from_numpy(used.astype(np.int64))
    some, some_logits = vectors[used_rows].requires_grad_(), logits[used_rows].requires_grad_()
    asking, telling = torch.from_numpy(both[: len(own)]), torch.from_numpy(both[len(own) :])
    unit, weights = functional.normalize(some, dim=1), some_logits.exp()
    likeness = (unit[telling] @ unit[asking].T).clamp(min=1e-6) ** settings.power
    if practice.across:
        likely = torch.from_numpy(np.asarray(chances(own.astype(np.int32), distinct), np.float32))
        likeness = likeness + likely * (1.0 - likeness)

    # A sentence is filled up with its last word, which changes no maximum.
    longest = max(map(len, told))
    filled = np.array([np.pad(distinct.places(rows), (0, longest - len(rows)), "edge") for rows in told])
    best = likeness[torch.from_numpy(filled.astype(np.int64).ravel())].view(len(told), longest, -1).amax(1)
    owner = torch.from_numpy(np.repeat(np.arange(len(questions)), [len(rows) for rows in questions]))
    token = torch.from_numpy(of_token)
    counted = torch.zeros(len(questions), len(own)).index_put(
        (owner, token), weights[asking][token], accumulate=True
    )
    scores = settings.scale * (counted @ best.T) / counted.sum(1, keepdim=True)
    loss = functional.cross_entropy(scores, target)

    means = []
    of_told = torch.from_numpy(distinct.places(np.concatenate(told)).astype(np.int64))
    for texts, places in ((questions, asking[token]), (told, telling[of_told])):
        starts = torch.from_numpy(np.cumsum([0, *map(len, texts[:-1])]))
        pooled = functional.embedding_bag(
            places, some, starts, mode="sum", per_sample_weights=weights[places]
        )
        means.append(functional.normalize(pooled, dim=1))
    loss = loss + settings.mean_share * functional.cross_entropy(20.0 * means[0] @ means[1].T, target)
    by_vector, by_weight = torch.autograd.grad(loss, (some, some_logits))
    return used_rows, by_vector, by_weight, float(loss.detach())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m index.training.practised", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with parallel/, dict/ and qa/")
    parser.add_argument("--model", type=Path, required=True, help="model folder to begin with")
    parser.add_argument("--out", type=Path, help="model folder to write")
    parser.add_argument("--folds", type=Path, help="folder for the models without each fold of the sets")
    parser.add_argument("--steps", type=int, default=PractisedTraining().steps)
    parser.add_argument("--seed", type=int, default=PractisedTraining().seed)
    arguments = parser.parse_args()
    wanted: list[tuple[Path, int | None]] = [] if arguments.out is None else [(arguments.out, None)]
    if arguments.folds is not None:
        wanted += [(fold_folder(arguments.folds, fold), fold) for fold in range(FOLDS)]
    settings = PractisedTraining(steps=arguments.steps, seed=arguments.seed)
    jobs = [_Job(arguments.data, arguments.model, settings, out, fold) for out, fold in wanted]
    with side_by_side() as pool:
        list(pool.map(_write, jobs))


@dataclass(frozen=True, slots=True)
class _Job:
    data: Path
    model: Path
    settings: PractisedTraining
    out: Path
    without: int | None


def _write(job: _Job) -> None:
    """Train one model and write it."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    encoder = StaticEncoder(job.model)
    table = TranslationTable.load(encoder, job.model)
    vocabulary = encoder.vocabulary
    made = Groups.of(Material.read(job.data, lambda text: "".join(vocabulary.words(text))), vocabulary)
    practice = practice_of(vocabulary, job.without)
    _log.info("%s: %d questions", job.out, sum(len(one.asked) for one in practice))
    before = Batches(made.parallel, made.senses, made.answered, {}, job.settings.before)
    start = trained_vectors(job.model)
    trained = train_practised(practice, before, table.chances, start, job.settings)
    rewrite_model(job.model, job.out, IDENTIFIER, midway(start, trained))


if __name__ == "__main__":
    main()
