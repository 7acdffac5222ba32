"""What a machine of a cluster does: files and documents come in as tables of bytes, what was made of them
goes back the same way.

A table has the columns ``place`` (int64: which of all it is), ``given`` (bytes), and for files ``job``. Back
come ``place``, ``made`` (bytes), for documents ``digests`` and ``vectors``, and ``refused``: why the work
can't be done here, else null.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import metadata, resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import numpy as np

from index.encoder import Encoder, EncoderError, load_encoder
from index.factrows import Names
from index.facts import facts_rules
from index.preparer import prepared
from index.tables import passage_text
from ingest.exchange import job_from_json, outcome_from_json, outcome_to_json
from ingest.facts.glossary import load_glossary
from ingest.reading import is_small_text, read_document
from ingest.sources import reading_rules
from ingest.workers import Limits, Workers

if TYPE_CHECKING:
    import pyarrow

__all__ = ["Rules", "prepare_documents", "read_files", "rules"]

Rules = Mapping[str, str]
"""What must be the same on all machines for the same results: names → versions or fingerprints."""

_LIBRARIES: Final = (
    "charset-normalizer", "lxml", "markdown-it-py", "numpy", "opencc", "pypdfium2", "PyStemmer", "tokenizers",
)  # fmt: skip


_TERMS: Final = resources.files("index").joinpath("analysis.py")


def rules(encoder: Encoder) -> Rules:
    """Those of this machine."""
    return {
        **{name: metadata.version(name) for name in _LIBRARIES},
        "rapporteur's rules of reading": reading_rules(),
        "rapporteur's rules of facts": facts_rules(),
        "rapporteur's rules of terms": hashlib.sha256(_TERMS.read_bytes()).hexdigest(),
        "model": encoder.fingerprint,
    }


def read_files(
    table: pyarrow.Table, model: str | None, expected: Rules, seconds: float, memory_bytes: int
) -> pyarrow.Table:
    """Files, by ``job`` (:func:`ingest.exchange.job_to_json`) and content → outcomes as JSON.

    ``seconds`` and ``memory_bytes`` as in :class:`ingest.workers.Limits`.
    """
    if (refused := _refused(model, expected)) is not None:
        return _refusal(refused)
    made = []
    with (
        TemporaryDirectory(prefix="rapporteur-") as folder,
        Workers(Limits(seconds, memory_bytes), 1) as workers,
    ):
        for line, content in zip(table["job"].to_pylist(), table["given"].to_pylist(), strict=True):
            job = job_from_json(line)
            # Under its own name, which messages tell; all else that they tell is in the job.
            path = Path(folder) / job.path.name
            path.write_bytes(content)
            job = replace(job, path=path)
            outcome = read_document(job) if is_small_text(job) else next(workers.read_all([job]))
            path.unlink()
            made.append(outcome_to_json(outcome).encode("ascii"))
    return _table(table["place"].to_pylist(), made)


def prepare_documents(
    table: pyarrow.Table, model: str | None, expected: Rules, glossary: bytes | None
) -> pyarrow.Table:
    """Documents, as JSON lists of versions → facts and passages (:func:`index.preparer.prepared`), and for
    all passages together SHA-256s of what was embedded and vectors (float32, one after another).
    """
    if (refused := _refused(model, expected)) is not None:
        return _refusal(refused)
    encoder, names = _encoder(model), _names(glossary)
    made, digests, vectors = [], [], []
    for given in table["given"].to_pylist():
        read = [outcome_from_json(one).document for one in json.loads(given)]
        versions = [one for one in read if one is not None]
        line = prepared(versions, names)
        windows = json.loads(line)["windows"]
        texts = [
            passage_text(paragraph, start, end)
            for version in versions
            for paragraph, spans in zip(version.paragraphs, windows[version.language], strict=True)
            for start, end in spans
        ]
        made.append(line.encode("ascii"))
        digests.append(b"".join(hashlib.sha256(text.encode()).digest() for text in texts))
        vectors.append(np.ascontiguousarray(encoder.encode(texts), np.float32).tobytes() if texts else b"")
    return _table(table["place"].to_pylist(), made, digests, vectors)


def _refused(model: str | None, expected: Rules) -> str | None:
    """Why this machine would not make the same as the one that asks."""
    try:
        own = _rules(model)
    except (EncoderError, metadata.PackageNotFoundError) as error:
        return f"{platform.node()}: {error}"
    differing = [name for name, version in expected.items() if own.get(name) != version]
    if not differing:
        return None
    name = differing[0]
    return (
        f"{platform.node()}: expected {name} {_short(expected[name])} as on the machine of the ingest, got "
        f"{_short(own.get(name, 'none'))}"
    )


def _short(version: str) -> str:
    return version if len(version) < 40 else f"{version[:12]}…"


@lru_cache(maxsize=1)
def _rules(model: str | None) -> Rules:
    return rules(_encoder(model))


@lru_cache(maxsize=1)
def _encoder(model: str | None) -> Encoder:
    return load_encoder(model)


@lru_cache(maxsize=1)
def _names(table: bytes | None) -> Names:
    if table is None:
        return Names(load_glossary())
    with TemporaryDirectory(prefix="rapporteur-") as folder:
        path = Path(folder) / "glossary.tsv"
        path.write_bytes(table)
        return Names(load_glossary(path))


def _table(
    places: list[int],
    made: list[bytes],
    digests: list[bytes] | None = None,
    vectors: list[bytes] | None = None,
    refused: list[str | None] | None = None,
) -> pyarrow.Table:
    import pyarrow

    none = [b""] * len(places)
    columns = {
        "place": pyarrow.array(places, pyarrow.int64()),
        "made": pyarrow.array(made, pyarrow.large_binary()),
        "digests": pyarrow.array(none if digests is None else digests, pyarrow.large_binary()),
        "vectors": pyarrow.array(none if vectors is None else vectors, pyarrow.large_binary()),
        "refused": pyarrow.array(refused or [None] * len(places), pyarrow.string()),
    }
    return pyarrow.table(columns)


def _refusal(why: str) -> pyarrow.Table:
    return _table([-1], [b""], refused=[why])
