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
        languages: the languages whose frequent words count as ordinary.
    """

    def __init__(self, question_words: Iterable[str], languages: Iterable[str]) -> None:
        self._languages = tuple(languages)
        self._stop_words = {language: stop_words(language) for language in self._languages}
        self._question_words = frozenset(question_words).union(*self._stop_words.values())
        self._frequent = {language: _frequent(language) for language in self._languages}

    def is_common(self, folded: str) -> bool:
        """Tell whether a folded word is an everyday word of one of the languages."""
        return any(folded in frequent for frequent in self._frequent.values())

    def is_question_word(self, folded: str) -> bool:
        """Tell whether people use the folded word to ask, whatever the concept."""
        return folded in self._question_words

    def stop_words(self, language: str) -> frozenset[str]:
        """Return the folded stop words of a language."""
        return self._stop_words.get(language, frozenset())


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
