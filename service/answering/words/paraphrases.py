"""What people call a thing, and what documents call it: "footed the bill", financed.

The embedded model knows words that dictionaries pair; it doesn't know how people speak. The table,
``paraphrases.tsv``, is our own compiling: what is said, and after a tab how documents put it in the same
language, such forms parted by ``; ``. In English ``*`` at a word's end stands for its inflections.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Final

from index.analysis import fold
from index.vocabulary import Vocabulary
from index.wording import Variant
from service.answering.words.phrases import Finder
from service.answering.words.tables import read_table

__all__ = ["PARAPHRASES", "Paraphrase", "Paraphrases", "inflections", "read_paraphrases"]

PARAPHRASES: Final = Path(__file__).with_name("paraphrases.tsv")

_COLUMNS: Final = ("said", "written")
_SURE: Final = 0.8
"""What a match of another wording counts beside one of the word itself."""
_MOST: Final = 6
"""Wordings of one phrase, and phrases of one question, that are looked for."""
_TRIED: Final = 40
"""Places of phrases in a question that are looked at, the longest first: it may consist of nothing else."""
_VOWELS: Final = "aeiou"


@dataclass(frozen=True, slots=True)
class Paraphrase:
    """A row: who says one of ``said`` (inflections of one phrase) may mean one of ``written``."""

    said: tuple[str, ...]
    written: tuple[str, ...]


@lru_cache(maxsize=1)
def read_paraphrases(path: Path = PARAPHRASES) -> tuple[Paraphrase, ...]:
    """:raises OSError: if the table can't be read. :raises ValueError: if it is no table of paraphrases."""
    return tuple(_paraphrase(row, place) for place, row in read_table(path, _COLUMNS))


def _paraphrase(row: Sequence[str], place: str) -> Paraphrase:
    said, written = row
    forms = tuple(form.replace("*", "") for form in written.split("; "))
    if any(form.isascii() != said.isascii() or not form.strip() for form in forms):
        raise ValueError(f"{place}: expected forms in the language of {said!r}, found {written!r}")
    return Paraphrase(tuple(inflections(said)), forms)


def inflections(phrase: str) -> Iterator[str]:
    """``phrase`` with each word that ends in ``*`` in each of its regular forms. Hyphens part words.

    plan* is plan, plans, planned, planning; carry* is carry, carries, carried, carrying.
    """
    for words in product(*map(_inflected, phrase.replace("-", " ").split(" "))):
        yield " ".join(words)


def _inflected(word: str) -> list[str]:
    if not word.endswith("*"):
        return [word]
    base = word[:-1]
    if base.endswith("e"):
        return [base, base + "s", base + "d", base[:-1] + "ing"]
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return [base, base[:-1] + "ies", base[:-1] + "ied", base + "ing"]
    doubled = base + base[-1:] if base[-1:] not in "aeiouwxys" and base[-2:-1] in _VOWELS else base
    found = [base, base + "s", base + "ed", base + "ing", doubled + "ed", doubled + "ing"]
    if base.endswith(("s", "x", "z", "ch", "sh")):
        found.append(base + "es")
    return list(dict.fromkeys(found))


@lru_cache(maxsize=1)
def _finder() -> Finder:
    return Finder((form, number) for number, row in enumerate(read_paraphrases()) for form in row.said)


class Paraphrases:
    """Finds in a question what documents put in other words. May be used by several threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """``vocabulary`` is that of the model whose words are compared.

        :raises OSError: if the table can't be read. :raises ValueError: if it is no table of paraphrases.
        """
        self._written = [row.written[:_MOST] for row in read_paraphrases()]
        self._finder = _finder()
        self._vocabulary = vocabulary

    def beside(self, text: str, variants: Sequence[Variant]) -> tuple[Variant, ...]:
        """``variants`` of the question ``text`` with those that the table adds where none stands, in order.

        Of phrases that overlap the longest counts. One that cuts a word of the model's in two is none.
        """
        folded = fold(text)
        if len(folded) != len(text):
            return tuple(variants)
        taken = [(one.start, one.end) for one in variants]
        rows = self._vocabulary.rows
        whole = rows(text)

        def apart(start: int, end: int) -> bool:
            """Whether the model reads the same words when that is read by itself."""
            return rows(text[:start]) + rows(text[start:end]) + rows(text[end:]) == whole

        places = sorted(self._finder.places(folded), key=lambda one: (one[1] - one[2], one[1]))
        added: dict[tuple[int, int], list[str]] = {}
        for owner, start, end in places[:_TRIED]:
            if (start, end) in added:
                added[start, end] += self._written[owner]
            elif (
                len(added) < _MOST
                and all(end <= first or last <= start for first, last in (*taken, *added))
                and apart(start, end)
            ):
                added[start, end] = list(self._written[owner])
        found = [
            Variant(
                start,
                end,
                {"en" if folded[start].isascii() else "zh": tuple(dict.fromkeys(forms))[:_MOST]},
                _SURE,
            )
            for (start, end), forms in added.items()
        ]
        return tuple(sorted((*variants, *found), key=lambda variant: variant.start))
