"""A question in, an answer out, whatever the interface it was asked through."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from service.answer_cache import AnswerCache, Asked
from service.answering.answer import Answer, Timing
from service.answering.answerer import Answerer
from service.config import Settings
from service.library import Library
from service.reply import Reply
from service.turns import in_turn

if TYPE_CHECKING:
    from service.language_model.confirmation import Evidence
    from service.language_model.writer import Writer

__all__ = ["Respondent", "reply_now"]


class Respondent:
    """Answers from the library's newest generation. One for the service; used by any number of tasks.

    With a ``writer`` a language model words the answers, as far as what it says can be confirmed.
    """

    def __init__(
        self,
        library: Library,
        writer: Writer | None = None,
        answered: Callable[[Answer, bool | None], None] | None = None,
        remembered: int = 0,
    ) -> None:
        """``answered`` is told of each answer, to count it, and whether it was remembered (``None`` where
        none are). So many answers are ``remembered``; what a language model words is not.
        """
        self._library = library
        self._writer = writer
        self._answered = answered
        self._cache = None if writer is not None or not remembered else AnswerCache(remembered)

    @classmethod
    @asynccontextmanager
    async def opened(
        cls,
        library: Library,
        settings: Settings,
        answered: Callable[[Answer, bool | None], None] | None = None,
    ) -> AsyncIterator[Respondent]:
        """A respondent as ``settings`` have it; its connections end with the block.

        :raises OSError: if the file of the language model's key can't be read.
        """
        if settings.llm_base_url is None or settings.llm_model is None:
            yield cls(library, None, answered, settings.answer_cache)
            return
        # Only who uses it loads it.
        from service.language_model.endpoint import Endpoint
        from service.language_model.writer import Writer

        endpoint = Endpoint(
            settings.llm_base_url,
            settings.llm_model,
            key=settings.llm_key(),
            timeout=settings.llm_timeout,
            attempts=settings.llm_attempts,
        )
        try:
            yield cls(library, Writer(endpoint, settings.llm_paragraphs), answered)
        finally:
            await endpoint.close()

    async def reply(
        self,
        question: str,
        *,
        language: Literal["auto", "en", "zh"] = "auto",
        documents: Sequence[str] | None = None,
        limit: int = 5,
    ) -> Reply:
        """Answer ``question`` in ``language`` (``auto``: its own) from ``documents`` (default: all).

        At most ``limit`` paragraphs are returned, cited and related together.

        :raises GenerationError: if there is no index.
        :raises EncoderError: if the model could not be loaded.
        """

        asked = Asked(question, language, None if documents is None else tuple(documents), limit)
        known = self._remembered(asked)
        if known is not None:
            return Reply(known)
        writer = self._writer
        most = limit if writer is None else max(limit, writer.paragraphs)

        def extract() -> tuple[Answer, Sequence[Evidence], Answerer]:
            with self._library.open() as desk:
                found = desk.answerer.answer(question, language=language, documents=documents, limit=most)
                return found, writer.evidence(desk, found) if writer else (), desk.answerer

        answer, evidence, answerer = await in_turn(extract)
        reply = Reply(answer)
        if writer is not None:
            reply = await writer.reply(answer, evidence, limit)
            citations = answerer.dated(reply.answer.citations)
            reply = replace(reply, answer=replace(reply.answer, citations=citations))
        if self._cache is not None:
            self._cache.put(asked, answer)
        if self._answered is not None:
            self._answered(reply.answer, None if self._cache is None else False)
        return reply

    def _remembered(self, asked: Asked) -> Answer | None:
        """The answer to the same request, if it was given from the generation that is in use now."""
        started = time.perf_counter()
        generation = None if self._cache is None else self._library.generation
        if self._cache is None or generation is None:
            return None
        answer = self._cache.get(generation, asked)
        if answer is None:
            return None
        taken = (time.perf_counter() - started) * 1000
        answer = replace(answer, timing=Timing(retrieve=0.0, answer=0.0, total=taken))
        if self._answered is not None:
            self._answered(answer, True)
        return answer


def reply_now(
    library: Library,
    settings: Settings,
    question: str,
    *,
    language: Literal["auto", "en", "zh"],
    documents: Sequence[str] | None,
    limit: int,
) -> Reply:
    """One answer as a service with these settings would give it, for a program that asks but a few.

    :raises GenerationError: if there is no index.
    :raises EncoderError: if the model could not be loaded.
    :raises OSError: if the file of the language model's key can't be read.
    """

    async def ask() -> Reply:
        async with Respondent.opened(library, settings) as respondent:
            return await respondent.reply(question, language=language, documents=documents, limit=limit)

    return asyncio.run(ask())
