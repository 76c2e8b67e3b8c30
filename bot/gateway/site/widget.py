"""The scripts of the chat widget on our pages: where they are, if they were built."""

from __future__ import annotations

from pathlib import Path

CHAT = "/widget/widget.js"
UNDERLINE = "/widget/underline.js"


def script(path: str, project: Path) -> str:
    """Return the address of a script; empty if it was not built.

    Args:
        path: :data:`CHAT` or :data:`UNDERLINE`.
        project: the folder that the widget was built in.
    """
    built = project / "widget" / "dist" / path.rpartition("/")[2]
    return path if built.is_file() else ""
