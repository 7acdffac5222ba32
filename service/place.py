"""The backend that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.backends.choice import backend_at

if TYPE_CHECKING:
    from index.backends.contract import Backend
    from service.config import Settings

__all__ = ["backend_of"]


def backend_of(settings: Settings) -> Backend:
    """:raises GenerationError: if the index is on Milvus and the client for it is not installed."""
    token = None if settings.milvus_token is None else settings.milvus_token.get_secret_value()
    return backend_at(settings.data, token=token, cache=settings.cache)
