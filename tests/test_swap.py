"""Ingest after ingest while clients ask: none fails, and each response is of one generation."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from index_models import document
from serving import running

from index.build import build_generation
from index.encoder import load_encoder
from ingest.paragraphs import Document
from service.config import Settings

QUESTION = "When is the soil symposium?"
_MARKER = re.compile(r"\bm(\d+)\b")


def edition(number: int) -> list[Document]:
    """Documents whose every paragraph says the number of its ingest."""
    return [
        document(
            symbol,
            "en",
            [
                f"The soil symposium m{number} meets in Rome on {day} March 2017 for {symbol}."
                for day in range(1, 5)
            ],
        )
        for symbol in ("A/1", "B/2", "C/3")
    ]


def numbers_in(body: Mapping[str, Any]) -> set[int]:
    """Every ingest of which something stands in a response."""
    texts: list[str] = []
    for entry in [*body.get("citations", ()), *body.get("related", ()), *body.get("hits", ())]:
        texts += [entry["text"], entry.get("quote", "")]
    for paragraph in body.get("paragraphs", ()):
        texts += paragraph["texts"].values()
    return {int(number) for text in texts for number in _MARKER.findall(text)}


def swapped(data: Path, ingests: int, clients: int) -> tuple[int, int]:
    """``ingests`` under ``clients``; the numbers of responses and of generations that they came from."""
    encoder = load_encoder()
    ids = {build_generation(data, edition(0), encoder).generation: 0}
    done = threading.Event()
    with running(Settings(data=data, max_wait_seconds=60)) as first:

        def ask(number: int) -> tuple[int, set[str]]:
            asked = 0
            generations: set[str] = set()
            with httpx.Client(base_url=first.base_url, timeout=120) as client:
                while not done.is_set():
                    kind = (number + asked) % 3
                    if kind == 0:
                        response = client.post(
                            "/v1/answers", json={"question": "When is the soil symposium?"}
                        )
                    elif kind == 1:
                        response = client.post("/v1/search", json={"query": "soil symposium", "limit": 12})
                    else:
                        response = client.get("/v1/documents/B/2")
                    assert response.status_code == 200, response.text
                    body = response.json()
                    said = numbers_in(body)
                    assert len(said) == 1, f"one response of several generations: {said}"
                    if kind == 0:
                        generation = body["index"]["generation"]
                        generations.add(generation)
                        assert said == {ids.get(generation, -1)} or generation not in ids
                    asked += 1
            return asked, generations

        with ThreadPoolExecutor(clients) as pool:
            asking = [pool.submit(ask, number) for number in range(clients)]
            try:
                for number in range(1, ingests + 1):
                    ids[build_generation(data, edition(number), encoder).generation] = number
            finally:
                done.set()
            results = [future.result() for future in asking]
        newest = first.post("/v1/answers", json={"question": QUESTION}).json()
        assert numbers_in(newest) == {ingests}
    return sum(asked for asked, _ in results), len(set().union(*(seen for _, seen in results)))


def test_no_request_fails_while_ingests_follow_each_other(tmp_path: Path) -> None:
    requests, generations = swapped(tmp_path, 3, 4)
    assert requests > 8
    assert generations > 1


@pytest.mark.soak
def test_fifty_ingests_under_thirty_two_clients(tmp_path: Path) -> None:
    requests, generations = swapped(tmp_path, 50, 32)
    print(f"50 ingests, 32 clients, {requests} requests over {generations} generations: 0 failures")
    assert generations > 10
