"""How the installation is: for its owner, for monitors, and for the page."""

from __future__ import annotations

import base64
import hmac
import shutil

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.gateway.door import Door
from bot.gateway.metrics import CONTENT_TYPE
from bot.gateway.refusal import RefusedError


async def health(request: Request) -> Response:
    """GET /health: whether Rasa is there, and which glossary it serves."""
    door: Door = request.app.state.door
    found = await door.health()
    told = {name: value for name, value in (found or {}).items() if name != "faults"}
    return JSONResponse(told or {"status": "starting"}, 200 if found else 503)


async def ready(request: Request) -> Response:
    """GET /ready: whether a question is answered and a message can be kept."""
    door: Door = request.app.state.door
    good = await door.ready()
    return JSONResponse({"status": "ready" if good else "not ready"}, 200 if good else 503)


async def metrics(request: Request) -> Response:
    """GET /metrics: for programs of this machine, and for who shows the token."""
    for_owner(request)
    door: Door = request.app.state.door
    found = await door.health()
    door.metrics.parts(door.parts.read())
    door.metrics.sockets(door.audience.count)
    door.metrics.glossary(found)
    door.metrics.free(shutil.disk_usage(door.settings.state).free)
    return Response(door.metrics.text(), media_type=CONTENT_TYPE)


def for_owner(request: Request, ask: bool = False) -> None:
    """Let in programs of this machine, and who shows the token: as a bearer or as a password.

    Args:
        request: what is asked for.
        ask: whether a browser shall ask for the token where there is one.

    Raises:
        RefusedError: it is somebody else.
    """
    door: Door = request.app.state.door
    token = door.settings.door.metrics_token
    if token and hmac.compare_digest(shown_token(request), token.encode()):
        return
    if door.where(request).local:
        return
    if token and ask:
        raise RefusedError(401, "This is for the owner.", challenge='Basic realm="Termwise"')
    raise RefusedError(404, "Not found.")


def shown_token(request: Request) -> bytes:
    """Return the token that a request shows; empty if it is none."""
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return shown.encode("utf-8", "replace")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(shown, validate=True).partition(b":")[2]
        except ValueError:
            return b""
    return b""
