"""The shelf: holds the catalogue that is served, and exchanges it in the background."""

from __future__ import annotations

import asyncio
import logging

from bot.gateway.entries import EntryFile
from bot.gateway.site.catalogue import Catalogue

logger = logging.getLogger(__name__)

_PATIENCE = 0.25  # seconds that a visitor waits for a newer version before getting the former


class Shelf:
    """Gives out the newest catalogue that is complete.

    Args:
        file: where the entries that are served come from.
    """

    def __init__(self, file: EntryFile) -> None:
        self._file = file
        self._catalogue: Catalogue | None = None
        self._looking: asyncio.Task[None] | None = None

    async def catalogue(self) -> Catalogue | None:
        """Return the catalogue; the former while a newer one is made; None if there is nothing."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(asyncio.to_thread(self._look))
        await asyncio.wait({self._looking}, timeout=_PATIENCE if self._catalogue else None)
        return self._catalogue

    def _look(self) -> None:
        try:
            served = self._file.read()
            if served is None or (self._catalogue and self._catalogue.version == served.version):
                return
            catalogue = Catalogue(served.entries.values(), served.version)
            catalogue.prepare()
            self._catalogue = catalogue
        except Exception:
            logger.exception("the pages could not take up a version of the glossary")
