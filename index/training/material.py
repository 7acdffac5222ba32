"""All that the embedded model is trained on, and the pairs that are made of it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from index.training.interaction import Answered
from index.training.measure import QUESTIONS_HELD_BACK
from index.training.pairs import Parallel, Question, read_dictionary, read_parallel, read_questions
from index.training.vectors import PairGroup, nonempty
from index.vocabulary import Vocabulary
from ingest.facts import glossary

__all__ = ["Groups", "Material"]

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

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Material:
    """All that is trained on, by the name of its file."""

    parallel: Mapping[str, Pairs]
    senses: Mapping[str, Pairs]
    questions: Mapping[str, Sequence[Question]]

    def asked(self, language: str) -> list[str]:
        """Distinct questions and passages of a language."""
        rows = (q for questions in self.questions.values() for q in questions if q.language == language)
        return list(dict.fromkeys(text for q in rows for text in (q.question, q.passage)))

    @classmethod
    def read(cls, data: Path, fold: Callable[[str], str]) -> Self:
        """What ``data``, with ``parallel/``, ``dict/`` and ``qa/``, holds for training.

        ``fold`` makes one of texts that are the same. :raises OSError: if a file is missing.
        """
        files: list[Parallel] = read_parallel(data / "parallel", fold)
        senses: dict[str, Pairs] = {
            name: rows for name, rows in read_dictionary(data / "dict").items() if name in SENSES
        }
        senses["glossary"] = _glossary_pairs()
        questions: dict[str, Sequence[Question]] = {}
        for name in QUESTIONS:
            rows = read_questions(data / "qa" / f"{name}.jsonl.gz")
            questions[name] = rows[: len(rows) - QUESTIONS_HELD_BACK.get(name, 0)]
        return cls({file.name: file.train for file in files}, senses, questions)


@dataclass(frozen=True, slots=True)
class Groups:
    """The material as rows: aligned texts, senses, questions with their passages, and those as
    the late interaction is trained on them.
    """

    parallel: Sequence[PairGroup]
    senses: Sequence[PairGroup]
    asked: Sequence[PairGroup]
    answered: Sequence[Answered]

    @classmethod
    def of(cls, material: Material, vocabulary: Vocabulary) -> Self:
        def group(name: str, pairs: Pairs) -> PairGroup:
            left, right = (vocabulary.encode([pair[side] for pair in pairs]) for side in (0, 1))
            return nonempty(PairGroup(name, left, right, WEIGHTS.get(name, 1.0)))

        return cls(
            [group(name, pairs) for name, pairs in material.parallel.items()],
            [group(name, pairs) for name, pairs in material.senses.items()],
            [group(n, [(q.question, q.passage) for q in qs]) for n, qs in material.questions.items()],
            [_answered(material.questions[name], vocabulary) for name in SPOKEN],
        )


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
