"""The index in use and everything that answers from it, exchanged as a whole when a new one is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from threadpoolctl import threadpool_limits

from index.backends.contract import Backend, Opened
from index.encoder import Encoder, EncoderError, StaticEncoder, load_encoder
from index.holder import GenerationHolder
from index.interpreter import Interpreter
from index.late import LateInteraction
from index.manifest import Counts
from index.rerank import CrossEncoderReranker, Reranker
from index.retrieve import Hit, Retriever
from index.store import Store, StoredDocument, StoredParagraph, UnknownIdError
from ingest.facts.glossary import Glossary, load_glossary
from ingest.paragraphs import ParagraphId
from service.answering.answerer import Answerer
from service.answering.choice import Chooser
from service.answering.sentences.evidence import Reader
from service.answering.sentences.support import Support
from service.answering.sentences.wordwise import Wordwise
from service.answering.weights import Weights

__all__ = ["Desk", "Library", "Models", "UnknownDocumentError", "UnknownParagraphError"]


class UnknownDocumentError(LookupError):
    """None of the documents asked for is in the index."""

    def __init__(self, symbols: Sequence[str]) -> None:
        super().__init__(
            f"expected the symbol of a document in the index, got {', '.join(symbols)!r}: "
            'GET /v1/documents or "rapporteur inspect" lists what there is'
        )
        self.symbols = tuple(symbols)


class UnknownParagraphError(LookupError):
    """The document has no such paragraph."""

    def __init__(self, symbol: str, paragraph: str) -> None:
        super().__init__(
            f"expected a paragraph of {symbol} such as 15 or II.35, got {paragraph!r}: "
            f'GET /v1/documents/{symbol} or "rapporteur show {symbol}" lists what there is'
        )
        self.symbol = symbol
        self.paragraph = paragraph


@dataclass(frozen=True, slots=True)
class Models:
    """What is loaded once and outlives generations: the index's encoder, and what answers are chosen with."""

    encoder: Encoder
    embedded: StaticEncoder
    interpreter: Interpreter
    interaction: LateInteraction
    weights: Weights
    wordwise: Wordwise
    glossary: Glossary
    support: Support
    reranker: Reranker | None

    @classmethod
    def load(cls, name: str | None = None, glossary: Path | None = None, reranker: str | None = None) -> Self:
        """The encoder ``name`` (default: the embedded one) and the embedded model's own parts.

        ``glossary`` is a table used beside the embedded one, ``reranker`` a cross-encoder by name or folder.

        :raises EncoderError: if a model can't be loaded.
        """
        encoder = load_encoder(name)
        embedded = encoder if isinstance(encoder, StaticEncoder) else StaticEncoder()
        names = load_glossary(*([] if glossary is None else [glossary]))
        interpreter = Interpreter(embedded)
        interaction = LateInteraction(embedded, interpreter.table)
        judge = None if reranker is None else CrossEncoderReranker(reranker)
        support = Support(embedded, interaction)
        weights, wordwise = Weights.load(), Wordwise.load()
        return cls(encoder, embedded, interpreter, interaction, weights, wordwise, names, support, judge)


@dataclass(frozen=True, slots=True)
class Desk:
    """One generation with what reads it. Valid while it is borrowed from the library."""

    held: Opened
    retriever: Retriever
    answerer: Answerer

    @classmethod
    def of(cls, generation: Opened, models: Models) -> Self:
        """:raises EncoderMismatchError: if the generation was built with another encoder."""
        retriever = Retriever(
            generation,
            models.encoder,
            glossary=models.glossary,
            reranker=models.reranker,
            interpreter=models.interpreter,
        )
        reader = Reader(
            models.embedded, models.interpreter, models.interaction, generation.lexical, models.wordwise
        )
        answerer = Answerer(
            retriever,
            reader,
            Chooser(reader, models.support, models.glossary, models.weights),
            generation=generation.id,
            model=generation.manifest.encoder.id,
        )
        return cls(generation, retriever, answerer)

    @property
    def store(self) -> Store:
        return self.held.store

    @property
    def generation(self) -> str:
        return self.held.id

    @property
    def model(self) -> str:
        return self.held.manifest.encoder.id

    @property
    def counts(self) -> Counts:
        return self.held.manifest.counts

    def document(self, symbol: str) -> StoredDocument:
        """:raises UnknownDocumentError: if the index has no such document."""
        try:
            return self.store.document(symbol)
        except UnknownIdError as error:
            raise UnknownDocumentError([symbol]) from error

    def paragraph(self, symbol: str, local: str) -> StoredParagraph:
        """The paragraph that ``local``, what stands after ``#`` in an id, names or whose item it names.

        :raises UnknownParagraphError: if the document has no such paragraph.
        """
        try:
            return self.store.paragraph(ParagraphId.parse(f"{symbol}#{local}"))
        except (ValueError, UnknownIdError) as error:
            raise UnknownParagraphError(symbol, local) from error

    def search(
        self,
        query: str,
        *,
        documents: Sequence[str] | None,
        languages: Sequence[str] | None,
        limit: int,
    ) -> tuple[list[Hit], tuple[str, ...]]:
        """The best paragraphs, and the documents asked for that are not in the index. Empty lists mean all.

        :raises UnknownDocumentError: if documents are asked for and none of them is in the index.
        """
        known, unknown = self.answerer.known(documents or ())
        if unknown and not known:
            raise UnknownDocumentError(unknown)
        hits = self.answerer.search(query, documents=known or None, languages=languages or None, limit=limit)
        return hits, unknown


class Library:
    """Lends the newest usable generation and follows each ingest without a restart.

    Safe from any number of threads.
    """

    def __init__(
        self,
        data: Path | Backend,
        model: str | None = None,
        glossary: Path | None = None,
        reranker: str | None = None,
    ) -> None:
        """Open the index in a folder or on another backend with ``model`` (default: the embedded one).

        Without a usable index or model the library opens too: then lending fails, and says why.
        """
        self._desks: Mapping[str, Desk] = {}
        self._holder: GenerationHolder | None = None
        self._failure: EncoderError | None = None
        # A question's matrices are small: sharing them out over threads triples the work (measured on two
        # cores with neighbours: 47 ms of processor time an answer against 16).
        self._limits = threadpool_limits(limits=1, user_api="blas")
        try:
            self._models = Models.load(model, glossary, reranker)
        except EncoderError as error:
            self._failure = error
        else:
            self._holder = GenerationHolder(data, self._prepare)

    @property
    def problem(self) -> Exception | None:
        """Why the newest generation is not in use; ``None`` while it is."""
        return self._failure if self._holder is None else self._holder.problem

    @property
    def generation(self) -> str | None:
        """The id of the generation in use; ``None`` where there is none, or a newer one may be there."""
        return None if self._holder is None else self._holder.settled

    @contextmanager
    def open(self) -> Iterator[Desk]:
        """Borrow the generation in use: everything read in the block is of this one.

        :raises GenerationError: if there is none.
        :raises EncoderError: if the model could not be loaded.
        """
        if self._holder is None:
            raise self._failure or EncoderError("the library is closed")
        with self._holder.lease() as generation:
            desk = self._desks.get(generation.id)
            yield desk or Desk.of(generation, self._models)

    def close(self) -> None:
        if self._holder is not None:
            self._holder.close()
        self._limits.restore_original_limits()

    def _prepare(self, generation: Opened) -> None:
        """Called once for each generation, before it is lent. The one before is still lent meanwhile."""
        kept = list(self._desks.items())[-1:]
        self._desks = dict(kept) | {generation.id: Desk.of(generation, self._models)}
