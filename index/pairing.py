"""The dates and mandates of one paragraph, told in several languages, as one record each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from ingest.facts.dates import Date
from ingest.facts.mandates import Mandate

__all__ = ["Placed", "pair_dates", "pair_mandates"]

Placed = Mapping[str, int]
"""A record: language → the fact's place among those of that language version."""

_DIRECTED: Final = frozenset(
    {"request", "invite", "encourage", "urge", "call", "authorize", "instruct", "entrust", "appeal"}
)
"""Verbs that a translator may render by one another: 请 is "requests", "invites" and "calls upon"."""


def pair_dates(versions: Mapping[str, Sequence[Date]], lengths: Mapping[str, int]) -> list[Placed]:
    """Dates with a value, one record for each value; a value that comes twice is paired in order.

    In the order in which they stand. ``lengths`` are those of the texts, in code points.
    """
    records: dict[tuple[str, int], dict[str, int]] = {}
    for language in sorted(versions):
        seen: dict[str, int] = {}
        for place, date in enumerate(versions[language]):
            if date.value is not None:
                nth = seen[date.value] = seen.get(date.value, 0) + 1
                records.setdefault((date.value, nth), {})[language] = place
    return _in_order(records.values(), lambda language, place: _start(versions, lengths, language, place))


def pair_mandates(versions: Mapping[str, Sequence[Mandate]], lengths: Mapping[str, int]) -> list[Placed]:
    """Mandates, one record for each that both versions state.

    Two are one if they stand in the same item, don't name different dates or decisions, have the same verb
    or verbs that render one another, and lie at about the same place; of all pairings in order the best
    one is taken (Needleman and Wunsch, 1970). ``lengths`` are those of the texts, in code points.
    """
    languages = sorted(versions)
    leading = versions[languages[0]] if languages else ()
    records: list[dict[str, int]] = [{languages[0]: place} for place in range(len(leading))]
    for language in languages[1:]:
        scale = (lengths[languages[0]], lengths[language])
        paired = dict(_align(leading, versions[language], scale))
        for place in range(len(versions[language])):
            if place in paired:
                records[paired[place]][language] = place
            else:
                records.append({language: place})
    return _in_order(records, lambda language, place: _start(versions, lengths, language, place))


def _align(
    first: Sequence[Mandate], second: Sequence[Mandate], scale: tuple[int, int]
) -> list[tuple[int, int]]:
    """Pairs (place in ``second``, place in ``first``)."""
    best = [[0.0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i, one in enumerate(first):
        for j, other in enumerate(second):
            best[i + 1][j + 1] = max(
                best[i][j + 1], best[i + 1][j], best[i][j] + max(_likeness(one, other, scale), 0.0)
            )
    pairs: list[tuple[int, int]] = []
    i, j = len(first), len(second)
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
        elif best[i][j] == best[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((j, i))
    return pairs


def _likeness(one: Mandate, other: Mandate, scale: tuple[int, int]) -> float:
    if one.item != other.item:
        return 0.0
    if one.decision and other.decision and one.decision != other.decision:
        return 0.0
    due, another = one.due and one.due.value, other.due and other.due.value
    if due and another and due != another:
        return 0.0
    if one.verb == other.verb:
        likeness = 1.0
    elif {one.verb, other.verb} <= _DIRECTED:
        likeness = 0.7
    else:
        return 0.0
    return likeness - 2 * max(0.0, abs(_middle(one, scale[0]) - _middle(other, scale[1])) - 0.1)


def _middle(mandate: Mandate, length: int) -> float:
    return (mandate.start + mandate.end) / 2 / max(length, 1)


def _in_order(records: Iterable[Placed], relative: Callable[[str, int], float]) -> list[Placed]:
    """Records by where they stand: ``relative`` gives a fact's place in its text, 0 to 1."""
    return sorted(
        records, key=lambda record: min(relative(language, record[language]) for language in record)
    )


def _start(
    versions: Mapping[str, Sequence[Date | Mandate]], lengths: Mapping[str, int], language: str, place: int
) -> float:
    return versions[language][place].start / max(lengths[language], 1)
