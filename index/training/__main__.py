"""``python -m index.training --data FOLDER --out FOLDER``: the whole training, from data to model folder."""

from __future__ import annotations

import argparse
import csv
import json
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from index.encoder import StaticEncoder
from index.training.alignment import Links, align
from index.training.export import principal, write_model, write_translations
from index.training.folding import folding_normalizer, folding_rules
from index.training.interaction import Answered, InteractionTraining, Translations, train_interaction
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
from ingest.facts import glossary

_log = logging.getLogger("index.training")

IDENTIFIER = "rapporteur-static-zh-en-1"
SENSES = ("cedict", "cow_wordnet", "glossary")
QUESTIONS = ("cmrc2018_dev", "drcd_dev", "policyqa_dev", "covidqa", "nqg_squad_test_qsent")
SPOKEN = ("cmrc2018_dev", "drcd_dev", "covidqa", "nqg_squad_test_qsent")
"""Questions for the late interaction: the privacy policies' are made from a form and teach nothing."""
WEIGHTS: Mapping[str, float] = {
    "tw_law_zhtw": 0.35,
    "open_sdg": 3.0,
    "cbd_chm": 2.0,
    "tico19": 2.0,
    "mlqe_pe_wiki": 2.0,
    "wmo_wis2box": 2.0,
    "3am_captions": 0.7,
    "inaturalist_ui": 0.7,
    "cedict": 0.35,
    "cow_wordnet": 0.35,
    "glossary": 4.0,
    "cmrc2018_dev": 2.0,
    "drcd_dev": 2.0,
    "policyqa_dev": 0.5,
}
"""How often the pairs of a file are drawn, relative to their number; 1 where nothing stands here."""
ALIGNED: Mapping[str, float] = {"tw_law_zhtw": 0.3, "cedict": 1.5, "glossary": 4.0}
"""What a pair counts in the alignment; below 1, the share of the pairs that is used."""

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Material:
    """All that is trained on, by the name of its file."""

    parallel: Mapping[str, Pairs]
    senses: Mapping[str, Pairs]
    questions: Mapping[str, Sequence[Question]]

    def asked(self, language: str) -> list[str]:
        """Distinct questions and passages of a language."""
        rows = (q for questions in self.questions.values() for q in questions if q.language == language)
        return list(dict.fromkeys(text for q in rows for text in (q.question, q.passage)))


def _glossary_pairs() -> list[tuple[str, str]]:
    """Every English form with every Chinese form of the project's own glossary."""
    found: list[tuple[str, str]] = []
    for path in glossary.EMBEDDED:
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"):
                english, chinese = (
                    [form.strip() for key in keys for form in (row[key] or "").split(";") if form.strip()]
                    for keys in (("en", "abbr_en"), ("zh", "abbr_zh"))
                )
                found += [(en, zh) for en in english for zh in chinese]
    return found


def _read(data: Path, bare: Vocabulary) -> _Material:
    files: list[Parallel] = read_parallel(data / "parallel", lambda text: "".join(bare.words(text)))
    senses: dict[str, Pairs] = {
        name: rows for name, rows in read_dictionary(data / "dict").items() if name in SENSES
    }
    senses["glossary"] = _glossary_pairs()
    questions: dict[str, Sequence[Question]] = {}
    for name in QUESTIONS:
        rows = read_questions(data / "qa" / f"{name}.jsonl.gz")
        questions[name] = rows[: len(rows) - QUESTIONS_HELD_BACK.get(name, 0)]
    return _Material({file.name: file.train for file in files}, senses, questions)


def _lexicon(data: Path, material: _Material, bare: Vocabulary) -> Lexicon:
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


def _answered(questions: Sequence[Question], vocabulary: Vocabulary) -> Answered:
    passages = list(dict.fromkeys(q.passage for q in questions))
    number = {text: i for i, text in enumerate(passages)}
    before = [q.passage[: max(q.passage.find(q.answer), 0)] if q.answer else "" for q in questions]
    return Answered(
        questions[0].language,
        vocabulary.encode([q.question for q in questions]),
        vocabulary.encode(passages),
        np.array([number[q.passage] for q in questions]),
        np.diff(vocabulary.encode(before).starts),
    )


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
    material = _read(data, bare)
    _log.info("read %d parallel rows", sum(map(len, material.parallel.values())))
    lexicon = _lexicon(data, material, bare)
    vocabulary, rows = lexicon.vocabulary(), len(lexicon.names)
    _log.info("vocabulary: %d tokens, %d rows", len(lexicon.pieces), rows)

    def group(name: str, pairs: Pairs) -> PairGroup:
        left, right = (vocabulary.encode([pair[side] for pair in pairs]) for side in (0, 1))
        return nonempty(PairGroup(name, left, right, WEIGHTS.get(name, 1.0)))

    parallel = [group(name, pairs) for name, pairs in material.parallel.items()]
    senses = [group(name, pairs) for name, pairs in material.senses.items()]
    asked = [group(n, [(q.question, q.passage) for q in qs]) for n, qs in material.questions.items()]

    aligned = [PairGroup(g.name, g.left, g.right, ALIGNED.get(g.name, 1.0)) for g in parallel + senses]
    links = align(aligned, rows, iterations=6, seed=means.seed)

    shape = (rows, means.dimensions)
    noise = np.random.default_rng(means.seed).standard_normal(shape) * 0.1
    groups = parallel + senses + asked
    start = TokenVectors(noise.astype(np.float32), frequency_weights(groups, rows))
    trained = train_means(groups, start, means)
    trained = TokenVectors(principal(trained.vectors, np.ones(rows), dimensions), trained.weights)
    answered = [_answered(material.questions[name], vocabulary) for name in SPOKEN]
    trained = train_interaction(parallel, senses, answered, _translations(links, rows), trained, interaction)
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
