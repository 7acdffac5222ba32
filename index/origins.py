"""How far a question says which document it is about: its symbol, its year, who speaks in it, its title.

"What does the 2021 biodiversity resolution ask of the Secretary-General?" is asked of a paragraph that holds
none of these words, and there is one like it in every resolution.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from index.interpreter import Interpreter
from index.store import StoredDocument
from ingest.facts.mandates import organ

__all__ = ["agreement"]

_OF_ITS_SYMBOL: Final = 3.0
_OF_ITS_YEAR: Final = 1.0
_OF_ITS_SPEAKER: Final = 0.5
_OF_ITS_TITLE: Final = 1.0
"""Log odds that each is worth (measured: eval/RESULTS.md)."""

_DATED: Final = re.compile(r"resolution|declaration|decision|\bres\b|决议|决定|宣言", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def agreement(
    text: str,
    named: Collection[str],
    references: Collection[str],
    document: StoredDocument,
    interpreter: Interpreter | None,
) -> float:
    """Log odds, 0 or more, by which what the question ``text`` says of ``document`` makes it likelier.

    ``named`` are the English names of what the question names, ``references`` the symbols. Titles are read
    by ``interpreter``, if there is one.
    """
    found = _OF_ITS_SYMBOL if document.symbol in references else 0.0
    if document.date and _DATED.search(text) and document.date[:4] in _YEAR.findall(text):
        found += _OF_ITS_YEAR
    if organ(document.symbol, "en") in named:
        found += _OF_ITS_SPEAKER
    if interpreter is not None:
        found += _OF_ITS_TITLE * max(
            (interpreter.covered(version.title, text) for version in document.versions.values()), default=0.0
        )
    return found
