"""The port of passage search."""

from __future__ import annotations

from typing import Protocol

from bot.retrieval.hit import Hit


class Searcher(Protocol):
    """Finds the passages nearest to a question."""

    def search(self, text: str, k: int) -> list[Hit]:
        """Return at most ``k`` hits, scores descending, ties by passage number."""
        ...
