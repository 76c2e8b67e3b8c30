"""A dictionary: reads a text of another language word by word in English.

The sentence encoder knows English only; to it, other languages are spelling. Word for word, German
is poor English, but the encoder hears what it is about (``docs/adr/0019-word-by-word.md``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from bot.glossary.folding import Word, words

_SHORTEST = 3  # letters of a stem
_LONGEST = 48  # letters of a word; the time to search a compound grows with their square
_SHORTEST_PART = 4  # of a compound; shorter ones are seen in every name
_MOST_PARTS = 3  # of a compound
_REMEMBERED = 20_000  # words
_FARTHEST = 10  # words between a verb and the particle that belongs to it
_ENDINGS = ("en", "em", "er", "es", "e", "n", "s", "ern")
_OF_VERBS = (
    "endem", "enden", "ender", "endes", "ende", "eten", "test", "end", "ten", "tet", "ete", "est",
    "te", "st", "et", "t", "e",
)  # fmt: skip
_OF_DEGREES = ("sten", "ster", "stes", "eren", "erer", "eres", "ste", "ere", "er")
_LINKS = ("", "s", "es", "n", "en", "er", "e")
_PARTICLES = (
    "zurueck", "zusammen", "weiter", "herunter", "hinunter", "heraus", "hinaus", "herein", "hinein",
    "runter", "raus", "rein", "hoch", "fest", "frei", "fern", "nach", "auf", "aus", "bei", "dar",
    "ein", "her", "hin", "los", "mit", "teil", "vor", "weg", "um", "zu", "ab", "an",
)  # fmt: skip
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
_NEXT_CLAUSE = frozenset(
    "und oder aber denn wenn dass damit weil wie wo was als sondern bis obwohl ob bevor nachdem"
    " waehrend falls also sonst dann wobei wodurch womit".split()
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text in English, and where its parts come from.

    ``parts`` are (start in the English text, start and end in the original, whether it was put for
    another word), in order, without gaps.
    """

    text: str
    parts: tuple[tuple[int, int, int, bool], ...]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the characters of the original that some characters of the English come from."""
        part = bisect_right(self.parts, start, key=itemgetter(0)) - 1
        begins, first, last, put = self.parts[part]
        if put:
            return first, last
        shift = first - begins
        return min(start + shift, last), min(end + shift, last)


class Dictionary:
    """Reads texts of one language in English.

    Args:
        entries: folded words and the English for each; empty for words best left out.
        english: folded words that are English as well; they do not tell the language.
        function_words: folded function words of English; they tell a text in English.
    """

    def __init__(
        self,
        entries: Mapping[str, str],
        english: Container[str],
        function_words: Container[str],
    ) -> None:
        self._entries = entries
        self._english = english
        self._function_words = function_words
        self._look_up = lru_cache(_REMEMBERED)(self._found)

    def speaks(self, text: str) -> bool:
        """Tell whether a text has more words of this language than words of English."""
        own = foreign = 0
        for word in words(text):
            known = word.folded in self._entries
            own += known and word.folded not in self._english
            foreign += not known and word.folded in self._function_words
        return own > foreign or (own == foreign == 0 and self._is_long(text))

    def _is_long(self, text: str) -> bool:
        """Tell whether a text is one word that takes the dictionary to be understood."""
        spoken = words(text)
        if len(spoken) != 1 or spoken[0].folded in self._english:
            return False
        return self.meaning(spoken[0].folded) is not None

    def in_english(self, text: str) -> str:
        """Return a text of this language in English, and any other as it is."""
        return self.read(text).text if self.speaks(text) else text

    def read(self, text: str) -> Reading:
        """Return a text with every known word put in English."""
        put = self._put(words(text))
        written: list[str] = []
        parts: list[tuple[int, int, int, bool]] = []
        length = done = 0
        for word, english in put:
            before = text[done : word.start]
            if not english and before.endswith(" "):
                before = before[:-1]
            for said, start, end, is_put in (
                (before, done, word.start, False),
                (english, word.start, word.end, True),
            ):
                if said:
                    parts.append((length, start, end, is_put))
                    written.append(said)
                    length += len(said)
            done = word.end
        if text[done:] or not parts:
            parts.append((length, done, len(text), False))
            written.append(text[done:])
        return Reading("".join(written), tuple(parts))

    def meaning(self, word: str) -> str | None:
        """Return the English for a folded word: empty to leave it out, None if it is not known."""
        return self._look_up(word) if len(word) <= _LONGEST else None

    def _put(self, spoken: Sequence[Word]) -> list[tuple[Word, str]]:
        """Return the words that are known, with the English for each."""
        meanings = [self.meaning(word.folded) for word in spoken]
        for place, word in enumerate(spoken):
            if word.folded in _PARTICLES and _ends_clause(spoken, place):
                self._join(spoken, meanings, place)
        return [(w, m) for w, m in zip(spoken, meanings, strict=True) if m is not None]

    def _join(self, spoken: Sequence[Word], meanings: list[str | None], place: int) -> None:
        """Read a verb and the particle that stands apart from it as the one verb they are."""
        particle = spoken[place].folded
        for before in range(place - 1, max(-1, place - 1 - _FARTHEST), -1):
            for base in _verbs(spoken[before].folded):
                found = base in self._entries and self._entries.get(particle + base)
                if found and len(base) > _SHORTEST:
                    meanings[before], meanings[place] = found, ""
                    return

    def _found(self, word: str) -> str | None:
        if len(word) < _SHORTEST - 1 or word.isdigit():
            return None
        found = self._of_form(word)
        return self._of_compound(word, _MOST_PARTS) if found is None else found

    def _of_form(self, word: str) -> str | None:
        for form in _forms(word):
            if form in self._entries:
                return self._entries[form]
        if word.startswith("un") and len(word) > 2 + _SHORTEST:
            plain = self._of_form(word[2:])
            return f"not {plain}" if plain else None
        return None

    def _of_compound(self, word: str, parts: int) -> str | None:
        """Return the English for the parts of a compound, the longest last part first."""
        if parts < 2:
            return None
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            last = self._of_form(word[cut:])
            first = self._of_first(word[:cut], parts - 1) if last else None
            if last and first:
                return f"{first} {last}"
        return None

    def _of_first(self, word: str, parts: int) -> str | None:
        for link in _LINKS:
            plain = word.removesuffix(link) if link else word
            if len(plain) >= _SHORTEST_PART and (not link or plain != word):
                found = self._entries.get(plain)
                if found:
                    return found
        return self._of_compound(word, parts)


def _ends_clause(spoken: Sequence[Word], place: int) -> bool:
    """Tell whether a clause ends after a word: another one begins, or there is punctuation."""
    if place + 1 == len(spoken):
        return True
    after = spoken[place + 1]
    return after.start - spoken[place].end > 1 or after.folded in _NEXT_CLAUSE


def _forms(word: str) -> Iterator[str]:
    """Yield a folded word and what it may be a form of, likely ones first."""
    yield word
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST:
            yield stem
            yield stem + "e"
    yield from _verbs(word)
    yield from _with_particle(word)
    for ending in _OF_DEGREES:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST:
            yield stem
            yield stem + "e"
    plain = _without_umlaut(word)
    if plain != word:
        yield from _forms(plain)
    for ending in ("innen", "in", "lein", "chen"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > _SHORTEST:
            yield stem
            yield stem + "e"
            yield _without_umlaut(stem)


def _verbs(word: str) -> Iterator[str]:
    """Yield the infinitives that a folded word may be a form of."""
    if word.endswith("n"):
        yield word
    for ending in _OF_VERBS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST:
            yield stem + "en"
            yield stem + "n"
    if word.startswith("ge") and len(word) > 2 + _SHORTEST:
        plain = word[2:]
        yield plain.removesuffix("et").removesuffix("t") + "en"
        if plain.endswith(("elt", "ert")):
            yield plain[:-1] + "n"
        yield plain
    yield word + "en"


def _with_particle(word: str) -> Iterator[str]:
    for particle in _PARTICLES:
        rest = word.removeprefix(particle)
        if rest == word or len(rest) < _SHORTEST:
            continue
        for part in (rest, rest.removeprefix("zu")):
            for base in _verbs(part):
                yield particle + base


def _without_umlaut(word: str) -> str:
    """Return a word with its last umlaut undone: ``baeume`` is of ``baum``."""
    places = {umlaut: word.rfind(umlaut) for umlaut, _ in _UMLAUTS}
    umlaut, plain = max(_UMLAUTS, key=lambda pair: places[pair[0]])
    place = places[umlaut]
    return word if place < 0 else word[:place] + plain + word[place + 2 :]
