"""What is said of each word of a question beside each sentence or clause that might answer it.

All of it is how well the word is matched, 0..1 (:mod:`index.late`): in the text itself, around it, elsewhere;
and where it stands in the question. :mod:`service.answering.sentences.wordwise` learns what that means.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CLAUSE_SIGNS",
    "SENTENCE_SIGNS",
    "Around",
    "Signs",
    "asked_at",
    "of_clauses",
    "of_sentences",
    "surroundings",
]

_OF_WORD: Final = ("place", "near", "share", "matched_share")

SENTENCE_SIGNS: Final = (
    "sentence",
    "previous",
    "next",
    "before",
    "after",
    "paragraph",
    "headings",
    *_OF_WORD,
    "mean",
    "above_mean",
    "best",
    "mean_of_paragraphs",
    "paragraph_above_mean",
)
"""How well the word is matched in the ``sentence``, in the one before it and after it in the paragraph, in
all ``before`` and ``after``, anywhere in the ``paragraph``, in its ``headings`` and title. ``place``: how
many words behind the one that asks it stands, over 8, within -2..2; ``near``: 1 within two words of that.
``share``: its part of the question's weight, ``matched_share`` the same where words count only as far as any
paragraph matches them; both times 10. ``mean``: its match on average over the sentences, ``above_mean``: how
far this one's lies above; ``best``: 1 if none matches it better. ``mean_of_paragraphs``,
``paragraph_above_mean``: the same of paragraphs.
"""

CLAUSE_SIGNS: Final = (
    "clause",
    "clauses_before",
    "clauses_after",
    "sentence",
    "before",
    "after",
    "paragraph",
    "headings",
    *_OF_WORD,
    "mean",
    "above_mean",
    "best",
)
"""As :data:`SENTENCE_SIGNS`; of the clause that what may answer stands in, and of those before and after it
in the sentence.
"""

_MOST_WORDS: Final = 40
"""Words of a question that are looked at: the weightiest."""

_BEST: Final = 0.001

_ASKS_ZH: Final = re.compile(r"哪|什么|甚么|谁|何|多少|几|怎|吗|是否|有没有")
_ASKS_EN: Final = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|did|does|do|is|are|was|were|has|have)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What a network is shown of a text besides its features.

    ``words`` are the signs of the question's words, shape (words, signs), ``shares`` what each word counts,
    (words,). ``told`` are the traits (:mod:`service.answering.words.traits`) of the text, and ``asked`` those
    that the question asks for.
    """

    words: NDArray[np.float32]
    shares: NDArray[np.float32]
    told: NDArray[np.float32]
    asked: NDArray[np.float32]


Around = NDArray[np.float32]
"""Of shape (5, words): how well each word of the question is matched in a sentence, in those before it, in
those after it, in its paragraph, in the headings of that.
"""


def asked_at(question: str) -> int:
    """Where the word that asks begins: in Chinese the last such word, in English the first; 0 without one."""
    places = [match.start() for match in _ASKS_ZH.finditer(question)]
    if places:
        return places[-1]
    match = _ASKS_EN.search(question)
    return match.start() if match is not None else 0


def surroundings(
    matched: NDArray[np.float32], counts: Sequence[int], headings: NDArray[np.float32]
) -> NDArray[np.float32]:
    """:data:`Around` of all sentences, shape (sentences, 5, words).

    ``matched`` has shape (sentences, words), the sentences paragraph by paragraph, ``counts`` of them in
    each; ``headings`` has shape (paragraphs, words).
    """
    found = np.zeros((len(matched), 5, matched.shape[1]), np.float32)
    found[:, 0] = matched
    at = 0
    for count, heading in zip(counts, headings, strict=True):
        own = matched[at : at + count]
        so_far = np.maximum.accumulate(own, axis=0)
        found[at + 1 : at + count, 1] = so_far[:-1]
        found[at : at + count - 1, 2] = np.maximum.accumulate(own[::-1], axis=0)[::-1][1:]
        found[at : at + count, 3] = so_far[-1]
        found[at : at + count, 4] = heading
        at += count
    return found


def of_sentences(
    around: NDArray[np.float32], counts: Sequence[int], weights: NDArray[np.float32], asked: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The signs of sentences, shape (sentences, words, len(SENTENCE_SIGNS)), and what each word counts.

    ``around`` is as :func:`surroundings` returns it, ``weights`` (words,) what the words weigh, ``asked``
    which of them asks.
    """
    matched = around[:, 0]
    starts = np.cumsum([0, *counts[:-1]])
    previous, following = np.zeros_like(matched), np.zeros_like(matched)
    previous[1:], following[:-1] = matched[:-1], matched[1:]
    previous[starts] = 0.0
    following[starts + np.asarray(counts) - 1] = 0.0
    mean_of_paragraphs = around[starts, 3].mean(axis=0)
    of_word, shares = _of_word(around[:, 3:], weights, asked)
    signs = [
        matched,
        previous,
        following,
        around[:, 1],
        around[:, 2],
        around[:, 3],
        around[:, 4],
        *of_word,
        *_beside_others(matched),
        mean_of_paragraphs,
        around[:, 3] - mean_of_paragraphs,
    ]
    return _laid_out(signs, matched.shape, weights, shares)


def of_clauses(
    clauses: NDArray[np.float32], around: NDArray[np.float32], weights: NDArray[np.float32], asked: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The signs of what might answer, shape (n, words, len(CLAUSE_SIGNS)), and what each word counts.

    ``clauses`` has shape (n, 3, words): how well the words are matched in the clause, in those before it and
    in those after it in its sentence. ``around`` is that of its sentence, shape (n, 5, words); the rest as in
    :func:`of_sentences`.
    """
    of_word, shares = _of_word(around[:, 3:], weights, asked)
    signs = [
        *clauses.transpose(1, 0, 2),
        *around.transpose(1, 0, 2),
        *of_word,
        *_beside_others(clauses[:, 0]),
    ]
    return _laid_out(signs, (len(clauses), len(weights)), weights, shares)


def _of_word(
    anywhere: NDArray[np.float32], weights: NDArray[np.float32], asked: int
) -> tuple[list[NDArray[np.float32]], NDArray[np.float32]]:
    """Those of :data:`_OF_WORD`, and the share of each word that any paragraph matches, 1 together.

    ``anywhere`` has shape (n, 2, words): matches in paragraphs and headings.
    """
    behind = np.arange(len(weights), dtype=np.float32) - asked
    share = weights / max(float(weights.sum()), 1e-9)
    found = weights * anywhere.max(axis=(0, 1))
    shares = found / max(float(found.sum()), 1e-9)
    place = np.clip(behind / 8.0, -2.0, 2.0)
    return [place, (np.abs(behind) <= 2.0).astype(np.float32), share * 10.0, shares * 10.0], shares


def _beside_others(matched: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    mean = matched.mean(axis=0)
    return [mean, matched - mean, (matched >= matched.max(axis=0) - _BEST).astype(np.float32)]


def _laid_out(
    signs: Sequence[NDArray[np.float32]],
    shape: tuple[int, ...],
    weights: NDArray[np.float32],
    shares: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The signs one beside the other, of the weightiest words of a long question only."""
    whole = np.empty((*shape, len(signs)), np.float32)
    for column, sign in enumerate(signs):
        whole[:, :, column] = sign
    if len(weights) <= _MOST_WORDS:
        return whole, shares
    kept = np.sort(np.argsort(-weights, kind="stable")[:_MOST_WORDS])
    return whole[:, kept], shares[kept]
