"""What connectors are driven with in tests: no network, no clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from bot.helpdesk.call import Call, Response, Steps
from bot.helpdesk.delivery import Delivery

T = TypeVar("T")
NOW = 1_767_225_600.0


def drive(steps: Steps[T], answer: Callable[[Call], Response]) -> T:
    """Run what takes calls to its end."""
    try:
        call = next(steps)
        while True:
            call = steps.send(answer(call))
    except StopIteration as end:
        result: T = end.value
        return result


def answering(*responses: Response) -> tuple[list[Call], Callable[[Call], Response]]:
    """Return a list that the calls go to, and what answers them in that order."""
    calls: list[Call] = []
    left = list(responses)

    def answer(call: Call) -> Response:
        calls.append(call)
        return left.pop(0)

    return calls, answer


def body_of(call: Call) -> Any:
    """Return the JSON that a call sends."""
    if isinstance(call.body, bytes):
        return json.loads(call.body)
    return json.loads(json.dumps(call.body))


def delivery(body: object, token: str = "", received: float = NOW, **headers: str) -> Delivery:
    """Return a delivery; ``webhook_id`` becomes the header ``webhook-id``."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Delivery(
        {name.replace("_", "-").lower(): value for name, value in headers.items()},
        content,
        token,
        received,
    )


def ok(body: object = None, status: int = 200) -> Response:
    """Return a response with that JSON."""
    return Response(status, b"" if body is None else json.dumps(body).encode())
