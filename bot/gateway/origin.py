"""Which web pages may ask: our own, and those of the sites on the list."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.gateway.refusal import RefusedError, refuse_websocket

_SAFE = ("GET", "HEAD")
_SOCKET = "/socket.io/"  # where a GET opens a connection
_ALLOWED = {
    "access-control-allow-methods": "GET, POST, DELETE",
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": "600",
}


def own_origins(host: str, port: int, public: str = "") -> set[str]:
    """Return how the addresses of this server read in a browser.

    Args:
        host: what the server listens on.
        port: where.
        public: the origin under which the world knows it; empty for none.
    """
    hosts = {"localhost", "127.0.0.1", "[::1]", f"[{host}]" if ":" in host else host}
    own = {f"http://{name}:{port}".removesuffix(":80").lower() for name in hosts}
    return own | {public} if public else own


class OriginGuard:
    """Refuses what pages of other sites send, and lets those on the list read the answers.

    The ``Host`` of a request does not count: whoever controls a name can point it here.

    Args:
        app: what is guarded.
        own: origins of our own page.
        others: origins on the list; exact, as browsers send them.
    """

    def __init__(self, app: ASGIApp, own: Iterable[str], others: Iterable[str]) -> None:
        self._app = app
        self._own = frozenset(own)
        self._others = frozenset(others)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        origin = Headers(scope=scope).get("origin")
        listed = origin in self._others
        good = origin is None or listed or origin in self._own
        if scope["type"] == "websocket":
            if good:
                await self._app(scope, receive, send)
            else:
                await refuse_websocket(_refused(), scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                sent.add_vary_header("Origin")
                if listed and origin:
                    sent["Access-Control-Allow-Origin"] = origin
                    sent["Access-Control-Expose-Headers"] = "Retry-After, X-Session-Token"
                    if scope["method"] == "OPTIONS":
                        sent.update(_ALLOWED)
            await send(message)

        if listed and scope["method"] == "OPTIONS":
            await answer({"type": "http.response.start", "status": 204, "headers": []})
            await answer({"type": "http.response.body", "body": b""})
        elif good or (scope["method"] in _SAFE and not scope["path"].startswith(_SOCKET)):
            await self._app(scope, receive, answer)
        else:
            await _refused().response()(scope, receive, answer)


def _refused() -> RefusedError:
    return RefusedError(403, "Pages of other sites may not ask here.")
