"""The page to ask on: its files, and what a browser may do with them."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "rasa_server" / "page"
TYPES = {
    "page.js": "text/javascript; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def html() -> str:
    """Return the page."""
    return (_FOLDER / "index.html").read_text(encoding="utf-8")


def assets() -> dict[str, bytes]:
    """Return what the page loads, by name."""
    return {name: (_FOLDER / name).read_bytes() for name in TYPES}
