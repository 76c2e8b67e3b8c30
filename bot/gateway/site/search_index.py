"""The index of terms: finds what is typed at the beginning of terms, of their words, or inside."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.glossary.entry import Entry
from bot.glossary.folding import fold
from bot.glossary.term import Term

_END = "\n"
_PLACES = 4  # places to look at for each entry wanted: an entry may have several terms that fit
_MOST_SCATTERED = 20_000  # places of one word that are looked at for the others
_LONGEST = 200  # characters of a term or of what is typed


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that fits what was typed, and the term by which it does."""

    entry: str
    term: Term


class SearchIndex:
    """All terms of a glossary in one string, so that a search is one pass over it.

    Args:
        entries: whose terms.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        every = [
            (fold(term.text[:_LONGEST]).replace(_END, " "), term, entry.id)
            for entry in entries
            for term in entry.terms
        ]
        # Shorter ones first: of all places with what is typed, the first are the best.
        self._terms = sorted(every, key=lambda each: (len(each[0]), each[0]))
        self._text = _END + "".join(f"{folded}{_END}" for folded, _, _ in self._terms)
        self._starts: list[int] = []
        start = 1
        for folded, _, _ in self._terms:
            self._starts.append(start)
            start += len(folded) + 1

    def search(self, typed: str, language: str, most: int) -> list[Found]:
        """Return the entries whose terms have what is typed, the best first, each once.

        A term that begins with it is better than one with a word that does, and that better than
        one that has it inside; then the shorter one, then one in the language.

        Args:
            typed: as typed; words that do not stand side by side are looked for one by one.
            language: which terms come first among equals.
            most: how many to return.
        """
        wanted = " ".join(fold(typed[:_LONGEST]).split())
        if not wanted:
            return []
        places = list(self._places(wanted, most * _PLACES))
        if not places:
            places = self._scattered(wanted.split(), most * _PLACES)
        found: dict[str, tuple[tuple[int, int, bool, str], Term]] = {}
        for quality, number in places:
            folded, term, entry = self._terms[number]
            score = (quality, len(folded), term.language != language, folded)
            if entry not in found or score < found[entry][0]:
                found[entry] = (score, term)
        best = sorted(found.items(), key=lambda item: (item[1][0], item[0]))
        return [Found(entry, term) for entry, (_, term) in best[:most]]

    def _places(self, wanted: str, left: int) -> Iterator[tuple[int, int]]:
        """Yield how well it fits (0 is best) and which term, so many times; the best come first."""
        for quality, pattern in enumerate((_END + wanted + _END, _END + wanted, " " + wanted)):
            for place in self._occurrences(pattern, left):
                left -= 1
                yield quality, self._number(place + 1)
        if len(wanted) > 1:
            for place in self._occurrences(wanted, left):
                yield 3, self._number(place)

    def _occurrences(self, pattern: str, most: int) -> Iterator[int]:
        place = self._text.find(pattern)
        while place >= 0 and most > 0:
            yield place
            most -= 1
            place = self._text.find(pattern, place + len(pattern.rstrip(_END)))

    def _number(self, place: int) -> int:
        return bisect_right(self._starts, place) - 1

    def _scattered(self, words: list[str], left: int) -> list[tuple[int, int]]:
        """Return the terms that have all these words, in any order."""
        if len(words) < 2:
            return []
        longest = max(words, key=len)
        found: list[tuple[int, int]] = []
        for place in self._occurrences(longest, _MOST_SCATTERED):
            number = self._number(place)
            if all(word in self._terms[number][0] for word in words):
                found.append((4, number))
                if len(found) == left:
                    break
        return found
