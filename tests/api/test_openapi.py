"""Requests made up from the OpenAPI document: the answers are those it describes.

``API_CASES`` is how many are made per operation and kind; ``make test-api`` makes thousands.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import negative_data_rejection

from bot.gateway.openapi import document
from tests.garden import garden
from tests.gateway_fakes import FakeRasa, door_settings, listening_door
from tests.served_index import write_index

CASES = int(os.environ.get("API_CASES", "12"))
LEAST = int(os.environ.get("API_LEAST", "0"))
FEW = settings(
    max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
schema = schemathesis.openapi.from_dict(document())
PARAMETERS = {
    parameter["name"]
    for methods in document()["paths"].values()
    for operation in methods.values()
    for parameter in operation.get("parameters", ())
}
made: Counter[int] = Counter()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A front door for programs of this machine: none of the cases is held back by a limit."""
    with tempfile.TemporaryDirectory() as folder:
        write_index(Path(folder) / "index", garden())
        with listening_door(door_settings(Path(folder)), FakeRasa()) as address:
            yield address


@pytest.fixture(scope="module")
def token(address: str) -> str:
    return str(httpx.post(f"{address}/v1/session", json={}).json()["token"])


def checked(case: Case, address: str, headers: dict[str, str]) -> None:
    response = case.call(base_url=address, headers=headers, timeout=60)
    made[response.status_code] += 1
    # What is too large to be read is refused as such, before it is compared with its schema, and
    # parameters that nobody knows are ignored.
    unknown = set(case.query or {}) - PARAMETERS
    let_go = [negative_data_rejection] if unknown or response.status_code == 413 else []
    case.validate_response(response, excluded_checks=let_go)


@schema.parametrize()
@FEW
def test_with_a_session(case: Case, address: str, token: str) -> None:
    if case.path in ("/v1/session", "/v1/session/rotate", "/v1/conversation") and (
        case.method.upper() in ("DELETE", "POST")
    ):
        token = httpx.post(f"{address}/v1/session", json={}).json()["token"]  # it ends with this
    checked(case, address, {"Authorization": f"Bearer {token}"})


@schema.parametrize()
@FEW
def test_without_one(case: Case, address: str) -> None:
    checked(case, address, {})


def test_so_many_were_made(address: str, record_property: Callable[[str, object], None]) -> None:
    record_property("answers by status", dict(sorted(made.items())))
    assert sum(made.values()) >= LEAST
    assert not [status for status in made if status >= 500 and status != 503]
    assert httpx.get(f"{address}/health").status_code == 200
