"""Whether the words of a question are accounted for where its answer is said to stand.

A near miss (the right body, the wrong attribute; a false premise) reads like the paragraph but for a word or
two. So each word that carries meaning is looked for in the sentence, in its paragraph with the headings above
it and the title, and in the other paragraphs found, in either language and by way of the other one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis import fold, query_terms
from index.encoder import StaticEncoder
from index.late import Asked as Words
from index.late import LateInteraction, Likeness, Name
from index.remembering import remembered
from index.vocabulary import Rows
from index.wording import Variant
from ingest.facts.entities import Entity
from service.answering.asking.wants import without_cues
from service.answering.sentences.demands import SALIENT
from service.answering.words.figures import figures

__all__ = ["SUPPORT", "Asked", "Support"]

SUPPORT: Final = (
    "matched",
    "missed",
    "elsewhere",
    "names",
    "figures",
    "act",
    "role",
    "amount",
    "strange",
    "unnamed",
    "words",
)
"""What :meth:`Support.measure` returns, in order.

``matched``: how well the question's words are matched in the paragraph, its headings and the title, their
mean by weight, 0..1; ``missed``: the share of their weight that is not matched (below 0.35), ``strange``
that of words that nothing there is near to (below 0.2). ``elsewhere``: how much better the words are
matched in all paragraphs found together than in this one. ``names``: the share of the things named in the
question that the paragraph, its headings and the title do not name. ``figures``: the share of its numbers
and ordinals that they lack. ``act``, ``role``, ``amount``: how far the salient word of that sort
(:mod:`service.answering.sentences.demands`) that is matched worst in the sentence and the one before it is
from a full match. Those from ``names`` to ``amount`` are 0 where the question has none. ``unnamed``: the
share of the weight of words that the question writes as names and that the glossary doesn't know, of those
that are not there as such (below 0.8): a mountain is near to any other. ``words``: natural logarithm of the
number of words: of many, fewer are met by chance.
"""

_MATCHED: Final = 0.35
_STRANGE: Final = 0.2
_THERE: Final = 0.8
_NAME: Final = re.compile(r"(?<=[^\W\d_] )[A-Z][^\W_]*")
"""A word with a capital that does not begin a sentence."""
_WORD: Final = re.compile("[a-z0-9]+|[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a question that carry its meaning, once for all passages.

    ``words`` are their rows, and those of other names for some of them. ``weights`` have one entry for each
    word of the question; ``owners`` says which of ``names`` a word belongs to, -1 for none. ``names`` are the
    English names of the things named; ``figures`` as in :mod:`service.answering.words.figures`. ``salient``
    marks the words of each sort in ``SALIENT``, ``proper`` those written as names that belong to none of
    ``names``.
    """

    words: Words
    weights: NDArray[np.float32]
    owners: NDArray[np.int64]
    names: tuple[str, ...]
    figures: frozenset[str]
    salient: tuple[NDArray[np.bool_], ...]
    proper: NDArray[np.bool_]


class Support:
    """May be used by several threads."""

    def __init__(self, encoder: StaticEncoder, interaction: LateInteraction) -> None:
        self._encoder, self._interaction = encoder, interaction
        self._rows = remembered(self._content_rows, 1 << 14)
        self._salient = [_marked(encoder, listed.split()) for listed in SALIENT.values()]

    def asked(self, text: str, named: Sequence[Entity], variants: Sequence[Variant] = ()) -> Asked:
        """Read the question ``text``, which names the things ``named``.

        ``variants`` are other names for parts of it.
        """
        folded = fold(text)
        content = without_cues(folded)
        aligned = len(folded) == len(text)
        capitals = {match.start() for match in _NAME.finditer(text)} if aligned else set()
        cuts = sorted({place for one in variants for place in (one.start, one.end)}) if aligned else []
        rows: list[int] = []
        owners: list[int] = []
        proper: list[bool] = []
        starts: list[int] = []
        for match in _WORD.finditer(content):
            owner = -1
            if aligned:
                owner = next(
                    (
                        n
                        for n, entity in enumerate(named)
                        if entity.start < match.end() and match.start() < entity.end
                    ),
                    -1,
                )
            places = [match.start(), *(cut for cut in cuts if match.start() < cut < match.end()), match.end()]
            for start, end in pairwise(places):
                for row in self._rows(content[start:end]):
                    rows.append(row)
                    owners.append(owner)
                    proper.append(owner < 0 and match.start() in capitals)
                    starts.append(start)
        if not rows:
            rows = self._encoder.vocabulary.encode([text])[0].tolist()
            owners = [-1] * len(rows)
            proper = [False] * len(rows)
        found = np.array(rows, np.int32)
        return Asked(
            words=self._with_others(rows, starts, variants if aligned else ()),
            weights=self._encoder.weights[found],
            owners=np.array(owners, np.int64),
            names=tuple(entity.en for entity in named),
            figures=figures(text),
            salient=tuple(sort[found] for sort in self._salient),
            proper=np.array(proper, np.bool_),
        )

    def _with_others(self, rows: list[int], starts: list[int], variants: Sequence[Variant]) -> Words:
        """``rows`` of words, which begin at ``starts`` of the text, with the rows of ``variants``."""
        others: list[int] = []
        names: list[Name] = []
        for one in variants:
            begin, end = bisect_left(starts, one.start), bisect_left(starts, one.end)
            spans = []
            for form in chain.from_iterable(one.forms.values()):
                written = [row for word in _WORD.findall(fold(form)) for row in self._rows(word)]
                if written and begin < end:
                    first = len(rows) + len(others)
                    spans.append((first, first + len(written)))
                    others += written
            if spans:
                names.append(Name(begin, end, tuple(spans), one.sure))
        return Words(np.array(rows + others, np.int32), len(rows), tuple(names))

    def _content_rows(self, word: str) -> tuple[int, ...]:
        """Rows of the pieces of a word or run that are no stop words."""
        pieces = self._encoder.vocabulary.segment(word)
        return tuple(row for piece, row in pieces if row >= 0 and query_terms(piece))

    def measure(
        self,
        asked: Asked,
        sentence: NDArray[np.int32],
        paragraph: NDArray[np.int32],
        others: Sequence[NDArray[np.int32]],
        here: frozenset[str],
        names: frozenset[str],
        likeness: Likeness | None = None,
    ) -> NDArray[np.float64]:
        """Shape (len(SUPPORT),).

        ``sentence`` are the rows of what is quoted and the sentence before it, ``paragraph`` those of the
        whole with its headings and the title, ``others`` those of other paragraphs found. ``here`` are the
        figures, ``names`` the English names of what is named in the paragraph, its headings and the title.
        ``likeness`` is what is known of how alike words of the question and of these texts are.
        """
        if not asked.words.size or float(asked.weights.sum()) <= 0:
            return np.array([float(name in ("missed", "strange")) for name in SUPPORT])
        parts = [sentence, paragraph, *others]
        passages = Rows(np.concatenate(parts), np.array([0, *accumulate(map(len, parts))]))
        matched = self._interaction.best(asked.words.rows, passages, likeness)
        best = asked.words.own(matched, self._encoder.weights[asked.words.rows])
        named = np.array([name in names for name in asked.names])
        if len(named):
            there = (asked.owners >= 0) & named[np.maximum(asked.owners, 0)]
            best[:, there] = 1.0
        inside, whole, anywhere = best[0], best[1], best[1:].max(axis=0)
        shares = asked.weights / asked.weights.sum()
        return np.array(
            (
                float(shares @ whole),
                float(shares @ (whole < _MATCHED)),
                float(shares @ (anywhere - whole)),
                float(1.0 - named.mean()) if len(named) else 0.0,
                len(asked.figures - here) / len(asked.figures) if asked.figures else 0.0,
                *(1.0 - float(inside[sort].min()) if sort.any() else 0.0 for sort in asked.salient),
                float(shares @ (whole < _STRANGE)),
                float(shares @ (asked.proper & (whole < _THERE))),
                float(np.log(asked.words.size)),
            )
        )


def _marked(encoder: StaticEncoder, words: Sequence[str]) -> NDArray[np.bool_]:
    """By row of the model, whether it is one of ``words``; those of several pieces are left out, as a text
    that holds one piece doesn't hold the word.
    """
    marked = np.zeros(len(encoder.vectors), np.bool_)
    # Word by word: what many texts at once are encoded with is made when it is first needed.
    for rows in map(encoder.vocabulary.rows, words):
        if len(rows) == 1:
            marked[rows] = True
    return marked
