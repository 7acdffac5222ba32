"""What the networks are shown of the words of a question, and what they make of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from service.answering.sentences.wordsigns import (
    CLAUSE_SIGNS,
    SENTENCE_SIGNS,
    asked_at,
    of_clauses,
    of_sentences,
    surroundings,
)
from service.answering.sentences.wordwise import (
    CLAUSE_KINDS,
    FITTED_WORDWISE,
    SENTENCE_KINDS,
    Network,
    Wordwise,
)

FEATURES, TOLD, TRAITS = 2, 4, 3
"""Beside the signs, of a made-up text and question."""


def network(signs: int, kinds: int, hidden: int, width: int = 5, seed: int = 7) -> Network:
    chance = np.random.default_rng(seed)

    def some(*shape: int) -> NDArray[np.float32]:
        return chance.normal(size=shape).astype(np.float32)

    return Network(
        word=some(signs, hidden),
        kind=some(kinds + 1 + TRAITS, hidden),
        word_bias=some(hidden),
        beside=some(3, hidden, hidden),
        beside_bias=some(hidden),
        out=some(hidden),
        out_bias=0.25,
        sums=some(kinds, FEATURES),
        whole=some(2 * (FEATURES + TOLD + hidden), width),
        whole_kind=some(kinds + 1 + TRAITS, width),
        whole_bias=some(width),
        whole_out=some(width),
    )


def by_hand(
    net: Network,
    signs: NDArray[np.float32],
    shares: NDArray[np.float32],
    features: NDArray[np.float64],
    told: NDArray[np.float32],
    asked: NDArray[np.float32],
    kind: int,
) -> list[float]:
    """The formula of the module's docstring, word by word."""
    none = np.zeros_like(net.out)
    kinds = len(net.sums)
    said = net.kind[kind] + net.kind[kinds] + asked @ net.kind[kinds + 1 :] + net.word_bias
    wholes, firsts = [], []
    for text, others, tells in zip(signs, features, told, strict=True):
        own = [np.maximum(word @ net.word + said, 0.0) for word in text]
        together, first = none, float(others @ net.sums[kind])
        for place, here in enumerate(own):
            left = own[place - 1] if place else none
            right = own[place + 1] if place + 1 < len(own) else none
            beside = left @ net.beside[0] + here @ net.beside[1] + right @ net.beside[2] + net.beside_bias
            both = here + np.maximum(beside, 0.0)
            together = together + shares[place] * both
            first += float(shares[place] * (both @ net.out + net.out_bias))
        wholes.append(np.concatenate([others, tells, together]))
        firsts.append(first)
    likely = np.exp(firsts) / np.exp(firsts).sum()
    mean = sum(share * whole for share, whole in zip(likely, wholes, strict=True))
    said = net.whole_kind[kind] + net.whole_kind[kinds] + asked @ net.whole_kind[kinds + 1 :] + net.whole_bias
    return [
        first
        + float(np.maximum(np.concatenate([whole, whole - mean]) @ net.whole + said, 0.0) @ net.whole_out)
        for first, whole in zip(firsts, wholes, strict=True)
    ]


@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 2))
def test_a_network_makes_of_texts_what_its_formula_says(texts: int, words: int, kind: int) -> None:
    net = network(3, 3, 4)
    chance = np.random.default_rng(texts * 10 + words)
    signs = chance.normal(size=(texts, words, 3)).astype(np.float32)
    shares = chance.random(words).astype(np.float32)
    features = chance.normal(size=(texts, FEATURES))
    told = chance.integers(0, 2, (texts, TOLD)).astype(np.float32)
    asked = chance.integers(0, 2, TRAITS).astype(np.float32)
    found = net.scores(signs, shares, features, told, asked, kind, same_language=True)
    expected = by_hand(net, signs, shares, features, told, asked, kind)
    assert found == pytest.approx(expected, rel=1e-3, abs=1e-2)


def test_without_words_or_texts_nothing_speaks_for_anything() -> None:
    net = network(3, 3, 4)
    asked = np.zeros(TRAITS, np.float32)
    for texts, words in ((2, 0), (0, 4)):
        signs, shares = np.zeros((texts, words, 3), np.float32), np.full(words, 0.25, np.float32)
        features, told = np.ones((texts, FEATURES)), np.ones((texts, TOLD), np.float32)
        assert net.scores(signs, shares, features, told, asked, 0, True).tolist() == [0.0] * texts


def test_the_networks_that_come_with_the_program_say_how_they_were_fitted() -> None:
    conditions = json.loads(FITTED_WORDWISE.read_text(encoding="utf-8"))["conditions"]
    assert conditions["command"] == "python -m eval.wordwise_fit DATA --folds DIR"
    assert conditions["left_out"] == ["p5"]
    for measured in conditions["right_of_those_left_out"].values():
        assert measured["p5"] > measured["p5, without the network"]
    wordwise = Wordwise.load()
    assert wordwise.sentences.word.shape[0] == len(SENTENCE_SIGNS)
    assert len(wordwise.clauses.sums) == len(CLAUSE_KINDS)
    assert len(wordwise.sentences.sums) == len(SENTENCE_KINDS)


@pytest.mark.parametrize("change", ["shape", "missing", "text"])
def test_networks_of_another_form_are_refused(change: str, tmp_path: Path) -> None:
    file = json.loads(FITTED_WORDWISE.read_text(encoding="utf-8"))
    if change == "shape":
        file["clauses"]["word"].pop()
    elif change == "missing":
        del file["sentences"]["out"]
    else:
        file["sentences"]["out"] = "much"
    path = tmp_path / "wordwise.json"
    path.write_text(json.dumps(file), encoding="utf-8")
    with pytest.raises(ValueError, match=r"expected word of shape|out"):
        Wordwise.load(path)


matches = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 7), st.integers(1, 6)),
    elements=st.floats(0, 1, width=16),
)


@settings(deadline=None)
@given(matches, st.integers(0, 6), st.integers(0, 5))
def test_what_is_said_of_a_sentence_is_taken_from_its_own_paragraph(
    matched: NDArray[np.float32], cut: int, asked: int
) -> None:
    cut = min(cut, len(matched) - 1)
    counts = [cut, len(matched) - cut] if cut else [len(matched)]
    headings = np.zeros((len(counts), matched.shape[1]), np.float32)
    around = surroundings(matched, counts, headings)
    begin = 0
    for count in counts:
        own = matched[begin : begin + count]
        for place in range(count):
            sentence, before, after, paragraph, heading = around[begin + place]
            assert (sentence == own[place]).all()
            assert (before == own[:place].max(axis=0, initial=0)).all()
            assert (after == own[place + 1 :].max(axis=0, initial=0)).all()
            assert (paragraph == own.max(axis=0)).all()
            assert not heading.any()
        begin += count
    weights = np.full(matched.shape[1], 1 / matched.shape[1], np.float32)
    signs, shares = of_sentences(around, counts, weights, asked)
    assert signs.shape == (len(matched), matched.shape[1], len(SENTENCE_SIGNS))
    assert np.isfinite(signs).all()
    assert shares.sum() == pytest.approx(1.0 if matched.any() else 0.0, abs=1e-3)
    first_of_last = len(matched) - counts[-1]
    assert not signs[first_of_last, :, SENTENCE_SIGNS.index("previous")].any()
    assert not signs[-1, :, SENTENCE_SIGNS.index("next")].any()


def test_only_the_weightiest_words_of_a_long_question_are_looked_at() -> None:
    words = 60
    weights = np.linspace(1, 2, words, dtype=np.float32)
    around = np.random.default_rng(7).random((3, 5, words)).astype(np.float32)
    clauses = np.random.default_rng(8).random((3, 3, words)).astype(np.float32)
    signs, shares = of_clauses(clauses, around, weights / weights.sum(), 0)
    assert signs.shape == (3, 40, len(CLAUSE_SIGNS))
    assert shares.shape == (40,)
    assert (signs[:, :, 0] == clauses[:, 0, 20:]).all()


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("十年战略最后是在哪座城市通过的?", "哪"),
        ("请了谁,又是哪天开的?", "哪"),
        ("In which city was it adopted, and when?", "which"),
        ("Was it adopted?", "Was"),
        ("lighthouse repair deadline", "lighthouse"),
        ("", ""),
    ],
)
def test_the_word_that_asks_is_the_last_in_chinese_and_the_first_in_english(question: str, word: str) -> None:
    assert question[asked_at(question) :].startswith(word)
