"""Compounds: names of several words, of anything in the world.

"What is a front desk" asks nothing about a front. Whoever wrote the list knew no glossary; what an
entry says itself, such as "warm front", is of its field.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from bot.glossary.folding import Word, stem, words
from bot.glossary.mention import Mention

LONGEST = 5  # words of a compound

Uses = Callable[[str, str, str], bool]
"""Tells of a concept, a compound as :func:`key_of` gives it, and its language, whether the entry
uses it."""


def key_of(said: Sequence[Word], language: str) -> str:
    """Return the form in which all inflections of a compound are equal."""
    return " ".join(stem(word.folded, language) for word in said)


class Compounds:
    """Tells terms from parts of other names.

    Args:
        keys: the compounds by language, as :func:`key_of` gives them.
        uses: tells what entries use themselves.
    """

    def __init__(self, keys: Mapping[str, Collection[str]], uses: Uses) -> None:
        self._keys = {language: frozenset(each) for language, each in keys.items()}
        self._uses = uses

    def has_as_part(self, text: str, sentence: Sequence[Word], mention: Mention) -> bool:
        """Tell whether a mention is but a part of a compound that its entries do not use.

        Args:
            text: the question.
            sentence: its words.
            mention: in it.
        """
        return any(
            key in known and not any(self._uses(c, key, language) for c in mention.concepts)
            for said in _around(text, sentence, mention)
            for language, known in self._keys.items()
            for key in (key_of(said, language),)
        )


NONE = Compounds({}, lambda concept, key, language: False)


def _around(text: str, sentence: Sequence[Word], mention: Mention) -> Iterator[Sequence[Word]]:
    """Yield what stands together in a question and holds more than the mention."""
    inside = [i for i, w in enumerate(sentence) if mention.start <= w.start < mention.end]
    if not inside:
        return
    first, last = inside[0], inside[-1] + 1
    for start in range(max(0, last - LONGEST), first + 1):
        for end in range(last, min(len(sentence), start + LONGEST) + 1):
            said = sentence[start:end]
            if end - start > last - first and _stand_together(text, said):
                yield said


def _stand_together(text: str, said: Sequence[Word]) -> bool:
    return all(text[a.end : b.start] in (" ", "-") for a, b in pairwise(said))


def key_in(key: str, text: str, language: str) -> bool:
    """Tell whether a text has a compound, as :func:`key_of` gives it."""
    return f" {key} " in f" {key_of(words(text), language)} "
