"""One question in, one verified answer out."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, Literal

from index.retrieve import Hit, Retriever
from index.store import StoredParagraph, UnknownIdError
from ingest.facts.extract import Facts
from ingest.paragraphs import ParagraphId
from ingest.symbols import find_references
from service.answering.answer import Answer, Citation, Language, Reason, Related, Timing
from service.answering.asking.question import Question, read_question
from service.answering.asking.wants import read_wants
from service.answering.choice import Choice, Chooser
from service.answering.compose import Served, serve, version_for
from service.answering.conflict import before_revision
from service.answering.sentences.demands import decisions
from service.answering.sentences.evidence import Candidate, Passage, Reader
from service.answering.sentences.origin import origin_of

__all__ = ["DEPTH", "Answerer"]

DEPTH: Final = 12
"""Retrieved paragraphs that are read sentence by sentence (measured: eval/RESULTS.md)."""

_COMPARED: Final = 20
"""Retrieved paragraphs whose facts may contradict an answer."""

_REMEMBERED: Final = 4096
"""Paragraphs whose facts are kept in memory."""

_NO_FACTS: Final = Facts()

# "What does 75/217 say?": a resolution of the General Assembly, if there is one of that number.
_BARE_RESOLUTION: Final = re.compile(
    r"(?<![\w/.(])(?:\d{2}|(?:(?<=UNEA )|(?<=大会))\d{1,2}|20\d\d)/\d{1,3}(?![\w/.]*\d|[\w/)])", re.ASCII
)
_NUMBER: Final = re.compile(r"(\d{1,4})/(\d{1,3})")
_SERIES: Final = (r"A/RES/\1/\2", r"E/RES/\1/\2", r"UNEP/EA.\1/RES.\2", r"A/HRC/RES/\1/\2")
"""Who may have resolved under a number that is given alone."""

# What only the document itself says, not one that refers to it.
_CONTENTS: Final = re.compile(
    r"写了?(?:些)?什么|讲的?是?什么|讲了什么|说了什么|怎么[写说]的|主要内容|概括|总结|摘要|"
    r"\bcontains?\b|\bsummar(?:y|i[sz]e)|\b(?:say|says|said)\s+about\b",
    re.IGNORECASE,
)


class Answerer:
    """Answers from one generation. May be used by several threads.

    Answering is extractive: what is served is a sentence of a document, never a new one.
    """

    def __init__(
        self,
        retriever: Retriever,
        reader: Reader,
        chooser: Chooser,
        *,
        generation: str,
        model: str,
    ) -> None:
        self._retriever = retriever
        self._store = retriever.generation.store
        self._reader = reader
        self._facts = lru_cache(maxsize=_REMEMBERED)(self._store.facts)
        self._chooser = chooser
        self._revisions = self._store.revisions
        self._generation = generation
        self._model = model

    def answer(
        self,
        question: str,
        *,
        language: Literal["auto", "en", "zh"] = "auto",
        documents: Sequence[str] | None = None,
        limit: int = 5,
    ) -> Answer:
        """Answer ``question`` in ``language`` (``auto``: its own) from ``documents`` (default: all).

        At most ``limit`` paragraphs are returned, cited and related together.
        """
        started = time.perf_counter()
        asked = self._understood(question)
        wanted: Language = asked.language if language == "auto" else language
        known, unknown = self._scope(asked, documents)

        hits: Sequence[Hit] = ()
        if known is None or known:
            hits = self._retriever.search(asked.text, documents=known, limit=max(limit, _COMPARED))
        retrieved = time.perf_counter()

        found = self._store.named([hit.id for hit in hits])
        passages = _passages(asked, hits[:_COMPARED], found)
        candidates = self._candidates(asked, passages[:DEPTH])
        choice = self._chooser.choose(asked, candidates, self.facts_of, passages)
        reason = self._refusal(asked, known, unknown, choice, found.values())
        served: Served | None = None
        if reason is None and choice is not None:
            choice = self._with_earlier(choice, passages)
            served = serve(choice, wanted, self._reader, found, self._revisions, self.facts_of)
        citations = self.dated(served.citations) if served else ()
        cited = {citation.id.paragraph for citation in citations}
        order = self._reread(hits, choice.paragraphs if choice else ())
        nearest = [hit for hit in order if hit.id not in cited]
        related = tuple(_related(hit, wanted, found[hit.id]) for hit in nearest[: limit - len(citations)])
        done = time.perf_counter()
        return Answer(
            question=question,
            language=wanted,
            status=served.status if served else "not_found",
            reason=reason,
            text=served.text if served else None,
            kind=served.kind if served else "text",
            value=served.value if served else None,
            confidence=choice.confidence if choice else 0.0,
            citations=citations,
            related=related,
            unknown_documents=unknown,
            generation=self._generation,
            model=self._model,
            timing=Timing(
                retrieve=(retrieved - started) * 1000,
                answer=(done - retrieved) * 1000,
                total=(done - started) * 1000,
            ),
        )

    def search(
        self,
        query: str,
        *,
        documents: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        limit: int = 10,
    ) -> list[Hit]:
        """:meth:`Retriever.search`, the first hits in the order of what their best sentences say.

        :raises UnknownIdError: if a document is not in the index.
        """
        hits = self._retriever.search(
            query, documents=documents, languages=languages, limit=max(limit, DEPTH)
        )
        if self._retriever.embedded:
            asked = self._understood(query)
            read = self._read(asked, hits[:DEPTH])
            hits = self._reread(hits, self._chooser.paragraphs(asked, read, self.facts_of))
        return hits[:limit]

    def _understood(self, question: str) -> Question:
        """``question`` in the words that it is searched by (folded, typing errors mended, names known), with
        what its words are in documents.
        """
        asked = self._about_resolutions(read_question(question))
        wording = self._retriever.wording(asked.text)
        wants = asked.wants if wording.text == asked.text else read_wants(wording.text)
        variants = self._reader.paraphrased(wording.text, wording.variants)
        return replace(asked, text=wording.text, wants=wants, variants=variants)

    def _about_resolutions(self, asked: Question) -> Question:
        """``asked`` with the resolutions that it names and the index holds among its documents, and without
        their numbers: a resolution doesn't name itself. As it is where it asks for a decision.
        """
        if any(want.kind == "decision" for want in asked.wants):
            return asked
        named = [
            (one.start, one.end, one.key) for one in find_references(asked.text) if one.kind == "resolution"
        ]
        named += [(*match.span(), match[0]) for match in _BARE_RESOLUTION.finditer(asked.text)]
        found = {(start, end): self._resolution(key, asked.text[start:end]) for start, end, key in named}
        known = sorted((*place, symbol) for place, symbol in found.items() if symbol is not None)
        if not known:
            return asked
        text, documents = asked.text, dict.fromkeys((*asked.documents, *(key for *_, key in known)))
        for start, end, _ in reversed(known):
            text = f"{text[:start].rstrip(' 第')} {text[end:].lstrip(' 号')}"
        return replace(asked, text=text.strip(), wants=read_wants(text), documents=tuple(documents))

    def _resolution(self, key: str, written: str) -> str | None:
        """The symbol of the document of the index that is the resolution ``key``, or else one of the number
        that is ``written``; ``None`` if there is none.
        """
        number = _NUMBER.search(written)
        series = [number.expand(one) for one in _SERIES] if number is not None else []
        return next(filter(self._is_known, (key, *series)), None)

    def _read(self, asked: Question, hits: Sequence[Hit]) -> list[Candidate]:
        """The sentences of the paragraphs found."""
        found = self._store.named([hit.id for hit in hits])
        return self._candidates(asked, _passages(asked, hits, found))

    def _candidates(self, asked: Question, passages: Sequence[Passage]) -> list[Candidate]:
        """The sentences of ``passages``, but of none whose revision is found before it: they say nearly the
        same, and what holds is the revision. Of those only, if there are any, that name a decision or
        resolution which the question names. Nor those, if there are others, that tell what took place on the
        margins of the session whose date is asked for.
        """
        outdated: set[ParagraphId] = set()
        read = []
        for passage in passages:
            if passage.id not in outdated:
                read.append(passage)
                for symbol in self._revisions.replaced(passage.id.symbol):
                    outdated.add(replace(passage.id, symbol=symbol))
        named = decisions(asked.text)
        if named:
            read = [one for one in read if named & decisions(f"{one.text}\n{one.origin}")] or read
        sought = self._chooser.sought(asked)
        found = self._reader.candidates(asked, read, sought, self.facts_of)
        return [one for one in found if not sought.backdrop(one.text)] or found

    def _reread(self, hits: Sequence[Hit], paragraphs: Sequence[Sequence[ParagraphId]]) -> list[Hit]:
        """``hits`` in the order of their best sentences, those in each language (``paragraphs``) among
        themselves.

        The k-th hit takes the k-th score. The weights of sentences are fitted on what the embedded model
        finds, so another model's order, or a re-ranker's, is left as it is.
        """
        order = list(hits)
        if not self._retriever.embedded:
            return order
        places = {hit.id: place for place, hit in enumerate(hits)}
        for read in paragraphs:
            taken = [places[pid] for pid in read]
            for place, came in zip(sorted(taken), taken, strict=True):
                if place != came:
                    order[place] = replace(hits[came], score=hits[place].score, rank=hits[place].rank)
        return order

    def candidates(self, question: str) -> tuple[Question, list[Candidate]]:
        """The question as it is understood, and every sentence that could answer it, from all documents."""
        asked = self._understood(question)
        return asked, self._read(asked, self._retriever.search(asked.text, limit=DEPTH))

    def known(self, symbols: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """``symbols`` that are in the index, and those that are not."""
        known = tuple(symbol for symbol in symbols if self._is_known(symbol))
        return known, tuple(symbol for symbol in symbols if symbol not in known)

    def _is_known(self, symbol: str) -> bool:
        try:
            self._store.document(symbol)
        except UnknownIdError:
            return False
        return True

    def _scope(
        self, asked: Question, documents: Sequence[str] | None
    ) -> tuple[Sequence[str] | None, tuple[str, ...]]:
        """The documents to search (``None``: all) and those asked for that are not in the index.

        A document named in the question narrows the search to it, unless ``documents`` does so already.
        """
        if documents:
            return self.known(documents)
        known, unknown = self.known(asked.documents)
        return known or None, unknown

    def _refusal(
        self,
        asked: Question,
        known: Sequence[str] | None,
        unknown: Sequence[str],
        choice: Choice | None,
        found: Iterable[StoredParagraph],
    ) -> Reason | None:
        """Why no answer is served; ``None`` if one is."""
        if not asked.is_question:
            return "not_a_question"
        if unknown and not known and (_CONTENTS.search(asked.text) or not _mentioned(unknown, found)):
            return "unknown_document"
        if choice is None or not choice.enough:
            return "no_evidence"
        return None

    def _with_earlier(self, choice: Choice, passages: Sequence[Passage]) -> Choice:
        """``choice`` with what stood in the place of its first answer before the revision that it is from."""
        replaced = self._revisions.replaced(choice.best.passage.id.symbol)
        first = choice.selected[0]
        if not replaced or first is None:
            return choice
        earlier = before_revision(first, passages, self.facts_of, self._reader, replaced)
        told = {one.candidate.passage.id for one in choice.disagreeing}
        if earlier is None or earlier.candidate.passage.id in told:
            return choice
        return replace(choice, disagreeing=(*choice.disagreeing, earlier))

    def dated(self, citations: Sequence[Citation]) -> tuple[Citation, ...]:
        """Citations that know which documents replace or change what they quote."""
        return tuple(
            replace(citation, later=self._revisions.later(citation.id.symbol, citation.language))
            for citation in citations
        )

    def facts_of(self, passage: Passage) -> Facts:
        """The facts that ingest found in the passage."""
        return self._facts(passage.id).get(passage.language, _NO_FACTS)


def _passages(
    asked: Question, hits: Sequence[Hit], found: Mapping[ParagraphId, StoredParagraph]
) -> list[Passage]:
    """The versions of the paragraphs found that are read: the question's language where there is one."""
    passages = []
    for hit in hits:
        paragraph = found[hit.id]
        language = version_for(paragraph.versions, asked.language, hit.language)
        version = paragraph.versions[language]
        headings = (paragraph.document.title(language), *version.section)
        origin = origin_of(hit.id, paragraph.document.date)
        passages.append(Passage(hit.id, language, version.text, headings, hit.score, hit.rank, origin))
    return passages


def _related(hit: Hit, wanted: Language, paragraph: StoredParagraph) -> Related:
    language = version_for(paragraph.versions, wanted, hit.language)
    version = paragraph.versions[language]
    return Related(
        hit.id,
        language,
        version.text,
        version.section,
        paragraph.document.versions[language].edition,
        hit.score,
    )


def _mentioned(symbols: Sequence[str], paragraphs: Iterable[StoredParagraph]) -> bool:
    """Whether a paragraph refers to one of ``symbols``: then the question may be about the reference."""
    return any(
        reference.key in symbols
        for paragraph in paragraphs
        for version in paragraph.versions.values()
        for reference in find_references(version.text)
    )
