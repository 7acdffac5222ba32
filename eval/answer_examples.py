"""Questions with known answers → what retrieval and reading make of them, to fit how answers are chosen."""

from __future__ import annotations

import gzip
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.paraphrase import Paraphraser
from index.build import build_generation
from index.generation import open_generation
from index.retrieve import Retriever
from ingest.facts.entities import find_entities
from ingest.facts.extract import Context, Facts, facts
from ingest.facts.glossary import Glossary
from ingest.paragraphs import Document, Paragraph, ParagraphId
from ingest.sentences import sentences
from service.answering.answerer import DEPTH
from service.answering.choice import SENTENCES, Chooser, ranked
from service.answering.evidence import Candidate, Passage, Reader
from service.answering.findings import Finding, findings
from service.answering.question import Question, read_question
from service.answering.selection import echoed
from service.answering.wants import Want
from service.library import Models

__all__ = ["PARAGRAPHS", "Case", "Example", "Served", "ask", "read_parallel", "read_qa"]

PARAGRAPHS = 150
"""Paragraphs of one index: as many as a few documents have."""
_MOST_QUESTIONS = 250
"""Questions asked of one index."""
_EXCHANGED = (0.0, 0.3, 0.6)
"""Shares of words exchanged for synonyms, one for each question by chance."""
_WITHOUT_ANSWER = 0.25
"""Share of the paragraphs from which a sentence that answers is taken out."""


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
class Served:
    """The paragraph that the weights in use would cite, and what its confidence is judged by."""

    paragraph: ParagraphId
    signals: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Example:
    """What retrieval and reading made of one question.

    ``right`` holds, for each candidate, whether it answers; ``present`` is whether the answer is in the
    index. ``findings`` are what could be the short answer, by ``"typed"`` (of the kind asked for) and
    ``"text"`` (clauses), each with whether it is; only where the answer's own words are known.
    """

    question: Question
    candidates: Sequence[Candidate]
    right: NDArray[np.bool_]
    paragraph: ParagraphId
    present: bool
    findings: Mapping[str, tuple[Sequence[Finding], NDArray[np.bool_]]]
    served: Served


def _collections(
    texts: Sequence[str], cases: Sequence[Case], size: int
) -> Iterator[tuple[list[int], list[Case]]]:
    """Runs of ``size`` neighbouring paragraphs with their questions: neighbours are hard to tell apart."""
    for start in range(0, len(texts) - size // 2, size):
        members = list(range(start, min(start + size, len(texts))))
        inside = set(members)
        yield members, [case for case in cases if case.paragraph in inside]


def _without_answers(
    texts: Sequence[str], cases: Sequence[Case], kept: Sequence[int], language: str, chance: random.Random
) -> tuple[dict[int, str], dict[int, Case | None]]:
    """Texts of ``kept`` paragraphs, one sentence with an answer taken out of a quarter of them.

    The second part says, by the place of a case, what has become of it: with its span where the answer stands
    now, or ``None`` where it is gone.
    """
    left = {number: texts[number] for number in kept}
    changed: dict[int, Case | None] = dict(enumerate(cases))
    by_paragraph: dict[int, list[int]] = {}
    for place, case in enumerate(cases):
        if case.paragraph in left and case.span is not None:
            by_paragraph.setdefault(case.paragraph, []).append(place)
    for number in sorted(by_paragraph):
        spans = sentences(texts[number], language)
        if chance.random() >= _WITHOUT_ANSWER or len(spans) < 3:
            continue
        wanted = cases[chance.choice(by_paragraph[number])].span
        start, end = next(
            (span for span in spans if wanted is not None and span[0] <= wanted[0] < span[1]), spans[0]
        )
        left[number] = texts[number][:start] + texts[number][end:]
        for place in by_paragraph[number]:
            case = cases[place]
            first, last = case.span or (0, 0)
            if first < end and start < last:
                changed[place] = None
            elif first >= end:
                changed[place] = replace(case, span=(first - (end - start), last - (end - start)))
    return left, changed


def _examples(
    texts: Sequence[str],
    language: str,
    cases: Sequence[Case],
    members: Sequence[int],
    models: Models,
    chance: random.Random,
) -> list[Example]:
    """Index two thirds of ``members``, a quarter of them without an answer, and ask all ``cases``."""
    kept = sorted(chance.sample(list(members), len(members) * 2 // 3))
    ids = {number: ParagraphId("TEST/1", str(number + 1)) for number in members}
    left, changed = _without_answers(texts, cases, kept, language, chance)
    document = Document(
        "TEST/1", language, "", tuple(Paragraph(ids[number], "numbered", left[number]) for number in kept)
    )
    found: list[Example] = []
    with tempfile.TemporaryDirectory() as folder:
        build_generation(Path(folder), [document], models.encoder)
        with open_generation(Path(folder)) as generation:
            retriever = Retriever(generation, models.encoder)
            reader = Reader(models.embedded, models.interaction, generation.lexical)
            chooser = Chooser(reader, models.support, models.glossary, models.weights)
            facts_of = lru_cache(maxsize=None)(lambda passage: _facts(passage, models.glossary))
            for place, original in enumerate(cases):
                case = changed[place]
                asked = read_question(original.question)
                hits = retriever.search(asked.text, limit=DEPTH)
                passages = [
                    Passage(hit.id, language, left[int(hit.id.number) - 1], (), hit.score, hit.rank)
                    for hit in hits
                ]
                candidates = reader.candidates(asked, passages)
                choice = chooser.choose(asked, candidates, facts_of)
                if choice is None:
                    continue
                gold = ids[original.paragraph]
                right = np.array(
                    [
                        case is not None and one.passage.id == gold and _answers(one, case)
                        for one in candidates
                    ]
                )
                shown = {}
                if case is not None and case.exact:
                    shown = _findings(asked, candidates, case, gold, reader, models, facts_of)
                present = case is not None and original.paragraph in left
                served = Served(choice.best.passage.id, choice.signals)
                found.append(Example(asked, candidates, right, gold, present, shown, served))
    return found


def _findings(
    asked: Question,
    candidates: Sequence[Candidate],
    case: Case,
    gold: ParagraphId,
    reader: Reader,
    models: Models,
    facts_of: Callable[[Passage], Facts],
) -> dict[str, tuple[Sequence[Finding], NDArray[np.bool_]]]:
    """What could be the short answer in the sentences that the weights in use find best."""
    same = candidates[0].passage.language == asked.language
    weights = models.weights.same_language if same else models.weights.across_languages
    likeliest = ranked(candidates, weights)[:SENTENCES]
    named = find_entities(asked.text, models.glossary)
    found: dict[str, tuple[Sequence[Finding], NDArray[np.bool_]]] = {}
    for name, want in (("typed", asked.wants[0]), ("text", Want("text"))):
        shown = findings(
            asked,
            want,
            likeliest,
            reader,
            facts_of,
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
    paraphraser: Paraphraser | None = None,
) -> list[Example]:
    """Ask the questions on runs of :data:`PARAGRAPHS` texts, of those runs whose number is in ``indexes``."""
    found: list[Example] = []
    for number, (members, inside) in enumerate(_collections(texts, cases, PARAGRAPHS)):
        if number not in indexes:
            continue
        asked = inside if len(inside) <= _MOST_QUESTIONS else chance.sample(inside, _MOST_QUESTIONS)
        if paraphraser is not None:
            asked = [
                replace(case, question=paraphraser.say(case.question, chance.choice(_EXCHANGED), chance))
                for case in asked
            ]
        found += _examples(texts, language, asked, members, models, chance)
    return found
