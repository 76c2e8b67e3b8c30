"""What pages that mark terms need: the names of one language at once, and what a term is."""

from __future__ import annotations

import asyncio
import gzip
import json
import unicodedata
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot import __version__
from bot.formats.markdown_html import words_of
from bot.gateway.refusal import RefusedError, bad_request, unavailable
from bot.gateway.rest import LANGUAGE
from bot.gateway.site.catalogue import Catalogue
from bot.gateway.site.frame import entry_path
from bot.glossary.entry import Entry
from bot.glossary.names import Name, Names

_FRESH = "public, max-age=60, stale-while-revalidate=86400"
_LONGEST = 100  # characters of a name that is looked for on a page
_LEAST = 2  # letters of one


async def names(request: Request) -> Response:
    """GET /v1/names: all names of a language, as pages look for them."""
    catalogue, language = await _asked(request)
    content = await request.app.state.names.packed(catalogue, language)
    tag = f'"{catalogue.version}-{language.lower()}-{__version__}"'
    headers = {"Cache-Control": _FRESH, "ETag": tag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = "application/json"
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(content, headers={**headers, "Content-Encoding": "gzip"})
    return Response(gzip.decompress(content), headers=headers)


async def card(request: Request) -> Response:
    """GET /v1/cards/{id}: a term, what it is in plain words, and where its page is."""
    catalogue, language = await _asked(request)
    name = request.path_params["id"]
    if name not in catalogue.glossary:
        raise RefusedError(404, "There is no such entry.")
    found = catalogue.glossary[name]
    return JSONResponse(
        _card(found, language, catalogue.version), headers={"Cache-Control": _FRESH}
    )


async def _asked(request: Request) -> tuple[Catalogue, str]:
    request.app.state.door.client(request)
    language = request.query_params.get("language", "en")
    if not LANGUAGE.fullmatch(language):
        raise bad_request("language must be a code such as en.")
    catalogue = await request.app.state.shelf.catalogue()
    if catalogue is None:
        raise unavailable()
    return catalogue, _known(catalogue.languages, language)


def _known(languages: Sequence[str], wanted: str) -> str:
    """Return the language as the glossary calls it: ``de`` where ``de-AT`` is wanted."""
    base = wanted.lower().split("-")[0]
    same = [code for code in languages if code.lower() == wanted.lower()]
    alike = [code for code in languages if code.lower().split("-")[0] == base]
    return (same or alike or [wanted])[0]


def _card(entry: Entry, language: str, version: str) -> dict[str, Any]:
    spoken = entry.text_language(language)
    return {
        "glossary_version": version,
        "id": entry.id,
        "term": entry.label(language),
        "language": spoken,
        "definition": words_of(entry.text(language).definition.text),
        "address": f"{entry_path(entry.id)}?lang={language}",
    }


class NameLists:
    """Keeps the answers about names, made once for a version of the glossary."""

    def __init__(self) -> None:
        self._version = ""
        self._made: dict[str, asyncio.Task[bytes]] = {}

    async def packed(self, catalogue: Catalogue, language: str) -> bytes:
        """Return the names of a language as compressed JSON."""
        if catalogue.version != self._version:
            self._version, self._made = catalogue.version, {}
        if language not in self._made:
            if language not in catalogue.languages:
                return _packed(catalogue, [], language)
            work = asyncio.to_thread(_names, catalogue, language)
            self._made[language] = asyncio.create_task(work)
        return await asyncio.shield(self._made[language])


def _names(catalogue: Catalogue, language: str) -> bytes:
    every = (name for name in Names(catalogue.glossary).all if name.language == language)
    return _packed(catalogue, [_listed(name) for name in every if _is_looked_for(name)], language)


def _packed(catalogue: Catalogue, listed: list[list[str]], language: str) -> bytes:
    told = {"glossary_version": catalogue.version, "language": language, "names": listed}
    return gzip.compress(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())


def _is_looked_for(name: Name) -> bool:
    letters = sum(character.isalnum() for character in name.text)
    return letters >= _LEAST and len(name.text) <= _LONGEST and not name.text.isdigit()


def _listed(name: Name) -> list[str]:
    """Return stems, how it must be written, ids of its entries.

    What is an abbreviation or has no small letters counts only as it is written: "IT" is not "it".
    """
    exact = name.fixed or name.text.upper() == name.text
    return [" ".join(map(_bare, name.stems)), name.text if exact else "", *name.concepts]


def _bare(stem: str) -> str:
    """Return a stem without marks, which browsers tell from letters by category alone."""
    return "".join(c for c in stem if not unicodedata.category(c).startswith("M"))
