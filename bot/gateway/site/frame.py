"""What all pages share: their languages, links, navigation and notices, and how they are sent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.gateway.client import is_https
from bot.gateway.door import Door
from bot.gateway.site import assets, languages, templating, widget
from bot.gateway.site.catalogue import Catalogue
from bot.gateway.site.words import Words
from bot.settings import DoorSettings

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'",
    # With no referrer at all, a browser sends our own forms without their origin.
    "Referrer-Policy": "same-origin",
    "Vary": "Accept-Language, Cookie",
}
_LONGEST_TITLE = 120  # characters


@dataclass(frozen=True)
class Frame:
    """One request for a page, with what the page is made from.

    ``language`` is that of the glossary to show, ``wanted`` what the address says of it;
    ``notice`` and ``detail`` are told above every page, empty if all is well.
    """

    request: Request
    catalogue: Catalogue
    words: Words
    language: str
    wanted: str
    notice: str
    detail: str

    def link(self, path: str, **query: object) -> str:
        """Return an address of ours that keeps the language of this page."""
        wanted = {"lang": self.wanted, **query}
        parts = urlencode({name: value for name, value in wanted.items() if value})
        return f"{path}?{parts}" if parts else path

    def entry_link(self, entry: str, language: str = "") -> str:
        """Return the address of the page of an entry, in a language other than the page's."""
        other = {"lang": language} if language not in ("", self.language) else {}
        return self.link(entry_path(entry), **other)

    def page(
        self, template: str, title: str = "", status: int = 200, keep: bool = True, **values: Any
    ) -> Response:
        """Return a page as it is sent.

        Args:
            template: its file.
            title: what it is about; empty for the first page.
            status: the HTTP status.
            keep: whether a browser may keep it, to ask only whether it has changed.
            values: what the template needs beside what all need.
        """
        shown = title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"
        html = templating.render(
            template, f=self, w=self.words, link=self.link, entry_link=self.entry_link,
            asset=assets.address, title=shown, name_of=languages.name_of,
            name_in=languages.name_in, path=self._path,
            languages=self._switch(), **values,
        )  # fmt: skip
        return sent(self.request, html, status, keep)

    @property
    def title(self) -> str:
        """The name of the glossary."""
        return self._settings.title or self.words("glossary")

    @property
    def base(self) -> str:
        """What stands before our paths where the whole address counts; empty if we do not know."""
        return self._settings.public_url

    @property
    def origin(self) -> str:
        """How the browser reached us, for what is to be copied; not to be trusted otherwise."""
        scheme = "https" if is_https(self.request, self._settings.proxies) else "http"
        return self.base or f"{scheme}://{self.request.url.netloc}"

    @property
    def widget(self) -> str:
        """The address of the script of the chat; empty if it was not built."""
        return self.script(widget.CHAT)

    def script(self, path: str) -> str:
        """Return the address of a script of the widget; empty if it was not built."""
        door: Door = self.request.app.state.door
        return widget.script(path, door.settings.project)

    @property
    def _settings(self) -> DoorSettings:
        door: Door = self.request.app.state.door
        return door.settings.door

    @property
    def size(self) -> str:
        """How large the glossary is, in words."""
        own = self.words.language
        spoken = [languages.name_in(code, own) for code in self.catalogue.languages]
        count = self.words.number(len(self.catalogue.glossary))
        return self.words("count", count=count, languages=self.words.listed(spoken))

    @property
    def _path(self) -> str:
        """The path as the browser sent it; the first page's where it leads nowhere."""
        raw: bytes = self.request.scope.get("raw_path") or b"/"
        return raw.decode("ascii", "replace").split("?")[0] if self._known else "/"

    @property
    def _known(self) -> bool:
        return "endpoint" in self.request.scope

    def _switch(self) -> list[tuple[str, str, bool]]:
        """Return the languages to choose from: code, address, whether it is this one."""
        query = [(k, v) for k, v in self.request.query_params.multi_items() if k != "lang"]
        every = list(dict.fromkeys((*self.catalogue.languages, *languages.OWN)))
        return [
            (
                code,
                f"{self._path}?{urlencode([*query, ('lang', code)])}",
                code == (self.wanted or self.language),
            )
            for code in every
        ]


def entry_path(entry: str) -> str:
    """Return the path of an entry's page, the same in all languages."""
    return f"/terms/{quote(entry, safe='')}"


async def frame_of(request: Request) -> Frame:
    """Return the frame of a request for a page; its catalogue is empty if nothing is served yet."""
    door: Door = request.app.state.door
    catalogue = await request.app.state.shelf.catalogue()
    found = await door.health()
    wanted = request.query_params.get("lang", "")[:35]
    accepted = request.headers.get("accept-language", "")
    words = Words(languages.own(wanted, accepted))
    problem = str(((found or {}).get("glossary") or {}).get("problem") or "")
    notice, detail = ("problem", problem) if problem else ("", "")
    if catalogue is None:
        catalogue, notice, detail = Catalogue((), ""), "empty", ""
    elif found is None:
        notice, detail = "away", ""
    language = languages.chosen(wanted, accepted, catalogue.languages or languages.OWN)
    return Frame(
        request, catalogue, words, language, wanted, words(notice) if notice else "", detail
    )


def sent(request: Request, html: str, status: int, keep: bool) -> Response:
    """Return HTML as it is sent; nothing but a status if the browser has the same."""
    if not keep:
        return HTMLResponse(html, status, HEADERS)
    tag = f'"{hashlib.sha256(html.encode()).hexdigest()[:32]}"'
    headers = {**HEADERS, "Cache-Control": "no-cache", "ETag": tag}
    if tag in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return HTMLResponse(html, status, headers)


def _tags(header: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in header[:2000].split(",")]
