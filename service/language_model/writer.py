"""Words an answer through a language model, as far as what it says can be confirmed."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from starlette.concurrency import run_in_threadpool

from service.answering.answer import Answer, Citation, Language, Related
from service.answering.verify import UnverifiedAnswerError, verify
from service.language_model.confirmation import Confirmed, Evidence, confirmed
from service.language_model.endpoint import Endpoint, LanguageModelError
from service.language_model.statements import SCHEMA, Statement, messages, read_statements
from service.library import Desk
from service.reply import Note, NoteCode, Reply

__all__ = ["Writer"]

_log = logging.getLogger(__name__)

_NOTES: Final[dict[NoteCode, dict[Language, str]]] = {
    "language_model_unavailable": {
        "en": "The language model was not available: this comes from the documents alone.",
        "zh": "语言模型暂不可用：以上内容只依据文件本身。",
    },
    "language_model_unconfirmed": {
        "en": "What the language model said was left out where the documents do not confirm it.",
        "zh": "语言模型所述内容凡无法在文件中得到证实的，均已略去。",
    },
}


@dataclass(frozen=True, slots=True)
class Writer:
    """``paragraphs`` is how many the model is shown."""

    endpoint: Endpoint
    paragraphs: int

    def evidence(self, desk: Desk, answer: Answer) -> list[Evidence]:
        """The paragraphs of ``answer``, which must come from ``desk``: those that the model is shown.

        Cited ones come first, then related ones, each in the language in which it was quoted or shown. There
        are none where the model is not asked: where there is no question, where a document isn't there, and
        where paragraphs disagree, which must be shown whole.
        """
        if answer.reason not in (None, "no_evidence") or answer.status == "conflicting":
            return []
        found: dict[str, Evidence] = {}
        shown: tuple[Citation | Related, ...] = (*answer.citations, *answer.related)
        for one in shown:
            pid = one.id.paragraph
            if str(pid) not in found:
                found[str(pid)] = Evidence(desk.store.paragraph(pid), one.language, one.score)
        return list(found.values())[: self.paragraphs]

    async def reply(self, answer: Answer, evidence: Sequence[Evidence], limit: int) -> Reply:
        """``answer``, which was found without the model, in the model's words where they are confirmed.

        At most ``limit`` paragraphs are returned, or as many as are cited. Where the model fails, or nothing
        it says is confirmed, it is ``answer`` that is returned, with a note.
        """
        if not evidence:
            return Reply(_within(answer, limit))
        started = time.perf_counter()
        try:
            statements = await self._statements(answer, evidence)
        except LanguageModelError as error:
            _log.warning("the language model gave no answer: %s", error)
            note = _note("language_model_unavailable", answer.language)
            return Reply(_within(answer, limit), notes=(note,))
        kept = await run_in_threadpool(_kept, statements, evidence, answer)
        left_out = len(kept) < len(statements)
        notes = (_note("language_model_unconfirmed", answer.language),) if left_out else ()
        if not kept:
            return Reply(_within(answer, limit), notes=notes)
        took = (time.perf_counter() - started) * 1000
        try:
            worded = _worded(answer, kept, limit, took)
        except UnverifiedAnswerError:
            # Side by side, two may be read as saying what neither does ("… 2017" and "3 March …").
            worded = _worded(answer, kept[:1], limit, took)
            notes = (_note("language_model_unconfirmed", answer.language),)
        return Reply(worded, "language_model", notes)

    async def _statements(self, answer: Answer, evidence: Sequence[Evidence]) -> list[Statement]:
        """:raises LanguageModelError: if there is no reply, or none that can be read."""
        asked = messages(answer.question, answer.language, [one.text for one in evidence])
        statements = read_statements(await self.endpoint.reply(asked, SCHEMA))
        if statements is None:
            raise LanguageModelError("its reply holds no statements")
        return statements


def _kept(statements: Sequence[Statement], evidence: Sequence[Evidence], answer: Answer) -> list[Confirmed]:
    held = (confirmed(statement, evidence, answer.question, answer.citations) for statement in statements)
    return [one for one in held if one is not None]


def _worded(answer: Answer, kept: Sequence[Confirmed], limit: int, took: float) -> Answer:
    """``answer`` with the text and citations of what was ``kept``. ``took`` in milliseconds.

    Its kind and value stay where the first sentence is the one that they were read from. Its confidence is
    that of ``answer`` where the first paragraph is the same, else the paragraph's retrieval score.

    :raises UnverifiedAnswerError: if what was kept does not stand up as a whole.
    """
    citations: list[Citation] = []
    lines: dict[str, None] = {}
    for one in kept:
        place = next((n for n, known in enumerate(citations, 1) if _same(known, one.citation)), None)
        if place is None:
            citations.append(one.citation)
            place = len(citations)
        lines[f"{one.text} [{place}]"] = None
    text = "\n".join(lines)
    verify(text, citations)
    first = answer.citations[0] if answer.citations else None
    same_place = first is not None and first.id.paragraph == citations[0].id.paragraph
    same_quote = first is not None and _same(first, citations[0])
    worded = replace(
        answer,
        status="partial" if answer.status == "partial" else "answered",
        reason=None,
        text=text,
        kind=answer.kind if same_quote else "text",
        value=answer.value if same_quote else None,
        confidence=answer.confidence if same_place else citations[0].score,
        citations=tuple(citations),
        timing=replace(answer.timing, answer=answer.timing.answer + took, total=answer.timing.total + took),
    )
    return _within(worded, limit)


def _same(one: Citation, other: Citation) -> bool:
    return (one.id.paragraph, one.language, one.start, one.end) == (
        other.id.paragraph,
        other.language,
        other.start,
        other.end,
    )


def _within(answer: Answer, limit: int) -> Answer:
    """``answer`` with related paragraphs up to ``limit``, cited ones counted and not repeated."""
    cited = {citation.id.paragraph for citation in answer.citations}
    related = [one for one in answer.related if one.id.paragraph not in cited]
    return replace(answer, related=tuple(related[: max(0, limit - len(cited))]))


def _note(code: NoteCode, language: Language) -> Note:
    return Note(code, _NOTES[code][language])
