"""The vocabulary: a Unigram tokenizer over English words and Chinese words, and which tokens share a row."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import Stemmer
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from index.segmentation import LONGEST_WORD, HanSegmenter
from index.vocabulary import PATTERN, Vocabulary

__all__ = ["Lexicon", "LexiconSize", "build_lexicon"]

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_RARE_PENALTY = 3.0  # nats: how much dearer a single character or a piece of a word is than its count says


@dataclass(frozen=True, slots=True)
class LexiconSize:
    """Rows for each kind of token; English stems and Chinese words are taken by count."""

    stems: int = 30_000
    words: int = 27_000
    pieces: int = 3_000
    longest_word: int = LONGEST_WORD
    """Characters in a Chinese word, at most: longer ones hide their parts from the matching."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``rows[token id]`` is the row of a token (-1: none); ``names[row]`` a text that stands for the row:
    a stem, a Chinese word or character, a piece. Rows from ``first_chinese`` on are Chinese.
    """

    tokenizer: Tokenizer
    pieces: list[tuple[str, float]]
    rows: NDArray[np.int32]
    names: list[str]
    first_chinese: int

    def vocabulary(self) -> Vocabulary:
        return Vocabulary(self.pieces, self.rows, self.tokenizer.normalizer)


def _chinese(texts: Sequence[str], headwords: Iterable[str], longest: int) -> Counter[str]:
    """Word counts by three rounds of Viterbi over the headwords (hard EM), from one even start."""
    runs = Counter(run for text in texts for run in _HAN.findall(text))
    characters = Counter[str]()
    for run, count in runs.items():
        for char in run:
            characters[char] += count
    words = {word for word in headwords if 2 <= len(word) <= longest and _HAN.fullmatch(word)}
    score = dict.fromkeys(words, -9.0) | dict.fromkeys(characters, -9.0)
    counts = Counter[str]()
    names = sorted(score)
    codes = np.frombuffer("".join(runs).encode("utf-16-le"), dtype=np.uint16)
    lengths = np.fromiter(map(len, runs), dtype=np.int64, count=len(runs))
    times = np.repeat(np.fromiter(runs.values(), dtype=np.int64, count=len(runs)), lengths)
    for _ in range(3):
        segmenter = HanSegmenter({name: (score[name], row) for row, name in enumerate(names)}, -40.0)
        rows, places = segmenter.segment(codes, lengths)
        found = np.bincount(rows, weights=times[places], minlength=len(names))
        counts = Counter({name: int(count) for name, count in zip(names, found, strict=True) if count})
        total = math.log(sum(counts.values()))
        score = {
            name: (math.log(counts[name] + 0.1) - total) - (_RARE_PENALTY if len(name) == 1 else 0.0)
            for name in names
        }
    for word in words:
        counts.setdefault(word, 0)
    for char in characters:
        counts.setdefault(char, 0)
    return counts


def _english_pieces(words: Iterable[str], size: int) -> list[tuple[str, float]]:
    """Unigram pieces for words that the vocabulary doesn't hold."""
    trainer = trainers.UnigramTrainer(
        vocab_size=size,
        special_tokens=["<unk>"],
        unk_token="<unk>",  # noqa: S106 - no password
        max_piece_length=8,
        show_progress=False,
    )
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.train_from_iterator(sorted(words), trainer=trainer)
    return [(piece, score) for piece, score in json.loads(tokenizer.to_str())["model"]["vocab"][1:]]


def build_lexicon(
    english: Mapping[str, float],
    chinese: Sequence[str],
    headwords: Iterable[str],
    characters: Iterable[str],
    normalizer: normalizers.Normalizer,
    size: LexiconSize,
) -> Lexicon:
    """``english`` counts folded words; ``chinese`` are folded texts; ``characters`` always get a row."""
    stem = Stemmer.Stemmer("english").stemWord
    stems: dict[str, float] = {}
    for word, count in english.items():
        stems[stem(word)] = stems.get(stem(word), 0.0) + count
    kept = [name for name, _ in sorted(stems.items(), key=lambda item: (-item[1], item[0]))[: size.stems]]
    row_of: dict[str, int] = {name: row for row, name in enumerate(kept)}
    names = list(kept)
    total = math.log(sum(english.values()))
    pieces: list[tuple[str, float]] = [("<unk>", -30.0)]
    rows: list[int] = [-1]
    known: set[str] = set()

    def add(piece: str, score: float, row: int) -> None:
        if piece in known:
            return
        known.add(piece)
        pieces.append((piece, round(score, 4)))
        rows.append(row)

    def new_row(name: str) -> int:
        names.append(name)
        return len(names) - 1

    for word, count in sorted(english.items(), key=lambda item: (-item[1], item[0])):
        name = stem(word)
        if name in row_of:
            add(word, math.log(count) - total, row_of[name])
    for name in kept:
        add(name, math.log(stems[name]) - total - 1.0, row_of[name])
    for piece, score in _english_pieces(english, size.pieces):
        if piece not in known:
            add(piece, score - 2 * _RARE_PENALTY, new_row("+" + piece))
    for char in "abcdefghijklmnopqrstuvwxyz0123456789":
        if char not in known:
            add(char, -total - 2 * _RARE_PENALTY, new_row("+" + char))

    first_chinese = len(names)
    counts = _chinese(chinese, headwords, size.longest_word)
    chosen = sorted((w for w in counts if len(w) > 1), key=lambda w: (-counts[w], len(w), w))[: size.words]
    total = math.log(sum(counts.values()))
    for word in chosen:
        add(word, math.log(counts[word] + 0.1) - total, new_row(word))
    for char in sorted({w for w in counts if len(w) == 1} | set(characters)):
        add(char, math.log(counts[char] + 0.1) - total - _RARE_PENALTY, new_row(char))

    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(PATTERN), behavior="removed", invert=True)
    return Lexicon(tokenizer, pieces, np.array(rows, dtype=np.int32), names, first_chinese)
