"""Small networks that judge, word by word of the question, whether a sentence or clause answers it.

Which words of a question a text has to match can't be said once and for all: "finally" and "approved" tell
the city where a plan was adopted from the one where it was proposed, while its name stands before both. So
each word is judged by what :mod:`service.answering.wordsigns` says of it, together with its neighbours, and
what they come to is added up::

    h = relu(x W + k K + b)                            each word by itself; k: what is asked for
    h = h + relu(left A + h B + right C + c)           with the words beside it
    score = Σ_i share_i (h_i · v + d)

The words themselves aren't seen, only how they are matched: what is learned holds for both languages and for
matters never read about. ``wordwise.json`` holds the numbers with the conditions of their training
(``python -m eval.wordwise_fit``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from service.answering.wordsigns import CLAUSE_SIGNS, SENTENCE_SIGNS

__all__ = ["CLAUSE_KINDS", "FITTED_WORDWISE", "SENTENCE_KINDS", "Network", "Wordwise"]

FITTED_WORDWISE: Final = Path(__file__).with_name("wordwise.json")

SENTENCE_KINDS: Final = ("date", "number", "place", "body", "decision", "list", "text")
CLAUSE_KINDS: Final = ("date", "number", "place", "decision", "text")
"""What may be asked for, as the networks for sentences and for what stands in them tell it apart."""


class _NetworkFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    word: list[list[float]]
    kind: list[list[float]]
    word_bias: list[float]
    beside: list[list[list[float]]]
    beside_bias: list[float]
    out: list[float]
    out_bias: float


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    conditions: dict[str, object]
    sentences: _NetworkFile
    clauses: _NetworkFile


@dataclass(frozen=True, slots=True)
class Network:
    """``word`` has shape (signs, hidden), ``kind`` (kinds + 1, hidden): the last row for the question's own
    language. ``beside`` has shape (3, hidden, hidden), for the word before, the word itself, the next one.
    """

    word: NDArray[np.float32]
    kind: NDArray[np.float32]
    word_bias: NDArray[np.float32]
    beside: NDArray[np.float32]
    beside_bias: NDArray[np.float32]
    out: NDArray[np.float32]
    out_bias: float

    def scores(
        self,
        signs: NDArray[np.float32],
        shares: NDArray[np.float32],
        kind: int,
        same_language: bool,
    ) -> NDArray[np.float32]:
        """What speaks for each text, shape (texts,), in units of log-odds.

        ``signs`` has shape (texts, words, signs), ``shares`` (words,): what each word counts, 1 together.
        ``kind`` is the place of what is asked for among the kinds.
        """
        texts, words, _ = signs.shape
        if not texts or not words:
            return np.zeros(texts, np.float32)
        said = self.kind[kind] + self.word_bias
        if same_language:
            said = said + self.kind[-1]
        hidden = signs.reshape(texts * words, -1) @ self.word
        hidden += said
        np.maximum(hidden, 0.0, out=hidden)
        shape = (texts, words, hidden.shape[1])
        both = (hidden @ self.beside[1]).reshape(shape)
        both += self.beside_bias
        both[:, 1:] += (hidden @ self.beside[0]).reshape(shape)[:, :-1]
        both[:, :-1] += (hidden @ self.beside[2]).reshape(shape)[:, 1:]
        np.maximum(both, 0.0, out=both)
        both += hidden.reshape(shape)
        judged = both @ self.out
        judged += self.out_bias
        return np.asarray(judged @ shares, np.float32)


@dataclass(frozen=True, slots=True)
class Wordwise:
    """The networks for sentences and for what could be the short answer in them."""

    sentences: Network
    clauses: Network

    @classmethod
    def load(cls, path: Path = FITTED_WORDWISE) -> Self:
        """Read fitted networks.

        :raises OSError: if the file can't be read.
        :raises ValueError: if it is not of the form that the fitting script writes.
        """
        file = _File.model_validate_json(path.read_bytes())
        return cls(
            _network(file.sentences, len(SENTENCE_SIGNS), len(SENTENCE_KINDS)),
            _network(file.clauses, len(CLAUSE_SIGNS), len(CLAUSE_KINDS)),
        )


def _network(file: _NetworkFile, signs: int, kinds: int) -> Network:
    network = Network(
        np.array(file.word, np.float32),
        np.array(file.kind, np.float32),
        np.array(file.word_bias, np.float32),
        np.array(file.beside, np.float32),
        np.array(file.beside_bias, np.float32),
        np.array(file.out, np.float32),
        file.out_bias,
    )
    hidden = len(file.out)
    expected = {"word": (signs, hidden), "kind": (kinds + 1, hidden), "beside": (3, hidden, hidden)}
    for name, shape in expected.items():
        if getattr(network, name).shape != shape:
            raise ValueError(
                f"expected {name} of shape {shape}, got {getattr(network, name).shape}: "
                "fit again (python -m eval.wordwise_fit)"
            )
    return network
