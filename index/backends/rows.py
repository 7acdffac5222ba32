"""What a text is as rows of a collection: its terms, its words, and all that the store holds of it.

A field holds 65,535 bytes. A longer paragraph is several rows, its parts; hardly any is.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.backends.cluster import TEXT_BYTES, Row
from index.keys import PARAGRAPH_BITS

__all__ = ["PART_BITS", "Content", "join_content", "join_words", "text_rows", "wire"]

PART_BITS: Final = 12
"""A row's id is its paragraph's key and, in so many bits below, the part."""

_PIECE: Final = TEXT_BYTES // 4 * 4


@dataclass(frozen=True, slots=True)
class Content:
    """All that the store holds of one version of a paragraph but its place, its items and its records.

    ``footnotes`` are (mark, note, offset); ``passages`` (start, end, SHA-256 of what was embedded, in
    hexadecimal); ``facts`` what they were read from, in hexadecimal, and the facts as JSON.
    """

    section: tuple[str, ...]
    text: str
    footnotes: tuple[tuple[str, str, int], ...]
    passages: tuple[tuple[int, int, str], ...]
    facts: tuple[str, str] | None

    def packed(self) -> str:
        told = [self.section, self.text, self.footnotes, self.passages, self.facts]
        return base64.b64encode(zlib.compress(json.dumps(told, ensure_ascii=False).encode())).decode("ascii")

    @classmethod
    def unpacked(cls, packed: str) -> Content:
        section, text, footnotes, passages, facts = json.loads(zlib.decompress(base64.b64decode(packed)))
        return cls(
            tuple(section),
            text,
            tuple((mark, note, offset) for mark, note, offset in footnotes),
            tuple((start, end, digest) for start, end, digest in passages),
            None if facts is None else (facts[0], facts[1]),
        )


@lru_cache(maxsize=1 << 16)
def wire(term: str) -> str:
    """A term as letters and digits alone, which every analyser of every version leaves whole; injective."""
    if term.isascii():
        return term if term.isalnum() and not term.startswith("0") else f"0a{term.encode().hex()}"
    return f"0x{term.encode('utf-16-be', 'surrogatepass').hex()}"


def text_rows(
    key: int, terms: Iterable[str], words: NDArray[np.int32] | None, content: Content
) -> list[dict[str, Any]]:
    """The rows of one version of the paragraph with this key.

    :raises ValueError: if it is longer than a key has parts for.
    """
    streams = [
        _lines([wire(term) for term in terms]),
        _pieces("" if words is None else base64.b64encode(words.astype("<u4").tobytes()).decode("ascii")),
        _pieces(content.packed()),
    ]
    parts = max(1, *map(len, streams))
    if parts > 1 << PART_BITS:
        raise ValueError(f"expected a paragraph of at most {1 << PART_BITS} parts, got {parts}: split it")
    rows = []
    for part in range(parts):
        found = [stream[part] if part < len(stream) else "" for stream in streams]
        rows.append(
            {
                "id": key << PART_BITS | part,
                "document": key >> PARAGRAPH_BITS,
                "parts": parts,
                # Not every version takes a text without any term.
                "terms": found[0] or "0",
                "words": found[1],
                "content": found[2],
            }
        )
    return rows


def join_words(parts: Sequence[Row]) -> NDArray[np.int32]:
    """The words of a text from its parts, in their order."""
    packed = base64.b64decode("".join(part["words"] for part in parts))
    return np.frombuffer(packed, "<u4").astype(np.int32)


def join_content(parts: Sequence[Mapping[str, Any]]) -> Content:
    """:raises ValueError, zlib.error: if the parts don't belong together."""
    return Content.unpacked("".join(part["content"] for part in parts))


def _pieces(text: str) -> list[str]:
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]


def _lines(terms: Sequence[str]) -> list[str]:
    """Terms between blanks, in as few lines as fit into a field each."""
    whole = " ".join(terms)
    if len(whole) <= TEXT_BYTES:
        return [whole]
    lines: list[str] = []
    start = 0
    while start < len(whole):
        end = start + TEXT_BYTES
        if end < len(whole):
            end = whole.rindex(" ", start, end)
        lines.append(whole[start:end])
        start = end + 1
    return lines
