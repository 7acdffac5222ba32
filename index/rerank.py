"""A second look at the first hits by a cross-encoder, which reads question and paragraph together.

Any model that sentence-transformers' ``CrossEncoder`` loads (``BAAI/bge-reranker-v2-m3`` reads both
languages); none comes with the project. It takes far longer than all other rankers together.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoder import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

    from index.retrieve import Hit

__all__ = ["DEPTH", "CrossEncoderReranker", "Reranker", "reordered"]

DEPTH: Final = 20
"""Hits that are looked at again."""


class Reranker(Protocol):
    """Judges texts by a question; safe from any number of threads."""

    @property
    def id(self) -> str: ...

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How likely each text is to answer, shape (len(texts),), 0 to 1."""
        ...


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder with one output."""

    def __init__(self, name: str) -> None:
        """``name`` is a folder, or a name on the model hub, taken from the local cache where it is there.

        :raises EncoderError: if there is no such model, or it has more than one output.
        """
        self.id = name
        self._model = _load(name)
        if self._model.num_labels != 1:
            raise EncoderError(
                f"expected a cross-encoder with one output, got {name!r} with {self._model.num_labels}: "
                "choose a model made for ranking"
            )

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """See :class:`Reranker`."""
        import torch

        found = self._model.predict(
            [(question, text) for text in texts], activation_fn=torch.nn.Sigmoid(), show_progress_bar=False
        )
        return np.asarray(found, dtype=np.float32).reshape(len(texts))


def reordered(hits: Sequence[Hit], scores: NDArray[np.float32]) -> list[Hit]:
    """The first hits in the order of ``scores`` (as many as there are), the others after them as they were.

    The k-th hit takes the k-th score: what scores mean doesn't depend on who ordered the hits. What the
    re-ranker said is among the signals. Equals stay in their order.
    """
    order = np.argsort(-scores, kind="stable").tolist()
    first = [
        replace(
            hits[place],
            score=hits[rank].score,
            rank=hits[rank].rank,
            signals={**hits[place].signals, "rerank": float(scores[place])},
        )
        for rank, place in enumerate(order)
    ]
    return [*first, *hits[len(first) :]]


def _load(name: str) -> CrossEncoder:
    from sentence_transformers import CrossEncoder

    model: CrossEncoder | None = None
    if not Path(name).is_dir():
        with suppress(OSError, ValueError):  # not in the cache: the hub may have it
            model = CrossEncoder(name, local_files_only=True)
    try:
        model = model or CrossEncoder(name, local_files_only=Path(name).is_dir())
    except (OSError, ValueError, KeyError) as error:
        raise EncoderError(
            f"expected the folder or the hub name of a cross-encoder, got {name!r}, which cannot be loaded "
            f"({error}): where there is a network, type: hf download {name} (then it is found offline too); "
            "or leave RAPPORTEUR_RERANKER out"
        ) from error
    return model
