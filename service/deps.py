"""What routes ask for, by name."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from service.config import Settings
from service.library import Library

__all__ = ["LibraryDep", "SettingsDep"]


# Coroutines, so that FastAPI does not send them through the thread pool: nothing here blocks.
async def _library(request: Request) -> Library:
    library: Library = request.app.state.library
    return library


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


LibraryDep = Annotated[Library, Depends(_library)]
SettingsDep = Annotated[Settings, Depends(_settings)]
