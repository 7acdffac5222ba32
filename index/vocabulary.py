"""Text → vocabulary rows, for the embedded model, without torch and at the speed of a dictionary look-up.

The rules stand in the model's ``tokenizer.json`` (Hugging Face ``tokenizers``: a character map for
NFKC, lower case, no accents and traditional → simplified Chinese, then a Unigram model);
this module follows them exactly, but looks whole words up instead of building an encoding object
for each text. Several tokens may share one row: the forms of an English stem do.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, normalizers

from index.remembering import LONGEST_WORD, remembered
from index.segmentation import HanSegmenter

__all__ = ["Rows", "Vocabulary", "end_to_end"]

PATTERN = r"[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff]+"
"""What becomes a token, after folding: runs of Latin letters and digits, runs of Han characters."""

_UNKNOWN_PENALTY = 10.0  # sentencepiece's kUnkPenalty: an unknown character costs this below the rarest token
_FIRST_HAN = "\u3400"
_REMEMBERED_WORDS = 200_000
_REMEMBERED_RUNS = 2048
_LOOK_UP = -2  # stands for a word that is not one known token
_WORTH_ARRAYS = 40  # texts from which the array form is the faster one
_BLOCK = 1000  # texts whose characters are worked on at once
_BLANK, _UNSEEN, _SEVERAL = 0x20, 0xFFFF, 0xFFFE
_LATIN, _HAN = 1, 2
_KINDS = np.zeros(1 << 16, dtype=np.uint8)
_KINDS[[*range(ord("a"), ord("z") + 1), *range(ord("0"), ord("9") + 1)]] = _LATIN
_KINDS[0x3400:0x4DC0] = _HAN
_KINDS[0x4E00:0xA000] = _HAN


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of several texts, end to end: text ``i`` has ``rows[starts[i]:starts[i + 1]]``.

    ``rows`` has dtype int32; ``starts`` has one element more than there are texts.
    """

    rows: NDArray[np.int32]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def part(self, first: int, last: int) -> Rows:
        """The texts from ``first`` up to ``last``, that one not included."""
        starts = self.starts[first : last + 1]
        return Rows(self.rows[starts[0] : starts[-1]], starts - starts[0])

    def __getitem__(self, i: int) -> NDArray[np.int32]:
        return self.rows[self.starts[i] : self.starts[i + 1]]


def end_to_end(parts: Sequence[Rows]) -> Rows:
    """The texts of all ``parts`` (at least one), in their order."""
    total = 0
    starts: list[NDArray[np.int64]] = []
    for part in parts:
        starts.append(part.starts[:-1] + total)
        total += len(part.rows)
    starts.append(np.array([total]))
    return Rows(np.concatenate([part.rows for part in parts]), np.concatenate(starts))


class _Folding(dict[int, str]):
    """Code point → folded text, filled from the tokenizer's own normalizer as characters turn up."""

    def __init__(self, normalizer: normalizers.Normalizer) -> None:
        super().__init__()
        self._normalizer = normalizer

    def __missing__(self, code: int) -> str:
        folded = self._normalizer.normalize_str(chr(code)) if not 0xD800 <= code < 0xE000 else " "
        self[code] = folded
        return folded


class _Known(dict[str, int]):
    """Word → its row, ``_LOOK_UP`` where it is not there."""

    def __missing__(self, word: str) -> int:
        return _LOOK_UP


class Vocabulary:
    """Folds, splits and looks up text.

    ``pieces`` are the Unigram tokens with their scores (log probabilities), token id = position,
    the first one being the unknown token; ``rows`` maps token id to row, -1 for none.

    :raises ValueError: if ``rows`` has not one entry per piece.
    """

    def __init__(
        self,
        pieces: Sequence[tuple[str, float]],
        rows: NDArray[np.int32],
        normalizer: normalizers.Normalizer,
    ) -> None:
        if len(pieces) != len(rows):
            raise ValueError(
                f"expected one row number for each of the tokenizer's {len(pieces)} tokens, got {len(rows)}: "
                "tokenizer.json and model.safetensors are from different trainings; restore both"
            )
        self._fold = _Folding(normalizer)
        self._find = re.compile(PATTERN).findall
        self._unknown = min(score for _, score in pieces) - _UNKNOWN_PENALTY
        # A piece's (score, row), or None for a prefix of longer pieces only.
        entries: dict[str, tuple[float, int] | None] = {}
        for (piece, score), row in zip(pieces[1:], rows[1:].tolist(), strict=True):
            entries[piece] = (score, row)
        for piece, _ in pieces[1:]:
            for end in range(len(piece) - 1, 0, -1):
                if piece[:end] in entries:
                    break
                entries[piece[:end]] = None
        self._entries = entries
        # Latin words that have come up: those of one row, and all.
        self._known = _Known()
        self._split: dict[str, tuple[int, ...]] = {}
        # Runs of Han characters hardly ever come twice, but within one question several times.
        self._few_han = remembered(self._rows_of, _REMEMBERED_RUNS)
        self._table = np.full(0x30001, _UNSEEN, dtype=np.uint16)  # code point → folded code unit
        self._table[-1] = _BLANK

    @cached_property
    def _segmenter(self) -> HanSegmenter:
        """Made when many texts are encoded for the first time: a question doesn't need it."""
        han = {p: entry for p, entry in self._entries.items() if entry is not None and p[0] >= _FIRST_HAN}
        return HanSegmenter(han, self._unknown)

    @classmethod
    def load(cls, tokenizer: Path, rows: NDArray[np.int32]) -> Vocabulary:
        """Read the rules from a ``tokenizer.json``."""
        rules = json.loads(tokenizer.read_text(encoding="utf-8"))
        pieces = [(piece, score) for piece, score in rules["model"]["vocab"]]
        return cls(pieces, rows, _normalizer(rules["normalizer"]))

    def fold(self, text: str) -> str:
        """NFKC, lower case, no accents, simplified characters."""
        return text.translate(self._fold)

    def words(self, text: str) -> list[str]:
        """The runs of Latin letters and digits and the runs of Han characters, folded."""
        return self._find(self.fold(text))

    def likelihood(self, word: str) -> float | None:
        """The log probability of a folded word that is one token; ``None`` where it isn't."""
        entry = self._entries.get(word)
        return None if entry is None else entry[0]

    def names(self, size: int) -> list[str]:
        """The first token of each of ``size`` rows, which stands for the others of that row; "" for none."""
        names = [""] * size
        for piece, entry in self._entries.items():
            if entry is not None and entry[1] >= 0:
                names[entry[1]] = names[entry[1]] or piece
        return names

    def chinese_words(self) -> list[str]:
        """All tokens of two and more Chinese characters."""
        return [
            piece
            for piece, entry in self._entries.items()
            if entry is not None and len(piece) > 1 and piece[0] >= _FIRST_HAN
        ]

    def rows(self, text: str) -> list[int]:
        """The rows of one text, as :meth:`encode` has them."""
        return [row for word in self.words(text) for row in self._few(word)]

    def encode(self, texts: Sequence[str]) -> Rows:
        """The rows of each text, in reading order; what the vocabulary doesn't know is left out."""
        if len(texts) < _WORTH_ARRAYS:
            found = [self.rows(text) for text in texts]
            flat = [row for rows in found for row in rows]
            return Rows(np.array(flat, dtype=np.int32), np.cumsum([0, *map(len, found)]))
        blocks = [self._encode(texts[first : first + _BLOCK]) for first in range(0, len(texts), _BLOCK)]
        ends = np.cumsum([0, *(len(block.rows) for block in blocks)])
        starts = [block.starts[:-1] + end for block, end in zip(blocks, ends.tolist(), strict=False)]
        return Rows(np.concatenate([block.rows for block in blocks]), np.concatenate([*starts, ends[-1:]]))

    def _encode(self, texts: Sequence[str]) -> Rows:
        """:meth:`encode` with arrays over all characters of the texts."""
        codes, text_starts = self._folded(texts)
        kinds = _KINDS[codes]
        edges = (
            np.flatnonzero(kinds[1:] != kinds[:-1]) + 1
        )  # the text before the first and after the last is blank
        begins = edges[kinds[edges] > 0]
        lengths = edges[np.searchsorted(edges, begins) + 1] - begins
        han = kinds[begins] == _HAN
        latin = np.where(kinds == _LATIN, codes, _BLANK).astype(np.uint8).tobytes().decode("ascii").split()
        rows, places = self._latin(latin, begins[~han])
        if han.any():
            characters = np.flatnonzero(kinds == _HAN)
            han_rows, han_places = self._segmenter.segment(codes[characters], lengths[han])
            places = np.concatenate((places, characters[han_places]))
            order = np.argsort(places, kind="stable")
            places = places[order]
            rows = np.concatenate((rows, han_rows))[order]
        return Rows(rows, np.searchsorted(places, text_starts))

    def _latin(
        self, words: list[str], places: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The rows of words that stand at ``places``, and the place of each row."""
        known = self._known
        rows = np.fromiter(map(known.__getitem__, words), dtype=np.int32, count=len(words))
        others = np.flatnonzero(rows == _LOOK_UP).tolist()
        if not others:
            return rows, places
        found = [self._few(words[i]) for i in others]
        counts = np.ones(len(words), dtype=np.int64)
        counts[others] = [len(part) for part in found]
        starts = np.cumsum(counts) - counts
        spread = np.repeat(rows, counts)
        for i, part in zip(others, found, strict=True):
            spread[starts[i] : starts[i] + len(part)] = part
        return spread, np.repeat(places, counts)

    def _folded(self, texts: Sequence[str]) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
        """Folded characters of all texts, a blank around each, and where each starts."""
        raw = np.frombuffer(
            ("\n" + "\n".join(texts) + "\n").encode("utf-32-le", "surrogatepass"), dtype=np.uint32
        )
        codes = self._table[np.minimum(raw, len(self._table) - 1)]
        unseen = codes == _UNSEEN
        if unseen.any():
            for code in np.unique(raw[unseen]).tolist():
                self._table[code] = self._single(code)
            codes = self._table[np.minimum(raw, len(self._table) - 1)]
        text_lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 1
        starts = np.concatenate(([0], np.cumsum(text_lengths)))
        several = np.flatnonzero(codes == _SEVERAL)
        if len(several):
            parts = np.split(codes, starts[1:])
            for i in np.unique(np.searchsorted(starts, several, side="right") - 1).tolist():
                folded = ("\n" + self.fold(texts[i])).encode("utf-32-le", "surrogatepass")
                wide = np.frombuffer(folded, dtype=np.uint32)
                parts[i] = np.where(wide < _SEVERAL, wide, _BLANK).astype(np.uint16)
            starts = np.cumsum([0, *map(len, parts[:-1])])
            codes = np.concatenate(parts)
        return codes, starts

    def _single(self, code: int) -> int:
        """The one code unit that a character folds to; ``_SEVERAL`` where it isn't one."""
        folded = self._fold[code]
        if len(folded) == 1 and ord(folded) < _SEVERAL:
            return ord(folded)
        return _SEVERAL if not folded or self._find(folded) else _BLANK

    def _few(self, word: str) -> tuple[int, ...]:
        """The rows of one word or run, one character after another."""
        if word[0] >= _FIRST_HAN:
            return self._few_han(word)
        found = self._split.get(word)
        if found is None:
            found = self._rows_of(word)
            if len(word) > LONGEST_WORD:
                return found
            if len(self._known) + len(self._split) >= _REMEMBERED_WORDS:
                self._known.clear()
                self._split.clear()
            self._split[word] = found
            if len(found) == 1:
                self._known[word] = found[0]
        return found

    def _rows_of(self, word: str) -> tuple[int, ...]:
        return tuple(row for _, row in self.segment(word) if row >= 0)

    def segment(self, word: str) -> list[tuple[str, int]]:
        """The likeliest split of one word or run into pieces, each with its row (-1: unknown).

        Viterbi over the Unigram scores, in the order and with the ties of ``tokenizers``.
        """
        entries = self._entries
        n = len(word)
        best = [-math.inf] * (n + 1)
        best[0] = 0.0
        back: list[tuple[int, int]] = [(0, -1)] * (n + 1)
        for start in range(n):
            base = best[start]
            single = False
            for end in range(start + 1, n + 1):
                piece = word[start:end]
                if piece not in entries:
                    break
                entry = entries[piece]
                if entry is not None:
                    score = base + entry[0]
                    if score > best[end]:
                        best[end] = score
                        back[end] = (start, entry[1])
                    if end == start + 1:
                        single = True
            if not single and base + self._unknown > best[start + 1]:
                best[start + 1] = base + self._unknown
                back[start + 1] = (start, -1)
        found: list[tuple[str, int]] = []
        end = n
        while end:
            start, row = back[end]
            found.append((word[start:end], row))
            end = start
        found.reverse()
        return found


def _normalizer(rules: dict[str, object]) -> normalizers.Normalizer:
    """The normalizer of a ``tokenizer.json``, without the cost of loading its model."""
    bare = {
        "version": "1.0",
        "normalizer": rules,
        "model": {"type": "Unigram", "unk_id": 0, "vocab": [["?", 0.0]]},
    }
    normalizer: normalizers.Normalizer | None = Tokenizer.from_str(json.dumps(bare)).normalizer
    if normalizer is None:
        raise ValueError("expected a normalizer in tokenizer.json, got none: restore the model folder")
    return normalizer
