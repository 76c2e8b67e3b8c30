"""spaCy finds the names of the glossary in a question, and knows each language's stop words."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from functools import lru_cache

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.glossary.folding import Word, fold, stem
from bot.glossary.names import Name, Names

_NOTHING = "\0"  # spaCy takes no empty words; no name holds this one


class SpacyPhrases:
    """A :class:`bot.glossary.spotting.PhraseFinder` over one spaCy ``PhraseMatcher`` per language.

    Names and questions are matched by the stems of their words, so case, plural, accents and
    hyphens do not matter; the matcher's time does not grow with the number of names.
    """

    def __init__(self, names: Names) -> None:
        self._vocab = Vocab()
        self._names = names
        self._matchers: dict[str, PhraseMatcher] = {}
        for language in names.languages:
            matcher = PhraseMatcher(self._vocab, attr="ORTH")
            stems = [n.stems for n in names.all if n.language == language and all(n.stems)]
            matcher.add("name", [Doc(self._vocab, words=list(words)) for words in stems])
            self._matchers[language] = matcher

    def find(self, sentence: Sequence[Word]) -> Iterator[tuple[int, int, Name]]:
        """Return (first word, word after the last, name) for every name, overlaps included."""
        for language, matcher in self._matchers.items():
            stems = tuple(stem(word.folded, language) for word in sentence)
            for _, first, last in matcher(
                Doc(self._vocab, words=[form or _NOTHING for form in stems])
            ):
                yield first, last, self._names.by_stems[language, stems[first:last]]


@lru_cache(maxsize=64)
def stop_words(language: str) -> frozenset[str]:
    """Return spaCy's stop words of a language, folded; empty for a language it does not know."""
    try:
        module = importlib.import_module(f"spacy.lang.{language}.stop_words")
    except ImportError:
        return frozenset()
    return frozenset(fold(word) for word in module.STOP_WORDS)
