"""What is counted, in Prometheus' format. No label ever holds a word of a client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from prometheus_client.values import MutexValue, ValueClass

from index.generation import GenerationError
from service.answering.answer import Answer
from service.library import Library

__all__ = ["Metrics"]

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """Instruments of one service, with a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "rapporteur_requests",
            "Requests answered, by the route's pattern",
            ["route", "method", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "rapporteur_request_seconds",
            "From the request's head to the response's end",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._stages = Histogram(
            "rapporteur_stage_seconds",
            "Parts of an answer: retrieve (paragraphs found), answer (composed and verified)",
            ["stage"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "rapporteur_answers",
            "Answers by status; the reason is set where the status is not_found (abstentions)",
            ["status", "reason", "language"],
            registry=self._registry,
        )
        self._cache = Counter(
            "rapporteur_answer_cache",
            "Answers that were remembered (hit), and that had to be found (miss)",
            ["result"],
            registry=self._registry,
        )
        self.shed = Counter(
            "rapporteur_shed",
            "Requests told to come later: the queue was full, or the turn came too late",
            ["why"],
            registry=self._registry,
        )
        self.running = Gauge(
            "rapporteur_requests_running",
            "Requests being worked on",
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        self.waiting = Gauge(
            "rapporteur_requests_waiting",
            "Requests waiting for their turn",
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        # There from the start, so that a rate over them is 0 and not nothing.
        for result in ("hit", "miss"):
            self._cache.labels(result)
        for why in ("full", "late"):
            self.shed.labels(why)
        for stage in ("retrieve", "answer"):
            self._stages.labels(stage)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._exposed = self._registry
        if ValueClass is not MutexValue:
            # One of several processes: what all of them count is read from where they keep it.
            self._exposed = CollectorRegistry()
            MultiProcessCollector(self._exposed)  # type: ignore[no-untyped-call]

    def watch(self, library: Callable[[], Library]) -> None:
        """Report the index of the library as well, as it is whenever it is asked for."""
        self._exposed.register(_Index(library))

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """``route`` is a pattern of ours, never a path as it came."""
        self._requests.labels(route, method if method in _METHODS else "other", str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def answer(self, answer: Answer, remembered: bool | None = None) -> None:
        """``remembered``: whether it came out of the cache; ``None`` where there is none."""
        self._answers.labels(answer.status, answer.reason or "", answer.language).inc()
        if remembered is not None:
            self._cache.labels("hit" if remembered else "miss").inc()
        if remembered:
            return
        self._stages.labels("retrieve").observe(answer.timing.retrieve / 1000)
        self._stages.labels("answer").observe(answer.timing.answer / 1000)

    def exposition(self) -> bytes:
        """Everything in Prometheus' text format, version 0.0.4."""
        return generate_latest(self._exposed)


class _Index(Collector):
    """Read from the library when asked for, so that it is never late."""

    def __init__(self, library: Callable[[], Library]) -> None:
        self._library = library

    def collect(self) -> Iterator[GaugeMetricFamily]:
        library = self._library()
        problem = GaugeMetricFamily(
            "rapporteur_index_problem",
            "1 where the newest generation is not the one served, or none is: /readyz says why",
        )
        generation = GaugeMetricFamily(
            "rapporteur_generation", "1 for the generation served", labels=["generation", "model"]
        )
        created = GaugeMetricFamily(
            "rapporteur_generation_created_timestamp_seconds", "When the generation served was made"
        )
        counted = GaugeMetricFamily("rapporteur_index_size", "What the index holds", labels=["what"])
        try:
            with library.open() as desk:
                generation.add_metric([desk.generation, desk.model], 1)
                created.add_metric([], datetime.fromisoformat(desk.held.manifest.created).timestamp())
                for what in ("documents", "paragraphs", "texts", "passages"):
                    counted.add_metric([what], getattr(desk.counts, what))
        except (GenerationError, LookupError, RuntimeError):
            # No index: then there is nothing to report but that.
            problem.add_metric([], 1)
        else:
            problem.add_metric([], 0 if library.problem is None else 1)
        yield from (problem, generation, created, counted)
