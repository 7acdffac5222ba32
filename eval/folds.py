"""The models that judge a set of questions: none that was trained on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from index.training.practice import HELD, fold_folder, fold_of
from service.answering.sentences.wordwise import Wordwise
from service.library import Models

__all__ = ["WORDWISE", "folder_of", "models_for"]

WORDWISE = "wordwise.json"


def folder_of(name: str, folds: Path) -> Path | None:
    """Where the models trained without the set ``name`` lie; ``None`` if those in use are."""
    return None if name == HELD else fold_folder(folds, fold_of(name))


def models_for(name: str, folds: Path) -> Models:
    """The vectors of ``python -m index.training.practised --folds``, the networks of ``python -m
    eval.wordwise_fit --folds``, as far as there are any yet.

    :raises EncoderError: if the vectors are missing.
    """
    folder = folder_of(name, folds)
    if folder is None:
        return Models.load()
    models = Models.load(str(folder))
    networks = folder / WORDWISE
    return replace(models, wordwise=Wordwise.load(networks)) if networks.exists() else models
