"""Questions with known answers → what retrieval and reading make of them, to fit how answers are chosen."""

from __future__ import annotations

import gzip
import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.build import build_generation
from index.generation import open_generation
from index.retrieve import Retriever
from ingest.facts.entities import find_entities
from ingest.facts.extract import Context, Facts, facts
from ingest.facts.glossary import Glossary
from ingest.paragraphs import Document, Paragraph, ParagraphId
from service.answering.answerer import DEPTH
from service.answering.choice import SENTENCES, ranked
from service.answering.evidence import Candidate, Passage, Reader
from service.answering.findings import Finding, findings
from service.answering.question import Question, read_question
from service.answering.selection import echoed
from service.answering.wants import Want
from service.library import Models

__all__ = ["PARAGRAPHS", "Case", "Example", "ask", "read_parallel", "read_qa"]

PARAGRAPHS = 150
"""Paragraphs of one index: as many as a few documents have."""
_MOST_QUESTIONS = 400
"""Questions asked of one index."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the paragraph that answers it, and where in it the answer stands (``None``: anywhere).

    ``exact`` is whether the span holds the answer alone, and not the sentence that it stands in.
    """

    question: str
    paragraph: int
    span: tuple[int, int] | None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """What retrieval and reading made of one question.

    ``right`` holds, for each candidate, whether it answers; ``present`` is whether the paragraph is in the
    index. ``findings`` are what could be the short answer, by ``"typed"`` (of the kind asked for) and
    ``"text"`` (clauses), each with whether it is; only where the answer's own words are known.
    """

    question: Question
    candidates: Sequence[Candidate]
    right: NDArray[np.bool_]
    paragraph: ParagraphId
    present: bool
    findings: Mapping[str, tuple[Sequence[Finding], NDArray[np.bool_]]]


def _collections(
    texts: Sequence[str], cases: Sequence[Case], size: int
) -> Iterator[tuple[list[int], list[Case]]]:
    """Runs of ``size`` neighbouring paragraphs with their questions: neighbours are hard to tell apart."""
    for start in range(0, len(texts) - size // 2, size):
        members = list(range(start, min(start + size, len(texts))))
        inside = set(members)
        yield members, [case for case in cases if case.paragraph in inside]


def _examples(
    texts: Sequence[str],
    language: str,
    cases: Sequence[Case],
    members: Sequence[int],
    models: Models,
    chance: random.Random,
) -> list[Example]:
    """Index two thirds of ``members`` and ask all ``cases``."""
    kept = sorted(chance.sample(list(members), len(members) * 2 // 3))
    ids = {number: ParagraphId("TEST/1", str(number + 1)) for number in members}
    document = Document(
        "TEST/1", language, "", tuple(Paragraph(ids[number], "numbered", texts[number]) for number in kept)
    )
    held = set(kept)
    found: list[Example] = []
    with tempfile.TemporaryDirectory() as folder:
        build_generation(Path(folder), [document], models.encoder)
        with open_generation(Path(folder)) as generation:
            retriever = Retriever(generation, models.encoder)
            reader = Reader(models.embedded, models.interaction, generation.lexical)
            for case in cases:
                asked = read_question(case.question)
                hits = retriever.search(asked.text, limit=DEPTH)
                passages = [
                    Passage(hit.id, language, texts[int(hit.id.number) - 1], (), hit.score, hit.rank)
                    for hit in hits
                ]
                candidates = reader.candidates(asked, passages)
                if not candidates:
                    continue
                gold = ids[case.paragraph]
                right = np.array(
                    [candidate.passage.id == gold and _answers(candidate, case) for candidate in candidates]
                )
                shown = _findings(asked, candidates, case, gold, reader, models) if case.exact else {}
                found.append(Example(asked, candidates, right, gold, case.paragraph in held, shown))
    return found


def _findings(
    asked: Question,
    candidates: Sequence[Candidate],
    case: Case,
    gold: ParagraphId,
    reader: Reader,
    models: Models,
) -> dict[str, tuple[Sequence[Finding], NDArray[np.bool_]]]:
    """What could be the short answer in the sentences that the weights in use find best."""
    same = candidates[0].passage.language == asked.language
    weights = models.weights.same_language if same else models.weights.across_languages
    sentences = ranked(candidates, weights)[:SENTENCES]
    facts_of = lru_cache(maxsize=None)(lambda passage: _facts(passage, models.glossary))
    named = find_entities(asked.text, models.glossary)
    found: dict[str, tuple[Sequence[Finding], NDArray[np.bool_]]] = {}
    for name, want in (("typed", asked.wants[0]), ("text", Want("text"))):
        shown = findings(
            asked,
            want,
            sentences,
            reader,
            lambda candidate: facts_of(candidate.passage),
            lambda fact: echoed(fact, asked, named),
        )
        if shown and (name == "text" or shown[0].facts):
            right = np.array([one.candidate.passage.id == gold and _answers(one, case) for one in shown])
            found[name] = shown, right
    return found


def _facts(passage: Passage, glossary: Glossary) -> Facts:
    return facts(
        Paragraph(passage.id, "numbered", passage.text),
        Context("zh" if passage.language == "zh" else "en", glossary),
    )


def _answers(candidate: Candidate | Finding, case: Case) -> bool:
    return case.span is None or (candidate.start < case.span[1] and case.span[0] < candidate.end)


def read_qa(path: Path) -> tuple[list[str], list[Case]]:
    """Contexts and the questions on them. Rows without an answer's place join four to a paragraph."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    texts: dict[str, int] = {}
    if any(row["answers"] for row in rows):
        cases = []
        for row in rows:
            number = texts.setdefault(row["context"], len(texts))
            start = int(row["answers"][0]["start"])
            cases.append(
                Case(row["question"], number, (start, start + len(row["answers"][0]["text"])), exact=True)
            )
        return list(texts), cases
    for row in rows:
        texts.setdefault(row["context"].strip(), len(texts))
    joined, spans = _joined(list(texts), 4, " ")
    return joined, [Case(row["question"], *spans[texts[row["context"].strip()]]) for row in rows]


def read_parallel(
    path: Path, chance: random.Random, *, chinese_questions: bool
) -> tuple[list[str], list[Case]]:
    """Paragraphs of three rows in one language; a run of words of one row in the other asks for that row."""
    rows = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = file.read().splitlines()
    for number, line in enumerate(lines):
        english, _, chinese = line.partition("\t")
        # Every twentieth row is kept for choosing between retrieval models.
        if number % 20 and len(english.split()) >= 8 and len(chinese) >= 12:
            rows.append((english, chinese.rstrip("。") + "。"))
    texts, spans = _joined([english if chinese_questions else chinese for english, chinese in rows], 3, " ")
    cases = []
    for number, (english, chinese) in enumerate(rows):
        if chinese_questions:
            length = min(len(chinese) - 1, chance.randint(8, 24))
            start = chance.randint(0, len(chinese) - 1 - length)
            asked = chinese[start : start + length]
        else:
            words = english.split()
            length = min(len(words), chance.randint(5, 14))
            start = chance.randint(0, len(words) - length)
            asked = " ".join(words[start : start + length])
        cases.append(Case(asked, *spans[number]))
    return texts, cases


def _joined(
    pieces: Sequence[str], count: int, between: str
) -> tuple[list[str], list[tuple[int, tuple[int, int]]]]:
    """``count`` pieces to a text each; for each piece its text's number and its span there."""
    texts: list[str] = []
    spans = []
    for start in range(0, len(pieces), count):
        text = ""
        for piece in pieces[start : start + count]:
            text += between if text else ""
            spans.append((len(texts), (len(text), len(text) + len(piece))))
            text += piece
        texts.append(text)
    return texts, spans


def ask(
    texts: Sequence[str],
    language: str,
    cases: Sequence[Case],
    indexes: range,
    models: Models,
    chance: random.Random,
) -> list[Example]:
    """Ask the questions on runs of :data:`PARAGRAPHS` texts, of those runs whose number is in ``indexes``."""
    found: list[Example] = []
    for number, (members, inside) in enumerate(_collections(texts, cases, PARAGRAPHS)):
        if number not in indexes:
            continue
        asked = inside if len(inside) <= _MOST_QUESTIONS else chance.sample(inside, _MOST_QUESTIONS)
        found += _examples(texts, language, asked, members, models, chance)
    return found
