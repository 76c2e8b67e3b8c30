"""The scripts of the chat widget, as ``make widget`` built them, for any page."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_NAME = re.compile(r"[a-z][a-z0-9.-]*\.(js|json|txt)", re.ASCII)
_HASHED = re.compile(r".*-[0-9a-f]{16}\.js", re.ASCII)
_FOREVER = "public, max-age=31536000, immutable"
# A page that embeds the widget gets a new one within the hour, and never waits for it.
_HOUR = "public, max-age=3600, stale-while-revalidate=86400"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
# Any page may load the scripts: what they may ask is decided by ORIGINS.
_SHARED = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    packed: bytes
    headers: Mapping[str, str]


def routes(folder: Path) -> list[Route]:
    """Return the address of the scripts.

    Args:
        folder: what was built; nothing is served if it is missing.
    """
    files = _read(folder)

    async def answer(request: Request) -> Response:
        file = files.get(request.path_params["name"])
        if file is None:
            raise HTTPException(404)
        if request.headers.get("if-none-match") == file.headers["ETag"]:
            return Response(status_code=304, headers=dict(file.headers))
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(file.packed, headers={**file.headers, "Content-Encoding": "gzip"})
        return Response(file.content, headers=dict(file.headers))

    return [Route("/widget/{name}", answer)]


def _read(folder: Path) -> dict[str, _File]:
    """Return the files by name: read once, so that a loader never meets another build's chat."""
    if not folder.is_dir():
        return {}
    paths = [path for path in sorted(folder.iterdir()) if _NAME.fullmatch(path.name)]
    return {path.name: _file(path) for path in paths if path.is_file()}


def _file(path: Path) -> _File:
    content = path.read_bytes()
    headers = {
        **_SHARED,
        "Cache-Control": _FOREVER if _HASHED.fullmatch(path.name) else _HOUR,
        "Content-Type": _TYPES[path.suffix],
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:16]}"',
        "Vary": "Accept-Encoding",
    }
    return _File(content, gzip.compress(content, 9, mtime=0), headers)
