"""One evaluation run: the questions of a split, put to a service, judged and reported."""

from __future__ import annotations

import asyncio
import os
import platform
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx

from eval.judgement import judge
from eval.questions import Question
from eval.report import Report
from eval.service import Response, ask_all, in_process, remote
from index.backends.place import MilvusPlace
from service.app import create_app
from service.config import Settings

__all__ = ["conditions", "evaluate", "main"]


def conditions(
    questions: Sequence[Question], responses: Sequence[Response], extra: Mapping[str, str]
) -> dict[str, str]:
    """What a figure needs beside it: the texts and index answered from, the machine, and ``extra``."""
    answerable = sum(question.answerable for question in questions)
    indexes = sorted({response.index for response in responses if response.index[0]})
    cited = Counter(f"{c.language} {c.edition}" for response in responses for c in response.citations)
    return {
        **extra,
        "questions": f"{len(questions)}, {len(questions) - answerable} of them without an answer",
        "index": ", ".join(f"generation {generation}, model {model}" for generation, model in indexes)
        or "none",
        "cited texts": ", ".join(f"{name} {count}" for name, count in cited.most_common()) or "none",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    }


async def _collect(
    client: AbstractAsyncContextManager[httpx.AsyncClient],
    questions: Sequence[Question],
    progress: Callable[[], None] | None,
) -> list[Response]:
    async with client as opened:
        return await ask_all(opened, questions, progress)


def evaluate(
    client: AbstractAsyncContextManager[httpx.AsyncClient],
    questions: Sequence[Question],
    extra: Mapping[str, str],
    progress: Callable[[], None] | None = None,
) -> Report:
    """Ask, judge, and put the figures together with their conditions. ``progress`` is called after each
    question.
    """
    responses = asyncio.run(_collect(client, questions, progress))
    return Report(conditions(questions, responses, extra), questions, responses, judge(questions, responses))


def main(
    questions: Sequence[Question],
    *,
    data: Path | MilvusPlace | None = None,
    url: str | None = None,
    extra: Mapping[str, str] | None = None,
    progress: Callable[[], None] | None = None,
) -> Report:
    """Evaluate the service at ``url``, or, without one, the application of this process over the index at
    ``data``.

    :raises ServiceError: if the service can't be reached or has no index.
    """
    if url is not None:
        return evaluate(remote(url), questions, {"target": url, **(extra or {})}, progress)
    settings = Settings() if data is None else Settings(data=data)
    return evaluate(
        in_process(create_app(settings)), questions, {"target": "in process", **(extra or {})}, progress
    )
