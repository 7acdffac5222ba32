"""What is remembered of words: bounded, also for words as long as a question may be."""

from __future__ import annotations

import gc
import random
import tracemalloc
from collections.abc import Callable

import pytest

from index.analysis import query_terms
from index.encoder import StaticEncoder
from index.interpreter import Interpreter
from index.late import LateInteraction
from index.remembering import LONGEST_WORD, remembered
from index.wording import Wording
from service.answering.sentences.support import Support

LETTERS = "qxjz"
HAN = "".join(map(chr, range(0x4E00, 0x4E40)))


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return StaticEncoder()


def test_a_word_is_worked_out_once_and_what_is_too_long_to_be_one_each_time() -> None:
    made: list[str] = []

    def upper(word: str) -> str:
        made.append(word)
        return word.upper()

    look_up = remembered(upper, 2)
    long = "x" * (LONGEST_WORD + 1)
    assert [look_up(word) for word in ("a", "a", long, long, "b", "c", "a")] == [
        "A", "A", long.upper(), long.upper(), "B", "C", "A",
    ]  # fmt: skip
    assert made == ["a", long, long, "b", "c", "a"]


@pytest.mark.parametrize("letters", [LETTERS, HAN], ids=["latin", "han"])
@pytest.mark.parametrize("reader", ["terms", "rows", "translation", "support"])
def test_words_as_long_as_a_question_leave_nothing_behind(
    encoder: StaticEncoder, reader: str, letters: str
) -> None:
    """They filled the memory with up to 9 KB each, kept by the ten thousand."""
    interpreter, support = Interpreter(encoder), Support(encoder, LateInteraction(encoder))
    read: Callable[[str], object] = {
        "terms": query_terms,
        "rows": lambda text: encoder.vocabulary.encode([text]),
        "translation": lambda text: interpreter.translated_terms(Wording(text, ()), "en"),
        "support": lambda text: support.asked(text, ()),
    }[reader]
    chance = random.Random(8)
    words = ["".join(chance.choices(letters, k=1900)) for _ in range(12)]
    for word in words[:2]:
        read(word)
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for word in words[2:]:
            read(word)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (after - before) / 10 < 1000
