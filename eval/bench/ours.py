"""What rapporteur takes: in process one stage at a time, and as a service from its start."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from eval.bench.clock import memory_mb, percentiles, timed, worked
from index.analysis import query_terms
from service.library import Library

__all__ = ["latency", "load", "starting", "throughput"]

_WARM: Final = 20
_SECONDS: Final = 6.0


def latency(data: Path, questions: Sequence[str]) -> dict[str, object]:
    """Milliseconds of one question after another in one thread, none of them asked before.

    ``encode``: question to vector; ``propose``: candidates by words and by meaning, in every language;
    ``search``: these, weighed and ordered; ``rerank``: what search takes beyond proposing; ``answer``: all
    from question to verified answer.
    """
    library = Library(data)
    with library.open() as desk:
        encoder, generation = desk.retriever.encoder, desk.held

        def propose(question: str) -> None:
            vector = encoder.encode([question])[0]
            terms = query_terms(question)
            for language in generation.languages:
                generation.lexical[language].search(terms, 300)
                generation.vectors[language].search(vector, 50)

        # The same path over other questions first: what a running service has long done.
        for question in questions[:_WARM]:
            desk.answerer.answer(question)
        asked = questions[_WARM:]
        answers = timed(desk.answerer.answer, asked)
        searches = timed(lambda question: desk.retriever.search(question, limit=20), asked)
        proposals = timed(propose, asked)
        encodings = timed(lambda question: encoder.encode([question]), asked)
        reranked = [max(0.0, a - b) for a, b in zip(searches, proposals, strict=True)]
        found: dict[str, object] = {
            "questions": len(asked),
            "encode": percentiles(encodings),
            "propose": percentiles(proposals),
            "rerank": percentiles(reranked),
            "search": percentiles(searches),
            "answer": percentiles(answers),
            "answer_work": percentiles(worked(desk.answerer.answer, asked)),
            "search_work": percentiles(
                worked(lambda question: desk.retriever.search(question, limit=20), asked)
            ),
            "memory": memory_mb(),
        }
    library.close()
    return found


@contextmanager
def serving(data: Path, workers: int, remembered: int) -> Iterator[tuple[subprocess.Popen[str], str, float]]:
    """A service in a process of its own: the process, its address, and when it was started."""
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 (our own program)
        [sys.executable, "-m", "rapporteur", "serve", "--port", "0", "--workers", str(workers)],
        env={
            **os.environ,
            "RAPPORTEUR_DATA": str(data),
            "RAPPORTEUR_ANSWER_CACHE": str(remembered),
            "RAPPORTEUR_MAX_WAITING": "2048",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None  # noqa: S101 (a pipe was asked for)
        yield process, process.stdout.readline().split()[-1], started
    finally:
        process.terminate()
        process.wait(30)


def starting(data: Path, question: str) -> dict[str, float]:
    """Seconds from the command to ``ready`` and to the first ``answer``; then its memory."""
    with serving(data, 1, 0) as (process, address, started), httpx.Client(base_url=address) as client:
        while not client.get("/readyz").is_success:
            time.sleep(0.01)
        ready = time.perf_counter() - started
        client.post("/v1/answers", json={"question": question}, timeout=60).raise_for_status()
        answered = time.perf_counter() - started
        return {"ready_s": ready, "first_answer_s": answered, **memory_mb(process.pid)}


def throughput(
    data: Path, questions: Sequence[str], clients: Sequence[int], workers: int, remembered: int
) -> dict[str, dict[str, float]]:
    """By number of clients: answers per second and their milliseconds, asked from another process."""
    found = {}
    with serving(data, workers, remembered) as (_, address, _):
        for number in clients:
            command = [sys.executable, "-m", "eval.bench.ours", address, str(number)]
            told = subprocess.run(  # noqa: S603 (our own program)
                command, input=json.dumps(list(questions)), capture_output=True, text=True, check=True
            )
            found[str(number)] = json.loads(told.stdout)
    return found


async def load(address: str, clients: int, questions: Sequence[str]) -> dict[str, float]:
    """Ask for some seconds with ``clients`` connections, each its next question when it has an answer."""
    import aiohttp

    taken: list[float] = []
    failed = 0
    url = f"{address}/v1/answers"
    bodies = [json.dumps({"question": question}).encode() for question in questions]
    head = {"Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(limit=clients)
    async with aiohttp.ClientSession(connector=connector, headers=head) as session:

        async def ask(first: int) -> None:
            nonlocal failed
            at = first * 7
            while time.perf_counter() < end:
                started = time.perf_counter()
                async with session.post(url, data=bodies[at % len(bodies)]) as response:
                    await response.read()
                    failed += response.status != 200
                taken.append((time.perf_counter() - started) * 1000)
                at += 1

        end = time.perf_counter() + 1.5
        await asyncio.gather(*(ask(one) for one in range(clients)))
        taken.clear()
        failed = 0
        begun = time.perf_counter()
        end = begun + _SECONDS
        await asyncio.gather(*(ask(one) for one in range(clients)))
        seconds = time.perf_counter() - begun
    return {"per_second": len(taken) / seconds, "failed": failed, **percentiles(taken)}


if __name__ == "__main__":
    asked = json.loads(sys.stdin.read())
    print(json.dumps(asyncio.run(load(sys.argv[1], int(sys.argv[2]), asked))))
