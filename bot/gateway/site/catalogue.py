"""The catalogue: one version of the glossary as its pages list, search and link it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from bot.gateway.site.alphabet import letter_of_order, order, rank
from bot.gateway.site.search_index import Found, SearchIndex
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary

PAGE = 120  # rows of a page of a list
MOST_FOUND = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list: a term, its entry, and, where the entry is called otherwise, how."""

    text: str
    language: str
    entry: str
    see: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list; ``number`` counts from 1. ``ends`` are the first and last row by page."""

    rows: Sequence[Row]
    number: int
    pages: int
    total: int
    ends: Sequence[tuple[str, str]]


NOTHING = Listing((), 1, 1, 0, ())


class Catalogue:
    """What the pages know of one version of the glossary.

    Args:
        entries: all of them.
        version: the version of the glossary.
    """

    def __init__(self, entries: Iterable[Entry], version: str) -> None:
        self.glossary = Glossary(entries, version)
        self.version = version
        self.languages = self.glossary.languages
        self._search = SearchIndex(self.glossary)
        self._rows: Callable[[str], dict[str, list[Row]]] = cache(self._rows_by_letter)
        self._order: Callable[[str], tuple[list[str], Mapping[str, int]]] = cache(self._in_order)

    def prepare(self) -> None:
        """Work out what the first visitors would wait for."""
        for language in self.languages:
            self._rows(language)
            self._order(language)

    def letters(self, language: str) -> list[tuple[str, int]]:
        """Return the letters under which terms are listed, with how many."""
        return [(letter, len(rows)) for letter, rows in self._rows(language).items()]

    def under(self, letter: str, language: str, number: int) -> Listing | None:
        """Return a page of the terms under a letter; None if no language has such a page."""
        rows = self._rows(language).get(letter, [])
        if not rows and number == 1 and any(letter in self._rows(c) for c in self.languages):
            return NOTHING
        return _page(rows, number)

    def about(self, subject: str, language: str, number: int) -> Listing | None:
        """Return a page of the entries of a subject; None if there is none such."""
        return _page(self._of(self._subjects.get(subject, ()), language), number)

    def below(self, entry: str, language: str, number: int) -> Listing | None:
        """Return a page of the entries that are kinds of one; None if there is none such."""
        return _page(self._of(self.glossary.narrower(entry), language), number)

    def search(self, typed: str, language: str, number: int) -> Listing | None:
        """Return a page of the entries whose terms have what is typed, the best first.

        At most 200 are found. None if there is no such page; an empty one if nothing is found.
        """
        found = self._search.search(typed, language, MOST_FOUND)
        rows = [self._found(each, language) for each in found]
        return _page(rows, number, 20) if rows else NOTHING

    def row(self, entry: str, language: str) -> Row:
        """Return the line of an entry, by its own term."""
        found = self.glossary[entry]
        return Row(found.label(language), _language(found, language), entry)

    def rows(self, entries: Iterable[str], language: str) -> list[Row]:
        """Return the lines of entries, in their order; ids without an entry are left out."""
        return [self.row(entry, language) for entry in entries if entry in self.glossary]

    def neighbours(self, entry: str, language: str) -> tuple[Row | None, Row | None]:
        """Return the entries before and after one in the order of the alphabet."""
        ordered, places = self._order(language)
        place = places[entry]
        before = self.row(ordered[place - 1], language) if place else None
        after = self.row(ordered[place + 1], language) if place + 1 < len(ordered) else None
        return before, after

    def way_up(self, entry: str) -> list[str]:
        """Return the ids from the broadest concept down to the one above the entry."""
        way: list[str] = []
        above = self.glossary[entry].broader
        while above and above[0] in self.glossary and above[0] not in (entry, *way):
            way.append(above[0])
            above = self.glossary[above[0]].broader
        return way[::-1]

    @cached_property
    def subjects(self) -> list[tuple[str, int]]:
        """The subjects, the largest first, with how many entries each has."""
        counted = [(subject, len(entries)) for subject, entries in self._subjects.items()]
        return sorted(counted, key=lambda each: (-each[1], each[0]))

    @cached_property
    def changed(self) -> list[str]:
        """The ids of the entries, those that were changed last first; only dated ones."""
        dated = [entry for entry in self.glossary if entry.updated]
        return [e.id for e in sorted(dated, key=lambda e: (e.updated, e.id), reverse=True)[:PAGE]]

    @cached_property
    def central(self) -> list[str]:
        """The ids of the entries that the most others stand below or beside, the first 100."""
        weight: dict[str, int] = defaultdict(int)
        for entry in self.glossary:
            for other in (*entry.broader, *entry.part_of):
                weight[other] += 2
            for other in entry.related:
                weight[other] += 1
        known = [name for name in weight if name in self.glossary]
        return sorted(known, key=lambda name: (-weight[name], name))[:100]

    @cached_property
    def siblings(self) -> tuple[str, str] | None:
        """Two concepts of one kind that are related to each other; the most central such."""
        for name in self.central:
            entry = self.glossary[name]
            for other in entry.related:
                if other in self.glossary and set(entry.broader) & set(
                    self.glossary[other].broader
                ):
                    return name, other
        return None

    @cached_property
    def by_file(self) -> Mapping[str, str]:
        """The id of an entry by the file that it stands in."""
        return {
            text.definition.span.file: entry.id
            for entry in self.glossary
            for text in entry.texts.values()
        }

    @cached_property
    def _subjects(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for entry in self.glossary:
            if entry.subject:
                found[entry.subject].append(entry.id)
        return found

    def _of(self, entries: Iterable[str], language: str) -> list[Row]:
        return sorted(self.rows(entries, language), key=_by_alphabet)

    def _found(self, found: Found, language: str) -> Row:
        label = self.glossary[found.entry].label(language)
        term = found.term
        see = "" if term.text == self.glossary[found.entry].preferred(language) else label
        return Row(term.text if see else label, term.language, found.entry, see)

    def _rows_by_letter(self, language: str) -> dict[str, list[Row]]:
        found: dict[str, list[tuple[str, str, str, Row]]] = defaultdict(list)
        for entry in self.glossary:
            for row in _rows_of(entry, language):
                place = order(row.text)
                found[letter_of_order(place)].append((place, row.text, row.entry, row))
        letters = sorted(found, key=rank)
        return {
            letter: [each[-1] for each in sorted(found[letter], key=lambda each: each[:3])]
            for letter in letters
        }

    def _in_order(self, language: str) -> tuple[list[str], Mapping[str, int]]:
        rows = [row for listed in self._rows(language).values() for row in listed]
        ordered = [row.entry for row in rows if not row.see]
        return ordered, {entry: place for place, entry in enumerate(ordered)}


def _rows_of(entry: Entry, language: str) -> Iterator[Row]:
    """Yield the line of an entry, and one for each of its other names."""
    spoken = _language(entry, language)
    own, label = entry.preferred(language), entry.label(language)
    yield Row(label, spoken, entry.id)
    others = {t.text for t in entry.terms if t.language == spoken and t.text != own}
    for text in others:
        yield Row(text, spoken, entry.id, label)


def _language(entry: Entry, language: str) -> str:
    """Return the language of the term that an entry is listed by."""
    term = entry.preferred(language)
    spoken = [t.language for t in entry.terms if t.text == term]
    return language if language in spoken else spoken[0]


def _by_alphabet(row: Row) -> tuple[str, str, str]:
    return order(row.text), row.text, row.entry


def _page(rows: Sequence[Row], number: int, size: int = PAGE) -> Listing | None:
    pages = -(-len(rows) // size)
    if not 1 <= number <= pages:
        return None
    ends = [
        (rows[start].text, rows[min(start + size, len(rows)) - 1].text)
        for start in range(0, len(rows), size)
    ]
    shown = rows[(number - 1) * size : number * size]
    return Listing(shown, number, pages, len(rows), ends)
