"""Small documents of our own wording for the index's tests, and a real encoder small enough for them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.analysis import query_terms
from ingest.paragraphs import Document, Footnote, Item, Paragraph, ParagraphId

__all__ = ["CHINESE", "ENGLISH", "GLOSSARY", "TermVectors", "document", "numbered_documents"]

CHINESE = (
    "秘书处请各缔约方每两年报告一次旱灾。",
    "土壤碳专题讨论会定于2017年3月在罗马开会。",
    "科学—政策平台由十五名专家组成，任期两年。",
    "根据第 21/COP.12 号决定，第二次会议讨论了森林面积。",
)
ENGLISH = (
    "The secretariat asks all Parties to report on drought every two years.",
    "The symposium on soil carbon meets in Rome in March 2017.",
    "The science-policy platform has fifteen experts, who serve two years.",
    "Pursuant to decision 21/COP.12, the second meeting discussed forest area.",
)
GLOSSARY = {
    "旱灾": "drought",
    "土壤": "soil",
    "罗马": "rome",
    "专家": "expert",
    "森林": "forest",
    "报告": "report",
    "平台": "platform",
}
"""Chinese term → the English stem that means the same."""


class TermVectors:
    """Static term vectors drawn by hashing, weighted mean, normalised; zero where the text has no term.

    ``same`` gives terms the vector of another term, so that a glossary makes the encoder bilingual.
    """

    def __init__(
        self, dimensions: int = 64, name: str = "term-vectors", same: Mapping[str, str] | None = None
    ) -> None:
        self.id = name
        self.dimensions = dimensions
        self.fingerprint = hashlib.sha256(f"{name} {dimensions}".encode()).hexdigest()
        self.encoded: list[str] = []
        self._same = same or {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += texts
        return np.stack([self._mean(text) for text in texts])

    def _mean(self, text: str) -> NDArray[np.float32]:
        total = np.zeros(self.dimensions, np.float32)
        for term, weight in query_terms(text).items():
            total += np.float32(weight) * _term_vector(self._same.get(term, term), self.dimensions)
        norm = np.linalg.norm(total)
        return total / norm if norm else total


@lru_cache(maxsize=1 << 16)
def _term_vector(term: str, dimensions: int) -> NDArray[np.float32]:
    seed = int.from_bytes(hashlib.sha256(term.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(dimensions, np.float32)


def document(symbol: str, language: str, texts: Sequence[str], title: str = "A title") -> Document:
    """One version with paragraphs 1, 2, …; each with an item and a footnote."""
    return Document(
        symbol=symbol,
        language=language,
        title=title,
        paragraphs=tuple(
            Paragraph(
                id=ParagraphId(symbol, str(number)),
                kind="numbered",
                text=text,
                section=("I. General", "A. Detail"),
                items=(Item(("a",), 0, len(text)),),
                footnotes=(Footnote("1", "A source.", len(text)),),
            )
            for number, text in enumerate(texts, start=1)
        ),
        date="2017-06-20",
        source=f"{symbol.replace('/', '_')}.{language}.txt",
    )


def numbered_documents(count: int, paragraphs: int, language: str = "en") -> list[Document]:
    """Documents with distinct texts, for tests of size and time: ``X/1``, ``X/2``, …"""
    return [
        document(
            f"X/{number}",
            language,
            [
                f"Report {number} lists site w{number} in region r{n} with marker m{number}x{n}."
                for n in range(paragraphs)
            ],
        )
        for number in range(1, count + 1)
    ]
