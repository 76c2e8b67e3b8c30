"""Around every request: an id for the logs, safe headers, a count, and no trace of our faults."""

from __future__ import annotations

import logging
import time
import uuid

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.gateway.metrics import Metrics
from bot.log_lines import trace

logger = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_OURS = "Something went wrong on our side."


class Envelope:
    """Wraps an application.

    Args:
        app: what answers.
        metrics: counts the answers by route, never by address.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = uuid.uuid4().hex
        trace.set(name)
        began = time.perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for key, value in HEADERS.items():
                    headers.setdefault(key, value)
                headers["X-Request-Id"] = name
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Exception:
            logger.exception("a request failed")
            if not status:
                await JSONResponse({"error": _OURS}, 500)(scope, receive, answer)
        route = getattr(scope.get("route"), "path", "none")
        self._metrics.request(route, status)
        took = round((time.perf_counter() - began) * 1000, 1)
        logger.info("request", extra={"route": route, "status": status, "ms": took})
