"""How everything is, for its owner: the parts, what waits, what is served, what was counted."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot import __version__
from bot.gateway.door import Door
from bot.gateway.site import assets
from bot.gateway.site.frame import HEADERS
from bot.gateway.site.templating import render
from bot.gateway.state import for_owner

Json = dict[str, Any]


async def show(request: Request) -> Response:
    """GET /status: a page for a browser, JSON for a program."""
    for_owner(request, ask=True)
    found = await _status(request.app.state.door)
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse(found)
    page = render(
        "status.html", style=assets.address("site.css"), icon=assets.address("icon.svg"),
        status=found, moment=_moment, span=span,
    )  # fmt: skip
    return HTMLResponse(page, headers={**HEADERS, "Refresh": "10"})


async def _status(door: Door) -> Json:
    waiting = await door.store.waiting()
    oldest = await door.store.oldest()
    rasa = await door.health()
    now = time.time()
    return {
        "version": __version__,
        "time": now,
        "since": door.since,
        "parts": [asdict(part) for part in door.parts.read()],
        "rasa": rasa or {"status": "away"},
        "waiting": {
            "messages": sum(waiting.values()),
            "conversations": len(waiting),
            "oldest_seconds": round(now - oldest, 1) if oldest else 0.0,
        },
        "sockets": door.audience.count,
        "counted": door.metrics.numbers(),
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def span(seconds: float) -> str:
    """Return a duration in its two largest units."""
    left = int(max(0, seconds))
    days, hours, minutes = left // 86400, left // 3600 % 24, left // 60 % 60
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {left % 60} s" if minutes else f"{left} s"
