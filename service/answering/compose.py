"""From the chosen sentence to what is served: the quote with its mark, the citation, the translations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from index.store import StoredParagraph
from ingest.facts.dates import Date
from ingest.facts.extract import Facts
from ingest.paragraphs import Edition, Paragraph, ParagraphId
from ingest.revisions import Revisions
from service.answering.answer import AnswerKind, Citation, Language, Status
from service.answering.asking.wants import Want
from service.answering.choice import Choice
from service.answering.sentences.evidence import Candidate, Passage, Reader
from service.answering.short.findings import Finding
from service.answering.short.listed import Listed, list_text
from service.answering.short.rendering import Short, short_answer
from service.answering.verify import defects, verify

__all__ = ["Served", "answer_text", "cite", "serve", "version_for"]

_BEFORE: Mapping[Language, str] = {"en": " (before the revision: {})", "zh": "（修订前：{}）"}
_OF_CONVENTION = re.compile(r"\A(?:公约|《公约》)(?=缔约方)")
_LABEL = re.compile(r"[(（]\w{1,5}[)）]\s*")


def version_for(versions: Mapping[str, Paragraph], preferred: Language, otherwise: str) -> str:
    """The language to quote in: ``preferred`` where there is that version, else ``otherwise``."""
    return preferred if preferred in versions else otherwise


def cite(
    versions: Mapping[str, Paragraph],
    language: str,
    start: int,
    end: int,
    *,
    edition: Edition,
    score: float,
) -> Citation:
    """Cite ``text[start:end]`` of the version in ``language``; its item where the quote lies inside one.

    The item's label is left out of the quote: the citation names it.
    """
    paragraph = versions[language]
    pid, start = _innermost(paragraph, start, end)
    return Citation(
        id=pid,
        language=language,
        quote=paragraph.text[start:end],
        start=start,
        end=end,
        text=paragraph.text,
        translations={other: version.text for other, version in versions.items() if other != language},
        section=paragraph.section,
        edition=edition,
        score=score,
    )


def _innermost(paragraph: Paragraph, start: int, end: int) -> tuple[ParagraphId, int]:
    """The id of the innermost item around the span, or the paragraph's; where the span starts without it."""
    found = start
    labels: tuple[str, ...] = ()
    for item in paragraph.items:
        if len(item.labels) <= len(labels) or not item.start < end <= item.end:
            continue
        if start >= item.start:
            labels = item.labels
        elif _LABEL.fullmatch(paragraph.text[start : item.start]):
            labels, found = item.labels, item.start
    pid = paragraph.id
    return ParagraphId(pid.symbol, pid.number, pid.part, labels), found


def answer_text(citations: tuple[Citation, ...]) -> str:
    """The quotes, each with its mark, each on a line of its own."""
    return "\n".join(f"{citation.quote} [{number}]" for number, citation in enumerate(citations, 1))


@dataclass(frozen=True, slots=True)
class Served:
    """A verified answer: ``text`` with its marks and what it cites, at least one citation."""

    status: Status
    text: str
    kind: AnswerKind
    value: str | int | float | None
    citations: tuple[Citation, ...]


def serve(
    choice: Choice,
    wanted: Language,
    reader: Reader,
    paragraphs: Mapping[ParagraphId, StoredParagraph],
    revisions: Revisions,
    facts_of: Callable[[Passage], Facts],
) -> Served:
    """The answer that ``choice`` makes in the language ``wanted``.

    Quoted are the sentences that it stands in, those that lend a date its year, and those that contradict
    it. What only a text contradicts that a revision replaced, the revision settles: the earlier date or
    number is told as such. Where a short answer does not stand up to its quotes, the quote of the best
    sentence is served as it is.

    :raises UnverifiedAnswerError: if not even that stands up.
    """
    citing = _Citing(wanted, reader, paragraphs, choice.confidence)
    parts: list[Short] = []
    marks: list[list[int]] = []
    answered = 0
    for one in choice.selected:
        if one is None or one.lacking:
            continue
        passage = one.found[0].candidate.passage
        if one.listed is not None and citing.language(passage) == passage.language:
            parts.append(Short(list_text(one.listed, facts_of(passage).entities, wanted), "list", None))
            marks.append([citing.listed(one.listed)])
            answered += 1
            continue
        numbers = [citing.number(each.candidate, each.candidate.start) for each in one.found]
        numbers += citing.anchors(one.found)
        if passage.language != citing.citations[numbers[0]].language and not one.found[0].facts:
            quote = citing.citations[numbers[0]].quote
            part = Short(quote, "text", None)
        else:
            part = short_answer(one.want, one.found, wanted, one.names, alone=one.named_alone)
        words = not one.found[0].facts and any(numbers[0] in known for known in marks)
        # "How many of these, and how many of those?" Five, and five.
        counted = one.typed and one.want.kind == "number" and one.want.part is not None
        if not counted and any(
            _same(part.text, known.text) or (words and part.text in known.text) for known in parts
        ):
            answered += 1
            continue
        parts.append(part)
        marks.append(list(dict.fromkeys(numbers)))
        answered += 1
    replaced = revisions.replaced(choice.best.passage.id.symbol)
    first_want = next((one.want for one in choice.selected if one is not None), Want("date"))
    before: list[str] = []
    conflicting = False
    for finding in choice.disagreeing if parts else ():
        part = short_answer(first_want, [finding], wanted)
        numbers = [citing.number(finding.candidate, finding.start), *citing.anchors([finding])]
        numbers = list(dict.fromkeys(numbers))
        if finding.candidate.passage.id.symbol in replaced:
            before.append(_BEFORE[wanted].format(_joined([part], [numbers], wanted)))
        else:
            conflicting = True
            parts.append(part)
            marks.append(numbers)
    if parts:
        text = "".join((_joined(parts, marks, wanted), *before))
        citations = tuple(citing.citations)
        if all(part.text for part in parts) and not defects(text, citations):
            first = parts[0]
            status: Status = "answered" if answered == len(choice.selected) else "partial"
            return Served(
                "conflicting" if conflicting else status,
                text,
                first.kind,
                first.value,
                citations,
            )
    plain = _Citing(wanted, reader, paragraphs, choice.confidence)
    plain.number(choice.best, choice.best.start)
    citations = tuple(plain.citations)
    text = answer_text(citations)
    verify(text, citations)
    return Served("answered", text, "text", None, citations)


def _same(one: str, other: str) -> bool:
    """Whether two texts say the same: 公约缔约方会议第五届会议, 缔约方会议第五届会议."""
    return one == other or _OF_CONVENTION.sub("", one) == _OF_CONVENTION.sub("", other)


def _joined(parts: Sequence[Short], marks: Sequence[Sequence[int]], language: Language) -> str:
    between = "；" if language == "zh" else "; "
    return between.join(
        f"{part.text} {''.join(f'[{number + 1}]' for number in numbers)}"
        for part, numbers in zip(parts, marks, strict=True)
    )


class _Citing:
    """Collects citations, each sentence once."""

    def __init__(
        self,
        wanted: Language,
        reader: Reader,
        paragraphs: Mapping[ParagraphId, StoredParagraph],
        confidence: float,
    ) -> None:
        self._wanted, self._reader, self._paragraphs = wanted, reader, paragraphs
        self._confidence = confidence
        self.citations: list[Citation] = []

    def number(self, sentence: Candidate, at: int) -> int:
        """The place among the citations of the sentence at offset ``at`` of ``sentence``'s paragraph."""
        passage = sentence.passage
        paragraph = self._paragraphs[passage.id]
        language = self.language(passage)
        start, end = self._reader.sentence_at(passage, at)
        if language != passage.language:
            start, end = self._reader.counterpart(passage, start, language, paragraph.versions[language].text)
        return self._cited(passage, language, start, end)

    def anchors(self, found: Sequence[Finding]) -> list[int]:
        """The places of the sentences that lend the dates found their years."""
        return [
            self.number(finding.candidate, fact.anchor[0])
            for finding in found
            for fact in finding.facts
            if isinstance(fact, Date) and fact.anchor is not None
        ]

    def language(self, passage: Passage) -> str:
        """The language that the passage is quoted in."""
        return version_for(self._paragraphs[passage.id].versions, self._wanted, passage.language)

    def listed(self, one: Listed) -> int:
        """The place among the citations of the sentences from what introduces a list to its last element."""
        start, _ = self._reader.sentence_at(one.passage, one.start)
        _, end = self._reader.sentence_at(one.passage, one.end - 1)
        return self._cited(one.passage, one.passage.language, start, end)

    def _cited(self, passage: Passage, language: str, start: int, end: int) -> int:
        paragraph = self._paragraphs[passage.id]
        citation = cite(
            paragraph.versions,
            language,
            start,
            end,
            edition=paragraph.document.versions[language].edition,
            score=self._confidence,
        )
        for place, known in enumerate(self.citations):
            if (known.id.paragraph, known.start, known.end) == (passage.id, citation.start, citation.end):
                return place
        self.citations.append(citation)
        return len(self.citations) - 1
