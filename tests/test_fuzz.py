"""Requests made up from the service's own description of itself, valid and invalid, with every check.

No server error, only statuses, types and bodies that are described, what is valid taken, what is not refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from serving import running

from service.app import create_app
from service.config import Settings

schema = from_dict(create_app(Settings()).openapi())

_RULES_BEYOND_A_SCHEMA = {
    "/v1/chat/completions": "one message is the user's and says something",
    "/v1/responses": "one message is the user's and says something",
    "/v1/mandates": "dates are days there are, from lies before to, a decision is written as one",
    "/v1/timeline": "dates are days there are, from lies before to, a decision is written as one",
}
"""Where a request may fit the description and still be refused, and why."""


@pytest.fixture(scope="module")
def base(sample_data: Path) -> Iterator[str]:
    with running(Settings(data=sample_data)) as client:
        yield str(client.base_url).rstrip("/")


@pytest.fixture(scope="module")
def sent() -> Iterator[Counter[str]]:
    """Requests sent, by operation; told at the end."""
    counted: Counter[str] = Counter()
    yield counted
    print(f"{counted.total()} requests over {len(counted)} operations:", dict(counted))


def check(case: schemathesis.Case[Any], base: str) -> None:
    excluded: list[Any] = [positive_data_acceptance] if case.operation.path in _RULES_BEYOND_A_SCHEMA else []
    response = case.call(base_url=base)
    if response.status_code == 413:
        # A refusal too, though schemathesis does not count it as one.
        excluded.append(negative_data_rejection)
    case.validate_response(response, excluded_checks=excluded)


@schema.parametrize()
@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_what_the_description_says_holds(case: schemathesis.Case[Any], base: str) -> None:
    check(case, base)


@pytest.mark.soak
@schema.parametrize()
@settings(max_examples=4000, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_the_description_says_holds_for_many_requests(
    case: schemathesis.Case[Any], base: str, sent: Counter[str]
) -> None:
    check(case, base)
    sent[case.operation.label] += 1
