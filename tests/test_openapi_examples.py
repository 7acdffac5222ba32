"""Every example that the description gives can be sent as it stands, and is answered as described."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from serving import running

from service.app import create_app
from service.config import Settings

DESCRIPTION = create_app(Settings()).openapi()

Request = tuple[str, str, dict[str, Any], dict[str, Any] | None]
"""Method, path, query, body."""


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return DESCRIPTION["components"]["schemas"][name] if name else schema


def _examples(thing: dict[str, Any]) -> list[Any]:
    """Of a parameter, a body or a schema."""
    found = thing.get("examples", [])
    named = [one["value"] for one in found.values()] if isinstance(found, dict) else list(found)
    return named + ([thing["example"]] if "example" in thing else [])


def requests() -> Iterator[Request]:
    for path, operations in DESCRIPTION["paths"].items():
        for method, operation in operations.items():
            parameters = operation.get("parameters", [])
            shown = {p["name"]: _examples(p) + _examples(p["schema"]) for p in parameters}
            there = path
            for parameter in parameters:
                if parameter["in"] == "path":
                    there = there.replace(f"{{{parameter['name']}}}", str(shown[parameter["name"]][0]))
                    there = there.replace(f"{{{parameter['name']}:path}}", str(shown[parameter["name"]][0]))
            if there != path:
                yield method, there, {}, None
            for parameter in parameters:
                if parameter["in"] == "query":
                    for value in shown[parameter["name"]]:
                        yield method, there, {parameter["name"]: value}, None
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            for body in _examples(content) + _examples(_resolved(content.get("schema", {}))):
                yield method, there, {}, body


REQUESTS = list(requests())


@pytest.fixture(scope="module")
def client(sample_data: Path) -> Iterator[httpx.Client]:
    with running(Settings(data=sample_data)) as client:
        yield client


def test_each_way_to_ask_has_an_example() -> None:
    posts = {path for path, operations in DESCRIPTION["paths"].items() if "post" in operations}
    assert posts <= {path for method, path, _, _ in REQUESTS if method == "post"}


@pytest.mark.parametrize(("method", "path", "query", "body"), REQUESTS)
def test_an_example_runs(
    client: httpx.Client, method: str, path: str, query: dict[str, Any], body: dict[str, Any] | None
) -> None:
    response = client.request(method, path, params=query, json=body)
    assert response.status_code == 200, response.text
