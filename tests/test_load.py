"""Many clients for a long time, ten times as many, 100,000 requests: the long tests, by ``make soak``."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import linear_regression, median

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from serving_process import Service

_QUESTIONS = [
    "When was the Global Symposium on Soil Organic Carbon held?",
    "全球土壤有机碳专题讨论会何时举行？",
    "Who won the football world cup in 1998?",
    "How many people depend on agriculture?",
]


def _request(
    method: str, path: str, body: object = None, accept: str = "application/json, text/event-stream"
) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    return (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Accept: {accept}\r\nContent-Length: {len(content)}\r\n\r\n"
    ).encode() + content


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> tuple[int, bytes]:
    """One request over a connection that stays open; the response's status and head, its body read."""
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"transfer-encoding: chunked" in head:
        size = -1
        while size:
            size = int(await reader.readuntil(b"\r\n"), 16)
            await reader.readexactly(size + 2)
    else:
        await reader.readexactly(int(head.partition(b"content-length:")[2].split()[0]))
    return int(head.split()[1]), head


async def _client(url: httpx.URL, until: float, number: int, seen: list[tuple[int, float]]) -> None:
    """Ask one question after the other over one connection; note each status and its seconds."""
    reader, writer = await asyncio.open_connection(url.host, url.port)
    try:
        while time.monotonic() < until:
            started = time.monotonic()
            question = {"question": _QUESTIONS[number % len(_QUESTIONS)]}
            status, head = await _exchange(reader, writer, _request("POST", "/v1/answers", question))
            seen.append((status, time.monotonic() - started))
            if status == 503:
                assert b"retry-after: 1" in head
                await asyncio.sleep(1)
            number += 1
    finally:
        writer.close()


def _load(url: httpx.URL, clients: int, seconds: float) -> list[tuple[int, float]]:
    seen: list[tuple[int, float]] = []

    async def run() -> None:
        until = time.monotonic() + seconds
        await asyncio.gather(*(_client(url, until, number, seen) for number in range(clients)))

    asyncio.run(run())
    return seen


def _told(title: str, seen: list[tuple[int, float]], seconds: float) -> str:
    times = sorted(taken for _, taken in seen)
    shares = ", ".join(
        f"p{p} {times[min(len(times) - 1, len(times) * p // 100)] * 1000:.0f} ms" for p in (50, 95, 99)
    )
    counts = dict(Counter(status for status, _ in seen))
    return f"{title}: {len(seen)} responses {counts}, {len(seen) / seconds:.0f}/s, {shares}"


def _memory(url: httpx.URL) -> float:
    text = httpx.get(url.join("/metrics")).text
    return next(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "process_resident_memory_bytes"
    )


@pytest.mark.soak
def test_sixty_four_clients_for_a_minute_get_no_error_and_memory_stays(sample_data: Path) -> None:
    with Service(sample_data) as service:
        _load(service.url, 64, 5)
        before = _memory(service.url)
        seen = _load(service.url, 64, 60)
        after = _memory(service.url)
    print(_told("64 clients", seen, 60), f"memory {before / 1e6:.0f} -> {after / 1e6:.0f} MB")
    assert {status for status, _ in seen} == {200}
    assert after < before * 1.05


@pytest.mark.soak
def test_ten_times_too_many_are_shed_in_bounded_time_and_then_it_recovers(sample_data: Path) -> None:
    settings = {"RAPPORTEUR_MAX_WAITING": "32", "RAPPORTEUR_MAX_WAIT_SECONDS": "2"}
    with Service(sample_data, **settings) as service:
        _load(service.url, 16, 3)
        seen = _load(service.url, 640, 20)
        alone = _load(service.url, 4, 5)
    print(_told("640 clients, room for 48", seen, 20), "|", _told("4 clients afterwards", alone, 5))
    assert {status for status, _ in seen} == {200, 503}
    assert max(taken for _, taken in seen) < 15
    assert {status for status, _ in alone} == {200}


_EVERY_KIND = 50
"""Requests after which each kind of request came."""


def _mixed(number: int) -> tuple[int, bytes]:
    """The ``number``-th of a long row of requests of every kind, with the status that it is to get.

    Refusals are among them: they too must leave nothing behind. The words of the questions come again after
    5,000 requests: what was worked out of a word is remembered, up to a bound (``test_remembering.py``).
    """
    word = number // _EVERY_KIND % 100
    question = f"{_QUESTIONS[word % len(_QUESTIONS)]} ({word})"
    match number % _EVERY_KIND:
        case 0:
            return 200, _request("POST", "/v1/answers", {"question": question})
        case 1:
            chat = {"model": "rapporteur", "messages": [{"role": "user", "content": question}]}
            return 200, _request("POST", "/v1/chat/completions", chat | {"stream": word % 2 == 0})
        case 2:
            return 200, _request("POST", "/v1/search", {"query": f"soil carbon {word}", "limit": 20})
        case 3:
            return 200, _request("GET", f"/v1/mandates?action=report&limit={1 + word % 50}")
        case 4:
            return 200, _request("GET", f"/v1/timeline?from=2009&limit={1 + word % 50}&format=csv")
        case 5:
            asked = {"name": "fetch", "arguments": {"id": "A/64/202#II.2"}}
            call = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": asked}
            return 200, _request("POST", "/mcp", call)
        case 6:
            return 422, _request("POST", "/v1/answers", {"question": question, f"field{number}": 1})
        case 7:
            return 400, _request("POST", "/v1/chat/completions", {"model": "rapporteur", "messages": number})
        case 8:
            return 413, _request("POST", "/v1/search", {"query": "x" * 300_000})
        case 9:
            return 200, _request("GET", "/metrics")
        case 10 | 20 | 30 | 40:
            return 404, _request("GET", f"/v1/documents/A/{number}")
        case 11 | 21 | 31 | 41:
            return 404, _request("GET", f"/{number}")
        case 12 | 22 | 32 | 42:
            return 200, _request("GET", f"/v1/documents/A/64/202?paragraph=II.{1 + number % 20}")
        case 13 | 23 | 33 | 43:
            return 200, _request("GET", "/documents/A/64/202", accept="text/html")
        case other:
            pages = ("/", "/readyz", "/v1/documents", "/openapi.json", "/healthz", "/mandates", "/docs")
            return 200, _request("GET", pages[other % len(pages)])


async def _row(url: httpx.URL, numbers: Iterator[int], failures: list[str]) -> None:
    """Send the requests of ``numbers``, a thousand over each connection."""
    for number in numbers:
        reader, writer = await asyncio.open_connection(url.host, url.port)
        try:
            for each in (number, *islice(numbers, 999)):
                expected, request = _mixed(each)
                status, _ = await _exchange(reader, writer, request)
                if status != expected:
                    failures.append(f"request {each}: expected {expected}, got {status}")
        finally:
            writer.close()


@pytest.mark.soak
def test_memory_is_flat_over_a_hundred_thousand_requests_of_every_kind(sample_data: Path) -> None:
    count, apart, clients = 110_000, 2_000, 8
    failures: list[str] = []
    sizes: list[float] = []
    with Service(sample_data) as service:

        async def run(first: int) -> None:
            numbers = iter(range(first, first + apart))
            await asyncio.gather(*(_row(service.url, numbers, failures) for _ in range(clients)))

        for first in range(0, count, apart):
            asyncio.run(run(first))
            sizes.append(_memory(service.url) / 1e6)
            print(f"{first + apart} requests: {sizes[-1]:.1f} MB", flush=True)
    assert not failures
    # What is loaded by the first of its kind, and what the allocator keeps, is there after a tenth of them.
    settled = sizes[count // 11 // apart :]
    growth = linear_regression(range(len(settled)), settled).slope * len(settled)
    half = len(settled) // 2
    later = median(settled[half:]) - median(settled[:half])
    print(f"{count} requests, 0 failures: {settled[0]:.0f} -> {settled[-1]:.0f} MB, trend {growth:+.1f} MB")
    assert growth < 0.02 * settled[0]
    assert later < 0.02 * settled[0]
