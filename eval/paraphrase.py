"""Questions in other words: their content words exchanged for synonyms from the dictionaries in the data.

Public question sets ask in the words of their paragraphs; people don't. What is fitted on questions so
changed does not come to rely on words in common.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Self

from index.analysis import fold
from index.vocabulary import Vocabulary

__all__ = ["Paraphraser"]

_MOST_SENSES: Final = 6
"""A word that shares its sense with more others is too vague to be exchanged."""

_WORD: Final = re.compile("[A-Za-z]+|[\u3400-\u9fff]+|[^A-Za-z\u3400-\u9fff]+")


class Paraphraser:
    """Synonyms by word, Chinese and English."""

    def __init__(self, synonyms: Mapping[str, Sequence[str]], vocabulary: Vocabulary) -> None:
        self._synonyms, self._vocabulary = synonyms, vocabulary

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary) -> Self:
        """Read ``cedict.tsv.gz`` and ``cow_wordnet.tsv.gz`` (English, a tab, Chinese) from ``folder``.

        Words are synonyms if a word or sense of the other language, which few others share, stands for both.

        :raises OSError: if a file can't be read.
        """
        groups: dict[tuple[str, str], set[str]] = {}
        for name in ("cedict", "cow_wordnet"):
            with gzip.open(folder / f"{name}.tsv.gz", "rt", encoding="utf-8") as lines:
                for line in lines:
                    english, _, chinese = line.rstrip("\n").partition("\t")
                    if len(chinese) > 1:
                        groups.setdefault(("zh", english), set()).add(chinese)
                        if english.isascii() and english.isalpha() and len(english) > 3:
                            groups.setdefault(("en", chinese), set()).add(english)
        found: dict[str, set[str]] = {}
        for words in groups.values():
            if 1 < len(words) <= _MOST_SENSES:
                for word in words:
                    found.setdefault(word, set()).update(words - {word})
        return cls({word: sorted(others) for word, others in found.items()}, vocabulary)

    def say(self, question: str, share: float, chance: random.Random) -> str:
        """``question`` with about ``share`` (0..1) of its words that have synonyms exchanged."""
        said = []
        for run in _WORD.findall(question):
            if run.isascii() and run.isalpha():
                said.append(self._exchanged(run.lower(), run, share, chance))
            elif re.match("[\u3400-\u9fff]", run):
                folded = fold(run)
                pieces = self._vocabulary.segment(folded) if len(folded) == len(run) else []
                at = 0
                for piece, _ in pieces:
                    said.append(self._exchanged(piece, run[at : at + len(piece)], share, chance))
                    at += len(piece)
                if not pieces:
                    said.append(run)
            else:
                said.append(run)
        return "".join(said)

    def _exchanged(self, word: str, printed: str, share: float, chance: random.Random) -> str:
        others = self._synonyms.get(word)
        return chance.choice(others) if others and chance.random() < share else printed
