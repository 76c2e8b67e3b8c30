"""What search engines are told: which pages there are, and which are not for them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.gateway.site.catalogue import Catalogue
from bot.gateway.site.frame import Frame, entry_path, frame_of
from bot.gateway.site.words import is_date

_AT_ONCE = 10_000  # addresses of one file; the protocol allows 50,000 and 50 MB
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_CLOSED = ("/ask", "/embed", "/search", "/v1/", "/webhooks/", "/socket.io/", "/health", "/ready")


async def robots(request: Request) -> Response:
    """GET /robots.txt."""
    frame = await frame_of(request)
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED)]
    if frame.base:
        lines.append(f"Sitemap: {frame.base}/sitemap.xml")
    return PlainTextResponse("\n".join((*lines, "")), headers={"Cache-Control": "no-cache"})


async def sitemap(request: Request) -> Response:
    """GET /sitemap.xml: the files that list the pages."""
    frame = await _listed(request)
    files = -(-len(frame.catalogue.glossary) // _AT_ONCE)
    places = [f"{frame.base}/sitemap/{number}.xml" for number in range(1, files + 1)]
    body = "".join(f"<sitemap><loc>{escape(place)}</loc></sitemap>" for place in places)
    return _xml(f'<sitemapindex xmlns="{_NAMESPACE}">{body}</sitemapindex>')


async def sitemap_file(request: Request) -> Response:
    """GET /sitemap/{number}.xml: pages of entries, with their last change."""
    frame = await _listed(request)
    number = request.path_params["number"]
    entries = _part(frame.catalogue, number)
    if not entries:
        raise HTTPException(404)
    body = "".join(_url(frame, entry) for entry in entries)
    return _xml(f'<urlset xmlns="{_NAMESPACE}">{body}</urlset>')


async def _listed(request: Request) -> Frame:
    frame = await frame_of(request)
    if not frame.base:  # addresses in these files are whole ones
        raise HTTPException(404)
    return frame


def _part(catalogue: Catalogue, number: int) -> Sequence[str]:
    ids = [entry.id for entry in catalogue.glossary]
    return ids[(number - 1) * _AT_ONCE : number * _AT_ONCE] if number > 0 else ()


def _url(frame: Frame, entry: str) -> str:
    updated = frame.catalogue.glossary[entry].updated
    changed = f"<lastmod>{updated}</lastmod>" if is_date(updated) else ""
    return f"<url><loc>{escape(frame.base + entry_path(entry))}</loc>{changed}</url>"


def _xml(body: str) -> Response:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return Response(
        head + body, media_type="application/xml", headers={"Cache-Control": "no-cache"}
    )
