"""Fields of life: which words are of a field that a glossary is not about.

A glossary on messaging that is asked for "discord in a sonata" is not asked for its Discord. What
field a glossary is of, its own words tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from statistics import median

from bot.glossary.folding import stem

FieldWords = Mapping[str, Mapping[str, Sequence[str]]]
"""Folded words by language and field."""

_OWN = 2.5  # times the usual share of a field's words: a glossary that says so many is of the field
_LEAST = 0.1  # ... but no less than this share; all fields share some words
_PART = 4  # letters of a part of a German compound
_COMPOUNDS = "de"


class OtherFields:
    """Tells words of the fields that a glossary is not about.

    Args:
        fields: the words of every field.
        is_known: tells whether the glossary uses a folded word.
    """

    def __init__(self, fields: FieldWords, is_known: Callable[[str], bool]) -> None:
        self._fields = fields
        self._is_known = is_known

    def has(self, folded: str, language: str) -> bool:
        """Tell whether a word, or what a German one is made of, is of another field.

        A word that the glossary uses is not.
        """
        if self._is_known(folded):
            return False
        known = self._words.get(language, frozenset())
        return any(part in known for part in _parts(stem(folded, language), language))

    @cached_property
    def _words(self) -> Mapping[str, frozenset[str]]:
        """The stems of the words of other fields, by language."""
        own = self.own
        return {
            language: frozenset(
                stem(word, language)
                for field, words in fields.items()
                if field not in own
                for word in words
                if not self._is_known(word)
            )
            for language, fields in self._fields.items()
        }

    @cached_property
    def own(self) -> frozenset[str]:
        """The fields that the glossary itself is of."""
        shares = {
            field: max(self._share(fields.get(field, ())) for fields in self._fields.values())
            for field in {name for fields in self._fields.values() for name in fields}
        }
        usual = median(shares.values()) if shares else 0.0
        return frozenset(f for f, share in shares.items() if share >= max(_LEAST, _OWN * usual))

    def _share(self, words: Sequence[str]) -> float:
        return sum(map(self._is_known, words)) / max(1, len(words))


def _parts(stemmed: str, language: str) -> Iterator[str]:
    """Yield a stem and, of a German one, what it may end or begin with."""
    yield stemmed
    if language == _COMPOUNDS and len(stemmed) >= 2 * _PART:
        yield from (stemmed[start:] for start in range(_PART, len(stemmed) - _PART + 1))
        yield from (stemmed[:end] for end in range(len(stemmed) - _PART, _PART, -1))
