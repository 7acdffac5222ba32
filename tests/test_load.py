"""Many clients for a long time, and ten times as many: the long tests, by ``make soak``."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from pathlib import Path

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


async def _client(url: httpx.URL, until: float, number: int, seen: list[tuple[int, float]]) -> None:
    """Ask one question after the other over one connection; note each status and its seconds."""
    reader, writer = await asyncio.open_connection(url.host, url.port)
    try:
        while time.monotonic() < until:
            body = json.dumps({"question": _QUESTIONS[number % len(_QUESTIONS)]}).encode()
            started = time.monotonic()
            writer.write(
                b"POST /v1/answers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n" % len(body) + body
            )
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
            json.loads(await reader.readexactly(int(length.split(b":")[1])))
            status = int(head.split()[1])
            seen.append((status, time.monotonic() - started))
            if status == 503:
                assert b"retry-after: 1" in head.lower()
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
