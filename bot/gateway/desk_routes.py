"""The addresses of the helpdesks: where they deliver, and how their owner sees how it goes."""

from __future__ import annotations

import hmac
import json
import time
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.gateway.body import read
from bot.gateway.desks import Desks
from bot.gateway.refusal import RefusedError, bad_request
from bot.gateway.site import assets
from bot.gateway.site.frame import HEADERS
from bot.gateway.site.templating import render
from bot.gateway.state import shown_token
from bot.gateway.status import span
from bot.helpdesk.delivery import Delivery, ForgedError, MalformedError
from bot.helpdesk.store import UnavailableError

_LARGEST = 1_000_000  # bytes of a delivery


def desk_routes(desks: Desks) -> list[Route]:
    """Return the routes; deliveries have no session, their signature is what counts."""
    both = ["GET", "POST"]
    return [
        Route("/webhooks/helpdesk/{desk}", partial(_deliver, desks), methods=both),
        Route("/webhooks/helpdesk/{desk}/{token}", partial(_deliver, desks), methods=both),
        Route("/helpdesk", partial(_page, desks)),
        Route("/helpdesk/status", partial(_status, desks)),
        Route("/helpdesk/switch", partial(_switch, desks), methods=["POST"]),
    ]


async def _deliver(desks: Desks, request: Request) -> Response:
    desk = desks.desks.get(request.path_params["desk"])
    if desk is None:
        raise RefusedError(404, "Not found.")
    if request.method in ("GET", "HEAD"):
        return JSONResponse({"status": "ok"})
    headers = {name.lower(): value for name, value in request.headers.items()}
    body = await read(request, _LARGEST)
    token = request.path_params.get("token", "")
    try:
        await desk.receive(Delivery(headers, body, token, time.time()))
    except ForgedError:
        raise RefusedError(401, "The signature is not valid.") from None
    except MalformedError:
        raise bad_request("The delivery is not understood.") from None
    except UnavailableError:
        status = desk.connector.abilities.overloaded
        raise RefusedError(status, "We cannot take this at the moment.", 5) from None
    return JSONResponse({"status": "accepted"})


async def _status(desks: Desks, request: Request) -> Response:
    _let_in(request, desks.token)
    return JSONResponse(await _told(desks))


async def _page(desks: Desks, request: Request) -> Response:
    _let_in(request, desks.token)
    page = render(
        "helpdesk.html", style=assets.address("site.css"), icon=assets.address("icon.svg"),
        desks=await _told(desks), span=span,
    )  # fmt: skip
    return HTMLResponse(page, headers={**HEADERS, "Refresh": "10"})


async def _switch(desks: Desks, request: Request) -> Response:
    _let_in(request, desks.token)
    try:
        found = json.loads(await read(request))
        name, off = found["desk"], found["off"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise bad_request('Send {"desk": "name", "off": true}.') from None
    if name not in desks.desks or not isinstance(off, bool):
        raise bad_request("There is no such helpdesk.")
    try:
        await desks.switch(name, off)
    except UnavailableError:
        raise RefusedError(503, "We cannot take this at the moment.", 5) from None
    return JSONResponse({"desk": name, "off": off})


async def _told(desks: Desks) -> dict[str, Any]:
    try:
        return await desks.status()
    except UnavailableError:
        raise RefusedError(503, "We cannot tell at the moment.", 5) from None


def _let_in(request: Request, token: str) -> None:
    """Let in who shows the token, as a bearer or as the password of a browser's dialogue."""
    if not hmac.compare_digest(shown_token(request), token.encode()):
        raise RefusedError(
            401, "This needs the token of the helpdesks.",
            challenge='Basic realm="helpdesk", charset="UTF-8"',
        )  # fmt: skip
