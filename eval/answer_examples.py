"""Questions with known answers → what retrieval and reading make of them, to fit how answers are chosen."""

from __future__ import annotations

import gzip
import json
import random
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.paraphrase import Paraphraser
from index.build import build_generation
from index.generation import Generation, open_generation
from index.retrieve import Retriever
from index.training.practice import PracticeQuestion, span_of
from ingest.facts.entities import find_entities
from ingest.paragraphs import Document, Paragraph, ParagraphId
from ingest.sentences import sentences
from service.answering.answerer import Answerer
from service.answering.asking.question import Question
from service.answering.asking.wants import Want
from service.answering.choice import SENTENCES, Chooser, ranked
from service.answering.sentences.evidence import Candidate, Reader
from service.answering.short.findings import Finding, findings
from service.answering.short.selection import echoed
from service.library import Models

__all__ = [
    "PARAGRAPHS",
    "Case",
    "Examiner",
    "Example",
    "Served",
    "Truth",
    "ask",
    "practise",
    "read_qa",
]

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

    ``candidates`` are those in the question's language, or those in others, whichever it was answered from.
    ``right`` holds, for each candidate, whether it answers; ``gold`` are the paragraphs of the index that do,
    none if it has no answer. ``findings`` are what could be the short answer, by ``"typed"`` (of the kind
    asked for) and ``"text"`` (clauses), each with whether it is; only where the answer's own words are known.
    """

    question: Question
    candidates: Sequence[Candidate]
    right: NDArray[np.bool_]
    gold: frozenset[ParagraphId]
    findings: Mapping[str, tuple[Sequence[Finding], NDArray[np.bool_]]]
    served: Served

    @property
    def same(self) -> bool:
        """Whether the paragraphs are in the question's language."""
        return self.candidates[0].passage.language == self.question.language

    @property
    def present(self) -> bool:
        """Whether the answer is in the index."""
        return bool(self.gold)

    def lean(self) -> Example:
        """The example without what the networks were shown, which takes most of its memory."""
        lean = {id(one): replace(one, around=None, signs=None) for one in self.candidates}
        return replace(
            self,
            candidates=[lean[id(one)] for one in self.candidates],
            findings={
                name: (
                    [replace(one, candidate=lean[id(one.candidate)], signs=None) for one in found],
                    right,
                )
                for name, (found, right) in self.findings.items()
            },
        )


@dataclass(frozen=True, slots=True)
class Truth:
    """Which paragraphs answer, and where in a language version of them the answer stands (else: anywhere).

    ``exact`` is whether the spans hold the answer alone, and not the sentence that it stands in.
    """

    gold: frozenset[ParagraphId] = frozenset()
    spans: Mapping[tuple[ParagraphId, str], tuple[int, int]] = field(default_factory=dict)
    exact: bool = False

    def holds(self, one: Candidate | Finding) -> bool:
        """Whether the sentence or finding answers."""
        passage = one.passage if isinstance(one, Candidate) else one.candidate.passage
        if passage.id not in self.gold:
            return False
        span = self.spans.get((passage.id, passage.language))
        return span is None or (one.start < span[1] and span[0] < one.end)


class Examiner:
    """Asks questions of one generation as the service does."""

    def __init__(self, generation: Generation, models: Models) -> None:
        retriever = Retriever(
            generation, models.encoder, glossary=models.glossary, interpreter=models.interpreter
        )
        self._models = models
        self._reader = Reader(
            models.embedded, models.interpreter, models.interaction, generation.lexical, models.wordwise
        )
        self._chooser = Chooser(self._reader, models.support, models.glossary, models.weights)
        self._answerer = Answerer(retriever, self._reader, self._chooser, generation=generation.id, model="")

    def ask(self, question: str, truth: Truth) -> Example | None:
        """What is made of ``question``; ``None`` if nothing is found."""
        asked, candidates = self._answerer.candidates(question)
        choice = self._chooser.choose(asked, candidates, self._answerer.facts_of)
        if choice is None:
            return None
        same = choice.best.passage.language == asked.language
        candidates = [one for one in candidates if (one.passage.language == asked.language) == same]
        return Example(
            question=asked,
            candidates=candidates,
            right=np.array([truth.holds(one) for one in candidates]),
            gold=truth.gold,
            findings=self._findings(asked, candidates, truth) if truth.exact else {},
            served=Served(choice.best.passage.id, choice.signals),
        )

    def _findings(
        self, asked: Question, candidates: Sequence[Candidate], truth: Truth
    ) -> dict[str, tuple[Sequence[Finding], NDArray[np.bool_]]]:
        """What could be the short answer in the sentences that the weights in use find best."""
        weights = self._models.weights
        same = candidates[0].passage.language == asked.language
        likeliest = ranked(candidates, weights.same_language if same else weights.across_languages)
        named = find_entities(asked.text, self._models.glossary)
        found: dict[str, tuple[Sequence[Finding], NDArray[np.bool_]]] = {}
        for name, want in (("typed", asked.wants[0]), ("text", Want("text"))):
            shown = findings(
                asked,
                want,
                likeliest[:SENTENCES],
                self._reader,
                self._chooser.sought(asked),
                self._answerer.facts_of,
                lambda fact: echoed(fact, asked, named),
            )
            if shown and (name == "text" or shown[0].facts):
                found[name] = shown, np.array([truth.holds(one) for one in shown])
        return found


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
            examiner = Examiner(generation, models)
            for place, original in enumerate(cases):
                case = changed[place]
                truth = Truth()
                if case is not None and case.paragraph in left:
                    gold = ids[case.paragraph]
                    spans = {} if case.span is None else {(gold, language): case.span}
                    truth = Truth(frozenset([gold]), spans, case.exact)
                example = examiner.ask(original.question, truth)
                if example is not None:
                    found.append(example)
    return found


def practise(
    documents: Sequence[Document],
    questions: Iterable[PracticeQuestion],
    models: Models,
    crowd: Path | None = None,
) -> Iterator[Example]:
    """Index ``documents`` and ask ``questions``; those that nothing is found for are left out.

    ``crowd`` is the folder of an index, of documents that none of the questions is about: theirs stand among
    them.
    """
    texts = {
        (paragraph.id, document.language): paragraph.text
        for document in documents
        for paragraph in document.paragraphs
    }
    with tempfile.TemporaryDirectory() as folder:
        if crowd is not None:
            shutil.copytree(crowd, folder, dirs_exist_ok=True)
        build_generation(Path(folder), documents, models.encoder)
        with open_generation(Path(folder)) as generation:
            examiner = Examiner(generation, models)
            for question in questions:
                example = examiner.ask(question.question, _truth(question, texts))
                if example is not None:
                    yield example


def _truth(question: PracticeQuestion, texts: Mapping[tuple[ParagraphId, str], str]) -> Truth:
    gold = frozenset(question.paragraphs)
    spans = {}
    for language, evidence in question.evidence.items():
        for one in gold:
            span = span_of(evidence, texts.get((one, language), ""))
            if span is not None:
                spans[one, language] = span
    return Truth(gold, spans, exact=bool(spans))


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
