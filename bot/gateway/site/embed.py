"""The page that shows how to embed the assistant, and lets one try it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.formats.markdown_html import words_of
from bot.gateway.site import widget
from bot.gateway.site.catalogue import Catalogue
from bot.gateway.site.frame import frame_of

_SAMPLES = 2  # definitions in which terms are marked


async def show(request: Request) -> Response:
    """GET /embed."""
    frame = await frame_of(request)
    return frame.page(
        "embed.html", frame.words("embed_title"), keep=False, origin=frame.origin,
        chat=widget.CHAT, underline=widget.UNDERLINE,
        built=bool(frame.script(widget.CHAT) and frame.script(widget.UNDERLINE)),
        sample=_sample(frame.catalogue, frame.language),
    )  # fmt: skip


def _sample(catalogue: Catalogue, language: str) -> list[str]:
    """Return a text in which terms occur: what the most central concepts are."""
    entries = [catalogue.glossary[name] for name in catalogue.central]
    spoken = [entry.texts[language] for entry in entries if language in entry.texts]
    return [words_of(text.definition.text)[:1000] for text in spoken[:_SAMPLES]]
