"""Log lines: which part, which request, what happened; never what was said."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

from bot.settings import Settings

trace: ContextVar[str] = ContextVar("trace", default="")
_FIELDS = ("seq", "number", "attempts", "characters", "route", "status", "ms", "pid", "exit_code",
           "fault")  # fmt: skip


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """Return what a record says beside its message."""
    known = getattr(record, "trace", "") or trace.get()
    told: dict[str, object] = {"trace": known} if known else {}
    return told | {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class JsonLines(logging.Formatter):
    """One object per line, for programs.

    Args:
        part: the part of the program that writes.
    """

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": _time(record), "level": record.levelname, "part": self._part,
            "logger": record.name, "message": record.getMessage(), **_fields(record),
        }  # fmt: skip
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)


class TextLines(logging.Formatter):
    """The same for people.

    Args:
        part: the part of the program that writes.
    """

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and below it where an exception comes from."""
        more = " ".join(f"{name}={value}" for name, value in _fields(record).items())
        said = record.getMessage()
        line = f"{_time(record)} {record.levelname} {self._part}: {said}"
        shown = f"{line} ({more})" if more else line
        return f"{shown}\n{self.formatException(record.exc_info)}" if record.exc_info else shown


def write_log(part: str, settings: Settings) -> None:
    """Write the log of this process to standard error, as the settings say."""
    handler = logging.StreamHandler()
    text = settings.log_format == "text"
    people = text or (settings.log_format == "auto" and sys.stderr.isatty())
    handler.setFormatter(TextLines(part) if people else JsonLines(part))
    level = logging.getLevelName(settings.log_level.upper())
    logging.basicConfig(
        level=level if isinstance(level, int) else logging.WARNING, handlers=[handler], force=True
    )
    for name in ("uvicorn.error", "uvicorn.asgi", "httpx", "httpcore", "asyncio"):
        # What clients send that is no HTTP, and each request to Rasa, say nothing of ours.
        logging.getLogger(name).setLevel(logging.ERROR)
