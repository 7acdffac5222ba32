"""``GET /healthz`` and ``GET /readyz``: is the process alive, can it answer."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter

from index.backends.contract import UnreachableError
from service.deps import LibraryDep
from service.schemas import Health, Readiness

__all__ = ["router"]

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Alive")
async def healthz() -> Health:
    """Answers as long as the process runs, with or without an index."""
    return Health(status="ok", version=version("rapporteur"))


@router.get("/readyz", summary="Ready to answer")
def readyz(library: LibraryDep) -> Readiness:
    """Which index is in use; 503 where there is none, or its server does not answer, with what to type."""
    with library.open() as desk:
        if isinstance(library.problem, UnreachableError):
            raise library.problem
        counts = desk.counts
        return Readiness(
            status="ready",
            generation=desk.generation,
            model=desk.model,
            documents=counts.documents,
            paragraphs=counts.paragraphs,
            texts=counts.texts,
            languages=dict(counts.by_language),
            problem=str(library.problem) if library.problem else None,
        )
