"""What the index holds, and what differs between the language versions of its documents."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.versions import discrepancies
from service.document_schemas import (
    ComparedVersions,
    Inspection,
    Unpaired,
    VersionDiscrepancy,
    VersionsReport,
)
from service.documents import document_entry
from service.library import Desk

__all__ = ["inspection", "versions_report"]


def inspection(desk: Desk) -> Inspection:
    """What the index holds. Unpaired are paragraphs that lack a language which their document has."""
    documents = desk.store.documents()
    unpaired = []
    for document in documents:
        if len(document.versions) < 2:
            continue
        for paragraph in desk.store.paragraphs(document.symbol):
            missing = [language for language in document.languages if language not in paragraph.versions]
            if missing:
                unpaired.append(Unpaired(id=str(paragraph.id), missing=missing))
    counts = desk.counts
    return Inspection(
        generation=desk.generation,
        created=desk.held.manifest.created,
        model=desk.model,
        dimensions=desk.held.manifest.encoder.dimensions,
        documents=[document_entry(desk, document) for document in documents],
        paragraphs=counts.paragraphs,
        texts=counts.texts,
        passages=counts.passages,
        languages=dict(counts.by_language),
        unpaired=unpaired,
    )


def versions_report(desk: Desk, symbols: Sequence[str] | None = None) -> VersionsReport:
    """What differs between the language versions of each document that has several, or of those named.

    :raises UnknownDocumentError: if the index has no document of a name given.
    """
    named = desk.store.documents() if symbols is None else [desk.document(symbol) for symbol in symbols]
    compared: list[ComparedVersions] = []
    found: list[VersionDiscrepancy] = []
    for document in named:
        if len(document.versions) < 2:
            continue
        versions = desk.store.versions(document.symbol)
        ids = [{paragraph.id for paragraph in version.paragraphs} for version in versions.values()]
        compared.append(
            ComparedVersions(
                symbol=document.symbol,
                languages={language: len(version.paragraphs) for language, version in versions.items()},
                paired=len(set.intersection(*ids)),
            )
        )
        found.extend(
            VersionDiscrepancy(
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
    return VersionsReport(documents=compared, discrepancies=found)
