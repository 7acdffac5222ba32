"""A question in, an answer out, whatever the interface it was asked through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from starlette.concurrency import run_in_threadpool

from service.answering.answer import Answer
from service.library import Library
from service.reply import Reply

__all__ = ["Respondent"]


class Respondent:
    """Answers from the library's newest generation. One for the service; used by any number of tasks."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def reply(
        self,
        question: str,
        *,
        language: Literal["auto", "en", "zh"] = "auto",
        documents: Sequence[str] | None = None,
        limit: int = 5,
    ) -> Reply:
        """Answer ``question`` in ``language`` (``auto``: its own) from ``documents`` (default: all).

        :raises GenerationError: if there is no index.
        :raises EncoderError: if the model could not be loaded.
        """

        def extract() -> Answer:
            with self._library.open() as desk:
                return desk.answerer.answer(question, language=language, documents=documents, limit=limit)

        return Reply(await run_in_threadpool(extract))
