"""rapidfuzz finds the name that a misspelt one is nearest to.

Comparing with every name takes milliseconds where there are many. Two texts that are one edit apart
become the same when one letter at most is left out of each; so such names are looked up (the idea
of SymSpell). For more edits, names that have too many other letters are passed over: an edit takes
away one letter at most, and adds one at most.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.glossary.names import Name, Names

_SHORTEST = 4  # letters; shorter names are not guessed
_FEW = 500  # names; so many are compared faster than sorted out
_BITS = 32  # letters are told apart modulo this; one more set of bits tells those that come twice
_ONE = np.uint64(1)
_MARKS = 8  # bytes per hash of a name: one hash in eight that no name has is looked up in vain


class RapidfuzzSpellings:
    """A :class:`bot.glossary.spotting.SpellingFinder` by optimal string alignment.

    The distance counts a swap of neighbouring letters as one edit. Abbreviations are left out:
    one edit turns any short acronym into another. Of names at the same distance the first counts.
    """

    def __init__(self, names: Names) -> None:
        self._names: list[Name] = [
            n for n in names.all if not n.fixed and len(n.squeezed) >= _SHORTEST
        ]
        self._choices: list[str] = [n.squeezed for n in self._names]
        lengths = np.array([len(choice) for choice in self._choices], np.int64)
        self._order = np.argsort(lengths, kind="stable")
        self._lengths = lengths[self._order]
        self._letters = _letters([self._choices[place] for place in self._order])

    def nearest(self, squeezed: str, edits: int) -> tuple[Name, float] | None:
        """Return the name within that many edits and its similarity (0 to 1), or None.

        Of names equally near one with the same first letter, which people rarely mistype.
        """
        places = self._possible(squeezed, edits)
        if not places:
            return None
        choices = [self._choices[place] for place in places]
        hit = process.extractOne(squeezed, choices, scorer=OSA.distance, score_cutoff=edits)
        if hit is None:
            return None
        near = process.extract(
            squeezed, choices, scorer=OSA.distance, score_cutoff=hit[1], limit=None
        )
        alike = [other for other in near if other[0][:1] == squeezed[:1]]
        choice, distance, place = min(alike or near, key=lambda other: other[2])
        return self._names[places[place]], 1.0 - distance / max(len(squeezed), len(choice))

    def _possible(self, squeezed: str, edits: int) -> list[int]:
        """Return, in order, the names of about that length with about these letters."""
        if edits <= 1:
            return self._one_apart(squeezed)
        window = (len(squeezed) - edits, len(squeezed) + edits + 1)
        first, last = np.searchsorted(self._lengths, window)
        places = self._order[first:last]
        if last - first > _FEW:
            known, asked = self._letters[first:last], _letters([squeezed])[0]
            near = np.flatnonzero(_at_most(known & ~asked, edits))
            near = near[_at_most(asked & ~known[near], edits)]
            places = places[near]
        return [int(place) for place in np.sort(places)]

    def _one_apart(self, squeezed: str) -> list[int]:
        """Return, in order, all names at most one edit away, and perhaps a few others."""
        marks = self._marks
        hashes, places = self._left_out
        near: set[int] = set()
        for wanted in _hashes(squeezed):
            if marks[wanted % len(marks)]:  # seldom: most of what is asked is no name
                place = bisect_left(hashes, wanted)
                while place < len(hashes) and hashes[place] == wanted:
                    near.add(places[place])
                    place += 1
        return sorted(near)

    @cached_property
    def _left_out(self) -> tuple[memoryview, memoryview]:
        """The hashes of all names with one letter left out or none, ascending; whose they are."""
        found = [_hashes(choice) for choice in self._choices]
        places = np.repeat(np.arange(len(found), dtype=np.int32), [len(each) for each in found])
        hashes = np.fromiter(chain.from_iterable(found), np.int64, len(places))
        order = np.argsort(hashes, kind="stable")
        return memoryview(hashes[order]), memoryview(places[order])

    @cached_property
    def _marks(self) -> bytes:
        """A byte for each remainder of a hash: whether a name has such a one."""
        hashes = np.asarray(self._left_out[0])
        marks = np.zeros(_MARKS * len(hashes) + 1, np.uint8)
        marks[hashes % len(marks)] = 1
        return marks.tobytes()


def _hashes(text: str) -> list[int]:
    return [hash(text), *(hash(text[:n] + text[n + 1 :]) for n in range(len(text)))]


def _letters(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Return which letters each text has, as bits: the lower half once, the upper half twice."""
    found = np.zeros(len(texts), np.uint64)
    for row, text in enumerate(texts):
        once = twice = 0
        for letter in text:
            bit = 1 << ord(letter) % _BITS
            twice |= once & bit
            once |= bit
        found[row] = once | twice << _BITS
    return found


def _at_most(numbers: NDArray[np.uint64], bits: int) -> NDArray[np.bool_]:
    """Tell where no more than so many bits are set: taking the lowest away leaves nothing."""
    left = numbers
    for _ in range(bits):
        left = left & (left - _ONE)  # 0 stays 0
    return np.asarray(left == 0)
