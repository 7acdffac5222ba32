"""The connection to Milvus, and the collections that one generation is made of.

    NAME_GENERATION            the head: manifest and catalogue; the alias NAME points at the one in use
    NAME_GENERATION_v_zh       passages of one language, with their vectors
    NAME_GENERATION_t_zh       texts of one language: their terms for BM25, their words, and all they say

One alias names one collection, so the swap of a generation of many collections is still one atomic step. Rows
are only ever upserted: what is sent again because an answer was lost stands once.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeVar

import grpc
from pymilvus import DataType, Function, FunctionType, MilvusClient, MilvusException

from index.backends.contract import UnreachableError
from index.backends.place import MilvusPlace
from index.manifest import GenerationError

__all__ = ["MOST_ROWS", "TEXT_BYTES", "Cluster", "Row", "collection_name", "walked"]

MOST_ROWS: Final = 16_384
"""Rows that one search or query returns at most: Milvus's own limit."""
TEXT_BYTES: Final = 65_535
"""Bytes that one field of text holds at most: Milvus's own limit."""

_FLAT_LIMIT: Final = 20_000
"""Passages up to which all vectors are compared, as in a folder; above, a graph (HNSW) is walked."""
_HNSW: Final = {"M": 24, "efConstruction": 200}
_DEEPER: Final = 4
"""How many times as many passages as are wanted the walk keeps in view. Measured on 100,000 passages (Milvus
2.3.5): with 2 it finds 0.976 of the exact best 50, with 4 0.994, with 8 0.999, in 8.8, 9.3 and 11.2 ms.
"""
_READ_SECONDS: Final = 20
_WRITE_SECONDS: Final = 1800
_PAUSE: Final = 0.2
"""Seconds between two looks at an index that is being made."""
_BATCH_BYTES: Final = 2_000_000
"""Of one upsert, about: the message queues behind a cluster take 5 MB."""
_NOT_FOUND: Final = frozenset({100, 101, 1600})
"""Codes for a collection that is not there or not loaded, and for an alias that is not there."""
_FULL_TEXT: Final = (2, 5)
"""The version of Milvus that brought BM25."""

Row = Mapping[str, Any]
_Result = TypeVar("_Result")

# The client logs each refused call with its stack; what it refused is told by the error that is raised.
logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
logging.getLogger("milvus_lite").setLevel(logging.CRITICAL)


class Cluster:
    """One connection, for any number of threads. What the server refuses is a :exc:`GenerationError`."""

    def __init__(self, place: MilvusPlace, token: str | None = None) -> None:
        """:raises UnreachableError: if nobody answers there."""
        self.place = place
        if place.lite:
            self._client = self._opened()
            return
        self._client = self._call(
            lambda: MilvusClient(
                uri=place.uri, token=token or "", db_name=place.database, timeout=_READ_SECONDS
            )
        )

    def _opened(self) -> MilvusClient:
        """The file of Milvus Lite, in this process."""
        try:
            return MilvusClient(uri=self.place.uri)
        except MilvusException as error:
            raise UnreachableError(
                f"expected a Milvus Lite file in {self.place.uri} that no other process has open, got: "
                f"{error.message}. Stop that process, or have several read it through its server: "
                f'"milvus-lite server --host 127.0.0.1 --data-dir {self.place.uri}"'
            ) from error

    def close(self) -> None:
        self._client.close()
        if self.place.lite:
            # Closing the client leaves the engine, and its lock on the file, where they are.
            from milvus_lite.server_manager import server_manager_instance

            server_manager_instance.release_server(self.place.uri)

    def check_full_text(self) -> None:
        """:raises GenerationError: if the server is too old for BM25."""
        version = str(self._call(lambda: self._client.get_server_version(timeout=_READ_SECONDS)))
        if version.startswith("milvus_lite"):
            return
        found = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
        if found and found < _FULL_TEXT:
            raise GenerationError(
                f"{self.place} is Milvus {version}, which has no full text search: use Milvus 2.5 or newer"
            )

    # ── what stands where ──

    def aliased(self, alias: str) -> str | None:
        """The collection that an alias points at; ``None`` where there is no such alias."""
        try:
            found = self._client.describe_alias(alias, timeout=_READ_SECONDS)
        except MilvusException as error:
            if error.code in _NOT_FOUND:
                return None
            raise self._told(error) from error
        except grpc.RpcError as error:
            raise self._told(error) from error
        return str(found["collection_name"])

    def point(self, alias: str, collection: str) -> None:
        """Have ``alias`` name ``collection``, whatever it named before: one atomic step."""
        if self.aliased(alias) is None:
            self._call(lambda: self._client.create_alias(collection, alias, timeout=_READ_SECONDS))
        else:
            self._call(lambda: self._client.alter_alias(collection, alias, timeout=_READ_SECONDS))

    def unpoint(self, alias: str) -> None:
        self._call(lambda: self._client.drop_alias(alias, timeout=_READ_SECONDS))

    def collections(self) -> list[str]:
        return sorted(self._call(lambda: self._client.list_collections(timeout=_READ_SECONDS)))

    def drop(self, collection: str) -> None:
        self._call(lambda: self._client.drop_collection(collection, timeout=_READ_SECONDS))

    def rename(self, collection: str, name: str) -> None:
        """Who reads it under its old name is refused from now on."""
        self._call(lambda: self._client.rename_collection(collection, name, timeout=_READ_SECONDS))

    # ── collections ──

    def create_head(self, collection: str) -> None:
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("content", DataType.VARCHAR, max_length=TEXT_BYTES)
        # A collection without a vector can't be made.
        schema.add_field("nothing", DataType.FLOAT_VECTOR, dim=2)
        self._create(collection, schema, "nothing", "FLAT", "L2", {})

    def create_passages(self, collection: str, dimensions: int, passages: int) -> None:
        """For about so many ``passages``."""
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("document", DataType.INT64)
        schema.add_field("paragraph", DataType.INT64)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimensions)
        kind, parameters = ("HNSW", _HNSW) if walked(passages) else ("FLAT", {})
        self._create(collection, schema, "vector", kind, "IP", parameters)

    def create_texts(self, collection: str, k1: float, b: float) -> None:
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("document", DataType.INT64)
        schema.add_field("parts", DataType.INT64)
        schema.add_field(
            "terms",
            DataType.VARCHAR,
            max_length=TEXT_BYTES,
            enable_analyzer=True,
            analyzer_params={"tokenizer": "standard"},
        )
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_field("words", DataType.VARCHAR, max_length=TEXT_BYTES)
        schema.add_field("content", DataType.VARCHAR, max_length=TEXT_BYTES)
        schema.add_function(
            Function(
                name="bm25",
                function_type=FunctionType.BM25,
                input_field_names=["terms"],
                output_field_names=["sparse"],
            )
        )
        parameters = {"bm25_k1": k1, "bm25_b": b}
        self._create(collection, schema, "sparse", "SPARSE_INVERTED_INDEX", "BM25", parameters)

    def _create(
        self,
        collection: str,
        schema: Any,
        field: str,
        kind: str,
        metric: str,
        parameters: Mapping[str, float],
    ) -> None:
        index = MilvusClient.prepare_index_params()
        index.add_index(field, index_type=kind, metric_type=metric, params=dict(parameters))
        self._call(lambda: self._client.create_collection(collection, schema=schema, timeout=_WRITE_SECONDS))
        # What is in it is waited for when all is written (settle).
        self._call(lambda: self._client.create_index(collection, index, timeout=_WRITE_SECONDS, sync=False))

    # ── rows ──

    def upsert(self, collection: str, rows: Iterable[Row]) -> int:
        """Write rows in place of those with the same ids; how many."""
        total, size = 0, 0
        batch: list[Row] = []

        def send() -> None:
            self._call(lambda: self._client.upsert(collection, batch, timeout=_WRITE_SECONDS))
            batch.clear()

        for row in rows:
            batch.append(row)
            size += sum(_size(value) for value in row.values())
            total += 1
            if size >= _BATCH_BYTES:
                send()
                size = 0
        if batch:
            send()
        return total

    def delete(self, collection: str, documents: Sequence[int]) -> None:
        """Remove the rows of documents, by number."""
        if documents:
            chosen = f"document in {list(documents)}"
            self._call(lambda: self._client.delete(collection, filter=chosen, timeout=_WRITE_SECONDS))

    def settle(self, collection: str) -> None:
        """Wait until all that was written is on the cluster's disks, indexed and ready to be searched.

        :raises GenerationError: if the server can't make the index.
        """
        self._call(lambda: self._client.flush(collection, timeout=_WRITE_SECONDS))
        (index,) = self._call(lambda: self._client.list_indexes(collection))
        while True:
            found = self._call(lambda: self._client.describe_index(collection, index, timeout=_READ_SECONDS))
            if str(found.get("state", "Finished")) == "Failed":
                raise GenerationError(
                    f"the Milvus server at {self.place} could not index {collection}: {found}"
                )
            if str(found.get("state", "Finished")) == "Finished" and not found.get("pending_index_rows"):
                break
            time.sleep(_PAUSE)
        self.load(collection)

    def load(self, collection: str) -> None:
        """Have a collection ready to be searched; at once where it is."""
        self._call(lambda: self._client.load_collection(collection, timeout=_WRITE_SECONDS))

    def count(self, collection: str) -> int:
        """Rows, all that were written before included."""
        found = self._call(
            lambda: self._client.query(
                collection,
                filter="",
                output_fields=["count(*)"],
                consistency_level="Strong",
                timeout=_READ_SECONDS,
            )
        )
        return int(found[0]["count(*)"])

    def get(self, collection: str, ids: Sequence[int], fields: Sequence[str]) -> dict[int, Row]:
        """Rows by id; those that are not there are left out."""
        found: dict[int, Row] = {}
        for start in range(0, len(ids), 1000):
            some = list(ids[start : start + 1000])
            rows = self._call(
                partial(
                    self._client.get,
                    collection,
                    ids=some,
                    output_fields=["id", *fields],
                    timeout=_READ_SECONDS,
                )
            )
            found |= {int(row["id"]): row for row in rows}
        return found

    def nearest(
        self, collection: str, vector: Sequence[float], limit: int, chosen: str = ""
    ) -> list[tuple[int, float]]:
        """(Id, inner product) of the best rows, best first, of those that the expression ``chosen`` fits."""
        wanted = min(limit, MOST_ROWS)
        (hits,) = self._search(
            collection, "vector", [list(vector)], wanted, chosen, ["id"], {"params": {"ef": wanted * _DEEPER}}
        )
        return [(int(hit["id"]), float(hit["distance"])) for hit in hits]

    def matching(
        self, collection: str, queries: Sequence[str], limit: int, chosen: str = ""
    ) -> list[list[tuple[int, str]]]:
        """For each query (terms between blanks) (id, terms) of the best rows by the server's own BM25."""
        wanted = min(limit, MOST_ROWS)
        found = self._search(collection, "sparse", list(queries), wanted, chosen, ["terms"], {})
        return [[(int(hit["id"]), str(hit["entity"]["terms"])) for hit in hits] for hits in found]

    def _search(
        self,
        collection: str,
        field: str,
        data: list[Any],
        limit: int,
        chosen: str,
        fields: list[str],
        parameters: dict[str, Any],
    ) -> Sequence[Sequence[Any]]:
        return self._call(
            lambda: self._client.search(
                collection,
                data=data,
                anns_field=field,
                limit=limit,
                filter=chosen,
                output_fields=fields,
                search_params=parameters,
                timeout=_READ_SECONDS,
            )
        )

    def _call(self, action: Callable[[], _Result]) -> _Result:
        try:
            return action()
        except (MilvusException, grpc.RpcError) as error:
            raise self._told(error) from error

    def _told(self, error: Exception) -> GenerationError:
        message = getattr(error, "message", None) or str(error)
        first = str(message).strip().splitlines()[0] if str(message).strip() else type(error).__name__
        code = getattr(error, "code", None)
        if isinstance(error, grpc.RpcError) or "connect" in first.lower() or "deadline" in first.lower():
            return UnreachableError(
                f"expected a Milvus server at {self.place}, but it does not answer ({first}): "
                "start it, or name another place with --data"
            )
        if isinstance(code, int) and code in _NOT_FOUND:
            return GenerationError(
                f"{self.place} no longer holds what this generation is made of ({first}): "
                'it was replaced, or run "rapporteur ingest --rebuild"'
            )
        return GenerationError(f"the Milvus server at {self.place} refused: {first}")


def walked(passages: int) -> bool:
    """Whether a collection of so many passages is walked, not compared as a whole."""
    return passages > _FLAT_LIMIT


def collection_name(name: str, generation: str) -> str:
    """Of a generation's head; the names of its other collections begin with it."""
    return f"{name}_{re.sub(r'[^A-Za-z0-9]', '_', generation)}"


def _size(value: object) -> int:
    if isinstance(value, str):
        return len(value.encode())
    with suppress(TypeError):
        return 4 * len(value)  # type: ignore[arg-type]
    return 8
