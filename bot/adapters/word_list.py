"""What is known of ordinary words: wordfreq's lists, spaCy's stop words, our training questions."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.adapters.spacy_phrases import stop_words
from bot.glossary.folding import fold

_SHORT = 4  # letters; a shorter word is too near to too many others
_LONG = 8
_REMEMBERED = 5000
COMMON = 3.0  # Zipf scale: once per million words; misspellings are rarer
TELLING = 1.5  # Zipf scale: thirty times as frequent
SHARED = 0.5  # Zipf scale: three times as frequent
_SURE = 4  # a word that so many training questions use belongs to asking, not to a concept
_BILLION = 9  # the Zipf scale is the decimal logarithm of occurrences in that many words


class WordList:
    """A :class:`bot.glossary.spotting.Vocabulary`.

    Args:
        question_words: folded words that occur in questions whatever the concept, and in how many
            training questions; without numbers, all of them surely.
        common: folded everyday words, as :func:`common_words` gives them.
        languages: their stop words belong to asking as well.
    """

    def __init__(
        self,
        question_words: Mapping[str, int] | Iterable[str],
        common: Iterable[str],
        languages: Iterable[str],
    ) -> None:
        stops = (stop_words(language) for language in languages)
        if not isinstance(question_words, Mapping):
            question_words = dict.fromkeys(question_words, _SURE)
        self._uses: dict[str, int] = {
            **question_words,
            **dict.fromkeys(frozenset().union(*stops), _SURE),
        }
        self._swapped = {
            swapped: word
            for word in sorted(self._uses)
            if 2 < len(word) <= _SHORT
            for swapped in _swaps(word)
        }
        self._common = frozenset(common)
        self._long = sorted(word for word in self._uses if len(word) > _SHORT)
        self._meant: dict[str, str] = {}

    def is_common(self, folded: str) -> bool:
        """Tell whether a folded word is an everyday word of one of the languages."""
        return folded in self._common

    def is_question_word(self, folded: str) -> bool:
        """Tell whether people use the folded word to ask, whatever the concept."""
        return folded in self._uses

    def means_asking(self, folded: str) -> bool:
        """Tell the same of a word that may be misspelt."""
        return self.meant(folded) in self._uses

    def is_filler(self, folded: str) -> bool:
        """Tell whether so many questions use the word that it says nothing of a concept."""
        return self._uses.get(folded, 0) >= _SURE

    def doubt(self, folded: str) -> float:
        """Return how doubtful it is that the word belongs to asking: 1 never seen, 0 surely."""
        uses = self._uses.get(self.meant(folded), 0)
        return 0.0 if uses >= _SURE else 1.0 / (1 + uses)

    def meant(self, folded: str) -> str:
        """Return the asking word that a misspelt word is nearest to, or the word itself."""
        if folded in self._uses or folded in self._common:
            return folded
        if len(folded) <= _SHORT:  # one error makes another word of it, but two swapped letters
            return self._swapped.get(folded, folded)
        if folded not in self._meant:
            if len(self._meant) > _REMEMBERED:
                self._meant.clear()
            edits = 1 if len(folded) < _LONG else 2
            hit = process.extractOne(folded, self._long, scorer=OSA.distance, score_cutoff=edits)
            self._meant[folded] = hit[0] if hit else folded
        return self._meant[folded]


def _swaps(word: str) -> Iterable[str]:
    """Return the word with two neighbouring letters swapped, not the first two."""
    for place in range(1, len(word) - 1):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def common_words(languages: Iterable[str]) -> list[str]:
    """Return the frequent words of languages, folded and sorted; none for an unknown language."""
    return sorted(frozenset().union(*(_frequent(language) for language in languages)))


def shared_words(language: str, other: str) -> list[str]:
    """Return the frequent words of a language that another has not more often, folded and sorted.

    Such a word does not tell the other language: "hand", "in" and "internet" are English as well.
    """
    foreign = _frequent(other)
    return sorted(
        word
        for word, zipf in _frequent(language).items()
        if zipf >= foreign.get(word, 0.0) - SHARED
    )


def telling_words(languages: Iterable[str]) -> dict[str, list[str]]:
    """Return the frequent words of each language that tell it from the others, folded and sorted.

    Such a word is not frequent in any other of the languages, or less so by :data:`TELLING`.
    """
    frequent = {language: _frequent(language) for language in languages}
    return {
        language: sorted(
            word
            for word, zipf in known.items()
            if all(
                zipf - other.get(word, 0.0) >= TELLING
                for code, other in frequent.items()
                if code != language
            )
        )
        for language, known in frequent.items()
    }


@lru_cache(maxsize=8)
def _frequent(language: str) -> dict[str, float]:
    """Return how frequent the folded frequent words of a language are, on the Zipf scale."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # wordfreq still uses pkg_resources
        from wordfreq import available_languages, get_frequency_dict

    if language.partition("-")[0] not in available_languages("small"):
        return {}  # wordfreq would take the nearest language, and say so to the terminal
    try:
        frequencies = get_frequency_dict(language, wordlist="small")
    except LookupError:
        return {}
    found: dict[str, float] = {}
    for word, share in frequencies.items():
        zipf = math.log10(share) + _BILLION
        if zipf >= COMMON:
            folded = fold(word)
            found[folded] = max(zipf, found.get(folded, 0.0))
    return found
