"""The body of a request: read with a bound, then checked against its schema."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from starlette.requests import ClientDisconnect, Request

from bot.gateway.refusal import RefusedError, bad_request
from bot.gateway.schemas import EVENTS, SCHEMAS

LARGEST = 64_000  # bytes of a body
_PATIENCE = 10.0  # seconds until a body must be here


async def read(request: Request, most: int = LARGEST) -> bytes:
    """Return the body.

    Raises:
        RefusedError: it is too large, or comes too slowly.
    """
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told[:20]) > most:
        raise _too_large()
    parts, size = [], 0
    try:
        async with asyncio.timeout(_PATIENCE):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise _too_large()
                parts.append(part)
    except TimeoutError:
        raise RefusedError(408, "The request came too slowly.") from None
    except ClientDisconnect:
        raise bad_request("The request was not complete.") from None
    return b"".join(parts)


async def read_object(request: Request, schema: str) -> dict[str, Any]:
    """Return the body as a JSON object that fits the schema of that name.

    Raises:
        RefusedError: it does not.
    """
    content = await read(request)
    try:
        found = json.loads(content.decode("utf-8") or "{}", parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise bad_request("The request is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise bad_request("The request is not valid JSON.") from None
    return fitting(found, schema)


def fitting(found: Any, schema: str) -> dict[str, Any]:
    """Return what fits the schema of that name.

    Raises:
        RefusedError: it does not.
    """
    error = best_match(_validator(schema).iter_errors(found))
    if error is not None:
        where = "/".join(str(part) for part in error.absolute_path)[:60] or "The body"
        raise bad_request(f"{where} does not fit the schema ({error.validator}).")
    return dict(found)


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({**SCHEMAS, **EVENTS}[schema])


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _too_large() -> RefusedError:
    return RefusedError(413, "The request is too large.")
