"""Log lines as JSON: which part, which request, what happened; never what was said."""

from __future__ import annotations

import json
import logging
import os
from contextvars import ContextVar
from datetime import UTC, datetime

trace: ContextVar[str] = ContextVar("trace", default="")
_FIELDS = ("seq", "number", "attempts", "characters", "route", "status", "ms", "pid", "exit_code")


class JsonLines(logging.Formatter):
    """One object per line.

    Args:
        part: the part of the program that writes.
    """

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname, "part": self._part, "logger": record.name,
            "message": record.getMessage(),
        }  # fmt: skip
        known = getattr(record, "trace", "") or trace.get()
        if known:
            line["trace"] = known
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)


def write_log(part: str) -> None:
    """Write the log of this process to standard error, from the level in ``LOG_LEVEL`` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(part))
    level = logging.getLevelName(os.environ.get("LOG_LEVEL", "WARNING").upper())
    logging.basicConfig(
        level=level if isinstance(level, int) else logging.WARNING, handlers=[handler], force=True
    )
    for name in ("uvicorn.error", "uvicorn.asgi", "httpx", "httpcore", "asyncio"):
        # What clients send that is no HTTP, and each request to Rasa, say nothing of ours.
        logging.getLogger(name).setLevel(logging.ERROR)
