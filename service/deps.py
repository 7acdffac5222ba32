"""What routes ask for, by name."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Request

from service.config import Settings
from service.library import Library
from service.metrics import Metrics
from service.respondent import Respondent
from service.web.site import Site

__all__ = ["BaseDep", "LibraryDep", "MetricsDep", "RespondentDep", "SettingsDep", "SiteDep", "base_of"]

_HOST = re.compile(r"[A-Za-z0-9.\-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?")


# Coroutines, so that FastAPI does not send them through the thread pool: nothing here blocks.
async def _library(request: Request) -> Library:
    library: Library = request.app.state.library
    return library


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _respondent(request: Request) -> Respondent:
    respondent: Respondent = request.app.state.respondent
    return respondent


async def _base(request: Request) -> str:
    return base_of(request, request.app.state.settings)


def base_of(request: Request, settings: Settings) -> str:
    """The address of this service for links that leave it, without a slash at its end.

    As it was configured, else as the client called it; a ``Host`` header that is none is not repeated.
    """
    if settings.public_url is not None:
        return settings.public_url
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        host = "127.0.0.1:8000"
    return f"{request.scope['scheme']}://{host}"


async def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


async def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


LibraryDep = Annotated[Library, Depends(_library)]
RespondentDep = Annotated[Respondent, Depends(_respondent)]
BaseDep = Annotated[str, Depends(_base)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]
SettingsDep = Annotated[Settings, Depends(_settings)]
SiteDep = Annotated[Site, Depends(_site)]
