"""What every engine behind an index does. Two keep it: FAISS with tantivy and SQLite in a folder, and Milvus.

An index is a succession of generations, each immutable: built aside, then put in use by one atomic step. What
makes an order out of candidates (:mod:`index.retrieve`) stands above this line and is the same for both.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.lexical import LexicalMatches
from index.manifest import GenerationError, Manifest, Named
from index.store import Store
from index.vectors import VectorMatches
from index.vocabulary import Rows

if TYPE_CHECKING:
    from index.build import BuildReport
    from index.encoder import Encoder
    from index.preparing import Preparation
    from index.unfinished import Unfinished
    from index.writing import Progress
    from ingest.corpus import Corpus
    from ingest.sources import Known

__all__ = ["Backend", "Dense", "FullText", "Opened", "UnreachableError", "Updating", "Words"]


class UnreachableError(GenerationError):
    """The server that holds the index can't be reached, or did not answer in time."""


class Dense(Protocol):
    """The passages of one language by meaning. Safe from any number of threads."""

    def __len__(self) -> int:
        """Passages."""

    @property
    def dimensions(self) -> int: ...

    def search(
        self, vector: NDArray[np.float32], limit: int, documents: Sequence[int] | None = None
    ) -> VectorMatches:
        """The best ``limit`` paragraphs for a vector of shape (dimensions,), within ``documents`` if given.

        A zero vector finds nothing.
        """

    def holds(self, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the paragraphs (keys, shape (n,)) have a passage here."""

    def score(self, vector: NDArray[np.float32], keys: NDArray[np.int64]) -> VectorMatches:
        """The given paragraphs (keys, shape (n,)) by their best passages; those not here are left out."""


class FullText(Protocol):
    """The paragraphs of one language by their words, ranked by BM25. Safe from any number of threads."""

    def __len__(self) -> int:
        """Paragraphs."""

    def search(
        self,
        terms: Mapping[str, float],
        limit: int,
        documents: Sequence[int] | None = None,
        names: Sequence[Sequence[Mapping[str, float]]] = (),
    ) -> LexicalMatches:
        """The best ``limit`` paragraphs, as :meth:`index.lexical.LexicalIndex.search` says."""

    def holds(self, term: str) -> bool:
        """Whether any paragraph holds the term."""

    def idf(self, term: str) -> float:
        """Inverse document frequency, > 0, largest for terms that don't occur."""


class Words(Protocol):
    """The words of the paragraphs of one language as rows of the model's vocabulary."""

    @property
    def average(self) -> float:
        """Words in a paragraph, on average; at least 1."""

    def rows(self, keys: NDArray[np.int64]) -> Rows:
        """The words of paragraphs, in the order of ``keys``, all of which must be here."""


class Opened(Protocol):
    """An opened generation. Reading is safe from any number of threads until :meth:`close`."""

    @property
    def id(self) -> str: ...
    @property
    def manifest(self) -> Manifest: ...
    @property
    def named(self) -> Named: ...
    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def store(self) -> Store: ...
    @property
    def vectors(self) -> Mapping[str, Dense]: ...
    @property
    def lexical(self) -> Mapping[str, FullText]: ...
    @property
    def words(self) -> Mapping[str, Words]: ...
    def close(self) -> None: ...


class Updating(Protocol):
    """The right to put one generation in use (:class:`index.build.Update`)."""

    known: Known
    finished: Unfinished

    def check(self, encoder: Encoder) -> None:
        """:raises EncoderMismatchError: if the index was built with another, and is not built anew."""

    def build(
        self,
        corpus: Corpus,
        encoder: Encoder,
        *,
        glossary: Path | None = None,
        preparation: Preparation | None = None,
        progress: Progress | None = None,
    ) -> BuildReport:
        """Merge what was read into the index (upsert), let leave what is gone (delete), and put the new
        generation in use; as :meth:`index.build.Update.build` says.
        """


class Backend(Protocol):
    """Where the generations of one index are. ``str()`` of it names the place for messages."""

    def open(self) -> Opened:
        """The generation in use.

        :raises NoGenerationError: if nothing was ingested yet.
        :raises GenerationError: if it can't be used; the message says why and what to do.
        """

    def fallback(self) -> Opened | None:
        """The newest generation but the one in use that is whole; ``None`` where there is none."""

    def signature(self) -> Hashable:
        """Differs when another generation was put in use. Cheap: asked for with every request."""

    def verify(self, named: Named | None = None) -> Manifest:
        """Compare a generation, by default the one in use, with what was written.

        :raises GenerationError: naming what differs.
        """

    def updating(
        self, *, rebuild: bool = False, waiting: Callable[[str], None] | None = None
    ) -> AbstractContextManager[Updating]:
        """As :func:`index.build.updating`."""

    def close(self) -> None:
        """Let go of connections; what was opened must be closed before."""
