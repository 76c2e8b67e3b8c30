"""The addresses of the helpdesks: where they deliver, and how their owner sees how it goes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import html
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
from bot.helpdesk.delivery import Delivery, ForgedError, MalformedError
from bot.helpdesk.store import UnavailableError

_LARGEST = 1_000_000  # bytes of a delivery
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #888;padding:.3rem .6rem;"
    "text-align:left;vertical-align:top}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'"
)


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
    headers = {"Content-Security-Policy": _POLICY}
    return HTMLResponse(_html(await _told(desks)), headers=headers)


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
    kind, _, shown = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            shown = base64.b64decode(shown, validate=True).decode("utf-8").partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            shown = ""
    if not hmac.compare_digest(shown.encode("utf-8", "replace"), token.encode()):
        raise UnknownVisitorError


class UnknownVisitorError(RefusedError):
    """Somebody without the token; a browser asks for it."""

    def __init__(self) -> None:
        super().__init__(401, "This needs the token of the helpdesks.")

    def response(self) -> JSONResponse:
        """Return what is sent."""
        made = super().response()
        made.headers["WWW-Authenticate"] = 'Basic realm="helpdesk", charset="UTF-8"'
        return made


def _html(found: dict[str, Any]) -> str:
    parts = [_desk(name, told) for name, told in found.items()]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Helpdesks</title>'
        f"<style>{_STYLE}</style></head><body><h1>Helpdesks</h1>{''.join(parts)}</body></html>"
    )


def _desk(name: str, told: dict[str, Any]) -> str:
    waiting = told["waiting"]
    rows = "".join(_inbox(inbox, figures) for inbox, figures in told["inboxes"].items())
    off = " (switched off)" if told["switched_off"] else ""
    return (
        f"<h2>{html.escape(name)}: {html.escape(told['kind'])}{off}</h2>"
        f"<p>Waiting: {waiting['messages']} messages, {waiting['effects']} effects, the oldest for "
        f"{waiting['oldest']:.0f} s.</p><table><tr><th>Inbox</th><th>Messages in {told['days']} "
        "days</th><th>Suggestions</th><th>Not done</th><th>Answered</th><th>Deflected</th></tr>"
        f"{rows}</table>"
    )


def _inbox(name: str, figures: dict[str, Any]) -> str:
    cells = [_counts(figures[key]) for key in ("outcomes", "followed", "effects")]
    numbers = [str(figures[key]) for key in ("answered", "deflected")]
    shown = "".join(f"<td>{cell}</td>" for cell in [*cells, *numbers])
    return f"<tr><td>{html.escape(name or '-')}</td>{shown}</tr>"


def _counts(counts: dict[str, int]) -> str:
    return "<br>".join(f"{html.escape(what)}: {count}" for what, count in sorted(counts.items()))
