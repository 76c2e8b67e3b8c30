"""A glossary: a versioned collection of entries and the relations between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from bot.glossary.entry import Entry


class Glossary:
    """Entries by id, in a stable order (by id), with the inverse relations derived."""

    def __init__(self, entries: Iterable[Entry], version: str = "") -> None:
        self._entries: Mapping[str, Entry] = {e.id: e for e in sorted(entries, key=lambda e: e.id)}
        self.version = version

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __contains__(self, concept: object) -> bool:
        return concept in self._entries

    def __getitem__(self, concept: str) -> Entry:
        return self._entries[concept]

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the glossary, the most frequent first."""
        count: dict[str, int] = defaultdict(int)
        for entry in self:
            for language in entry.texts:
                count[language] += 1
        return tuple(sorted(count, key=lambda language: (-count[language], language != "en")))

    @cached_property
    def _narrower(self) -> Mapping[str, tuple[str, ...]]:
        return _inverse(self, "broader")

    @cached_property
    def _parts(self) -> Mapping[str, tuple[str, ...]]:
        return _inverse(self, "part_of")

    def narrower(self, concept: str) -> tuple[str, ...]:
        """Return the ids of the kinds and instances of a concept, one step down."""
        return self._narrower.get(concept, ())

    def parts(self, concept: str) -> tuple[str, ...]:
        """Return the ids of the parts of a concept."""
        return self._parts.get(concept, ())

    def ancestors(self, concept: str) -> tuple[str, ...]:
        """Return all broader concepts, nearest first (breadth first, each once)."""
        found: dict[str, None] = {}
        queue = list(self[concept].broader)
        while queue:
            step = queue.pop(0)
            if step not in found and step in self:
                found[step] = None
                queue.extend(self[step].broader)
        return tuple(found)

    def without(self, concepts: Iterable[str]) -> Glossary:
        """Return the glossary as it would be without these entries (relations to them dangle)."""
        gone = set(concepts)
        return Glossary((e for e in self if e.id not in gone), version=self.version)


def _inverse(entries: Iterable[Entry], relation: str) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        for target in getattr(entry, relation):
            found[target].append(entry.id)
    return {target: tuple(sources) for target, sources in found.items()}
