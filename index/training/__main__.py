"""``python -m index.training --data FOLDER --out FOLDER``: the whole training, from data to model folder."""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import torch

from index.encoder import StaticEncoder
from index.training.alignment import Links, align
from index.training.export import principal, write_model, write_translations
from index.training.folding import folding_normalizer, folding_rules
from index.training.interaction import InteractionTraining, Translations, train_interaction
from index.training.lexicon import Lexicon, LexiconSize, build_lexicon
from index.training.material import Groups, Material
from index.training.measure import dev_sets, report
from index.training.vectors import (
    MeanTraining,
    PairGroup,
    TokenVectors,
    frequency_weights,
    train_means,
)
from index.vocabulary import Vocabulary

_log = logging.getLogger("index.training")

IDENTIFIER = "rapporteur-static-zh-en-1"
ALIGNED: Mapping[str, float] = {"tw_law_zhtw": 0.3, "cedict": 1.5, "glossary": 4.0}
"""What a pair counts in the alignment; below 1, the share of the pairs that is used."""


def _lexicon(data: Path, material: Material, bare: Vocabulary) -> Lexicon:
    counts: dict[str, float] = {}
    weighted: list[tuple[float, Iterable[str]]] = [
        (0.3 if name == "tw_law_zhtw" else 1.0, (en for en, _ in rows))
        for name, rows in material.parallel.items()
    ]
    weighted += [
        (3.0 if name == "glossary" else 0.3, (en for en, _ in rows)) for name, rows in material.senses.items()
    ]
    weighted.append((1.0, material.asked("en")))
    for weight, texts in weighted:
        for text in texts:
            for word in bare.words(text):
                if word.isascii():
                    counts[word] = counts.get(word, 0.0) + weight
    chinese = [bare.fold(zh) for rows in material.parallel.values() for _, zh in rows]
    chinese += [bare.fold(text) for text in material.asked("zh")]
    chinese += [bare.fold(zh) for _, zh in material.senses["glossary"]]
    headwords = {bare.fold(zh) for rows in material.senses.values() for _, zh in rows}
    characters = {char for word in headwords for char in word if "\u4e00" <= char <= "\u9fff"}
    normalizer = folding_normalizer(folding_rules(data / "dict" / "opencc_TSCharacters.txt.gz"))
    return build_lexicon(counts, chinese, sorted(headwords), characters, normalizer, LexiconSize())


def _translations(links: Links, rows: int) -> dict[str, Translations]:
    kept = np.flatnonzero(links.counts >= 0.5)
    counts = links.counts[kept]
    found: dict[str, Translations] = {}
    for language, sides in (("en", (links.english, links.chinese)), ("zh", (links.chinese, links.english))):
        sources, targets = sides[0][kept], sides[1][kept]
        chances = (counts / np.bincount(sources, counts, rows)[sources]).astype(np.float32)
        found[language] = Translations(sources, targets, chances, rows)
    return found


def train(
    data: Path, out: Path, dimensions: int, means: MeanTraining, interaction: InteractionTraining
) -> None:
    """Train and write the model to ``out``."""
    folding = folding_normalizer(folding_rules(data / "dict" / "opencc_TSCharacters.txt.gz"))
    bare = Vocabulary([("<unk>", 0.0)], np.array([-1], dtype=np.int32), folding)
    material = Material.read(data, lambda text: "".join(bare.words(text)))
    _log.info("read %d parallel rows", sum(map(len, material.parallel.values())))
    lexicon = _lexicon(data, material, bare)
    vocabulary, rows = lexicon.vocabulary(), len(lexicon.names)
    _log.info("vocabulary: %d tokens, %d rows", len(lexicon.pieces), rows)
    made = Groups.of(material, vocabulary)

    aligned = [
        PairGroup(g.name, g.left, g.right, ALIGNED.get(g.name, 1.0)) for g in (*made.parallel, *made.senses)
    ]
    links = align(aligned, rows, iterations=6, seed=means.seed)

    shape = (rows, means.dimensions)
    noise = np.random.default_rng(means.seed).standard_normal(shape) * 0.1
    groups = [*made.parallel, *made.senses, *made.asked]
    start = TokenVectors(noise.astype(np.float32), frequency_weights(groups, rows))
    trained = train_means(groups, start, means)
    trained = TokenVectors(principal(trained.vectors, np.ones(rows), dimensions), trained.weights)
    trained = train_interaction(
        made.parallel, made.senses, made.answered, _translations(links, rows), trained, interaction
    )
    write_model(out, IDENTIFIER, lexicon, trained)
    entries = write_translations(out, links, lexicon.first_chinese, least=0.2, likely=0.01)
    _log.info("translation table: %d entries", entries)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m index.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with parallel/, dict/ and qa/")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--mean-steps", type=int, default=900)
    parser.add_argument("--interaction-steps", type=int, default=900)
    parser.add_argument("--dimensions", type=int, default=144)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(arguments.threads)
    began = time.perf_counter()
    train(
        arguments.data,
        arguments.out,
        arguments.dimensions,
        MeanTraining(steps=arguments.mean_steps, seed=arguments.seed),
        InteractionTraining(steps=arguments.interaction_steps, seed=arguments.seed),
    )
    _log.info("trained in %.0f seconds", time.perf_counter() - began)
    encoder = StaticEncoder(arguments.out)
    scores = report(
        dev_sets(arguments.data),
        lambda queries, documents: encoder.encode(queries) @ encoder.encode(documents).T,
    )
    _log.info(
        "means, nDCG@10: %s", json.dumps({k: round(v, 3) for k, v in scores.items()}, ensure_ascii=False)
    )


if __name__ == "__main__":
    main()
