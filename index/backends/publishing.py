"""A generation in a folder → the same generation on Milvus, put in use by moving one alias."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from index import tables
from index.analysis import tokens
from index.backends.catalogue import strip_store
from index.backends.cluster import Cluster, Row, collection_name, walked
from index.backends.engines import B, Held
from index.backends.head import fetch_files, fetch_manifest, put_files
from index.backends.rows import Content, text_rows
from index.generation import Generation
from index.keys import PARAGRAPH_BITS, WINDOW_BITS
from index.lexical import K1
from index.manifest import GenerationError, Manifest, describe_files
from index.store import Store

__all__ = ["CATALOGUE", "HELD", "WORDS", "heads", "passages_of", "publish", "texts_of"]

CATALOGUE: Final = "catalogue.sqlite"
HELD: Final = "held"
WORDS: Final = "words.json"
"""Language → words in a paragraph, on average; empty where the model has no words."""

_BATCH: Final = 500
_ID: Final = r"\d{8}T\d{6}_\d{6}Z_[0-9a-f]{8}"


def passages_of(head: str, language: str) -> str:
    """The collection of a generation's passages in a language."""
    return f"{head}_v_{language}"


def texts_of(head: str, language: str) -> str:
    """The collection of a generation's texts in a language."""
    return f"{head}_t_{language}"


def heads(cluster: Cluster, name: str) -> dict[str, list[str]]:
    """Head → all collections of that generation of the index ``name``, whole or not; the oldest first."""
    pattern = re.compile(rf"({re.escape(name)}_{_ID})(?:_[vt]_[a-z]+)?")
    found: dict[str, list[str]] = {}
    for collection in cluster.collections():
        if (match := pattern.fullmatch(collection)) is not None:
            found.setdefault(match[1], []).append(collection)
    return dict(sorted(found.items()))


def publish(
    cluster: Cluster,
    name: str,
    generation: Generation,
    before: str | None,
    progress: Callable[[int, int], None] | None = None,
    *,
    anew: bool = False,
) -> None:
    """Write ``generation`` beside what is there, and have the alias ``name`` point at it.

    ``before`` is the head that it was built on. Until the last step readers see that one; whatever stops
    this, they go on seeing it. Afterwards that one is kept, and all older ones are dropped.

    Unless it is to be written ``anew``, the collections of the generation before ``before`` are brought up to
    date: documents that differ are deleted from them and upserted. They are renamed first, so that a reader
    who has slept that long is refused, and never sees two generations mixed.

    :raises GenerationError: if another generation was put in use meanwhile, or the server refuses.
    """
    cluster.check_full_text()
    _check_before(cluster, name, before)
    head = collection_name(name, generation.id)
    _drop(cluster, heads(cluster, name).get(head, ()))
    try:
        known = {} if anew else _taken_over(cluster, name, head, before, generation)
        _write(cluster, head, generation, known, progress)
        _check_before(cluster, name, before)
    except BaseException:
        with suppress(GenerationError):
            _drop(cluster, heads(cluster, name).get(head, ()))
        raise
    cluster.point(name, head)
    for old, collections in heads(cluster, name).items():
        if old not in (head, before):
            _drop(cluster, collections)


def _check_before(cluster: Cluster, name: str, before: str | None) -> None:
    now = cluster.aliased(name)
    if now != before:
        raise GenerationError(
            f"another ingest put {now} in use at {cluster.place} while this one was built on {before}: "
            "run the command again"
        )


def _taken_over(
    cluster: Cluster, name: str, head: str, before: str | None, generation: Generation
) -> dict[str, dict[int, bytes]]:
    """Give the collections of an older generation to this one: language → document → digest of what is there.

    Of the newest one that is older than ``before``; languages for which it can't be done are left out.
    """
    older = [
        (old, there)
        for old, there in heads(cluster, name).items()
        if before is not None and old < before and old != head and old in there
    ]
    if not older:
        return {}
    old, there = older[-1]
    try:
        written, sizes = _as_written(cluster, old, generation)
    except (GenerationError, OSError, ValueError, sqlite3.DatabaseError):
        # Of another version, or not whole: what it has is of no use, and is dropped with what is too old.
        return {}
    # From here on it can't be opened any more.
    cluster.drop(old)
    known: dict[str, dict[int, bytes]] = {}
    for language in generation.languages:
        names = [of(old, language) for of in (passages_of, texts_of)]
        # What is small is compared as a whole, what is large is walked: made anew where it becomes the other.
        alike = language in sizes and walked(sizes[language]) == walked(len(generation.vectors[language]))
        if alike and all(one in there for one in names):
            for one, of in zip(names, (passages_of, texts_of), strict=True):
                cluster.rename(one, of(head, language))
            known[language] = {}
    for language, document, digest in written:
        if language in known:
            known[language][document] = digest
    return known


def _as_written(
    cluster: Cluster, head: str, generation: Generation
) -> tuple[list[tuple[str, int, bytes]], dict[str, int]]:
    """(Language, document, digest) of what an older generation's collections hold, and passages by language.

    Nothing where they were made with another encoder than ``generation``.
    """
    with TemporaryDirectory(prefix="rapporteur-") as made:
        folder = Path(made)
        cluster.load(head)
        manifest = Manifest.parse(fetch_manifest(cluster, head), head)
        if manifest.encoder != generation.manifest.encoder:
            return [], {}
        fetch_files(cluster, head, folder)
        manifest.check_contents(folder)
        with closing(sqlite3.connect(folder / CATALOGUE)) as connection:
            written = connection.execute("SELECT language, document, digest FROM written").fetchall()
        sizes = {
            language: int(Held.load(folder / HELD / f"{language}.npy").passages.sum())
            for language in manifest.counts.by_language
        }
        return written, sizes


def _digests(store: Store) -> dict[str, dict[int, bytes]]:
    """Language → document → SHA-256 over all that its rows are made from but the encoder."""
    totals: dict[tuple[str, int], Any] = {
        (language, document): hashlib.sha256(digest)
        for document, language, digest in store.select("SELECT document, language, digest FROM versions")
    }
    last = -1
    while rows := store.select(
        "SELECT id, paragraph, language, document, found FROM texts JOIN paragraphs ON paragraph = key "
        "LEFT JOIN facts ON facts.text = id WHERE id > ? ORDER BY id LIMIT ?",
        (last, _BATCH),
    ):
        for _, key, language, document, found in rows:
            totals[language, document].update(f"{key} {found}\n".encode())
        last = rows[-1][0]
    digests: dict[str, dict[int, bytes]] = {}
    for (language, document), total in totals.items():
        digests.setdefault(language, {})[document] = total.digest()
    return digests


def _drop(cluster: Cluster, collections: Sequence[str]) -> None:
    for collection in collections:
        cluster.drop(collection)


@dataclass(slots=True)
class _Language:
    """What is counted while the texts of a language are written."""

    keys: list[int] = field(default_factory=list)
    passages: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    terms: Counter[str] = field(default_factory=Counter)

    def held(self) -> Held:
        return Held(
            np.array(self.keys, np.int64),
            np.array(self.passages, np.int64),
            np.array(self.lengths, np.int64),
        )


def _write(
    cluster: Cluster,
    head: str,
    generation: Generation,
    known: Mapping[str, Mapping[int, bytes]],
    progress: Callable[[int, int], None] | None,
) -> None:
    """``known``: language → document → digest of what its collections, which are there, hold."""
    digests = _digests(generation.store)
    counts = generation.manifest.counts
    total, done = counts.texts + counts.passages, 0
    counted: dict[str, _Language] = {}
    for language in generation.languages:
        index = generation.vectors[language]
        if language not in known:
            cluster.create_passages(passages_of(head, language), index.dimensions, len(index))
            cluster.create_texts(texts_of(head, language), K1, B)

    def told(rows: Iterator[Row]) -> Iterator[Row]:
        nonlocal done
        for row in rows:
            yield row
            done += 1
            if progress is not None and done % _BATCH == 0:
                progress(min(done, total), total)

    for language in generation.languages:
        counted[language] = one = _Language()
        before, now = known.get(language, {}), digests.get(language, {})
        gone = sorted(document for document, digest in before.items() if now.get(document) != digest)
        changed = {document for document, digest in now.items() if before.get(document) != digest}
        for collection, rows in (
            (passages_of(head, language), _passages(generation, language, changed)),
            (texts_of(head, language), _texts(generation, language, changed, one)),
        ):
            kept = 0
            if language in known:
                cluster.load(collection)
                for first in range(0, len(gone), _BATCH):
                    cluster.delete(collection, gone[first : first + _BATCH])
                kept = cluster.count(collection)
            sent = cluster.upsert(collection, told(rows))
            cluster.settle(collection)
            _check(cluster, collection, kept + sent)
        _check(cluster, passages_of(head, language), len(generation.vectors[language]))
    with TemporaryDirectory(prefix="rapporteur-") as made:
        folder = Path(made)
        shutil.copyfile(generation.folder / "store.sqlite", folder / CATALOGUE)
        terms = {language: one.terms for language, one in counted.items()}
        strip_store(folder / CATALOGUE, terms, digests)
        (folder / HELD).mkdir()
        for language, one in counted.items():
            one.held().save(folder / HELD / f"{language}.npy")
        averages = {language: words.average for language, words in generation.words.items()}
        (folder / WORDS).write_text(json.dumps(averages), encoding="utf-8")
        manifest: Manifest = replace(generation.manifest, files=describe_files(folder))
        cluster.create_head(head)
        pieces = put_files(cluster, head, folder, manifest.to_json())
    cluster.settle(head)
    _check(cluster, head, pieces)


def _check(cluster: Cluster, collection: str, rows: int) -> None:
    found = cluster.count(collection)
    if found != rows:
        raise GenerationError(
            f"expected {rows} rows in {collection} on {cluster.place}, found {found}: run the command again"
        )


def _passages(generation: Generation, language: str, documents: Container[int]) -> Iterator[Row]:
    """Of ``documents`` (by number)."""
    index = generation.vectors[language]
    for start in range(0, len(index), _BATCH):
        some = index.passages[start : start + _BATCH]
        numbers = (some >> (WINDOW_BITS + PARAGRAPH_BITS)).tolist()
        passages = some[[number in documents for number in numbers]]
        for passage, vector in zip(passages.tolist(), index.vectors(passages), strict=True):
            paragraph = passage >> WINDOW_BITS
            yield {
                "id": passage,
                "document": paragraph >> PARAGRAPH_BITS,
                "paragraph": paragraph,
                "vector": vector,
            }


def _texts(
    generation: Generation, language: str, documents: Container[int], counted: _Language
) -> Iterator[dict[str, Any]]:
    """Of ``documents`` (by number); all texts are counted."""
    words = generation.words.get(language)
    for batch in _contents(generation.store, language):
        keys = np.array([key for key, _ in batch], np.int64)
        rows = None if words is None else words.rows(keys)
        for place, (key, content) in enumerate(batch):
            terms = tokens(tables.headed(content.section, content.text))
            counted.keys.append(key)
            counted.passages.append(len(content.passages))
            counted.lengths.append(len(terms))
            counted.terms.update(set(terms))
            if key >> PARAGRAPH_BITS in documents:
                yield from text_rows(key, terms, None if rows is None else rows[place], content)


def _contents(store: Store, language: str) -> Iterator[list[tuple[int, Content]]]:
    """(Paragraph key, content) of all texts of a language in the order of keys, some at a time."""
    last = -1
    while texts := store.select(
        "SELECT paragraph, id, section, text FROM texts WHERE language = ? AND paragraph > ? "
        "ORDER BY paragraph LIMIT ?",
        (language, last, _BATCH),
    ):
        ids = [row[1] for row in texts]
        notes = _by_text(store, 'SELECT text, mark, note, "offset" FROM footnotes', ids, "place")
        spans = _by_text(store, 'SELECT text, "start", "end", hex(digest) FROM passages', ids, "window")
        facts = _by_text(store, "SELECT text, hex(basis), found FROM facts", ids, "text")
        yield [
            (
                key,
                Content(
                    tuple(json.loads(section)),
                    text,
                    tuple(notes.get(number, ())),
                    tuple(spans.get(number, ())),
                    facts[number][0] if number in facts else None,
                ),
            )
            for key, number, section, text in texts
        ]
        last = texts[-1][0]


def _by_text(store: Store, statement: str, texts: Sequence[int], order: str) -> dict[int, list[Any]]:
    marks = ", ".join("?" * len(texts))
    found: dict[int, list[Any]] = {}
    for text, *row in store.select(f"{statement} WHERE text IN ({marks}) ORDER BY text, {order}", texts):
        found.setdefault(text, []).append(tuple(row))
    return found
