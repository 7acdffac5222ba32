"""From what the rooms inside return to what goes on the wire."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from ingest.paragraphs import ParagraphId
from ingest.revisions import Later, Relation
from ingest.symbols import label
from service import schemas
from service.answering.answer import Answer, Citation, Related
from service.library import Desk
from service.reply import Note, Reply

__all__ = [
    "DIGEST",
    "IN_PATH",
    "answer_response",
    "changes",
    "document_url",
    "item_of",
    "labels",
    "leading",
    "paragraph_url",
    "search_response",
    "shortened",
    "told",
]

DIGEST = {"en": "sample digest, not an official text", "zh": "样本摘要，非正式文本"}
"""What is said wherever text of a digest is shown."""

IN_PATH = "/()!*',;:@&=+$"
"""Reserved in addresses, but fit to stand in a path as they are: symbols stay readable."""


def document_url(symbol: str) -> str:
    """Permanent address of a document in this service."""
    return f"/documents/{quote(symbol, safe=IN_PATH)}"


def paragraph_url(pid: ParagraphId) -> str:
    """Permanent address of a paragraph or item in this service: ``/documents/`` and the id."""
    return f"{document_url(pid.symbol)}#{quote(pid.local, safe=IN_PATH)}"


def labels(pid: ParagraphId) -> schemas.Label:
    return schemas.Label(en=label(pid, "en"), zh=label(pid, "zh"))


def answer_response(reply: Answer | Reply) -> schemas.AnswerResponse:
    if isinstance(reply, Answer):
        reply = Reply(reply)
    answer = reply.answer
    short = None
    if answer.text is not None:
        short = schemas.ShortAnswer(
            text=answer.text, kind=answer.kind, value=answer.value, confidence=round(answer.confidence, 4)
        )
    return schemas.AnswerResponse(
        id=f"ans_{uuid.uuid4().hex}",
        question=answer.question,
        language=answer.language,
        status=answer.status,
        reason=answer.reason,
        answer=short,
        citations=[_citation(number, citation) for number, citation in enumerate(answer.citations, 1)],
        related=[_related(related) for related in answer.related],
        unknown_documents=list(answer.unknown_documents),
        mode=reply.mode,
        notes=[
            schemas.Note(code=note.code, message=note.message) for note in (*reply.notes, *_changes(answer))
        ],
        index=schemas.IndexInfo(generation=answer.generation, model=answer.model),
        timing_ms=schemas.Timing(
            retrieve=round(answer.timing.retrieve, 3),
            answer=round(answer.timing.answer, 3),
            total=round(answer.timing.total, 3),
        ),
    )


def _citation(number: int, citation: Citation) -> schemas.Citation:
    pid = citation.id
    return schemas.Citation(
        index=number,
        id=str(pid),
        symbol=pid.symbol,
        part=pid.part,
        paragraph=pid.number,
        item=item_of(pid),
        label=labels(pid),
        section=list(citation.section),
        language=citation.language,
        quote=citation.quote,
        start=citation.start,
        end=citation.end,
        text=citation.text,
        translations=dict(citation.translations),
        edition=citation.edition,
        url=paragraph_url(pid),
        later=changes(citation.later),
        score=round(citation.score, 4),
    )


def changes(found: Sequence[Later]) -> list[schemas.LaterDocument]:
    """Documents that change another, or are changed, with their addresses."""
    return [
        schemas.LaterDocument(
            symbol=one.symbol,
            relation=one.relation,
            languages=list(one.languages),
            url=document_url(one.symbol),
        )
        for one in found
    ]


_CHANGES: Mapping[Relation, Mapping[str, str]] = {
    "superseded": {
        "en": "{old} was replaced by {new}: read that instead.",
        "zh": "{old}已由{new}取代，请以后者为准。",
    },
    "corrected": {"en": "{old} was corrected by {new}: read both.", "zh": "{old}已由{new}更正，请一并参阅。"},
    "supplemented": {
        "en": "{old} was added to by {new}: read both.",
        "zh": "{old}已由{new}补充，请一并参阅。",
    },
    "amended": {"en": "{old} was amended by {new}: read both.", "zh": "{old}已由{new}修正，请一并参阅。"},
}


def told(symbol: str, later: Later | schemas.LaterDocument, language: str) -> str:
    """That a later document replaces, changes or adds to the one of ``symbol``, in a sentence."""
    return _CHANGES[later.relation][language].format(old=symbol, new=later.symbol)


def _changes(answer: Answer) -> Iterator[Note]:
    """One note for each document that replaces or changes a text that the answer quotes."""
    known = dict.fromkeys(
        (citation.id.symbol, later) for citation in answer.citations for later in citation.later
    )
    for symbol, later in known:
        yield Note(later.relation, told(symbol, later, answer.language))


def _related(related: Related) -> schemas.Related:
    return schemas.Related(
        id=str(related.id),
        label=labels(related.id),
        language=related.language,
        text=related.text,
        section=list(related.section),
        edition=related.edition,
        url=paragraph_url(related.id),
        score=round(related.score, 4),
    )


def item_of(pid: ParagraphId) -> str | None:
    """Printed label without outer brackets: ``c``; one level down ``c(i)``; ``None`` of a whole paragraph."""
    if not pid.items:
        return None
    return pid.items[0] + "".join(f"({label})" for label in pid.items[1:])


def search_response(desk: Desk, request: schemas.SearchRequest) -> schemas.SearchResponse:
    """Search, and show what was found.

    :raises UnknownDocumentError: if none of the documents asked for is in the index.
    """
    hits, unknown = desk.search(
        request.query, documents=request.documents, languages=request.languages, limit=request.limit
    )
    found = desk.store.named([hit.id for hit in hits])
    shown = []
    for hit in hits:
        paragraph = found[hit.id]
        version = paragraph.versions[hit.language]
        shown.append(
            schemas.Hit(
                id=str(hit.id),
                label=labels(hit.id),
                language=hit.language,
                text=version.text,
                section=list(version.section),
                edition=paragraph.document.versions[hit.language].edition,
                url=paragraph_url(hit.id),
                score=round(hit.score, 4),
                rank=hit.rank,
            )
        )
    return schemas.SearchResponse(
        hits=shown,
        unknown_documents=list(unknown),
        index=schemas.IndexInfo(generation=desk.generation, model=desk.model),
    )


def leading(versions: Mapping[str, object]) -> str:
    """The language that stands for a document where only one can: English, else Chinese, else the first."""
    return next((language for language in ("en", "zh") if language in versions), min(versions))


def shortened(text: str, longest: int = 240) -> str:
    """``text`` on one line, cut after ``longest`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
