"""Whether a text asks something of the documents, or something of the service itself.

Judged by two logistic models over :func:`service.answering.asking.errand_signs.features`, fitted by ``python
-m eval.talk_fit`` to lines written for it (``index/training/talk``): ``order``, put to each sentence, as one
order in an otherwise honest question is enough to refuse it; ``other``, put to the part that asks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from math import exp
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from index.analysis import fold
from service.answering.asking.errand_signs import HARD, features
from service.answering.asking.manners import NAMING

__all__ = ["ERRANDS", "ErrandModel", "Errands", "pieces_of"]

ERRANDS: Final = Path(__file__).with_name("errands.json")

_END: Final = re.compile(r"(?<=[!?。;…])\s*|(?<=\.)\s+")
_BESIDE: Final = 0.85
"""Probability from which a sentence beside one that asks is an order: most are harmless remarks."""
_NAMED: Final = 0.9
"""Probability from which a text that names something of the documents is small talk or a task."""
_MOST: Final = 40
"""Sentences that are looked at: more are no question."""


class ErrandModel(BaseModel):
    """A logistic model; ``threshold`` (0..1) is the probability from which a text counts as an errand."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    bias: float
    threshold: float
    weights: dict[str, float]

    def probability(self, found: set[str]) -> float:
        """0..1, of a text with the features ``found``."""
        logit = self.bias + sum([self.weights[one] for one in self.weights.keys() & found])
        return 1.0 / (1.0 + exp(-max(-50.0, min(50.0, logit))))


class _ErrandsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    conditions: dict[str, object]
    order: ErrandModel
    other: ErrandModel


class Errands:
    """May be used by several threads."""

    def __init__(self, models: Mapping[str, ErrandModel]) -> None:
        self._order, self._other = models["order"], models["other"]

    @classmethod
    @cache
    def load(cls, path: Path = ERRANDS) -> Errands:
        """Read fitted weights.

        :raises OSError: if the file can't be read.
        :raises ValueError: if it is not of the form that the fitting script writes.
        """
        file = _ErrandsFile.model_validate_json(path.read_bytes())
        return cls({"order": file.order, "other": file.other})

    def is_errand(self, text: str, asking: str) -> bool:
        """Whether ``text``, a question folded by NFKC of which ``asking`` is the part that asks, is none for
        the documents.
        """
        folded = fold(asking)
        whole = features(asking, folded, short=True)
        needed = max(self._other.threshold, _NAMED) if NAMING.search(folded) else self._other.threshold
        if self._other.probability(whole) >= needed:
            return True
        if not whole.isdisjoint(HARD) and self._order.probability(whole) >= self._order.threshold:
            return True
        return text != asking and any(map(self._is_order, pieces_of(text)))

    def _is_order(self, sentence: str) -> bool:
        found = features(sentence, fold(sentence), short=True)
        return not found.isdisjoint(HARD) and self._order.probability(found) >= _BESIDE


def pieces_of(text: str) -> list[str]:
    """The sentences of ``text``, each of which may be an order; the first ones, of many."""
    return [one for one in _END.split(text, maxsplit=_MOST) if any(map(str.isalnum, one))]
