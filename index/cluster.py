"""Reading and embedding spread over the machines of a Ray cluster, with Ray Data.

Files go to the machines as bytes and documents as JSON, out of this process: none needs the disk of this one.
What was made comes back in order, a window of it at a time, and is written here. What a machine that died
had to do is done by another; each piece is counted in, so that nothing is missing and nothing comes twice.
Machines need the project as it is here, which each says of itself (:func:`index.node.rules`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.joining import ClusterError, join, leave, lost
from index.node import rules
from index.parcels import BLOCKS, windows
from index.preparing import Prepared
from ingest.exchange import job_to_json, outcome_from_json, outcome_to_json
from ingest.paragraphs import Document
from ingest.readers.lines import UnreadableError
from ingest.readers.text import read_bytes
from ingest.reading import Job, Outcome
from ingest.workers import Limits, Workers

if TYPE_CHECKING:
    import pyarrow

    from index.encoder import Encoder

__all__ = ["Cluster", "ClusterError"]

_WINDOWS: Final = 2
"""Under way at once, so that no machine waits while the last of a window are made."""
_DIGEST: Final = 32


@dataclass(frozen=True, slots=True)
class _Made:
    """One row that came back."""

    made: bytes
    digests: bytes
    vectors: bytes


class Cluster:
    """A Ray cluster that this machine is one of; a context manager, which connects and leaves it.

    As :class:`ingest.reading.Reading` and :class:`index.preparing.Preparation`. Used by one thread.
    """

    def __init__(
        self,
        address: str,
        encoder: Encoder,
        model: str | None = None,
        glossary: Path | None = None,
        limits: Limits | None = None,
    ) -> None:
        """``address`` as ``HOST:PORT``. ``model`` is the name that all machines load ``encoder`` by."""
        self._address = address
        self._model = model
        self._dimensions = encoder.dimensions
        self._rules = dict(rules(encoder))
        self._glossary = None if glossary is None else glossary.read_bytes()
        self._limits = limits or Limits()
        self._processors = self._lost = 0

    def __enter__(self) -> Cluster:
        """:raises ClusterError: if Ray is not installed, or there is no such cluster, or it is of another
        version of Ray or Python.
        """
        self._processors = join(self._address)
        self._lost = lost()
        self._threads = ThreadPoolExecutor(_WINDOWS, thread_name_prefix="cluster")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        leave()

    def lost(self) -> int:
        """How many machines died since this one joined; what they had to do was done by others."""
        return lost() - self._lost

    def read_all(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """:raises ClusterError: if the cluster fails, or a machine lacks what is here."""
        here: list[Job | None] = []

        def rows() -> Iterator[tuple[str, bytes]]:
            for job in jobs:
                try:
                    content = read_bytes(job.path)
                except UnreadableError:
                    here.append(job)
                else:
                    here.append(None)
                    yield job_to_json(job), content

        limits = self._limits.seconds, self._limits.memory_bytes
        with Workers(self._limits, 1) as workers:

            def unsent() -> Iterator[Outcome]:
                # What can't be opened is told by who tells it without a cluster.
                while here and here[0] is not None:
                    job = here.pop(0)
                    yield next(workers.read_all([job] if job else []))

            for made in self._all(rows(), "read_files", self._model, self._rules, *limits):
                yield from unsent()
                here.pop(0)
                yield outcome_from_json(made.made)
            yield from unsent()

    def all(self, documents: Iterable[Sequence[Document]]) -> Iterator[Prepared]:
        """:raises ClusterError: as :meth:`read_all`."""
        rows = (
            ("", json.dumps([outcome_to_json(Outcome(one)) for one in versions]).encode("ascii"))
            for versions in documents
        )
        for made in self._all(rows, "prepare_documents", self._model, self._rules, self._glossary):
            digests = [made.digests[at : at + _DIGEST] for at in range(0, len(made.digests), _DIGEST)]
            vectors = np.frombuffer(made.vectors, np.float32).reshape(len(digests), self._dimensions)
            yield replace(Prepared.from_json(made.made), vectors=dict(zip(digests, vectors, strict=True)))

    def _all(self, rows: Iterable[tuple[str, bytes]], name: str, *given: object) -> Iterator[_Made]:
        function = _sent(name, *given)
        source = windows(rows, BLOCKS * self._processors)
        waiting: list[Future[list[_Made]]] = []
        while True:
            waiting.extend(
                self._threads.submit(_mapped, window, function)
                for window in islice(source, _WINDOWS - len(waiting))
            )
            if not waiting:
                return
            yield from waiting.pop(0).result()


def _sent(name: str, *given: object) -> Callable[[pyarrow.Table], pyarrow.Table]:
    """A function of :mod:`index.node`. What stands in here is sent as it is, so that a machine without the
    project can say so.
    """

    def run(table: Any) -> Any:
        try:
            from index import node
        except ImportError as error:
            import platform

            import pyarrow

            why = f"{platform.node()}: rapporteur is not installed there as it is here ({error})"
            return pyarrow.table({"refused": [why]})
        return getattr(node, name)(table, *given)

    run.__name__ = name
    return run


def _mapped(
    window: Sequence[pyarrow.Table], function: Callable[[pyarrow.Table], pyarrow.Table]
) -> list[_Made]:
    """What the cluster makes of a window.

    :raises ClusterError: if it fails.
    """
    import ray
    import ray.data

    # Tasks whose process or machine dies are begun again, as often as it happens.
    spread = ray.data.from_arrow(list(window)).map_batches(
        function, batch_size=None, batch_format="pyarrow", num_cpus=1
    )
    try:
        return _counted(window, spread.iter_batches(batch_size=None, batch_format="pyarrow"))
    except ray.exceptions.RayError as error:
        said = str(error).strip().splitlines()
        raise ClusterError(
            f"the cluster failed: {said[-1] if said else type(error).__name__}: see its logs, and run the "
            "same command again: it goes on where this one was"
        ) from error


def _counted(window: Sequence[pyarrow.Table], tables: Iterable[pyarrow.Table]) -> list[_Made]:
    """The rows that came back: each that was sent, once, in order.

    :raises ClusterError: if it is not so, or a machine can't do its part.
    """
    made: list[_Made] = []
    places: list[int] = []
    for table in tables:
        if refused := [why for why in table["refused"].to_pylist() if why is not None]:
            raise ClusterError(
                f"a machine of the cluster can't do its part: {refused[0]}: install the same on all machines"
            )
        places += table["place"].to_pylist()
        columns = (table[name].to_pylist() for name in ("made", "digests", "vectors"))
        made += [_Made(*row) for row in zip(*columns, strict=True)]
    expected = [place for block in window for place in block["place"].to_pylist()]
    if places != expected:
        raise ClusterError(
            f"the cluster gave back {len(places)} pieces for {len(expected)}, or not in order: run the same "
            "command again, and report it"
        )
    return made
