"""The backend of a place."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from index.backends.contract import Backend
from index.backends.folder import Folder
from index.backends.place import MilvusPlace
from index.manifest import GenerationError

__all__ = ["backend_at"]


def backend_at(
    place: Path | MilvusPlace, *, token: str | None = None, cache: Path = Path("data/milvus")
) -> Backend:
    """The backend of a place. ``token`` lets in to Milvus; ``cache`` is the folder for what is kept on this
    machine of an index there.

    :raises GenerationError: if the place is on Milvus and the client for it is not installed.
    """
    if isinstance(place, Path):
        return Folder(place)
    if find_spec("pymilvus") is None or (place.lite and find_spec("milvus_lite") is None):
        raise GenerationError(
            f"the index is at {place}, but the Milvus client is not installed: "
            "run \"pip install 'rapporteur[milvus]'\""
        )
    # An extra: loading it where the index is in a folder would make every start slower, or fail.
    from index.backends.milvus import Milvus

    return Milvus(place, token, cache)
