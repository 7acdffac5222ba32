"""What typing errors in a question were meant to be, by the words that the texts and the model hold.

English: a word that nobody knows becomes the likeliest known word one edit away (Norvig 2007). Chinese: of a
few characters that stand together nowhere, one may be a homophone of the right one, which is how Chinese is
mistyped; since such characters may also be a word that is merely new, this is offered, not put in place.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from importlib import resources
from typing import Final

from index.vocabulary import Vocabulary

__all__ = ["Spelling"]

_SHORTEST: Final = 5
"""Letters of an English word that is mended; shorter ones are one edit from too many."""
_WORD: Final = re.compile(rf"(?<![A-Za-z0-9/.'-])[A-Za-z][a-z]{{{_SHORTEST - 1},}}(?![A-Za-z0-9/'-])")
_RUN: Final = re.compile("[\u4e00-\u9fff]{2,}")
_LONGEST: Final = 4  # characters of a Chinese word
_NEVER: Final = frozenset(
    "的了是在和与及或对于为以其等之有被把从到中上下这那也都就而并且则所者个几哪谁什么何多少年月日一二三四五六七八九十"
)
"""Characters of questions and of grammar: next to anything, they make pairs that no text holds."""


class Spelling:
    """Safe from any number of threads."""

    def __init__(self, vocabulary: Vocabulary, holds: Callable[[str], bool]) -> None:
        """``holds`` says whether any text holds a word, or two Chinese characters next to each other."""
        self._vocabulary, self._holds = vocabulary, holds
        self._meant = lru_cache(maxsize=1 << 12)(self._nearest)

    def mended(self, text: str) -> str:
        """``text`` with English typing errors mended; what is in capitals, or known, stays."""

        def mend(match: re.Match[str]) -> str:
            word = match[0]
            meant = self._meant(word.lower())
            return meant.capitalize() if word[0].isupper() else meant

        return _WORD.sub(mend, text)

    def doubtful(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Stretches of simplified Chinese (start, end) that may have been meant to be another word."""
        for run in _RUN.finditer(text):
            start, taken = 0, -1
            alone = []
            for piece, _ in self._vocabulary.segment(run[0]):
                if len(piece) == 1 and piece not in _NEVER:
                    alone.append(start)
                start += len(piece)
            for place in alone:
                if place < taken:
                    continue
                found = self._homophone(run[0], place)
                if found is not None:
                    begin, meant = found
                    taken = begin + len(meant)
                    yield run.start() + begin, run.start() + taken, meant

    def _homophone(self, run: str, place: int) -> tuple[int, str] | None:
        """The longest, then likeliest word that differs from the run at ``place`` only, and its start."""
        best: tuple[int, float, int, str] | None = None
        for begin in range(max(0, place - _LONGEST + 1), place + 1):
            for end in range(max(place + 1, begin + 2), min(len(run), begin + _LONGEST) + 1):
                written = run[begin:end]
                if not _NEVER.isdisjoint(written) or any(map(self._holds, _pairs(run, begin, end, place))):
                    continue
                for meant in self._by_sound.get(self._sound(written), ()):
                    at = place - begin
                    if meant[:at] != written[:at] or meant[at + 1 :] != written[at + 1 :]:
                        continue
                    if not all(map(self._holds, _pairs(meant, 0, len(meant), at))):
                        continue
                    likely = self._vocabulary.likelihood(meant) or 0.0
                    best = max(best or (0, 0.0, 0, ""), (end - begin, likely, begin, meant))
        return None if best is None else best[2:]

    def _nearest(self, word: str) -> str:
        if self._known(word):
            return word
        likely = {
            edit: likelihood
            for edit in set(_edits(word))
            if (likelihood := self._vocabulary.likelihood(edit)) is not None
        }
        # Rather a word that the texts hold.
        held = {edit: likelihood for edit, likelihood in likely.items() if self._holds(edit)}
        return max(held or likely, key=lambda edit: ((held or likely)[edit], edit), default=word)

    def _known(self, word: str) -> bool:
        return self._vocabulary.likelihood(word) is not None or self._holds(word)

    @cached_property
    def _sounds(self) -> dict[str, str]:
        table = resources.files("index").joinpath("homophones.tsv").read_text(encoding="utf-8")
        rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
        return {character: sound for sound, characters in rows for character in characters}

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        """The model's Chinese words of two and more characters by how they sound."""
        found: dict[str, list[str]] = {}
        for word in self._vocabulary.chinese_words():
            found.setdefault(self._sound(word), []).append(word)
        return found

    def _sound(self, word: str) -> str:
        return " ".join([self._sounds.get(character, character) for character in word])


def _pairs(text: str, begin: int, end: int, place: int) -> list[str]:
    """The neighbouring characters of which the one at ``place`` is part, within a span."""
    return [text[at : at + 2] for at in (place - 1, place) if begin <= at and at + 2 <= end]


def _edits(word: str) -> Iterator[str]:
    """Everything one deletion, transposition, replacement or insertion away; the first letter is hardly ever
    the wrong one and stays.
    """
    for at in range(1, len(word) + 1):
        head, tail = word[:at], word[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in string.ascii_lowercase:
            if tail:
                yield head + letter + tail[1:]
            yield head + letter + tail
