"""BM25 over the paragraphs of one language, by tantivy, fed with our own terms.

Each language has an index of its own, so that how rare a term is and how long a paragraph is are judged
within the language: 135 Chinese paragraphs beside 200,000 English ones keep their own statistics. An index
holds keys and terms, no text. Queries are built as objects, never parsed from text, so nothing a user
types is query syntax.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import tantivy
from numpy.typing import NDArray

__all__ = [
    "K1",
    "LexicalIndex",
    "LexicalMatches",
    "WeighedQuery",
    "WeighedTerms",
    "inverse_document_frequency",
    "update_lexical",
    "weighed",
]

K1: Final = 1.2
"""tantivy's own, fixed."""
_REMEMBERED: Final = 1 << 15
"""Terms whose rarity is remembered."""
_QUERIES: Final = 1 << 12
"""Terms whose queries are remembered."""
_HEAP_BYTES: Final = 128_000_000

Rarity = Callable[[str], tuple[bool, float]]
"""Term → whether any paragraph holds it, and its inverse document frequency."""


@dataclass(frozen=True, slots=True)
class LexicalMatches:
    """Paragraphs found by their words, best first.

    ``keys`` are paragraph keys, ``scores`` BM25 as a share (0 to 1) of what a paragraph could reach that
    holds every term of the query endlessly often, so that scores of different queries and languages can be
    set side by side; both of shape (n,). ``known`` is the share (0 to 1) of the query's weight that lies
    on terms which the collection holds at all: 0 means that this ranker knows nothing about the query.
    """

    keys: NDArray[np.int64]
    scores: NDArray[np.float32]
    known: float


class LexicalIndex:
    """The opened index of one language. Searching is safe from any number of threads."""

    def __init__(self, folder: Path) -> None:
        """:raises ValueError: if the folder can't be read as an index."""
        # tantivy writes a lock file where it opens an index, but a generation is never written to, and may
        # lie on a read-only disk: it is opened through links in a folder aside, gone once all is mapped.
        # (A busy machine has seen tantivy write its lock file while the folder was being removed.)
        with TemporaryDirectory(prefix="rapporteur-", ignore_cleanup_errors=True) as aside:
            for file in folder.iterdir():
                Path(aside, file.name).symlink_to(file.resolve())
            self._index = tantivy.Index.open(aside)
            self._index.config_reader(reload_policy="manual")
            self._searcher = self._index.searcher()
        self._schema = self._index.schema
        self._rarity = lru_cache(maxsize=_REMEMBERED)(self._look_up)
        self._term = lru_cache(maxsize=_QUERIES)(self._term_query)

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self,
        terms: Mapping[str, float],
        limit: int,
        documents: Sequence[int] | None = None,
        names: Sequence[Sequence[Mapping[str, float]]] = (),
    ) -> LexicalMatches:
        """The best ``limit`` paragraphs for weighted terms, within ``documents`` (their numbers) if given.

        ``names`` has for each name in the question its terms there and those of its other names; a name
        counts as the best of its names, and weighs what its terms in the question weigh.
        """
        asked = weighed(self._rarity, terms, names)
        if not asked.known or limit < 1 or (documents is not None and not documents):
            return LexicalMatches(np.empty(0, np.int64), np.empty(0, np.float32), 0.0)
        hits = self._searcher.search(
            self._query(asked.terms, asked.choices, documents), limit, count=False
        ).hits
        keys = np.array(self._searcher.fast_field_values("key", [address for _, address in hits]), np.int64)
        scores = np.array([score for score, _ in hits], np.float32)
        # Equals by key: how an index grew must not show in what it finds.
        order = np.lexsort((keys, -scores))
        return LexicalMatches(keys[order], scores[order] / np.float32((K1 + 1) * asked.mass), asked.known)

    def holds(self, term: str) -> bool:
        """Whether any paragraph holds the term."""
        return self._rarity(term)[0]

    def idf(self, term: str) -> float:
        """How rare a term is here: inverse document frequency, > 0, largest for terms that don't occur."""
        return self._rarity(term)[1]

    def _look_up(self, term: str) -> tuple[bool, float]:
        """Whether any paragraph holds the term, and its inverse document frequency."""
        frequency = int(self._searcher.doc_freq("terms", term))
        return frequency > 0, inverse_document_frequency(len(self), frequency)

    def _query(
        self,
        terms: Mapping[str, float],
        choices: Sequence[Sequence[WeighedTerms]],
        documents: Sequence[int] | None,
    ) -> tantivy.Query:
        query = tantivy.Query
        wanted = query.boolean_query(
            [
                *self._should(terms),
                *(
                    (
                        tantivy.Occur.Should,
                        query.disjunction_max_query(
                            [query.boolean_query(self._should(one.terms)) for one in choice]
                        ),
                    )
                    for choice in choices
                ),
            ]
        )
        if documents is None:
            return wanted
        within = (
            query.term_query(self._schema, "document", documents[0], "basic")
            if len(documents) == 1
            else query.term_set_query(self._schema, "document", documents)
        )
        return query.boolean_query(
            [
                (tantivy.Occur.Must, wanted),
                (tantivy.Occur.Must, query.const_score_query(within, 0.0)),
            ]
        )

    def _should(self, terms: Mapping[str, float]) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        boosted, should = tantivy.Query.boost_query, tantivy.Occur.Should
        return [(should, boosted(self._term(term), weight)) for term, weight in terms.items()]

    def _term_query(self, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, "terms", term, "freq")


@dataclass(frozen=True, slots=True)
class WeighedTerms:
    """Terms that the collection holds, with their weights; what all terms could gain, and these (≥ 0)."""

    terms: Mapping[str, float]
    mass: float
    ceiling: float

    @classmethod
    def of(cls, terms: Mapping[str, float], rarity: Rarity) -> WeighedTerms:
        held: dict[str, float] = {}
        mass = ceiling = 0.0
        for term, weight in terms.items():
            there, rare = rarity(term)
            gain = weight * rare
            mass += gain
            if there:
                held[term] = weight
                ceiling += gain
        return cls(held, mass, ceiling)

    def scaled(self, factor: float) -> WeighedTerms:
        terms = {term: weight * factor for term, weight in self.terms.items()}
        return WeighedTerms(terms, self.mass * factor, self.ceiling * factor)


@dataclass(frozen=True, slots=True)
class WeighedQuery:
    """A query as BM25 counts it: terms outside names, and for each name the choices of which the best counts.

    ``mass`` is what all of its terms could gain in one paragraph, as weight × rarity; ``known`` the share (0
    to 1) of that which lies on terms the collection holds.
    """

    terms: Mapping[str, float]
    choices: Sequence[Sequence[WeighedTerms]]
    mass: float
    known: float


def weighed(
    rarity: Rarity, terms: Mapping[str, float], names: Sequence[Sequence[Mapping[str, float]]]
) -> WeighedQuery:
    """``terms`` and ``names`` as :meth:`LexicalIndex.search` takes them."""
    plain = WeighedTerms.of(terms, rarity)
    mass, ceiling = plain.mass, plain.ceiling
    choices: list[list[WeighedTerms]] = []
    for own, *others in names:
        written = WeighedTerms.of(own, rarity)
        scaled = [written]
        for other in others:
            one = WeighedTerms.of(other, rarity)
            if one.terms:
                scaled.append(one.scaled(written.mass / one.mass))
        mass += written.mass
        ceiling += max(one.ceiling for one in scaled)
        choices.append([one for one in scaled if one.terms])
    choices = [choice for choice in choices if choice]
    found = bool(plain.terms or choices)
    return WeighedQuery(plain.terms, choices, mass, ceiling / mass if found else 0.0)


def update_lexical(
    folder: Path, base: Path | None, replaced: Sequence[int], paragraphs: Iterable[tuple[int, int, str]]
) -> None:
    """Write the index of one language into a new folder.

    It holds what ``base`` holds without the documents ``replaced`` (by number), and then ``paragraphs``:
    (paragraph key, document number, :func:`index.analysis.terms_of` its text). Without ``base``, only those.

    :raises OSError: if the disk fails or is full.
    """
    if base is None:
        folder.mkdir(parents=True)
    else:
        shutil.copytree(base, folder)
    try:
        _write(folder, base is None, replaced, paragraphs)
    except ValueError as error:
        # tantivy has no error of its own for the disk.
        raise OSError(f"{folder} could not be written: {error}") from error
    for lock in folder.glob(".*.lock"):
        lock.unlink()


def _write(
    folder: Path, new: bool, replaced: Sequence[int], paragraphs: Iterable[tuple[int, int, str]]
) -> None:
    index = tantivy.Index(_schema(), str(folder), reuse=False) if new else tantivy.Index.open(str(folder))
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
    if not new:
        for number in replaced:
            writer.delete_documents_by_term("document", number)
    for key, document, terms in paragraphs:
        entry = tantivy.Document()
        entry.add_unsigned("key", key)
        entry.add_unsigned("document", document)
        entry.add_text("terms", terms)
        writer.add_document(entry)
    writer.commit()
    writer.wait_merging_threads()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", fast=True)
    builder.add_unsigned_field("document", indexed=True)
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def inverse_document_frequency(documents: int, frequency: int) -> float:
    """As tantivy has it (Robertson and Spärck Jones, with 1 added to stay positive)."""
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))
