"""Small networks that judge, word by word of the question and as a whole, whether a text answers it.

Which words of a question a text has to match can't be said once and for all: "finally" and "approved" tell
the city where a plan was adopted from the one where it was proposed, while its name stands before both. So
each word is judged by what :mod:`service.answering.sentences.wordsigns` says of it, together with its
neighbours; what they come to is added up, and read once more together with the other features f of the text,
with what it tells of (t, :mod:`service.answering.words.traits`) and with how all that compares with the
likeliest of the texts::

    h = relu(x W + k K + b)                            each word by itself; k: what is asked for
    h = h + relu(left A + h B + right C + c)           with the words beside it
    s = Σ_i share_i (h_i · v + d) + f · w_k            what speaks for a text, at first sight
    z = [f, t, Σ_i share_i h_i]                        the text as a whole
    score = s + relu([z, z - Σ_j softmax(s)_j z_j] M + k N + m) · u

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

from service.answering.sentences.features import FEATURES, FINDING_FEATURES
from service.answering.sentences.wordsigns import CLAUSE_SIGNS, SENTENCE_SIGNS
from service.answering.words.traits import TRAITS

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
    sums: list[list[float]]
    whole: list[list[float]]
    whole_kind: list[list[float]]
    whole_bias: list[float]
    whole_out: list[float]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    conditions: dict[str, object]
    sentences: _NetworkFile
    clauses: _NetworkFile


@dataclass(frozen=True, slots=True)
class Network:
    """``word`` has shape (signs, hidden). ``kind`` has shape (kinds + 1 + traits, hidden): after the kinds a
    row for the question's own language, then for what is asked. ``beside`` has shape (3, hidden, hidden), for
    the word before, the word itself, the next one.

    ``sums`` has shape (kinds, features), ``whole`` (2 (features + told + hidden), width), ``whole_kind``
    (kinds + 1 + traits, width).
    """

    word: NDArray[np.float32]
    kind: NDArray[np.float32]
    word_bias: NDArray[np.float32]
    beside: NDArray[np.float32]
    beside_bias: NDArray[np.float32]
    out: NDArray[np.float32]
    out_bias: float
    sums: NDArray[np.float32]
    whole: NDArray[np.float32]
    whole_kind: NDArray[np.float32]
    whole_bias: NDArray[np.float32]
    whole_out: NDArray[np.float32]

    def scores(
        self,
        signs: NDArray[np.float32],
        shares: NDArray[np.float32],
        features: NDArray[np.float64],
        told: NDArray[np.float32],
        asked: NDArray[np.float32],
        kind: int,
        same_language: bool,
    ) -> NDArray[np.float32]:
        """What speaks for each text beside the others, shape (texts,), in units of log-odds.

        ``signs`` has shape (texts, words, signs), ``shares`` (words,): what each word counts, 1 together.
        ``features`` has shape (texts, features), ``told`` (texts, told); ``asked`` has shape (traits,).
        ``kind`` is the place of what is asked for among the kinds.
        """
        texts, words, _ = signs.shape
        if not texts or not words:
            return np.zeros(texts, np.float32)
        said = np.zeros(len(self.kind), np.float32)
        said[kind] = 1.0
        said[len(self.sums)] = same_language
        said[len(self.sums) + 1 :] = asked
        hidden = self._words(signs, said @ self.kind + self.word_bias)
        others = features.astype(np.float32)
        # Each word counts by its share, so the sum over words can come before the last layer.
        together = np.einsum("twh,w->th", hidden, shares)
        first = together @ self.out + self.out_bias * shares.sum() + others @ self.sums[kind]
        whole = np.concatenate([others, told, together], axis=1)
        likely = np.exp(first - first.max())
        beside = whole - (likely / likely.sum()) @ whole
        read = np.concatenate([whole, beside], axis=1) @ self.whole
        read += said @ self.whole_kind + self.whole_bias
        np.maximum(read, 0.0, out=read)
        return np.asarray(first + read @ self.whole_out, np.float32)

    def _words(self, signs: NDArray[np.float32], said: NDArray[np.float32]) -> NDArray[np.float32]:
        """What is made of each word with its neighbours, shape (texts, words, hidden)."""
        texts, words, _ = signs.shape
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
        return np.asarray(both, np.float32)


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
            _network(file.sentences, len(SENTENCE_SIGNS), len(SENTENCE_KINDS), len(FEATURES), 1),
            _network(file.clauses, len(CLAUSE_SIGNS), len(CLAUSE_KINDS), len(FINDING_FEATURES), 2),
        )


def _network(file: _NetworkFile, signs: int, kinds: int, features: int, told: int) -> Network:
    """``told`` is of how many texts the traits are shown: of a clause and its sentence."""
    numbers = {name: np.array(value, np.float32) for name, value in file if name != "out_bias"}
    network = Network(**numbers, out_bias=file.out_bias)
    hidden, width = len(file.out), len(file.whole_out)
    said = kinds + 1 + len(TRAITS)
    expected = {
        "word": (signs, hidden),
        "kind": (said, hidden),
        "beside": (3, hidden, hidden),
        "sums": (kinds, features),
        "whole": (2 * (features + told * len(TRAITS) + hidden), width),
        "whole_kind": (said, width),
    }
    for name, shape in expected.items():
        if getattr(network, name).shape != shape:
            raise ValueError(
                f"expected {name} of shape {shape}, got {getattr(network, name).shape}: "
                "fit again (python -m eval.wordwise_fit)"
            )
    return network
