"""How the installation is: for its owner, for monitors, and for the page."""

from __future__ import annotations

import hmac

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.gateway.client import client_of
from bot.gateway.door import Door
from bot.gateway.metrics import CONTENT_TYPE
from bot.gateway.refusal import RefusedError


async def health(request: Request) -> Response:
    """GET /health: whether Rasa is there, and which glossary it serves."""
    door: Door = request.app.state.door
    found = await door.health()
    return JSONResponse(found or {"status": "starting"}, 200 if found else 503)


async def ready(request: Request) -> Response:
    """GET /ready: whether a question is answered and a message can be kept."""
    door: Door = request.app.state.door
    good = await door.ready()
    return JSONResponse({"status": "ready" if good else "not ready"}, 200 if good else 503)


async def metrics(request: Request) -> Response:
    """GET /metrics: for programs of this machine, and for who shows the token."""
    door: Door = request.app.state.door
    settings = door.settings
    token = settings.door.metrics_token
    shown = request.headers.get("authorization", "").encode("utf-8", "replace")
    known = bool(token) and hmac.compare_digest(shown, f"Bearer {token}".encode())
    if not known and not client_of(request, settings.host, settings.door.proxies).local:
        raise RefusedError(404, "Not found.")
    return Response(door.metrics.text(), media_type=CONTENT_TYPE)
