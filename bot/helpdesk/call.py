"""A request to a helpdesk's API and what came back, as values: nothing here connects."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.helpdesk.delivery import MalformedError, decoded

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """A request to the helpdesk: ``path`` begins with a slash and follows the account's address.

    ``path`` may hold only ids that went through :func:`segment`. ``body`` is sent as JSON; bytes
    are JSON already. ``accepts`` are statuses beside 2xx that the connector wants to see itself.
    """

    method: str
    path: str
    body: Mapping[str, Any] | bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    accepts: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Response:
    """What came back; header names in lower case."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """Return the body.

        Raises:
            MalformedError: it is no JSON.
        """
        return decoded(self.body)

    def object(self) -> dict[str, Any]:
        """Return the body, which must be a JSON object.

        Raises:
            MalformedError: it is none.
        """
        found = self.json()
        if not isinstance(found, dict):
            raise MalformedError("the response is no object")
        return found


Steps = Generator[Call, Response, T]


def segment(value: object) -> str:
    """Return an id of the helpdesk's as part of a path.

    Raises:
        MalformedError: it holds what would lead to another path.
    """
    text = str(value)
    if not 0 < len(text) <= 200 or not all(
        c.isascii() and (c.isalnum() or c in "-_.:") for c in text
    ):
        raise MalformedError("an id has characters that do not belong into a path")
    if set(text) == {"."}:
        raise MalformedError("an id leads to another path")
    return text
