"""Files kept in a collection of Milvus, in pieces: what a generation says about itself, and its catalogue.

Row 0 tells the manifest and how many pieces each file has; all others hold pieces, one file after the other.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from index.backends.cluster import TEXT_BYTES, Cluster, Row
from index.manifest import REMEDY, DamagedGenerationError

__all__ = ["fetch_files", "fetch_manifest", "put_files"]

_PIECE: Final = TEXT_BYTES // 4 * 3 - 3
"""Compressed bytes of a piece: base64 makes four characters of three."""
_READ: Final = 1 << 20
_AT_ONCE: Final = 50
"""Pieces fetched with one call: some 3 MB."""


def put_files(cluster: Cluster, collection: str, folder: Path, manifest: str) -> int:
    """Write ``manifest`` and all files under ``folder``; the number of rows written."""
    pieces: dict[str, int] = {}

    def rows() -> Iterator[Row]:
        place = 1
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            first = place
            for piece in _pieces(path):
                yield {"id": place, "content": piece, "nothing": [0.0, 0.0]}
                place += 1
            pieces[path.relative_to(folder).as_posix()] = place - first
        told = json.dumps({"manifest": manifest, "pieces": pieces})
        yield {"id": 0, "content": told, "nothing": [0.0, 0.0]}

    return cluster.upsert(collection, rows())


def fetch_manifest(cluster: Cluster, collection: str) -> str:
    """The manifest as it was given to :func:`put_files`.

    :raises DamagedGenerationError: if there is none.
    """
    return str(_told(cluster, collection)["manifest"])


def fetch_files(cluster: Cluster, collection: str, folder: Path) -> None:
    """Write all files into ``folder``, which is there. Their contents are for the manifest to check.

    :raises DamagedGenerationError: if a piece is missing or no piece.
    """
    place = 1
    for name, count in _told(cluster, collection)["pieces"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        inflate = zlib.decompressobj()
        with path.open("wb") as file:
            for first in range(place, place + count, _AT_ONCE):
                wanted = range(first, min(first + _AT_ONCE, place + count))
                found = cluster.get(collection, wanted, ["content"])
                try:
                    for number in wanted:
                        file.write(inflate.decompress(base64.b64decode(found[number]["content"])))
                except (KeyError, ValueError, zlib.error) as error:
                    raise DamagedGenerationError(
                        f"{collection} on {cluster.place} is damaged: a piece of {name} is missing or "
                        f"no piece ({error}); {REMEDY}"
                    ) from error
            file.write(inflate.flush())
        place += count


def _told(cluster: Cluster, collection: str) -> dict[str, dict[str, int]]:
    rows = cluster.get(collection, [0], ["content"])
    try:
        told = json.loads(rows[0]["content"])
    except (KeyError, ValueError) as error:
        raise DamagedGenerationError(
            f"{collection} on {cluster.place} does not say what it is; {REMEDY}"
        ) from error
    if not isinstance(told, dict) or "manifest" not in told or "pieces" not in told:
        raise DamagedGenerationError(f"{collection} on {cluster.place} does not say what it is; {REMEDY}")
    return told


def _pieces(path: Path) -> Iterator[str]:
    """The file compressed, in base64; at least one piece."""
    deflate = zlib.compressobj(6)
    held = b""
    with path.open("rb") as file:
        while block := file.read(_READ):
            held += deflate.compress(block)
            while len(held) > _PIECE:
                yield base64.b64encode(held[:_PIECE]).decode("ascii")
                held = held[_PIECE:]
    held += deflate.flush()
    for start in range(0, len(held), _PIECE):
        yield base64.b64encode(held[start : start + _PIECE]).decode("ascii")
