"""What a baseline says, as our own composer would put it, so that the same judge can judge it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.answer import Answer, AnswerKind
from bot.answering.composer import Composer
from bot.answering.question import QuestionType
from bot.glossary.glossary import Glossary
from bot.glossary.names import Names

_PAIRWISE = frozenset({QuestionType.COMPARE, QuestionType.ASK_KIND_OF})


class Replies:
    """Makes answers for a baseline that has found out what a question is about."""

    def __init__(self, glossary: Glossary, names: Names) -> None:
        self._composer = Composer(glossary, names)
        self._version = glossary.version

    def about(
        self, kind: QuestionType, concepts: Sequence[str], language: str, confidence: float = 1.0
    ) -> Answer:
        """Answer a question of that type; of several concepts only comparisons keep all.

        ``confidence`` is 0 to 1.
        """
        kept = concepts if kind in _PAIRWISE else concepts[:1]
        draft = self._composer.compose(kind, kept, language)
        return Answer(
            AnswerKind.ANSWER,
            kind.value,
            language,
            draft.text(),
            concepts=draft.refs(kept),
            citations=tuple(draft.citations),
            missing=tuple(draft.missing),
            confidence=confidence,
            glossary_version=self._version,
        )

    def other(
        self,
        how: AnswerKind,
        language: str,
        kind: QuestionType = QuestionType.OUT_OF_SCOPE,
        confidence: float = 1.0,
    ) -> Answer:
        """Decline, chat or hand over; ``confidence`` is 0 to 1."""
        return Answer(
            how,
            kind.value,
            language,
            "",
            confidence=confidence,
            glossary_version=self._version,
        )
