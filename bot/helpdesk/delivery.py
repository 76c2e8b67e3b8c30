"""A webhook request, and what may be wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class ForgedError(Exception):
    """A delivery does not prove where it comes from; the text says what is wrong, for the log."""


class MalformedError(Exception):
    """A payload or a response is not what the helpdesk's documentation says."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook request: header names in lower case, the body as it came over the wire.

    ``token`` is the last part of the path, empty if there is none; ``received`` is seconds since
    the epoch.
    """

    headers: Mapping[str, str]
    body: bytes
    token: str
    received: float


def decoded(body: bytes) -> Any:
    """Return JSON of a stranger.

    Raises:
        MalformedError: it is none.
    """
    try:
        return json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise MalformedError("no JSON in UTF-8") from None
