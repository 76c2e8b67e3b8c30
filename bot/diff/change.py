"""One question, what both versions answered to it, and what that change is."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bot.answering.answer import Answer, AnswerKind


class Change(enum.StrEnum):
    """What became of an answer; ``REWORDED`` is the same answer in other words."""

    LOST = "lost"
    CHANGED = "changed"
    GAINED = "gained"
    REWORDED = "reworded"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Replay:
    """A question on both versions.

    ``source`` says where it is from; ``old_right`` and ``new_right`` are None where nobody said
    what is right, as in a log.
    """

    text: str
    source: str
    old: Answer
    new: Answer
    old_right: bool | None = None
    new_right: bool | None = None
    before: tuple[str, ...] = ()

    @property
    def change(self) -> Change:
        """What became of the answer.

        Where it is known what is right, lost and gained mean right before and right after.
        Elsewhere they mean that it was answered before, and that it is now.
        """
        was, now = self._good(self.old, self.old_right), self._good(self.new, self.new_right)
        if was != now:
            return Change.LOST if was else Change.GAINED
        if _gist(self.old) != _gist(self.new):
            return Change.CHANGED
        return Change.SAME if self.old.text == self.new.text else Change.REWORDED

    @staticmethod
    def _good(answer: Answer, right: bool | None) -> bool:
        return answer.kind is AnswerKind.ANSWER if right is None else right

    def to_dict(self) -> dict[str, object]:
        """Return a JSON object."""
        return {
            "change": self.change.value,
            "text": self.text,
            "before": list(self.before),
            "source": self.source,
            "old": _shown(self.old, self.old_right),
            "new": _shown(self.new, self.new_right),
        }


def summary(answer: Answer) -> str:
    """Return an answer in a few words: its kind, and what it is about or offers."""
    about = answer.concepts or (
        answer.alternatives[:3] if answer.kind is AnswerKind.CLARIFY else ()
    )
    return " ".join((answer.kind.value, ", ".join(ref.id for ref in about))).strip()


def _gist(answer: Answer) -> tuple[object, ...]:
    offered = answer.alternatives if answer.kind is AnswerKind.CLARIFY else ()
    return (
        answer.kind,
        tuple(ref.id for ref in answer.concepts),
        tuple(citation.kind for citation in answer.citations),
        frozenset(ref.id for ref in offered),
    )


def _shown(answer: Answer, right: bool | None) -> dict[str, object]:
    return {
        "kind": answer.kind.value,
        "concepts": [ref.id for ref in answer.concepts],
        "sections": [citation.kind.value for citation in answer.citations],
        "right": right,
        "confidence": round(answer.confidence, 4),
    }
