"""The one order in which the paragraphs of a document stand, whatever languages they come in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.paragraphs import Document

__all__ = ["ordered", "reading_order"]


def ordered(versions: Iterable[Document]) -> list[str]:
    """The paragraphs of all versions of a document, by their ids inside it, in reading order.

    :raises ValueError: if a version has one of them twice.
    """
    return reading_order([_locals(version) for version in versions])


def reading_order(versions: Sequence[Sequence[str]]) -> list[str]:
    """One order for the paragraphs of all versions: the longest version's, others put after what precedes
    them.
    """
    order: list[str] = []
    for version in sorted(versions, key=len, reverse=True):
        known = set(order)
        if known.isdisjoint(version):
            order += version
            continue
        after: dict[str | None, list[str]] = {}
        previous: str | None = None
        for local in version:
            if local in known:
                previous = local
            else:
                after.setdefault(previous, []).append(local)
        order = [
            *after.get(None, ()),
            *(entry for local in order for entry in (local, *after.get(local, ()))),
        ]
    return order


def _locals(version: Document) -> list[str]:
    found = [paragraph.id.local for paragraph in version.paragraphs]
    if len(set(found)) < len(found):
        twice = sorted({local for local in found if found.count(local) > 1})
        raise ValueError(
            f"{version.symbol} ({version.language}): expected each paragraph id once, got {', '.join(twice)} "
            "more than once: correct the file's numbering or leave it out"
        )
    return found
