"""Drafts → paragraphs: each gets the one id it has in every language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.drafts import Draft
from ingest.numbering import part_names
from ingest.paragraphs import Item, Paragraph, ParagraphId

__all__ = ["identify"]


def identify(drafts: Sequence[Draft], symbol: str) -> tuple[list[Paragraph], list[str]]:
    """Paragraphs in reading order, their ids unique, and a remark for each printed number that stood twice.

    Unnumbered paragraphs are counted within the part they stand in: ``u1``, ``II.u1``, ``annex.u1``;
    preambular ones likewise: ``pp1``.
    """
    runs: dict[int, tuple[str, ...]] = {}
    for draft in drafts:
        draft.names = tuple(heading.name for heading in draft.headings if heading.name)
        if draft.number:
            known = runs.get(draft.run)
            runs[draft.run] = draft.names if known is None else _shared(known, draft.names)
    order = sorted(runs)
    names = dict(zip(order, part_names([runs[run] for run in order]), strict=True))
    parts = frozenset(name for name in names.values() if name)
    counts: dict[tuple[str | None, str], int] = {}
    seen: set[ParagraphId] = set()
    made: list[Paragraph] = []
    remarks: list[str] = []
    for draft in drafts:
        part = names[draft.run] if draft.number else _enclosing(draft.names, parts)
        pid = ParagraphId(symbol, draft.number or "summary", None if draft.kind == "summary" else part)
        shift = 0
        text = draft.text
        if draft.number and pid in seen:
            remarks.append(
                f"line {draft.line}: number {draft.number} stands twice; the second is kept as unnumbered"
            )
            text = f"{draft.number}. {text}"
            shift = len(text) - len(draft.text)
        if (not draft.number and draft.kind != "summary") or pid in seen:
            prefix = "pp" if draft.kind == "preambular" else "u"
            counts[part, prefix] = counts.get((part, prefix), 0) + 1
            pid = ParagraphId(symbol, f"{prefix}{counts[part, prefix]}", part)
        seen.add(pid)
        made.append(
            Paragraph(
                id=pid,
                kind=draft.kind,
                text=text,
                section=tuple(heading.text for heading in draft.headings),
                items=tuple(Item(span.labels, span.start + shift, span.end + shift) for span in draft.spans),
                footnotes=tuple(replace(note, offset=note.offset + shift) for note in draft.footnotes),
            )
        )
    return made, remarks


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    depth = 0
    while depth < min(len(one), len(other)) and one[depth] == other[depth]:
        depth += 1
    return one[:depth]


def _enclosing(names: tuple[str, ...], parts: frozenset[str]) -> str | None:
    """The part an unnumbered paragraph stands in: the innermost whose headings enclose it; else its annex."""
    for depth in range(len(names), 0, -1):
        if (part := ".".join(names[:depth])) in parts:
            return part
    return names[0] if names and names[0].startswith(("annex", "appendix")) else None
