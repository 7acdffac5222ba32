"""All facts of a paragraph in one pass, and of a document in reading order."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.facts.actions import Action, find_action
from ingest.facts.coreference import Antecedents, spoken_of
from ingest.facts.dates import Date, Language, find_dates
from ingest.facts.entities import Entity, find_entities
from ingest.facts.glossary import Glossary
from ingest.facts.mandates import Mandate, find_mandates, organ_names
from ingest.facts.numbers import Number, find_numbers
from ingest.facts.sessions import Session, find_sessions
from ingest.facts.spans import Spans
from ingest.paragraphs import Document, Paragraph, ParagraphId
from ingest.symbols import Reference, find_references, year_of

__all__ = ["Context", "Facts", "document_facts", "facts", "read_facts", "to_json"]


@dataclass(frozen=True, slots=True)
class Context:
    """What a paragraph's facts depend on besides its text.

    ``date`` is the document's, ISO 8601, whole or shortened. ``decision`` is the key of the decision or
    resolution last named before the paragraph, ``spoken_of`` what the last words of the names of bodies mean
    there ("the Working Group").
    """

    language: Language
    glossary: Glossary
    symbol: str = ""
    date: str | None = None
    decision: str | None = None
    spoken_of: Antecedents = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one language version of a paragraph. Spans are offsets into ``Paragraph.text``."""

    dates: tuple[Date, ...] = ()
    numbers: tuple[Number, ...] = ()
    references: tuple[Reference, ...] = ()
    entities: tuple[Entity, ...] = ()
    sessions: tuple[Session, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    action: Action | None = None


def facts(paragraph: Paragraph, context: Context) -> Facts:
    """The facts of a paragraph.

    :raises ValueError: if ``context.date`` is no ISO 8601 date.
    """
    found, _ = _facts(paragraph, context, _under(paragraph.section, context))
    return found


@dataclass(frozen=True, slots=True)
class _Headings:
    """What the headings above a paragraph are about: a convention (English name), a body."""

    convention: str | None
    body: str | None


def _under(section: tuple[str, ...], context: Context) -> _Headings:
    named = [find_entities(heading, context.glossary) for heading in reversed(section)]
    # Protocols and agreements have other meetings than the conference of the parties to their convention.
    treaties = [
        tuple(one for one in found if not one.en.endswith(("Protocol", "Agreement"))) for found in named
    ]
    return _Headings(_first(treaties, "convention", "en"), _first(named, "body", context.language))


def _facts(paragraph: Paragraph, context: Context, headings: _Headings) -> tuple[Facts, Antecedents]:
    """The facts of a paragraph, and what the last words of the names of bodies mean after it."""
    text, language = paragraph.text, context.language
    references = tuple(find_references(text))
    named = Spans((reference.start, reference.end) for reference in references)
    dates = tuple(
        date
        for date in find_dates(text, language, document_date=context.date or year_of(context.symbol))
        if named.free(date.start, date.end)
    )
    entities = tuple(
        entity for entity in find_entities(text, context.glossary) if named.free(entity.start, entity.end)
    )
    meant, after = spoken_of(text, language, entities, context.spoken_of)
    taken = [(reference.start, reference.end) for reference in references]
    taken += [(date.start, date.end) for date in dates]
    taken += [
        (entity.start, entity.end)
        for entity in entities
        # "300 billion United States dollars" is a sum.
        if entity.kind != "term" and not text.startswith(" dollars", entity.end)
    ]
    found = Facts(
        dates=dates,
        numbers=find_numbers(text, language, taken=taken),
        references=references,
        entities=meant,
        sessions=find_sessions(
            text,
            language,
            meant,
            dates,
            convention=headings.convention,
            organ=organ_names(context.symbol),
        ),
        mandates=find_mandates(
            text,
            language,
            items=paragraph.items,
            dates=dates,
            references=references,
            entities=entities,
            symbol=context.symbol,
            decision=context.decision,
            topic=headings.body,
        ),
        action=find_action(text, language) if paragraph.kind in ("preambular", "operative") else None,
    )
    return found, after


def document_facts(document: Document, glossary: Glossary) -> Iterator[tuple[ParagraphId, Facts]]:
    """The facts of every paragraph of a document, in reading order.

    A paragraph that says "in the same decision" (同一决定) means the one last named before it, "the Working
    Group" that last named in the same part of the document.

    :raises ValueError: if the document's language is neither ``en`` nor ``zh``.
    """
    for paragraph, _, found in read_facts(document, glossary, lambda basis: None):
        yield paragraph.id, found


def read_facts(
    document: Document, glossary: Glossary, known: Callable[[bytes], Facts | None]
) -> Iterator[tuple[Paragraph, bytes, Facts]]:
    """Like :func:`document_facts`, with what each paragraph's facts were read from, so that they can be kept.

    The basis is a SHA-256 over everything that they depend on but the glossary and the rules. ``known``
    gives the facts already read from a basis, or ``None``.

    :raises ValueError: if the document's language is neither ``en`` nor ``zh``.
    """
    if document.language not in ("en", "zh"):
        raise ValueError(f"expected a document in en or zh, got {document.language!r}: {document.symbol}")
    language: Language = "en" if document.language == "en" else "zh"
    context = Context(language, glossary, document.symbol, document.date)
    sections: dict[tuple[str, ...], _Headings] = {}
    part: str | None = None
    for paragraph in document.paragraphs:
        if paragraph.id.part != part:
            part, context = paragraph.id.part, replace(context, spoken_of={})
        basis = _basis(paragraph, context)
        found = known(basis)
        if found is None:
            if paragraph.section not in sections:
                sections[paragraph.section] = _under(paragraph.section, context)
            found, after = _facts(paragraph, context, sections[paragraph.section])
        else:
            _, after = spoken_of(paragraph.text, language, found.entities, context.spoken_of)
        yield paragraph, basis, found
        decisions = [reference.key for reference in found.references if reference.kind != "document"]
        decision = decisions[-1] if decisions else context.decision
        context = replace(context, decision=decision, spoken_of=after)


def _basis(paragraph: Paragraph, context: Context) -> bytes:
    items = [(item.labels, item.start, item.end) for item in paragraph.items]
    lowered = paragraph.text.lower()
    spoken = sorted((words, meant) for words, meant in context.spoken_of.items() if words in lowered)
    parts = (context.language, context.symbol, context.date, context.decision, paragraph.kind)
    content = (*parts, paragraph.section, paragraph.text, items, spoken)
    return hashlib.sha256(json.dumps(content).encode("ascii")).digest()


def to_json(found: Facts | Any) -> Any:
    """Facts, or any record in them, as objects, lists, strings, numbers and null for :func:`json.dumps`."""
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        return {field.name: to_json(getattr(found, field.name)) for field in dataclasses.fields(found)}
    if isinstance(found, tuple):
        return [to_json(part) for part in found]
    return found


def _first(headings: list[tuple[Entity, ...]], kind: str, language: Language) -> str | None:
    """The name of the last thing of a kind that the innermost heading with one names."""
    for entities in headings:
        for entity in reversed(entities):
            if entity.kind == kind:
                return entity.en if language == "en" else entity.zh
    return None
