"""The page that shows how to embed the assistant, and lets one try it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.gateway.site import widget
from bot.gateway.site.frame import frame_of


async def show(request: Request) -> Response:
    """GET /embed."""
    frame = await frame_of(request)
    return frame.page(
        "embed.html", frame.words("embed_title"), keep=False, chat=widget.CHAT,
        underline=widget.UNDERLINE, built=bool(widget.script(widget.CHAT)), origin=frame.origin,
    )  # fmt: skip
