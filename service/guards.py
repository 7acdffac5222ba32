"""What a request passes before a route sees it, and in which order."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from service.access.gate import Gate
from service.access.hosts import TrustedHosts
from service.access.keyring import Keyring
from service.access.rates import Rates
from service.admission import Admission
from service.config import Settings
from service.headers import SecurityHeaders
from service.limits import BodyLimit
from service.observation import Observation

__all__ = ["guard"]


def guard(app: FastAPI, settings: Settings) -> None:
    """Put the guards before ``app``, which has its metrics in its state.

    What is added last is called first: read upwards. Who may not come in is told so before a body is read;
    a body is read whole before its request takes a place in the queue.

    :raises KeyFileError: if there is a file of keys that can't be used.
    """
    app.add_middleware(
        Admission,
        running=settings.max_running,
        waiting=settings.max_waiting,
        patience=settings.max_wait_seconds,
        metrics=app.state.metrics,
    )
    app.add_middleware(
        BodyLimit,
        most=settings.max_body_bytes,
        conversations=settings.max_chat_body_bytes,
        seconds=settings.body_seconds,
    )
    app.add_middleware(
        Gate,
        keyring=None if settings.keys is None else Keyring(settings.keys),
        anonymous=settings.anonymous,
        rates=Rates(settings.rate_per_address, settings.rate_per_key),
    )
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"],
            expose_headers=["Link", "Retry-After", "X-Request-ID", "X-Total-Count"],
        )
    if settings.hosts:
        app.add_middleware(TrustedHosts, hosts=settings.hosts)
    app.add_middleware(Observation, metrics=app.state.metrics, questions=settings.log_questions)
    app.add_middleware(SecurityHeaders)
    if settings.proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.proxies))
