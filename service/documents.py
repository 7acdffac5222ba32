"""A document as it is shown: its paragraphs, what they cite and by which they are cited, what came later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.citations import Cited, Citing, Target, cited, cited_by
from index.store import StoredDocument, StoredParagraph
from ingest.paragraphs import Paragraph as Version
from ingest.paragraphs import ParagraphId
from service.document_schemas import (
    CitingParagraph,
    DocumentEntry,
    DocumentResponse,
    Footnote,
    Item,
    Paragraph,
    Place,
    Reference,
    ReferenceTarget,
)
from service.library import Desk
from service.presentation import changes, document_url, item_of, labels, leading, paragraph_url

__all__ = ["document_entry", "document_response"]


def document_entry(desk: Desk, document: StoredDocument) -> DocumentEntry:
    titles = {language: version.title for language, version in document.versions.items()}
    revisions = desk.store.revisions
    return DocumentEntry(
        symbol=document.symbol,
        title=titles[leading(titles)],
        titles=titles,
        date=document.date,
        edition=document.edition,
        languages=list(document.languages),
        paragraphs=document.paragraphs,
        later=changes(revisions.following(document.symbol)),
        earlier=changes(revisions.earlier(document.symbol)),
        url=document_url(document.symbol),
    )


def document_response(desk: Desk, symbol: str, local: str = "") -> DocumentResponse:
    """A document whole, or the one paragraph of it that ``local``, what stands after ``#``, names.

    :raises UnknownDocumentError: if the index has no such document.
    :raises UnknownParagraphError: if the document has no such paragraph.
    """
    document = desk.document(symbol)
    paragraphs = [desk.paragraph(symbol, local)] if local else desk.store.paragraphs(symbol)
    keys = [desk.store.key(paragraph.id) for paragraph in paragraphs] if local else None
    cites, by = cited(desk.store, symbol, keys), cited_by(desk.store, symbol)
    entry = document_entry(desk, document)
    return DocumentResponse(
        symbol=entry.symbol,
        title=entry.title,
        titles=entry.titles,
        date=entry.date,
        edition=entry.edition,
        languages=entry.languages,
        later=entry.later,
        earlier=entry.earlier,
        paragraphs=[
            _paragraph(
                paragraph, cites.get(paragraph.id.local, ()), by.paragraphs.get(paragraph.id.local, ())
            )
            for paragraph in paragraphs
        ],
        cited_by=[_citing(one) for one in by.document],
        cited_by_total=by.total,
        url=entry.url,
    )


def _paragraph(stored: StoredParagraph, cites: Sequence[Cited], by: Sequence[Citing]) -> Paragraph:
    pid = stored.id
    return Paragraph(
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
        cites=list(dict.fromkeys(one.key for one in cites if one.key != pid.symbol)),
        references=[_reference(one, stored.versions) for one in cites],
        cited_by=[_citing(one) for one in by],
        url=paragraph_url(pid),
    )


def _reference(one: Cited, versions: Mapping[str, Version]) -> Reference:
    places = [
        Place(
            language=mention.language,
            footnote=None
            if mention.note is None
            else versions[mention.language].footnotes[mention.note].mark,
            start=mention.start,
            end=mention.end,
        )
        for mention in one.mentions
    ]
    return Reference(
        key=one.key, kind=one.kind, paragraph=one.paragraph, places=places, target=_target(one.target)
    )


def _target(target: Target | None) -> ReferenceTarget | None:
    if target is None:
        return None
    if target.id is None:
        return ReferenceTarget(
            symbol=target.symbol, id=target.symbol, label=None, url=document_url(target.symbol)
        )
    return ReferenceTarget(
        symbol=target.symbol, id=str(target.id), label=labels(target.id), url=paragraph_url(target.id)
    )


def _citing(one: Citing) -> CitingParagraph:
    return CitingParagraph(
        id=str(one.id),
        symbol=one.id.symbol,
        label=labels(one.id),
        target=None if one.target is None else str(one.target),
        url=paragraph_url(one.id),
    )


def _items(pid: ParagraphId, versions: Mapping[str, Version]) -> list[Item]:
    """Items by their labels, in the order of the first version that has them."""
    texts: dict[tuple[str, ...], dict[str, str]] = {}
    for language, version in versions.items():
        for item in version.items:
            texts.setdefault(item.labels, {})[language] = version.text[item.start : item.end]
    found = []
    for path, versions_of_item in texts.items():
        item_id = ParagraphId(pid.symbol, pid.number, pid.part, path)
        found.append(
            Item(id=str(item_id), item=item_of(item_id) or "", label=labels(item_id), texts=versions_of_item)
        )
    return found


def _footnotes(versions: Mapping[str, Version]) -> list[Footnote]:
    """Footnotes joined by mark and, where a mark comes twice, by order."""
    texts: dict[tuple[str, int], dict[str, str]] = {}
    for language, version in versions.items():
        seen: dict[str, int] = {}
        for note in version.footnotes:
            seen[note.mark] = seen.get(note.mark, 0) + 1
            texts.setdefault((note.mark, seen[note.mark]), {})[language] = note.text
    return [Footnote(mark=mark, texts=notes) for (mark, _), notes in texts.items()]
