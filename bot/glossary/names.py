"""All names of a glossary, ready for look-up."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import takewhile

from bot.glossary.entry import Entry
from bot.glossary.folding import fold, squeeze, stem, words
from bot.glossary.implied import implied_names
from bot.glossary.term import Status


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling of one or more concepts in one language.

    ``stems`` is the name word by word, ``squeezed`` the same as one word. ``fixed`` names
    (abbreviations) are too short to be guessed from a wrong spelling.
    """

    text: str
    language: str
    stems: tuple[str, ...]
    squeezed: str
    concepts: tuple[str, ...]
    fixed: bool


_LEAST = 5  # letters; what is shorter begins too many names


class Names:
    """Names by spelling. A name of several concepts lists all of them, preferred terms first.

    Short forms that only an entry's text has are names where no term is spelt like them.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        entries = tuple(entries)
        self.all: tuple[Name, ...] = tuple(_names(entries))
        self.by_stems: Mapping[tuple[str, tuple[str, ...]], Name] = {
            (n.language, n.stems): n for n in self.all
        }
        self._spelt = _by_spelling(entries, self.all)
        squeezed: dict[tuple[str, str], Name] = {}
        for name in self.all:
            key = (name.language, name.squeezed)
            squeezed[key] = _merged(squeezed[key], name) if key in squeezed else name
        self.by_squeezed: Mapping[tuple[str, str], Name] = squeezed
        self.languages: tuple[str, ...] = tuple(dict.fromkeys(n.language for n in self.all))
        self.longest: int = max((len(n.stems) for n in self.all), default=0)
        parts: dict[str, set[str]] = {language: set() for language in self.languages}
        for name in self.all:
            if len(name.stems) > 1:
                parts[name.language].update(name.stems)
        self.parts: Mapping[str, Set[str]] = parts  # stems in names of several words, by language

    def spelt(self, name: Name, text: str) -> tuple[str, ...]:
        """Return the concepts that a spelling of a name means: of HTTP and HTTPS, the one typed.

        All of the name's, unless exactly that is the spelling of some of them.
        """
        if len(name.concepts) == 1:
            return name.concepts
        meant = self._spelt.get((name.language, " ".join(word.folded for word in words(text))), ())
        return tuple(concept for concept in name.concepts if concept in meant) or name.concepts

    def of_text(self, text: str) -> tuple[str, ...]:
        """Return the concepts that a text names as a whole, in any language."""
        found: dict[str, None] = {}
        for language in self.languages:
            name = self.by_squeezed.get((language, squeeze(text, language)))
            found.update(dict.fromkeys(name.concepts if name else ()))
        return tuple(found)

    def beginning(self, text: str, language: str) -> Name | None:
        """Return the shortest name that begins with a text, where all such are of one concept.

        "Opt-out" of "opt-out register"; names of the language, then of any other.
        """
        others = (other for other in self.languages if other != language)
        for spoken in (language, *others):
            start = squeeze(text, spoken)
            if len(start) < _LEAST or spoken not in self._sorted:
                continue
            ordered = self._sorted[spoken]
            first = bisect_left(ordered, start, key=lambda name: name.squeezed)
            rest = (ordered[place] for place in range(first, len(ordered)))
            begun = takewhile(lambda name, s=start: name.squeezed.startswith(s), rest)  # type: ignore[misc]
            found = [name for name in begun if fold(name.text) != f"{fold(text)}er"]  # "print(er)"
            if len({name.concepts for name in found}) == 1 and len(found[0].concepts) == 1:
                return min(found, key=lambda name: len(name.squeezed))
        return None

    @cached_property
    def _sorted(self) -> Mapping[str, Sequence[Name]]:
        """The names of each language by their spelling as one word."""
        ordered = sorted(self.all, key=lambda name: name.squeezed)
        return {lang: [n for n in ordered if n.language == lang] for lang in self.languages}


def _merged(one: Name, other: Name) -> Name:
    """Return one name for two that are the same word when joined."""
    concepts = tuple(dict.fromkeys(one.concepts + other.concepts))
    return replace(one, concepts=concepts, fixed=one.fixed and other.fixed)


def _by_spelling(
    entries: Iterable[Entry], names: Iterable[Name]
) -> Mapping[tuple[str, str], frozenset[str]]:
    """Return the concepts of each spelling, for concepts that share a name."""
    several = {concept for name in names if len(name.concepts) > 1 for concept in name.concepts}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in entries:
        for term in entry.terms if entry.id in several else ():
            folded = " ".join(word.folded for word in words(term.text))
            found[term.language, folded].add(entry.id)
    return {spelling: frozenset(concepts) for spelling, concepts in found.items()}


def _names(entries: Iterable[Entry]) -> Iterable[Name]:
    rank = {Status.PREFERRED: 0, Status.ABBREVIATION: 1, Status.ADMITTED: 2}
    found: dict[tuple[str, tuple[str, ...]], list[tuple[int, str, str, bool]]] = defaultdict(list)
    for entry in entries:
        for term in entry.terms:
            stems = _stems(term.text, term.language)
            if stems:
                fixed = term.status is Status.ABBREVIATION
                row = (rank[term.status], entry.id, term.text, fixed)
                found[term.language, stems].append(row)
    for concept, term in implied_names(entries):
        stems = _stems(term.text, term.language)
        if (term.language, stems) not in found:
            fixed = term.status is Status.ABBREVIATION
            found[term.language, stems].append((len(rank), concept, term.text, fixed))
    for (language, stems), rows in found.items():
        rows.sort(key=lambda row: row[:2])
        concepts = tuple(dict.fromkeys(row[1] for row in rows))
        yield Name(rows[0][2], language, stems, "".join(stems), concepts, rows[0][3])


@lru_cache(maxsize=1 << 18)  # of a glossary that was changed, most names are as they were
def _stems(text: str, language: str) -> tuple[str, ...]:
    return tuple(stem(word.folded, language) for word in words(text))
