"""Which names of a glossary stand in a text: longest first, word by word, without guessing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bot.glossary.folding import stem, words
from bot.glossary.names import Name, Names


@dataclass(frozen=True, slots=True)
class Named:
    """Words ``first`` to ``last`` (exclusive) of a text are a name."""

    first: int
    last: int
    name: Name


class Naming:
    """Looks names up; the time grows with the text, not with the number of names."""

    def __init__(self, names: Names) -> None:
        self._names = names.by_stems
        self._longest: dict[tuple[str, str], int] = defaultdict(int)
        for language, stems in self._names:
            key = (language, stems[0])
            self._longest[key] = max(self._longest[key], len(stems))

    def find(self, text: str, language: str) -> list[Named]:
        """Return the names in a text of that language from left to right, without overlaps."""
        return list(self.among(tuple(stem(w.folded, language) for w in words(text)), language))

    def among(self, stems: tuple[str, ...], language: str) -> Iterator[Named]:
        """Yield the names among stems, from left to right, without overlaps."""
        place = 0
        while place < len(stems):
            found = self._at(stems, place, language)
            if found:
                yield found
            place = found.last if found else place + 1

    def _at(self, stems: tuple[str, ...], place: int, language: str) -> Named | None:
        longest = min(self._longest.get((language, stems[place]), 0), len(stems) - place)
        for length in range(longest, 0, -1):
            name = self._names.get((language, stems[place : place + length]))
            if name:
                return Named(place, place + length, name)
        return None
