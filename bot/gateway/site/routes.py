"""The addresses of the pages, and what is shown where one of them is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.gateway.refusal import RefusedError, unavailable
from bot.gateway.site import assets, conversation, crawlers, embed, pages
from bot.gateway.site.frame import frame_of
from bot.gateway.store import StoreUnavailableError

_FOREVER = "public, max-age=31536000, immutable"

Endpoint = Callable[[Request], Awaitable[Response]]


def routes() -> list[Route]:
    """Return the addresses."""
    return [
        Route("/", _page(pages.home)),
        Route("/terms", _page(pages.terms)),
        Route("/terms/{id:path}", _page(pages.entry)),
        Route("/search", _page(pages.search)),
        Route("/ask", _page(conversation.show), methods=["GET"]),
        Route("/ask", _page(conversation.ask), methods=["POST"]),
        Route("/ask/end", _page(conversation.end), methods=["POST"]),
        Route("/embed", _page(embed.show)),
        Route("/robots.txt", crawlers.robots),
        Route("/sitemap.xml", crawlers.sitemap),
        Route("/sitemap/{number:int}.xml", crawlers.sitemap_file),
        Route("/site/{name}", _asset),
        Route("/favicon.ico", _icon),
    ]


async def no_page(request: Request) -> Response:
    """Return the page that says that there is none at this address."""
    return pages.not_found(await frame_of(request))


def _page(endpoint: Endpoint) -> Endpoint:
    """Return the endpoint with its refusals as pages; each page counts as a request."""

    async def answer(request: Request) -> Response:
        try:
            request.app.state.door.client(request)
            return await endpoint(request)
        except RefusedError as error:
            return await _refused(request, error)
        except StoreUnavailableError:
            return await _refused(request, unavailable())

    return answer


async def _refused(request: Request, error: RefusedError) -> Response:
    frame = await frame_of(request)
    title = frame.words("refused")
    page = frame.page("refused.html", title, status=error.status, keep=False, text=error.text)
    page.headers.update(error.headers())
    return page


async def _asset(request: Request) -> Response:
    found = assets.assets().get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    current = request.query_params.get("v") == found.version
    headers = {"Cache-Control": _FOREVER if current else "no-cache"}
    return Response(found.content, headers=headers, media_type=found.media_type)


async def _icon(request: Request) -> Response:
    return RedirectResponse(assets.address("icon.svg"), 308)
