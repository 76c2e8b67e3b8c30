"""The port of the formats that a glossary can be exported to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.glossary.entry import Entry


class Writer(Protocol):
    """Writes one format. Writers keep no state and never open a file."""

    @property
    def name(self) -> str:
        """What the owner calls the format: the name of the reader that reads it back."""

    def write(self, entries: Sequence[Entry]) -> bytes:
        """Return one file with all entries, from which their reader reads them again.

        Terms, texts, relations and ``extra`` come back as they were; spans are those of the
        file written.
        """
