"""The ASGI application of the front door: which address leads where."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from bot.gateway import names, personal, rest, state, status, webhook, widget_files
from bot.gateway.desk_routes import desk_routes
from bot.gateway.desks import Desks
from bot.gateway.door import Door
from bot.gateway.envelope import Envelope
from bot.gateway.openapi import document
from bot.gateway.origin import OriginGuard, own_origins
from bot.gateway.refusal import RefusedError, unavailable
from bot.gateway.site import routes as site
from bot.gateway.site.shelf import Shelf
from bot.gateway.sockets.events import Events
from bot.gateway.sockets.frames import Frames
from bot.gateway.store import StoreUnavailableError

Endpoint = Callable[[Request], Awaitable[Response]]

SOCKET = "/socket.io/"

# Path -> method -> what answers; the OpenAPI document describes each of them.
API: dict[str, dict[str, Endpoint]] = {
    "/v1/session": {"POST": rest.open_session, "DELETE": rest.end_session},
    "/v1/session/rotate": {"POST": rest.rotate_session},
    "/v1/ask": {"POST": rest.ask},
    "/v1/conversation": {"GET": rest.conversation, "DELETE": personal.erase},
    "/v1/conversation/export": {"GET": personal.export},
    "/v1/feedback": {"POST": rest.feedback},
    "/v1/handover": {"POST": rest.handover},
    "/v1/terms": {"GET": rest.terms},
    "/v1/entries/{id}": {"GET": rest.entry},
    "/v1/names": {"GET": names.names},
    "/v1/cards/{id}": {"GET": names.card},
    "/webhooks/rest/webhook": {"POST": webhook.receive},
    "/webhooks/rest/": {"GET": webhook.health},
    "/health": {"GET": state.health},
    "/ready": {"GET": state.ready},
    "/metrics": {"GET": state.metrics},
    "/status": {"GET": status.show},
}


def make_app(door: Door, desks: Desks | None = None) -> Starlette:
    """Return the application; it starts and stops the door and the helpdesks with itself."""
    events = Events(door)

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        await door.start()
        if desks:
            await desks.start()
        try:
            yield
        finally:
            if desks:
                await desks.stop()
            await events.server.stop()
            await door.stop()

    settings = door.settings
    app = Starlette(
        routes=[
            *_api(),
            *_pages(),
            *_socket(Frames(events.server, door)),
            *widget_files.routes(settings.project / "widget" / "dist"),
            *(desk_routes(desks) if desks else ()),
        ],
        lifespan=life,
        exception_handlers={
            RefusedError: _refused,
            StoreUnavailableError: _unavailable,
            HTTPException: _http_error,
        },
        middleware=[
            Middleware(Envelope, metrics=door.metrics),
            Middleware(
                OriginGuard,
                own=own_origins(settings.host, settings.port, settings.door.public_url),
                others=settings.door.origins,
            ),
        ],
    )
    app.router.redirect_slashes = False
    app.state.door = door
    app.state.shelf = Shelf(door.entries)
    app.state.names = names.NameLists()
    return app


def _api() -> list[Route]:
    return [
        Route(path, _by_method(methods), methods=list(methods)) for path, methods in API.items()
    ]


def _socket(frames: Frames) -> list[BaseRoute]:
    return [Route(SOCKET, frames), WebSocketRoute(SOCKET, frames)]


def _by_method(methods: dict[str, Endpoint]) -> Endpoint:
    async def answer(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await methods[method](request)

    return answer


def _pages() -> list[Route]:
    described = document()

    async def openapi(request: Request) -> Response:
        return JSONResponse(described)

    return [*site.routes(), Route("/v1/openapi.json", openapi)]


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return error.response()


async def _unavailable(request: Request, error: Exception) -> Response:
    return unavailable().response()


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404 and "text/html" in request.headers.get("accept", ""):
        return await site.no_page(request)
    reason = "Not found." if error.status_code == 404 else "The request is not understood."
    return JSONResponse({"error": reason}, error.status_code, error.headers)
