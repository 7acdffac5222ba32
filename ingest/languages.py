"""Which of the six official languages a text is in, as far as its script and commonest words tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ingest.layout import is_chinese

__all__ = ["contradiction"]

_SCRIPTS: Final = MappingProxyType(
    {
        "Arabic": re.compile(r"[\u0620-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"),
        "Cyrillic": re.compile(r"[\u0400-\u04ff]"),
        "Latin": re.compile(r"[A-Za-z\u00c0-\u024f]"),
    }
)
_SCRIPT_OF: Final = MappingProxyType(
    {"ar": "Arabic", "ru": "Cyrillic", "en": "Latin", "es": "Latin", "fr": "Latin"}
)
_NAMES: Final = MappingProxyType(
    {"ar": "Arabic", "en": "English", "es": "Spanish", "fr": "French", "ru": "Russian", "zh": "Chinese"}
)
# Words that are common in one of the three languages and none in the others.
_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        word: language
        for language, words in {
            "en": "the of and to with by its for that which on from their",
            "fr": "les des et du dans une pour aux le par sur ainsi leur",
            "es": "los las del el y para una con al sobre su por sus",
        }.items()
        for word in words.split()
    }
)
_FOREIGN: Final = re.compile(r"[^\x00-\x7f]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_FEW_LETTERS: Final = 200
_FEW_WORDS: Final = 40
"""Less than that tells nothing: names and figures are alike in all languages."""


def contradiction(text: str, language: str) -> str | None:
    """What a text is in, "in French", if that is not ``language``; ``None`` if it is or nobody can tell.

    A quarter of a text, names, tables and quotations, may be in any other language.
    """
    chinese = is_chinese(text)
    if chinese or language == "zh":
        return None if chinese == (language == "zh") else f"{'' if chinese else 'not '}in Chinese"
    expected = _SCRIPT_OF[language]
    words = Counter(_WORD.findall(text.lower()))
    foreign = len(_FOREIGN.findall(text))
    # Where next to all letters are plain ones, they need not be told apart.
    if expected != "Latin" or foreign > 3 * (sum(map(len, words.elements())) - foreign):
        letters = {script: len(signs.findall(text)) for script, signs in _SCRIPTS.items()}
        if sum(letters.values()) >= _FEW_LETTERS and letters[expected] * 4 < sum(letters.values()):
            return f"in {max(letters, key=lambda name: letters[name])} letters"
    if expected != "Latin":
        return None
    counts: Counter[str] = Counter()
    for word, found in _WORDS.items():
        counts[found] += words[word]
    if counts.total() >= _FEW_WORDS and counts[language] * 4 < counts.total():
        return f"in {_NAMES[max(counts, key=lambda name: counts[name] if name else 0) or language]}"
    return None
