"""What is examined: a glossary, its files, and what is known of ordinary words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.checkup.finding import Place
from bot.checkup.naming import Naming
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary
from bot.glossary.names import Names


@dataclass(frozen=True)
class Subject:
    """A glossary to be examined; it need not be sound.

    Attributes:
        glossary: its entries; relations may lead nowhere.
        sources: the text of each file of entries, by name, as far as known; gives lines.
        files: the names of all files in its folder, pictures included.
        is_stop: tells whether a folded word is a function word of a language.
        is_common: tells whether a folded word is one of everyday language.
    """

    glossary: Glossary
    sources: Mapping[str, str] = field(default_factory=dict)
    files: Collection[str] = ()
    is_stop: Callable[[str, str], bool] = lambda word, language: False
    is_common: Callable[[str], bool] = lambda word: False

    @cached_property
    def names(self) -> Names:
        """All names of the glossary."""
        return Names(self.glossary)

    @cached_property
    def naming(self) -> Naming:
        """Finds those names in texts."""
        return Naming(self.names)

    def place(self, entry: Entry, language: str = "") -> Place:
        """Return where the definition of an entry stands, or where it was imported from."""
        origin = entry.extra.get(ORIGIN)
        places = origin if isinstance(origin, Mapping) else {}
        file, _, line = str(places.get(entry.text_language(language), "")).rpartition(":")
        if file and line.isdecimal():
            return Place(file, int(line))
        span = entry.text(language).definition.span
        return Place(span.file, span.line)

    def line_of(self, entry: Entry, key: str, value: str) -> Place:
        """Return the line of the front matter that holds a value, at or below a key."""
        place = self.place(entry)
        lines = self._lines(place.file)
        first = next((n for n, line in enumerate(lines) if line.lstrip().startswith(f"{key}:")), -1)
        if first < 0:
            return place
        held = (n for n, line in enumerate(lines) if n >= first and value in line)
        return Place(place.file, next(held, first) + 1)

    def _lines(self, file: str) -> list[str]:
        return self.sources.get(file, "").split("\n")


ORIGIN = "imported-from"
"""Key of ``extra`` under which an imported entry says, per language, where it is from."""
