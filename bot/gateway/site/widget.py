"""The chat widget on our pages: where its script is, if it was built."""

from __future__ import annotations

from bot.settings import PROJECT

BUILT = PROJECT / "widget" / "dist"
CHAT = "/widget/widget.js"
UNDERLINE = "/widget/underline.js"


def script(path: str) -> str:
    """Return the address of a script of the widget; empty if it was not built."""
    return path if (BUILT / path.rpartition("/")[2]).is_file() else ""
