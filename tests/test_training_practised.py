"""Training on the practice questions: what is asked finds the sentence that answers, and no fold leaks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eval.folds import WORDWISE, folder_of, models_for
from index.encoder import EMBEDDED, EncoderError, StaticEncoder
from index.late import LateInteraction
from index.training.export import rewrite_model, trained_vectors
from index.training.interaction import Batches, InteractionTraining
from index.training.practice import FOLDS, HELD, fold_of, practice_questions
from index.training.practised import Asked, Practice, PractisedTraining, practice_of, train_practised
from index.training.vectors import TokenVectors, midway
from index.translation import TranslationTable
from ingest.paragraphs import ParagraphId
from service.answering.sentences.wordwise import FITTED_WORDWISE

TOLD = ("The tombola was won by a plumber.", "The regatta was cancelled for want of wind.", "Tea was served.")
SAID = ("Who took home the zeppelin?", "Why did the marzipan not happen?", "What beverage did guests get?")


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return StaticEncoder()


def practice(encoder: StaticEncoder, across: bool) -> Practice:
    rows = [encoder.vocabulary.encode([text]).rows for text in TOLD]
    key = ParagraphId("TEST/1", "1")
    asked = [Asked(encoder.vocabulary.encode([text]).rows, key, n) for n, text in enumerate(SAID)]
    return Practice(across, asked, {key: rows})


@pytest.mark.parametrize("across", [False, True])
def test_what_is_asked_comes_to_find_the_sentence_that_answers(
    encoder: StaticEncoder, across: bool, tmp_path: Path
) -> None:
    start = trained_vectors(EMBEDDED)
    table = TranslationTable.load(encoder)
    settings = PractisedTraining(steps=60, between=1000, rate=0.02)
    unused = Batches([], [], [], {}, InteractionTraining())
    trained = train_practised([practice(encoder, across)], unused, table.chances, start, settings)
    rewrite_model(EMBEDDED, tmp_path, "practised", trained)
    after = StaticEncoder(tmp_path)
    assert after.id == "practised"
    found = [int(np.argmax(LateInteraction(after, windows=False).scores(text, TOLD))) for text in SAID]
    assert found == [0, 1, 2]
    used = np.unique(np.concatenate([encoder.vocabulary.encode([text]).rows for text in (*TOLD, *SAID)]))
    untouched = np.delete(np.arange(len(start.vectors)), used)
    assert np.array_equal(trained.vectors[untouched], start.vectors[untouched])


def test_a_model_written_again_is_the_same(encoder: StaticEncoder, tmp_path: Path) -> None:
    rewrite_model(EMBEDDED, tmp_path, encoder.id, trained_vectors(EMBEDDED))
    again = StaticEncoder(tmp_path)
    texts = ["土地退化零增长", "Who monitors deserts?"]
    assert again.encode(texts) == pytest.approx(encoder.encode(texts), abs=2e-3)


def test_each_question_has_its_sentence_and_the_fold_left_out_is_missing(encoder: StaticEncoder) -> None:
    seen = {fold: practice_of(encoder.vocabulary, fold) for fold in (None, *range(FOLDS))}
    for one in seen[None]:
        assert all(len(one.told[asked.paragraph][asked.sentence]) for asked in one.asked)
    counts = {fold: sum(len(one.asked) for one in found) for fold, found in seen.items()}
    left_out = [counts[None] - counts[fold] for fold in range(FOLDS)]
    assert sum(left_out) == counts[None]
    assert max(left_out) < 1.5 * min(left_out)
    symbols = {p.symbol for one in seen[None] for p in one.told}
    held = {one.symbol for question in practice_questions() if question.set == HELD for one in question.gold}
    assert symbols.isdisjoint(held)


def test_a_set_is_judged_by_models_trained_without_it(tmp_path: Path) -> None:
    assert folder_of(HELD, tmp_path) is None
    assert models_for(HELD, tmp_path).encoder.id == StaticEncoder().id
    folder = tmp_path / f"fold{fold_of('p1')}"
    with pytest.raises(EncoderError):
        models_for("p1", tmp_path)
    rewrite_model(EMBEDDED, folder, "without p1", trained_vectors(EMBEDDED))
    models = models_for("p1", tmp_path)
    assert models.encoder.id == "without p1"
    assert models.embedded.id == "without p1"
    (folder / WORDWISE).write_bytes(FITTED_WORDWISE.read_bytes())
    assert models_for("p1", tmp_path).wordwise.clauses.word.shape == models.wordwise.clauses.word.shape


def test_midway_lies_between_in_direction_length_and_weight() -> None:
    before = TokenVectors(np.array([[2.0, 0], [0, 1], [0, 0]], np.float32), np.array([1, 4, 1], np.float32))
    after = TokenVectors(np.array([[0, 4.0], [0, 3], [0, 0]], np.float32), np.array([4, 4, 1], np.float32))
    found = midway(before, after)
    assert np.linalg.norm(found.vectors, axis=1) == pytest.approx([3, 2, 0])
    assert found.vectors[0] == pytest.approx(np.full(2, 3 / np.sqrt(2)))
    assert found.weights == pytest.approx([2, 4, 1])
    assert midway(after, after).vectors == pytest.approx(after.vectors)
