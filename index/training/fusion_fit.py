"""``python -m index.training.fusion_fit --data FOLDER --folds DIR``: how rankers are weighed.

One index of both languages is built from training data: passages of questions, and aligned rows of which a
third stand in it in Chinese, a third in English, a third in both. Every question, and a piece of every row
in both languages, is put to it; the weights maximise the softmax of the right paragraph among all
candidates, and slope and intercept then make probabilities of the sums (half of the time with the right
paragraph taken out, so that there is something to be unsure of). The practice documents stand in it too, a
third each in Chinese, in English and in both: those of one fold, with vectors that were trained without it
(``python -m index.training.practised --folds DIR``), since words are matched better than they deserve where
vectors have seen the question. Rows and question sets kept for choosing are not read.
"""

from __future__ import annotations

import argparse
import gzip
import logging
import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from index.build import build_generation
from index.encoder import StaticEncoder
from index.fusion import REGIMES, Fusion, Opinions, Regime, Weight, standing, to_json
from index.generation import open_generation
from index.retrieve import RANKERS, RANKERS_OF_ANY_MODEL, Retriever
from index.training.measure import QUESTIONS_HELD_BACK
from index.training.pairs import HELD_BACK_EVERY, read_questions
from index.training.practice import HELD, fold_folder, fold_of, practice_documents, practice_questions
from ingest.paragraphs import Document, Paragraph, ParagraphId

__all__ = ["Asking", "Example", "Pool", "calibrate", "collect", "fit", "fusion_of", "training_pool"]

_log = logging.getLogger("index.training.fusion_fit")

QUESTIONS: Final = ("cmrc2018_dev", "drcd_dev", "policyqa_dev", "covidqa", "nqg_squad_test_qsent")
ROWS: Final = (
    "tico19",
    "mlqe_pe_wiki",
    "tw_law_zhtw",
    "open_sdg",
    "cbd_chm",
    "python_docs",
    "wmo_wis2box",
    "gbif_docs_ui",
)
_QUESTION_SHARE: Final = 2.0
"""How much a set of questions counts against a direction of a file of rows, of which there are many."""
_PRACTICE_SHARE: Final = 4.0
"""The same for the practice questions: nothing else is worded as people ask."""
_OWN_LANGUAGE: Final[Mapping[Regime, float]] = {"zh→en": -1.4}
"""Added to the fitted constants. Chosen on the development sets: without it a Chinese question over few
Chinese and many English texts of one field finds the English ones too often (LOG.md). After the slope it
says that, all else being equal, an answer in the question's language is twice as likely.
"""
_CROWD: Final = 0.2
"""Chosen on the development sets: 135 texts of each language among 10,000 English ones (LOG.md)."""
_PRACTICE: Final = "practice"
_FOLD: Final = 0
"""The fold of the practice questions that are asked."""
_SHORTEST: Final = {"en": 60, "zh": 20}
"""Characters; shorter rows are labels and headings, not paragraphs."""
_SYMBOL: Final = 2.0
"""Log odds of naming what the question names by symbol. Chosen, not fitted: no training question names
any.
"""
_ORDINAL: Final = 1.0
"""Log odds of numbering the sessions that the question numbers. Chosen on the practice questions that number
any (LOG.md).
"""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question of a set in a direction, and the paragraph that answers it."""

    group: str
    text: str
    gold: ParagraphId


@dataclass(frozen=True, slots=True)
class Pool:
    documents: tuple[Document, ...]
    askings: tuple[Asking, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """Candidates of one question in all languages: opinions by language, with their keys and the right
    key.
    """

    group: str
    keys: tuple[NDArray[np.int64], ...]
    opinions: tuple[Opinions, ...]
    gold: int


def training_pool(data: Path, contexts: int, rows: int, questions: int, seed: int) -> Pool:
    """``data`` holds ``qa`` and ``parallel``; at most so many passages of a question set, rows of a file, and
    questions of a set or direction.
    """
    chance = random.Random(seed)  # noqa: S311 (a sample, no secret)
    documents: list[Document] = []
    askings: list[Asking] = []
    for name in QUESTIONS:
        asked = read_questions(data / "qa" / f"{name}.jsonl.gz")
        asked = asked[: len(asked) - QUESTIONS_HELD_BACK.get(name, 0)]
        everything = list(dict.fromkeys(question.passage for question in asked))
        numbers = {text: number for number, text in enumerate(everything[-contexts:], start=1)}
        language = asked[0].language
        documents.append(_document(name, language, [(n, text) for text, n in numbers.items()]))
        some = [question for question in asked if question.passage in numbers]
        askings += [
            Asking(f"{name} {language}>{language}", q.question, _id(name, numbers[q.passage]))
            for q in chance.sample(some, min(questions, len(some)))
        ]
    for name in ROWS:
        kept = _paragraph_rows(data / "parallel" / f"{name}.tsv.gz")
        if len(kept) > rows:
            first = chance.randrange(len(kept) - rows)
            kept = kept[first : first + rows]
        documents += [
            _document(name, language, [(n, row[column]) for n, row in enumerate(kept, 1) if n % 3 != column])
            for column, language in enumerate(("en", "zh"))
        ]
        some_rows = chance.sample(list(enumerate(kept, 1)), min(3 * questions // 2, len(kept)))
        for number, row in some_rows:
            there = ("zh", "en", "both")[number % 3]
            for column, language in enumerate(("en", "zh")):
                text = _piece(row[column], language, chance)
                askings.append(Asking(f"{name} {language}>{there}", text, _id(name, number)))
    practised = _practice()
    return Pool((*documents, *practised.documents), (*askings, *practised.askings))


def _practice() -> Pool:
    """The practice documents, in one language or both, with the questions that they answer."""
    everything = practice_documents()
    questions = [q for q in practice_questions() if q.gold and q.set != HELD and fold_of(q.set) == _FOLD]
    symbols = sorted({one.symbol for question in questions for one in question.gold})
    there = {symbol: (("en",), ("zh",), ("en", "zh"))[n % 3] for n, symbol in enumerate(symbols)}
    documents = tuple(one for one in everything if one.language in there.get(one.symbol, ()))
    askings = tuple(
        Asking(
            f"{_PRACTICE} {question.language}>{'+'.join(there[question.gold[0].symbol])}",
            question.question,
            question.paragraphs[0],
        )
        for question in questions
    )
    return Pool(documents, askings)


def _document(name: str, language: str, texts: Sequence[tuple[int, str]]) -> Document:
    return Document(
        f"set/{name}",
        language,
        name,
        tuple(Paragraph(_id(name, number), "numbered", text) for number, text in texts),
    )


def _id(name: str, number: int) -> ParagraphId:
    return ParagraphId(f"set/{name}", str(number))


def _paragraph_rows(path: Path) -> list[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        found = [line.rstrip("\n").split("\t") for n, line in enumerate(lines) if n % HELD_BACK_EVERY]
    seen: set[str] = set()
    kept = []
    for english, chinese, *_ in (row for row in found if len(row) > 1):
        keys = {english.casefold(), chinese}
        long = len(english) >= _SHORTEST["en"] and len(chinese) >= _SHORTEST["zh"]
        if long and seen.isdisjoint(keys):
            kept.append((english, chinese))
        seen |= keys
    return kept


def _piece(text: str, language: str, chance: random.Random) -> str:
    """About a question's length of ``text``, half of the time with every other word or so left out: a
    question hardly ever repeats a text word by word.
    """
    words = text.split() if language == "en" else list(text)
    most = chance.randint(6, 14) if language == "en" else chance.randint(10, 24)
    first = chance.randrange(max(1, len(words) - most + 1))
    words = words[first : first + most]
    if chance.random() < 0.5:
        step = 1 if language == "en" else 2
        pieces = [words[i : i + step] for i in range(0, len(words), step)]
        kept = [word for piece in pieces if chance.random() < 0.6 for word in piece]
        words = kept or words
    return (" " if language == "en" else "").join(words)


def collect(pool: Pool, encoder: StaticEncoder, folder: Path) -> list[Example]:
    """Put every question to an index of the pool; those that find nothing at all are left out."""
    build_generation(folder, pool.documents, encoder)
    found: list[Example] = []
    with open_generation(folder) as generation:
        retriever = Retriever(generation, encoder, _EQUAL)
        for asking in pool.askings:
            evidence = retriever.evidence(asking.text)
            if evidence:
                found.append(
                    Example(
                        asking.group,
                        tuple(one.keys for one in evidence),
                        tuple(one.opinions for one in evidence),
                        generation.store.key(asking.gold),
                    )
                )
    return found


_EQUAL: Final = Fusion(
    {regime: dict.fromkeys(RANKERS, Weight(1.0, 1.0)) for regime in REGIMES},
    dict.fromkeys(REGIMES, 0.0),
    1.0,
    0.0,
    _SYMBOL,
    _ORDINAL,
)
"""In place of fitted weights, which are not needed to collect signals."""


@dataclass(frozen=True, slots=True)
class _Table:
    """All candidates of all examples: terms of shape (candidates, terms), example numbers and right ones."""

    terms: torch.Tensor
    owner: torch.Tensor
    gold: torch.Tensor
    paragraphs: NDArray[np.int64]
    importance: torch.Tensor


def _table(examples: Sequence[Example], names: Sequence[str]) -> _Table:
    width = 2 * len(names)
    groups = [example.group for example in examples]
    sizes = {group: groups.count(group) for group in set(groups)}
    blocks, owners, golds, paragraphs = [], [], [], []
    for number, example in enumerate(examples):
        for keys, opinions in zip(example.keys, example.opinions, strict=True):
            block = np.zeros((len(keys), len(REGIMES) * (width + 1)), np.float32)
            regime = REGIMES.index(opinions.regime)
            start = width * regime
            for place, name in enumerate(names):
                if name in opinions.signals:
                    values = opinions.signals[name]
                    block[:, start + place] = values
                    block[:, start + len(names) + place] = standing(values, opinions.pool)
            block[:, len(REGIMES) * width + regime] = 1.0
            blocks.append(block)
            owners.append(np.full(len(keys), number))
            golds.append(keys == example.gold)
            paragraphs.append(keys)
    return _Table(
        torch.from_numpy(np.concatenate(blocks)),
        torch.from_numpy(np.concatenate(owners)),
        torch.from_numpy(np.concatenate(golds)),
        np.concatenate(paragraphs),
        torch.tensor([_share(group) / sizes[group] for group in groups]),
    )


def _share(group: str) -> float:
    name = group.split()[0]
    if name == _PRACTICE:
        return _PRACTICE_SHARE
    return _QUESTION_SHARE if name in QUESTIONS else 1.0


def _log_sums(values: torch.Tensor, owner: torch.Tensor, count: int) -> torch.Tensor:
    """Logarithm of the sum of exponentials by owner; very small for an owner of nothing."""
    highest = torch.full((count,), -1e9).scatter_reduce(0, owner, values.detach(), "amax")
    return (
        torch.log(torch.zeros(count).index_add(0, owner, torch.exp(values - highest[owner])) + 1e-30)
        + highest
    )


def fit(examples: Sequence[Example], names: Sequence[str], penalty: float) -> NDArray[np.float32]:
    """Weights of shape (regimes × (values, standings) × signals + regimes), the last ones the constants.

    ``penalty`` is on squared weights of standings, and a hundredth of it on those of values, whose scale is
    larger.
    """
    chosen = [e for e in examples if any((keys == e.gold).any() for keys in e.keys)]
    table = _table(chosen, names)
    weights = torch.zeros(table.terms.shape[1], requires_grad=True)
    cost = torch.tensor(
        ([penalty / 100] * len(names) + [penalty] * len(names)) * len(REGIMES)
        + [penalty / 100] * len(REGIMES)
    )
    optimiser = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        scores = table.terms @ weights
        right = _log_sums(scores[table.gold], table.owner[table.gold], len(chosen))
        losses = _log_sums(scores, table.owner, len(chosen)) - right
        total = (losses * table.importance).sum() / table.importance.sum() + (cost * weights**2).sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return np.asarray(weights.detach().numpy(), np.float32)


def calibrate(
    examples: Sequence[Example], names: Sequence[str], weights: NDArray[np.float32], seed: int
) -> tuple[float, float]:
    """Slope and intercept (Platt 1999) over the ten best versions of each example."""
    table = _table(examples, names)
    scores = table.terms.numpy() @ weights
    owner, gold = table.owner.numpy(), table.gold.numpy()
    hidden = np.random.default_rng(seed).random(len(examples)) < 0.5
    kept = ~(gold & hidden[owner])
    order = np.lexsort((-scores, owner))
    order = order[kept[order]]
    place = np.arange(len(order)) - np.searchsorted(owner[order], owner[order])
    best = order[place < 10]
    x = torch.from_numpy(scores[best])
    y = torch.from_numpy(gold[best].astype(np.float32))
    importance = table.importance[table.owner[torch.from_numpy(best)]]
    line = torch.tensor([1.0, 0.0], requires_grad=True)
    optimiser = torch.optim.LBFGS([line], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        losses = torch.nn.functional.binary_cross_entropy_with_logits(
            line[0] * x + line[1], y, reduction="none"
        )
        total = (losses * importance).sum() / importance.sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    slope, intercept = line.detach().tolist()
    return slope, intercept


def fusion_of(names: Sequence[str], weights: NDArray[np.float32], slope: float, intercept: float) -> Fusion:
    by_regime = weights[: -len(REGIMES)].reshape(len(REGIMES), 2, len(names))
    constants = weights[-len(REGIMES) :].tolist()
    return Fusion(
        {
            regime: {
                name: Weight(round(float(by_regime[r, 0, n]), 4), round(float(by_regime[r, 1, n]), 4))
                for n, name in enumerate(names)
            }
            for r, regime in enumerate(REGIMES)
        },
        {regime: round(constant, 4) for regime, constant in zip(REGIMES, constants, strict=True)},
        round(slope, 4),
        round(intercept, 4),
        _SYMBOL,
        _ORDINAL,
        _CROWD,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m index.training.fusion_fit", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with parallel/ and qa/")
    parser.add_argument("--folds", type=Path, required=True, help="folder with the models of each fold")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.with_name("fusion.json"))
    parser.add_argument("--contexts", type=int, default=700, help="passages of each question set")
    parser.add_argument("--rows", type=int, default=400, help="rows of each parallel file")
    parser.add_argument("--questions", type=int, default=120, help="of each set, or row and direction")
    parser.add_argument("--penalty", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    encoder = StaticEncoder(fold_folder(arguments.folds, _FOLD))
    pool = training_pool(
        arguments.data, arguments.contexts, arguments.rows, arguments.questions, arguments.seed
    )
    _log.info("%d versions of documents, %d questions", len(pool.documents), len(pool.askings))
    with tempfile.TemporaryDirectory() as folder:
        examples = collect(pool, encoder, Path(folder))
    _log.info("signals of %d questions", len(examples))
    fusions = []
    for names in (RANKERS, RANKERS_OF_ANY_MODEL):
        weights = fit(examples, names, arguments.penalty)
        weights[-len(REGIMES) :] += [_OWN_LANGUAGE.get(regime, 0.0) for regime in REGIMES]
        fusions.append(fusion_of(names, weights, *calibrate(examples, names, weights, arguments.seed)))
    note = (
        f"python -m index.training.fusion_fit, model {encoder.id} without fold {_FOLD} "
        f"{encoder.fingerprint[:12]}, "
        f"{len(examples)} questions, seed {arguments.seed}"
    )
    arguments.out.write_text(to_json(note, fusions), encoding="utf-8")


if __name__ == "__main__":
    main()
