"""The same retrieval, over the same vectors, by what would be used instead; each in a process of its own.

Every one gets the texts and their vectors ready made and finds 50 by words and by meaning, fused as it does
that itself (reciprocal ranks where it leaves that open). Nothing of ours but the vectors is in it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from eval.bench.clock import memory_mb, percentiles, timed, worked

__all__ = ["PEERS", "measure"]

_DEPTH: Final = 50
_SECONDS: Final = 420

Vectors = NDArray[np.float32]
Search = Callable[[str, Vectors], Sequence[Any]]
"""A question and its vector, shape (dimensions,) → what was found, best first."""


def _floor(texts: Sequence[str], vectors: Vectors) -> Search:
    """FAISS and tantivy as they come, and reciprocal ranks: nothing can be much less than this."""
    import faiss
    import tantivy

    faiss.omp_set_num_threads(1)
    dense = faiss.IndexFlatIP(vectors.shape[1])
    dense.add(vectors)
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", fast=True)
    builder.add_text_field("text", tokenizer_name="en_stem")
    words = tantivy.Index(builder.build())
    writer = words.writer(heap_size=128_000_000, num_threads=1)
    for key, text in enumerate(texts):
        entry = tantivy.Document()
        entry.add_unsigned("key", key)
        entry.add_text("text", text)
        writer.add_document(entry)
    writer.commit()
    writer.wait_merging_threads()
    words.reload()
    searcher = words.searcher()

    def search(question: str, vector: Vectors) -> Sequence[Any]:
        nearest = dense.search(vector.reshape(1, -1), _DEPTH)[1][0].tolist()
        plain = "".join(char if char.isalnum() else " " for char in question.lower())
        # A run of Chinese is one word to it, and no word where it is long: then there is nothing to look for.
        hits = searcher.search(words.parse_query_lenient(plain, ["text"])[0], _DEPTH, count=False).hits
        found = searcher.fast_field_values("key", [address for _, address in hits])
        return _fused(nearest, list(found))

    return search


def _fused(*lists: Sequence[Any]) -> list[Any]:
    """Reciprocal rank fusion with k = 60 (Cormack, Clarke and Büttcher 2009)."""
    scores: dict[Any, float] = {}
    for ranked in lists:
        for rank, one in enumerate(ranked, start=1):
            scores[one] = scores.get(one, 0.0) + 1 / (60 + rank)
    return sorted(scores, key=lambda one: -scores[one])[:_DEPTH]


def _txtai(texts: Sequence[str], vectors: Vectors) -> Search:
    embeddings: Any = import_module("txtai").Embeddings
    known: dict[str, Vectors] = dict(zip(texts, vectors, strict=True))
    index = embeddings(
        {
            "method": "external",
            "transform": lambda given: np.stack([known[text] for text in given]),
            "hybrid": True,
            "backend": "faiss",
        }
    )
    index.index((number, text, None) for number, text in enumerate(texts))

    def search(question: str, vector: Vectors) -> Sequence[Any]:
        known[question] = vector
        found: Sequence[Any] = index.search(question, _DEPTH)
        del known[question]
        return found

    return search


def _haystack(texts: Sequence[str], vectors: Vectors) -> Search:
    document: Any = import_module("haystack").Document
    stores: Any = import_module("haystack.document_stores.in_memory")
    store = stores.InMemoryDocumentStore(embedding_similarity_function="dot_product")
    store.write_documents(
        [
            document(id=str(number), content=text, embedding=vector.tolist())
            for number, (text, vector) in enumerate(zip(texts, vectors, strict=True))
        ]
    )

    def search(question: str, vector: Vectors) -> Sequence[Any]:
        nearest = store.embedding_retrieval(query_embedding=vector.tolist(), top_k=_DEPTH)
        worded = store.bm25_retrieval(query=question, top_k=_DEPTH)
        return _fused([one.id for one in nearest], [one.id for one in worded])

    return search


def _llama_index(texts: Sequence[str], vectors: Vectors) -> Search:
    """By meaning only: its BM25 wants an older stemmer than ours."""
    import faiss

    schema: Any = import_module("llama_index.core.schema")
    types: Any = import_module("llama_index.core.vector_stores.types")
    store: Any = import_module("llama_index.vector_stores.faiss").FaissVectorStore(
        faiss_index=faiss.IndexFlatIP(vectors.shape[1])
    )
    store.add(
        [
            schema.TextNode(id_=str(number), text=text, embedding=vector.tolist())
            for number, (text, vector) in enumerate(zip(texts, vectors, strict=True))
        ]
    )

    def search(_: str, vector: Vectors) -> Sequence[Any]:
        query = types.VectorStoreQuery(query_embedding=vector.tolist(), similarity_top_k=_DEPTH)
        found: Sequence[Any] = store.query(query).ids
        return found

    return search


def _langchain(texts: Sequence[str], vectors: Vectors) -> Search:
    stores: Any = import_module("langchain_community.vectorstores")
    retrievers: Any = import_module("langchain_community.retrievers")
    fake: Any = import_module("langchain_core.embeddings").FakeEmbeddings(size=vectors.shape[1])
    strategy: Any = import_module("langchain_community.vectorstores.utils").DistanceStrategy
    store = stores.FAISS.from_embeddings(
        list(zip(texts, vectors.tolist(), strict=True)),
        fake,
        metadatas=[{"number": number} for number in range(len(texts))],
        distance_strategy=strategy.MAX_INNER_PRODUCT,
    )
    words = retrievers.BM25Retriever.from_texts(
        texts, metadatas=[{"number": number} for number in range(len(texts))], k=_DEPTH
    )

    def search(question: str, vector: Vectors) -> Sequence[Any]:
        nearest = store.similarity_search_by_vector(vector.tolist(), k=_DEPTH)
        worded = words.invoke(question)
        return _fused([one.metadata["number"] for one in nearest], [one.metadata["number"] for one in worded])

    return search


PEERS: Final[Mapping[str, Callable[[Sequence[str], Vectors], Search]]] = {
    "floor": _floor,
    "txtai": _txtai,
    "LlamaIndex": _llama_index,
    "LangChain": _langchain,
    "Haystack": _haystack,
}


def measure(
    name: str, texts: Sequence[str], vectors: Vectors, questions: Sequence[str], asked: Vectors
) -> dict[str, Any]:
    """Seconds to build, milliseconds to find, memory of one of :data:`PEERS`; or why there are none."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder)
        given.joinpath("texts.json").write_text(json.dumps([list(texts), list(questions)]), encoding="utf-8")
        np.save(given / "vectors.npy", vectors)
        np.save(given / "asked.npy", asked)
        command = [sys.executable, "-m", "eval.bench.peers", name, folder]
        try:
            told = subprocess.run(  # noqa: S603 (our own program)
                command, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return {"skipped": f"not done in {_SECONDS} s"}
        if told.returncode != 0:
            return {"skipped": (told.stderr.strip().splitlines() or ["no reason given"])[-1][:200]}
        found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
        return found


def _run(name: str, folder: Path) -> dict[str, Any]:
    texts, questions = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    vectors, asked = np.load(folder / "vectors.npy"), np.load(folder / "asked.npy")
    started = time.perf_counter()
    search = PEERS[name](texts, vectors)
    built = time.perf_counter() - started
    pairs = list(zip(questions, asked, strict=True))
    started = time.perf_counter()
    search(*pairs[0])
    limit = max(5, min(len(pairs) - 1, int(20 / max(time.perf_counter() - started, 1e-4))))
    taken = timed(lambda pair: search(*pair), pairs[1 : limit + 1])
    cost = worked(lambda pair: search(*pair), pairs[1 : limit + 1])
    return {
        "build_s": built,
        "questions": len(taken),
        "search": percentiles(taken),
        "search_work": percentiles(cost),
        "memory": memory_mb(),
    }


if __name__ == "__main__":
    print(json.dumps(_run(sys.argv[1], Path(sys.argv[2]))))
