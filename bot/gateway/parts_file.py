"""What the supervisor knows of the parts, for the gateway to tell: one small file in ``STATE``."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

_LARGEST = 10_000  # bytes


@dataclass(frozen=True, slots=True)
class PartState:
    """One part: ``since`` is when it was last started or ended, in seconds since the epoch.

    ``pid`` is 0 while it does not run; ``ended`` is its last exit code, None if it never ended.
    """

    name: str
    pid: int
    starts: int
    since: float
    ended: int | None = None


class PartsFile:
    """The file.

    Args:
        state: the state folder.
    """

    def __init__(self, state: Path) -> None:
        self._path = state / "parts.json"

    def write(self, parts: Sequence[PartState]) -> None:
        """Replace what is there; a full disk is logged and stops nobody."""
        scratch = self._path.with_suffix(".tmp")
        try:
            with open(os.open(scratch, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
                json.dump([asdict(part) for part in parts], file)
            scratch.replace(self._path)
        except OSError as error:
            logger.warning("the state of the parts is not told: %s", error.strerror)

    def read(self) -> list[PartState]:
        """Return what is there; nothing without a supervisor, or where it cannot be read."""
        try:
            content = self._path.read_bytes()[:_LARGEST]
            return [PartState(**part) for part in json.loads(content)]
        except (OSError, ValueError, TypeError):
            return []

    def clear(self) -> None:
        """Remove it: nobody looks after the parts any more."""
        self._path.unlink(missing_ok=True)
