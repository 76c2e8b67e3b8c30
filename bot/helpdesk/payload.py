"""Reading JSON of strangers: each field is what is expected, or the payload is malformed."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.helpdesk.delivery import MalformedError

Fields = Mapping[str, Any]
E = TypeVar("E", bound=enum.StrEnum)
_LAST = 1e11  # seconds since the epoch; what is later are milliseconds or nonsense


def fields(value: object, name: str = "the body") -> Fields:
    """Return a JSON object.

    Raises:
        MalformedError: it is none.
    """
    if not isinstance(value, dict):
        raise MalformedError(f"{name} must be an object")
    return value


def inner(found: Fields, name: str) -> Fields:
    """Return the object in a field; an empty one where the field is missing or null.

    Raises:
        MalformedError: it holds something else.
    """
    value = found.get(name)
    return {} if value is None else fields(value, name)


def text(found: Fields, name: str, otherwise: str | None = None) -> str:
    """Return a text; a number, such as an id, becomes one.

    Raises:
        MalformedError: it is something else, or empty or missing and there is no ``otherwise``.
    """
    value = found.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value in (None, "") and otherwise is not None:
        return otherwise
    if not isinstance(value, str) or not value:
        raise MalformedError(f"{name} must be a text")
    return value


def yes(found: Fields, name: str, otherwise: bool = False) -> bool:
    """Return what is true or false.

    Raises:
        MalformedError: it is neither.
    """
    value = found.get(name, otherwise)
    if value is None:
        return otherwise
    if not isinstance(value, bool):
        raise MalformedError(f"{name} must be true or false")
    return value


def listed(found: Fields, name: str) -> list[Any]:
    """Return a list; an empty one where the field is missing or null.

    Raises:
        MalformedError: it holds something else.
    """
    value = found.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise MalformedError(f"{name} must be a list")
    return value


def one_of(kind: type[E], name: str) -> E:
    """Return the member of that value.

    Raises:
        MalformedError: there is none.
    """
    try:
        return kind(name)
    except ValueError:
        known = ", ".join(member.value for member in kind)
        raise MalformedError(f"{name[:40]!r} must be one of {known}") from None


def time(found: Fields, name: str) -> float:
    """Return seconds since the epoch, from a number of them or a time as in ISO 8601; 0 if missing.

    A time without an offset is UTC.

    Raises:
        MalformedError: it is no time.
    """
    value = found.get(name)
    if value is None or value == "":
        return 0.0
    try:
        if isinstance(value, str):
            told = datetime.fromisoformat(value)
            value = (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        pass
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LAST:
        return float(value)
    raise MalformedError(f"{name} must be a time")
