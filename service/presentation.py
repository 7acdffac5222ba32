"""From what the rooms inside return to what goes on the wire."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from index.store import StoredDocument, StoredParagraph
from ingest.paragraphs import Paragraph, ParagraphId
from ingest.revisions import Relation
from ingest.symbols import find_references, label
from ingest.versions import discrepancies
from service import schemas
from service.answering.answer import Answer, Citation, Related
from service.library import Desk
from service.reply import Note, Reply

__all__ = [
    "IN_PATH",
    "answer_response",
    "document_entry",
    "document_response",
    "document_url",
    "inspection",
    "item_of",
    "labels",
    "leading",
    "paragraph_url",
    "search_response",
    "versions_report",
]

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
        later=[
            schemas.LaterDocument(
                symbol=later.symbol,
                relation=later.relation,
                languages=list(later.languages),
                url=document_url(later.symbol),
            )
            for later in citation.later
        ],
        score=round(citation.score, 4),
    )


_CHANGES: Mapping[Relation, Mapping[str, str]] = {
    "superseded": {
        "en": "{old} was replaced by {new}: read that instead.",
        "zh": "{old}已由{new}取代，请以后者为准。",
    },
    "corrected": {"en": "{old} was corrected by {new}: read both.", "zh": "{old}已由{new}更正，请一并参阅。"},
    "amended": {"en": "{old} was amended by {new}: read both.", "zh": "{old}已由{new}修正，请一并参阅。"},
}


def _changes(answer: Answer) -> Iterator[Note]:
    """One note for each document that replaces or changes a text that the answer quotes."""
    told = dict.fromkeys(
        (citation.id.symbol, later) for citation in answer.citations for later in citation.later
    )
    for symbol, later in told:
        message = _CHANGES[later.relation][answer.language].format(old=symbol, new=later.symbol)
        yield Note(later.relation, message)


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


def document_entry(document: StoredDocument) -> schemas.DocumentEntry:
    titles = {language: version.title for language, version in document.versions.items()}
    return schemas.DocumentEntry(
        symbol=document.symbol,
        title=titles[leading(titles)],
        titles=titles,
        date=document.date,
        edition=document.edition,
        languages=list(document.languages),
        paragraphs=document.paragraphs,
        url=document_url(document.symbol),
    )


def document_response(
    document: StoredDocument, paragraphs: Sequence[StoredParagraph]
) -> schemas.DocumentResponse:
    entry = document_entry(document)
    return schemas.DocumentResponse(
        symbol=entry.symbol,
        title=entry.title,
        titles=entry.titles,
        date=entry.date,
        edition=entry.edition,
        languages=entry.languages,
        paragraphs=[_paragraph(paragraph) for paragraph in paragraphs],
        url=entry.url,
    )


def leading(versions: Mapping[str, object]) -> str:
    """The language that stands for a document where only one can: English, else Chinese, else the first."""
    return next((language for language in ("en", "zh") if language in versions), min(versions))


def _paragraph(stored: StoredParagraph) -> schemas.Paragraph:
    pid = stored.id
    cites = (
        reference.key for version in stored.versions.values() for reference in find_references(version.text)
    )
    return schemas.Paragraph(
        id=str(pid),
        part=pid.part,
        paragraph=pid.number,
        kind=stored.kind,
        label=labels(pid),
        section=list(stored.section(leading(stored.versions))),
        sections={language: list(version.section) for language, version in stored.versions.items()},
        texts={language: version.text for language, version in stored.versions.items()},
        items=_items(pid, stored.versions),
        footnotes=_footnotes(stored.versions),
        cites=list(dict.fromkeys(cites)),
        url=paragraph_url(pid),
    )


def _items(pid: ParagraphId, versions: Mapping[str, Paragraph]) -> list[schemas.Item]:
    """Items by their labels, in the order of the first version that has them."""
    texts: dict[tuple[str, ...], dict[str, str]] = {}
    for language, version in versions.items():
        for item in version.items:
            texts.setdefault(item.labels, {})[language] = version.text[item.start : item.end]
    found = []
    for path, versions_of_item in texts.items():
        item_id = ParagraphId(pid.symbol, pid.number, pid.part, path)
        found.append(
            schemas.Item(
                id=str(item_id), item=item_of(item_id) or "", label=labels(item_id), texts=versions_of_item
            )
        )
    return found


def _footnotes(versions: Mapping[str, Paragraph]) -> list[schemas.Footnote]:
    """Footnotes joined by mark and, where a mark comes twice, by order."""
    texts: dict[tuple[str, int], dict[str, str]] = {}
    for language, version in versions.items():
        seen: dict[str, int] = {}
        for note in version.footnotes:
            seen[note.mark] = seen.get(note.mark, 0) + 1
            texts.setdefault((note.mark, seen[note.mark]), {})[language] = note.text
    return [schemas.Footnote(mark=mark, texts=notes) for (mark, _), notes in texts.items()]


def inspection(desk: Desk) -> schemas.Inspection:
    """What the index holds. Unpaired are paragraphs that lack a language which their document has."""
    documents = desk.store.documents()
    unpaired = []
    for document in documents:
        if len(document.versions) < 2:
            continue
        for paragraph in desk.store.paragraphs(document.symbol):
            missing = [language for language in document.languages if language not in paragraph.versions]
            if missing:
                unpaired.append(schemas.Unpaired(id=str(paragraph.id), missing=missing))
    counts = desk.counts
    return schemas.Inspection(
        generation=desk.generation,
        created=desk.held.manifest.created,
        model=desk.model,
        dimensions=desk.held.manifest.encoder.dimensions,
        documents=[document_entry(document) for document in documents],
        paragraphs=counts.paragraphs,
        texts=counts.texts,
        passages=counts.passages,
        languages=dict(counts.by_language),
        unpaired=unpaired,
    )


def versions_report(desk: Desk, symbols: Sequence[str] | None = None) -> schemas.VersionsReport:
    """What differs between the language versions of each document that has several, or of those named.

    :raises UnknownDocumentError: if the index has no document of a name given.
    """
    named = desk.store.documents() if symbols is None else [desk.document(symbol) for symbol in symbols]
    compared: list[schemas.ComparedVersions] = []
    found: list[schemas.VersionDiscrepancy] = []
    for document in named:
        if len(document.versions) < 2:
            continue
        versions = desk.store.versions(document.symbol)
        ids = [{paragraph.id for paragraph in version.paragraphs} for version in versions.values()]
        compared.append(
            schemas.ComparedVersions(
                symbol=document.symbol,
                languages={language: len(version.paragraphs) for language, version in versions.items()},
                paired=len(set.intersection(*ids)),
            )
        )
        found.extend(
            schemas.VersionDiscrepancy(
                symbol=one.symbol,
                kind=one.kind,
                languages=list(one.languages),
                first=list(one.first),
                second=list(one.second),
                only_first=list(one.only_first),
                only_second=list(one.only_second),
                message=str(one),
            )
            for one in discrepancies(versions)
        )
    return schemas.VersionsReport(documents=compared, discrepancies=found)
