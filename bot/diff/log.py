"""Questions of a log: one per line, or JSON lines with the text under a usual key."""

from __future__ import annotations

import json
from pathlib import Path

from bot.errors import Code, DataError
from bot.text import clean

MOST = 5_000  # questions; the last ones
_KEYS = ("text", "question", "message", "ask", "query")


def read_log(path: Path) -> list[str]:
    """Return the questions of a log, each once, in their order; of a long one the last.

    Raises:
        DataError: it is not UTF-8, or a JSON line has no text.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(Code.D002, file=path.name, problem=str(error)) from None
    found: dict[str, None] = {}
    for number, line in enumerate(lines, start=1):
        text = clean(_text(line.strip(), path.name, number))
        if text:
            found.pop(text, None)
            found[text] = None
    return list(found)[-MOST:]


def _text(line: str, name: str, number: int) -> str:
    if not line.startswith("{"):
        return line
    try:
        item = json.loads(line)
    except (ValueError, RecursionError):
        return line  # a question may begin with a brace
    text = next((item[key] for key in _KEYS if isinstance(item.get(key), str)), None)
    if text is None:
        raise DataError(
            Code.D001, file=name, line=number, found="an object without a question",
            expected=f"one of the keys {', '.join(_KEYS)}",
        )  # fmt: skip
    return str(text)
