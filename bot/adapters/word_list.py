"""What is known of ordinary words: wordfreq's lists, spaCy's stop words, our training questions."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

from bot.adapters.spacy_phrases import stop_words
from bot.glossary.folding import fold

COMMON = 3.0  # Zipf scale: once per million words; misspellings are rarer


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

    def is_common(self, folded: str) -> bool:
        """Tell whether a folded word is an everyday word of one of the languages."""
        return folded in self._common

    def is_question_word(self, folded: str) -> bool:
        """Tell whether people use the folded word to ask, whatever the concept."""
        return folded in self._question_words


def common_words(languages: Iterable[str]) -> list[str]:
    """Return the frequent words of languages, folded and sorted; none for an unknown language."""
    found: set[str] = set()
    for language in languages:
        found |= _frequent(language)
    return sorted(found)


def _frequent(language: str) -> frozenset[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # wordfreq still uses pkg_resources
        from wordfreq import get_frequency_dict

    try:
        frequencies = get_frequency_dict(language, wordlist="small")
    except LookupError:
        return frozenset()
    least = 10 ** (COMMON - 9)
    return frozenset(fold(word) for word, share in frequencies.items() if share >= least)
