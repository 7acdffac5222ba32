"""``GET /metrics``: for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from service.access.gate import needs
from service.access.keys import Role
from service.deps import MetricsDep

__all__ = ["router"]

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    summary="Counters and timings",
    response_class=Response,
    responses={
        200: {
            "content": {"text/plain": {"schema": {"type": "string"}}},
            "description": "Prometheus' text format.",
        }
    },
    dependencies=[Depends(needs(Role.ADMIN, always=False))],
)
def get_metrics(metrics: MetricsDep) -> Response:
    """Requests, latency by stage, statuses and abstentions, the generation, what was shed.

    Takes an admin's key where there are keys.
    """
    return Response(metrics.exposition(), media_type=CONTENT_TYPE_PLAIN_0_0_4)
