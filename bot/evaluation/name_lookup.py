"""Baseline "name look-up": whoever is named gets defined, nothing is understood."""

from __future__ import annotations

from collections.abc import Callable

from bot.answering.answer import Answer, AnswerKind
from bot.answering.question import QuestionType
from bot.evaluation.replies import Replies
from bot.glossary.folding import stem, words
from bot.glossary.glossary import Glossary
from bot.glossary.names import Name, Names

NAME = "name look-up"
REMARK = (
    "The longest name of the glossary that stands in the question, word by word, gets its "
    "definition; where none stands there, it declines. Case, accents and plurals do not matter."
)


class NameLookup:
    """Answers with the definition of the longest name in a question.

    Args:
        glossary: where the definitions are.
        names: of that glossary.
        language: tells the language of a text.
    """

    def __init__(self, glossary: Glossary, names: Names, language: Callable[[str], str]) -> None:
        self._names = names
        self._language = language
        self._replies = Replies(glossary, names)

    def answer(self, text: str) -> Answer:
        """Define what is named, or decline."""
        spoken = self._language(text)
        name = self.longest(text)
        if name is None:
            return self._replies.other(AnswerKind.DECLINE, spoken)
        return self._replies.about(QuestionType.DEFINE, name.concepts, spoken)

    def longest(self, text: str) -> Name | None:
        """Return the name with most words, of these with most letters, of these the first."""
        found = [name for language in self._names.languages for name in self._in(text, language)]
        return max(found, key=lambda name: (len(name.stems), len(name.squeezed)), default=None)

    def _in(self, text: str, language: str) -> list[Name]:
        stems = tuple(stem(word.folded, language) for word in words(text))
        spans = (
            stems[start : start + length]
            for start in range(len(stems))
            for length in range(1, min(self._names.longest, len(stems) - start) + 1)
        )
        named = (self._names.by_stems.get((language, span)) for span in spans)
        return [name for name in named if name is not None]
