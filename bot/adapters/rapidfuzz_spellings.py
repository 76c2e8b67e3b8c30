"""rapidfuzz finds the name that a misspelt one is nearest to."""

from __future__ import annotations

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.glossary.names import Name, Names

_SHORTEST = 4  # letters; shorter names are not guessed


class RapidfuzzSpellings:
    """A :class:`bot.glossary.spotting.SpellingFinder` by optimal string alignment.

    The distance counts a swap of neighbouring letters as one edit. Abbreviations are left out:
    one edit turns any short acronym into another.
    """

    def __init__(self, names: Names) -> None:
        self._names: list[Name] = [
            n for n in names.all if not n.fixed and len(n.squeezed) >= _SHORTEST
        ]
        self._choices: list[str] = [n.squeezed for n in self._names]

    def nearest(self, squeezed: str, edits: int) -> tuple[Name, float] | None:
        """Return the name within that many edits and its similarity (0 to 1), or None."""
        hit = process.extractOne(squeezed, self._choices, scorer=OSA.distance, score_cutoff=edits)
        if hit is None:
            return None
        name = self._names[hit[2]]
        return name, 1.0 - hit[1] / max(len(squeezed), len(hit[0]))
