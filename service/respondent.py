"""A question in, an answer out, whatever the interface it was asked through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from starlette.concurrency import run_in_threadpool

from service.answering.answer import Answer
from service.library import Library
from service.reply import Reply

__all__ = ["Respondent"]


class Respondent:
    """Answers from the library's newest generation. One for the service; used by any number of tasks."""

    def __init__(self, library: Library, answered: Callable[[Answer], None] | None = None) -> None:
        """``answered`` is told of each answer, from any thread: to count it."""
        self._library = library
        self._answered = answered

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
                answer = desk.answerer.answer(question, language=language, documents=documents, limit=limit)
            if self._answered is not None:
                self._answered(answer)
            return answer

        return Reply(await run_in_threadpool(extract))
