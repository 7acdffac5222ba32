"""``python -m index.training --data FOLDER --out FOLDER``: the whole training, from data to model folder."""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from index.encoder import StaticEncoder
from index.training.export import principal, write_model
from index.training.folding import folding_normalizer, folding_rules
from index.training.lexicon import Lexicon, LexiconSize, build_lexicon
from index.training.measure import QUESTIONS_HELD_BACK, dev_sets, report
from index.training.pairs import Parallel, Question, read_dictionary, read_parallel, read_questions
from index.training.vectors import (
    MeanTraining,
    PairGroup,
    TokenVectors,
    frequency_weights,
    nonempty,
    train_means,
)
from index.vocabulary import Vocabulary

_log = logging.getLogger("index.training")

IDENTIFIER = "rapporteur-static-zh-en-1"
QUESTIONS = ("cmrc2018_dev", "drcd_dev", "policyqa_dev", "covidqa", "nqg_squad_test_qsent")
WEIGHTS: Mapping[str, float] = {
    "tw_law_zhtw": 0.35,
    "open_sdg": 3.0,
    "cbd_chm": 2.0,
    "tico19": 2.0,
    "mlqe_pe_wiki": 2.0,
    "wmo_wis2box": 2.0,
    "3am_captions": 0.7,
    "cedict": 0.35,
    "cow_wordnet": 0.35,
    "cmrc2018_dev": 2.0,
    "drcd_dev": 2.0,
    "policyqa_dev": 0.5,
}
"""How often the pairs of a file are drawn, relative to their number; 1 where nothing stands here."""


def _english_counts(
    vocabulary: Vocabulary,
    parallel: Sequence[Parallel],
    senses: Mapping[str, Sequence[tuple[str, str]]],
    qa: Sequence[str],
) -> dict[str, float]:
    counts: dict[str, float] = {}
    weighted: list[tuple[float, Sequence[str]]] = [
        (0.3 if file.name == "tw_law_zhtw" else 1.0, [en for en, _ in file.train]) for file in parallel
    ]
    weighted += [(0.3, [en for en, _ in rows]) for rows in senses.values()]
    weighted.append((1.0, qa))
    for weight, texts in weighted:
        for text in texts:
            for word in vocabulary.words(text):
                if word[0] < "\u3400":
                    counts[word] = counts.get(word, 0.0) + weight
    return counts


def _lexicon(
    data: Path,
    parallel: Sequence[Parallel],
    senses: Mapping[str, Sequence[tuple[str, str]]],
    questions: Sequence[Question],
    bare: Vocabulary,
) -> Lexicon:
    texts = {
        language: list(
            dict.fromkeys(t for q in questions if q.language == language for t in (q.question, q.passage))
        )
        for language in ("en", "zh")
    }
    english = _english_counts(bare, parallel, senses, texts["en"])
    chinese = [bare.fold(zh) for file in parallel for _, zh in file.train] + [
        bare.fold(t) for t in texts["zh"]
    ]
    headwords = {bare.fold(zh) for rows in senses.values() for _, zh in rows}
    characters = {char for word in headwords for char in word if "\u4e00" <= char <= "\u9fff"}
    normalizer = folding_normalizer(folding_rules(data / "dict" / "opencc_TSCharacters.txt.gz"))
    return build_lexicon(english, chinese, sorted(headwords), characters, normalizer, LexiconSize())


def train(data: Path, out: Path, steps: int, dimensions: int, seed: int) -> dict[str, float]:
    """Train, write the model to ``out`` and return its scores on the development sets."""
    folding = folding_normalizer(folding_rules(data / "dict" / "opencc_TSCharacters.txt.gz"))
    bare = Vocabulary([("<unk>", 0.0)], np.array([-1], dtype=np.int32), folding)
    parallel = read_parallel(data / "parallel", lambda text: "".join(bare.words(text)))
    senses = {name: read_dictionary(data / "dict")[name] for name in ("cedict", "cow_wordnet")}
    questions: dict[str, list[Question]] = {}
    for name in QUESTIONS:
        rows = read_questions(data / "qa" / f"{name}.jsonl.gz")
        questions[name] = rows[: len(rows) - QUESTIONS_HELD_BACK.get(name, 0)]
    _log.info("read %d parallel rows", sum(len(file.train) for file in parallel))

    lexicon = _lexicon(data, parallel, senses, [q for rows in questions.values() for q in rows], bare)
    _log.info("vocabulary: %d tokens, %d rows", len(lexicon.pieces), len(lexicon.names))
    vocabulary = lexicon.vocabulary()
    sources = {file.name: file.train for file in parallel} | senses
    sources |= {name: [(q.question, q.passage) for q in rows] for name, rows in questions.items()}
    groups = [
        nonempty(
            PairGroup(
                name,
                vocabulary.encode([left for left, _ in rows]),
                vocabulary.encode([right for _, right in rows]),
                WEIGHTS.get(name, 1.0),
            )
        )
        for name, rows in sources.items()
    ]
    settings = MeanTraining(steps=steps, seed=seed, dimensions=dimensions)
    shape = (len(lexicon.names), settings.dimensions)
    start = TokenVectors(
        (np.random.default_rng(seed).standard_normal(shape) * 0.1).astype(np.float32),
        frequency_weights(groups, shape[0]),
    )
    trained = train_means(groups, start, settings)
    vectors = principal(trained.vectors, np.ones(shape[0]), dimensions)
    write_model(out, IDENTIFIER, lexicon, TokenVectors(vectors, trained.weights))
    encoder = StaticEncoder(out)
    return report(
        dev_sets(data), lambda queries, documents: encoder.encode(queries) @ encoder.encode(documents).T
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m index.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with parallel/, dict/ and qa/")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--dimensions", type=int, default=128)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(arguments.threads)
    began = time.perf_counter()
    scores = train(arguments.data, arguments.out, arguments.steps, arguments.dimensions, arguments.seed)
    _log.info(
        "nDCG@10 %s",
        json.dumps({name: round(score, 3) for name, score in scores.items()}, ensure_ascii=False),
    )
    _log.info("%.0f seconds in all", time.perf_counter() - began)


if __name__ == "__main__":
    main()
