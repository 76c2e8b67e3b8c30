"""What is known of ordinary words: wordfreq's lists, spaCy's stop words, our training questions."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
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
_BILLION = 9  # the Zipf scale is the decimal logarithm of occurrences in that many words


class WordList:
    """A :class:`bot.glossary.spotting.Vocabulary`.

    Args:
        question_words: folded words that occur in questions whatever the concept.
        common: folded everyday words, as :func:`common_words` gives them.
        languages: their stop words belong to asking as well.
    """

    def __init__(
        self, question_words: Iterable[str], common: Iterable[str], languages: Iterable[str]
    ) -> None:
        stops = (stop_words(language) for language in languages)
        self._question_words = frozenset(question_words).union(*stops)
        self._common = frozenset(common)
        self._long = sorted(word for word in self._question_words if len(word) > _SHORT)
        self._meant: dict[str, str] = {}

    def is_common(self, folded: str) -> bool:
        """Tell whether a folded word is an everyday word of one of the languages."""
        return folded in self._common

    def is_question_word(self, folded: str) -> bool:
        """Tell whether people use the folded word to ask, whatever the concept."""
        return folded in self._question_words

    def means_asking(self, folded: str) -> bool:
        """Tell the same of a word that may be misspelt."""
        return self.meant(folded) in self._question_words

    def meant(self, folded: str) -> str:
        """Return the asking word that a misspelt word is nearest to, or the word itself."""
        if folded in self._question_words or folded in self._common or len(folded) <= _SHORT:
            return folded
        if folded not in self._meant:
            if len(self._meant) > _REMEMBERED:
                self._meant.clear()
            edits = 1 if len(folded) < _LONG else 2
            hit = process.extractOne(folded, self._long, scorer=OSA.distance, score_cutoff=edits)
            self._meant[folded] = hit[0] if hit else folded
        return self._meant[folded]


def common_words(languages: Iterable[str]) -> list[str]:
    """Return the frequent words of languages, folded and sorted; none for an unknown language."""
    return sorted(frozenset().union(*(_frequent(language) for language in languages)))


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
        from wordfreq import get_frequency_dict

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
