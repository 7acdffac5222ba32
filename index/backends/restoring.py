"""A generation on Milvus → the same generation in a folder, for an ingest to build the next one on."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from index import tables
from index.backends.publishing import CATALOGUE
from index.build import put_in_use
from index.generation import generations_folder
from index.lexical import update_lexical
from index.manifest import MANIFEST, describe_files
from index.vectors import update_vectors
from index.vocabulary import end_to_end
from index.words import write_words

if TYPE_CHECKING:
    from index.backends.milvus import MilvusGeneration

__all__ = ["restore"]

_BATCH: Final = 500


def restore(generation: MilvusGeneration, data: Path) -> None:
    """Put the generation in use in the folder ``data``. Its vectors are those of the cluster.

    :raises GenerationError: if a row is missing on the cluster.
    :raises OSError, sqlite3.OperationalError: if the disk fails or is full.
    """
    aside = generations_folder(data) / f".build-{generation.id}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        _restore_store(generation, aside / "store.sqlite")
        for language in generation.languages:
            _restore_engines(generation, language, aside)
        manifest = replace(generation.manifest, files=describe_files(aside))
        (aside / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
        folder = aside.with_name(generation.id)
        if folder.exists():
            shutil.rmtree(folder)
        put_in_use(data, aside, manifest, None)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _restore_store(generation: MilvusGeneration, path: Path) -> None:
    shutil.copyfile(generation.folder / CATALOGUE, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        connection.execute("DROP TABLE terms")
        connection.execute("DROP TABLE written")
        for language in generation.languages:
            for batch in _keys(generation, language):
                _restore_texts(generation, language, batch, connection)
        connection.execute("COMMIT")


def _keys(generation: MilvusGeneration, language: str) -> Iterator[list[tuple[int, int]]]:
    """(Paragraph key, id of the text) in the order of keys, some at a time."""
    last = -1
    while rows := generation.store.select(
        "SELECT paragraph, id FROM texts WHERE language = ? AND paragraph > ? ORDER BY paragraph LIMIT ?",
        (language, last, _BATCH),
    ):
        yield rows
        last = rows[-1][0]


def _restore_texts(
    generation: MilvusGeneration,
    language: str,
    batch: list[tuple[int, int]],
    connection: sqlite3.Connection,
) -> None:
    contents = generation.store.contents(language, [key for key, _ in batch])
    for key, number in batch:
        content = contents[key]
        connection.execute(
            "UPDATE texts SET section = ?, text = ? WHERE id = ?",
            (json.dumps(content.section, ensure_ascii=False), content.text, number),
        )
        connection.executemany(
            'INSERT INTO footnotes (text, place, mark, note, "offset") VALUES (?, ?, ?, ?, ?)',
            [(number, place, *note) for place, note in enumerate(content.footnotes)],
        )
        connection.executemany(
            'INSERT INTO passages (text, window, "start", "end", digest) VALUES (?, ?, ?, ?, ?)',
            [
                (number, window, start, end, bytes.fromhex(digest))
                for window, (start, end, digest) in enumerate(content.passages)
            ],
        )
        if content.facts is not None:
            basis, found = content.facts
            connection.execute(
                "INSERT INTO facts (text, basis, found) VALUES (?, ?, ?)",
                (number, bytes.fromhex(basis), found),
            )


def _restore_engines(generation: MilvusGeneration, language: str, aside: Path) -> None:
    index = generation.vectors[language]
    found = [
        (passages, index.vectors(passages))
        for start in range(0, len(index), _BATCH)
        if len(passages := index.passages[start : start + _BATCH])
    ]
    (aside / "vectors").mkdir(exist_ok=True)
    passages = np.concatenate([some for some, _ in found]) if found else np.empty(0, np.int64)
    vectors = (
        np.concatenate([some for _, some in found]) if found else np.empty((0, index.dimensions), np.float32)
    )
    update_vectors(aside / "vectors" / f"{language}.faiss", None, [], passages, vectors)
    update_lexical(
        aside / "lexical" / language,
        None,
        [],
        (
            (key, number, tables.headed(section, text))
            for key, number, section, text in generation.store.texts(language)
        ),
    )
    if language in generation.words:
        words = generation.words[language]
        keys = [np.array([key for key, _ in batch], np.int64) for batch in _keys(generation, language)]
        rows = end_to_end([words.rows(some) for some in keys])
        write_words(aside / "words" / language, np.concatenate(keys), rows)
