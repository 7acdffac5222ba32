"""Paragraphs and sentences taken apart, once, for all the questions that they are read for."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis import tokens
from index.encoder import StaticEncoder
from index.vocabulary import Rows, end_to_end
from ingest.sentences import sentences

__all__ = ["Clauses", "Reading", "Version", "clauses", "coverages", "take_apart", "take_clauses"]

_CLAUSE_END: Final = re.compile(r"[，；：。！？\n]+|[,;:](?=\s)|\s[–—]\s")


Version = tuple[str, str, tuple[str, ...]]
"""Language, text and headings of a paragraph."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A paragraph taken apart once.

    ``terms`` and ``pair_terms`` say which sentences hold a term, and which of them or the one before.
    ``whole`` is the text with the headings, ``headings`` are the model's tokens of these. ``rows`` are the
    model's tokens of each sentence, ``measured`` these and then those of each with the one before it;
    ``vectors`` has shape (number of sentences, dimensions).
    """

    spans: tuple[tuple[int, int], ...]
    sentences: tuple[str, ...]
    terms: Mapping[str, tuple[int, ...]]
    pair_terms: Mapping[str, tuple[int, ...]]
    lengths: tuple[float, ...]
    heading_terms: frozenset[str]
    whole: str
    headings: NDArray[np.int32]
    rows: Rows
    measured: Rows
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Clauses:
    """``spans`` are those of a sentence's clauses in it. ``measured`` are the model's tokens of each clause,
    and then of each with the one before it; ``terms`` says which of them hold a term.
    """

    spans: Sequence[tuple[int, int]]
    measured: Rows
    terms: Mapping[str, tuple[int, ...]]


def take_apart(encoder: StaticEncoder, versions: Sequence[Version]) -> list[Reading]:
    """Paragraphs taken apart, all at once: that is several times as fast as one after the other."""
    spans = [
        tuple(
            _trimmed(text, start, end) for start, end in sentences(text, language) if text[start:end].strip()
        )
        for language, text, _ in versions
    ]
    inside = [
        tuple(text[start:end] for start, end in found)
        for (_, text, _), found in zip(versions, spans, strict=True)
    ]
    encode = encoder.vocabulary.encode
    rows = encode([sentence for found in inside for sentence in found])
    heads = encode([heading for _, _, headings in versions for heading in headings])
    vectors = encoder.pool(rows)
    read: list[Reading] = []
    at = head = 0
    for (_, text, headings), where, said in zip(versions, spans, inside, strict=True):
        found = [tokens(sentence) for sentence in said]
        own = rows.part(at, at + len(said))
        read.append(
            Reading(
                spans=where,
                sentences=said,
                terms=_holding(found),
                pair_terms=_holding([before + one for before, one in zip([[], *found], found, strict=False)]),
                lengths=tuple(math.log1p(len(terms)) / 5.0 for terms in found),
                heading_terms=frozenset().union(*map(_heading_terms, headings)),
                whole=" ".join((text, *headings)),
                headings=heads.part(head, head + len(headings)).rows,
                rows=own,
                measured=end_to_end([own, _with_previous(own)]),
                vectors=vectors[at : at + len(said)],
            )
        )
        at += len(said)
        head += len(headings)
    return read


def take_clauses(encoder: StaticEncoder, sentence: str) -> Clauses:
    spans = clauses(sentence)
    texts = [sentence[start:end] for start, end in spans]
    rows = encoder.vocabulary.encode(texts)
    return Clauses(
        spans, end_to_end([rows, _with_previous(rows)]), _holding([tokens(text) for text in texts])
    )


def clauses(sentence: str) -> list[tuple[int, int]]:
    """The spans between commas and the like, their closing marks included."""
    spans: list[tuple[int, int]] = []
    at = 0
    for match in _CLAUSE_END.finditer(sentence):
        if match.end() > at and match.start() > at:
            spans.append((at, match.end()))
            at = match.end()
    if at < len(sentence):
        spans.append((at, len(sentence)))
    return spans


def coverages(
    weights: Mapping[str, float], holding: Mapping[str, tuple[int, ...]], count: int
) -> list[float]:
    """For each of ``count`` texts the sum of the weights of the terms that it holds."""
    found = [0.0] * count
    for places, weight in [(holding[term], weight) for term, weight in weights.items() if term in holding]:
        for place in places:
            found[place] += weight
    return found


@lru_cache(maxsize=1 << 12)
def _heading_terms(heading: str) -> tuple[str, ...]:
    return tuple(tokens(heading))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends."""
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), end - (len(inner) - len(inner.rstrip()))


def _with_previous(rows: Rows) -> Rows:
    """Each text's tokens after those of the text before it."""
    begins = [int(rows.starts[0]), *rows.starts[:-2].tolist()]
    ends = rows.starts[1:].tolist()
    return Rows(
        np.concatenate([rows.rows[begin:end] for begin, end in zip(begins, ends, strict=True)]),
        np.array([0, *accumulate(end - begin for begin, end in zip(begins, ends, strict=True))]),
    )


def _holding(texts: Sequence[Sequence[str]]) -> dict[str, tuple[int, ...]]:
    """Term → the places of the texts that hold it."""
    found: dict[str, list[int]] = {}
    for place, terms in enumerate(texts):
        for term in dict.fromkeys(terms):
            found.setdefault(term, []).append(place)
    return {term: tuple(places) for term, places in found.items()}
