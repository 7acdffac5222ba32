"""Jobs and outcomes as JSON: what the program and the processes that read files for it say to each other."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ingest.paragraphs import Document, Footnote, Item, Paragraph, ParagraphId
from ingest.reading import Job, Outcome
from ingest.report import Problem

__all__ = ["job_from_json", "job_to_json", "outcome_from_json", "outcome_to_json"]


def job_to_json(job: Job) -> str:
    """One line."""
    return json.dumps({**asdict(job), "path": str(job.path)})


def job_from_json(text: str) -> Job:
    """The reverse of :func:`job_to_json`."""
    given = json.loads(text)
    return Job(**{**given, "path": Path(given["path"])})


def outcome_to_json(outcome: Outcome) -> str:
    """One line; lone surrogates of a damaged text survive it."""
    document = outcome.document
    return json.dumps(
        {
            "problem": None if outcome.problem is None else asdict(outcome.problem),
            "remarks": outcome.remarks,
            "document": None if document is None else _document(document),
        }
    )


def _document(document: Document) -> dict[str, Any]:
    return {
        "symbol": document.symbol,
        "language": document.language,
        "title": document.title,
        "date": document.date,
        "edition": document.edition,
        "source": document.source,
        "paragraphs": [
            [
                paragraph.id.number,
                paragraph.id.part,
                paragraph.kind,
                paragraph.text,
                paragraph.section,
                [[item.labels, item.start, item.end] for item in paragraph.items],
                [[note.mark, note.text, note.offset] for note in paragraph.footnotes],
            ]
            for paragraph in document.paragraphs
        ],
    }


def outcome_from_json(text: str | bytes) -> Outcome:
    """The reverse of :func:`outcome_to_json`."""
    given = json.loads(text)
    problem, document = given["problem"], given["document"]
    return Outcome(
        None if document is None else _as_document(document),
        tuple(given["remarks"]),
        None if problem is None else Problem(**problem),
    )


def _as_document(given: dict[str, Any]) -> Document:
    symbol = given["symbol"]
    sections: dict[tuple[str, ...], tuple[str, ...]] = {}
    paragraphs = []
    for number, part, kind, text, section, items, notes in given.pop("paragraphs"):
        path = tuple(section)
        paragraphs.append(
            Paragraph(
                ParagraphId(symbol, number, part),
                kind,
                text,
                sections.setdefault(path, path),
                tuple(Item(tuple(labels), start, end) for labels, start, end in items),
                tuple(Footnote(mark, note, offset) for mark, note, offset in notes),
            )
        )
    return Document(**given, paragraphs=tuple(paragraphs))
