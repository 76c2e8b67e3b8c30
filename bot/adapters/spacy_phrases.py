"""spaCy finds the names of the glossary in a question, and knows each language's stop words."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from bot.absent import hidden

# spaCy's thinc imports torch and TensorFlow wherever they are installed: seconds and hundreds of
# megabytes for nothing. In processes that have not loaded them, it shall not find them.
with hidden("torch", "tensorflow"):
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

from bot.glossary.folding import Word, fold, stem
from bot.glossary.names import Name, Names

_NOTHING = "\0"  # spaCy takes no empty words; no name holds this one
_TOGETHER = 1000  # names that are texts at the same time: each takes kilobytes
_FEW = 500  # new names that are matched beside those of before, which is quicker than all anew
_Stems = tuple[str, ...]


class SpacyPhrases:
    """A :class:`bot.glossary.spotting.PhraseFinder` over one spaCy ``PhraseMatcher`` per language.

    Names and questions are matched by the stems of their words, so case, plural, accents and
    hyphens do not matter; the matcher's time does not grow with the number of names.

    Args:
        names: all names.
        before: a finder for another version of them, whose matchers are taken over.
    """

    def __init__(self, names: Names, before: SpacyPhrases | None = None) -> None:
        self._names = names
        found = {language: _stems(names, language) for language in names.languages}
        known = before._known if before else {}
        new = {code: stems.difference(known.get(code, ())) for code, stems in found.items()}
        few = before is not None and sum(map(len, new.values())) <= _FEW
        self._known: Mapping[str, Collection[_Stems]] = known if few else found
        self._vocab: Vocab = before._vocab if before and few else Vocab()
        self._matchers: Mapping[str, PhraseMatcher] = (
            before._matchers if before and few else self._made(found)
        )
        self._beside = self._made(new if few else {})

    def _made(self, names: Mapping[str, Collection[_Stems]]) -> Mapping[str, PhraseMatcher]:
        """Return a matcher per language."""
        matchers = {}
        for language, stems in names.items():
            matchers[language] = matcher = PhraseMatcher(self._vocab, attr="ORTH")
            for some in _batches(stems, _TOGETHER):
                matcher.add("name", [Doc(self._vocab, words=list(words)) for words in some])
        return matchers

    def find(self, sentence: Sequence[Word]) -> Iterator[tuple[int, int, Name]]:
        """Return (first word, word after the last, name) for every name, overlaps included."""
        for language in self._names.languages:
            stems = tuple(stem(word.folded, language) for word in sentence)
            doc = Doc(self._vocab, words=[form or _NOTHING for form in stems])
            for matchers in (self._matchers, self._beside):
                for _, first, last in matchers[language](doc) if language in matchers else ():
                    name = self._names.by_stems.get((language, stems[first:last]))
                    if name:  # else it is a name that went
                        yield first, last, name


def _stems(names: Names, language: str) -> set[_Stems]:
    return {n.stems for n in names.all if n.language == language and all(n.stems)}


def _batches(stems: Collection[_Stems], size: int) -> Iterator[list[_Stems]]:
    every = list(stems)
    for start in range(0, len(every), size):
        yield every[start : start + size]


@lru_cache(maxsize=64)
def stop_words(language: str) -> frozenset[str]:
    """Return spaCy's stop words of a language, folded; empty for a language it does not know."""
    try:
        module = importlib.import_module(f"spacy.lang.{language}.stop_words")
    except ImportError:
        return frozenset()
    return frozenset(fold(word) for word in module.STOP_WORDS)
