"""Answers given lately: the same question to the same generation has the same answer."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from service.answering.answer import Answer

__all__ = ["AnswerCache", "Asked"]


@dataclass(frozen=True, slots=True)
class Asked:
    """All that an answer depends on but the generation. ``documents`` is ``None`` for all."""

    question: str
    language: str
    documents: tuple[str, ...] | None
    limit: int


class AnswerCache:
    """The answers asked for last, at most ``most`` of them; 0 keeps none. Safe from any number of threads.

    What was answered from one generation is never given for another.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, Asked], Answer] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, generation: str, asked: Asked) -> Answer | None:
        with self._lock:
            answer = self._kept.get((generation, asked))
            if answer is not None:
                self._kept.move_to_end((generation, asked))
            return answer

    def put(self, asked: Asked, answer: Answer) -> None:
        """Keep ``answer``, which knows its generation; those of others go when there are too many."""
        if not self._most:
            return
        with self._lock:
            self._kept[answer.generation, asked] = answer
            self._kept.move_to_end((answer.generation, asked))
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
