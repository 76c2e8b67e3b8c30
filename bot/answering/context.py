"""What of the conversation the next question may lean on; kept in one slot of the tracker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.answering.question import QuestionType

_VERSION = 1
_MOST = 64


@dataclass(frozen=True, slots=True)
class Context:
    """The last answered question: its concepts, type, what was shown, and where that stands."""

    concepts: tuple[str, ...] = ()
    question_type: str = ""
    language: str = ""
    shown: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Return a JSON object for the tracker."""
        return {
            "version": _VERSION,
            "concepts": list(self.concepts),
            "question_type": self.question_type,
            "language": self.language,
            "shown": list(self.shown),
            "sources": list(self.sources),
        }

    @classmethod
    def from_dict(cls, stored: object) -> Context:
        """Read what :meth:`to_dict` made; anything else is an empty context."""
        if not isinstance(stored, Mapping) or stored.get("version") != _VERSION:
            return cls()
        kind = str(stored.get("question_type", ""))
        return cls(
            concepts=_strings(stored, "concepts"),
            question_type=kind if kind in set(QuestionType) else "",
            language=str(stored.get("language", "")),
            shown=_strings(stored, "shown"),
            sources=_strings(stored, "sources"),
        )


def _strings(stored: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = stored.get(key)
    if not isinstance(value, list):
        return ()
    return tuple(str(item) for item in value[:_MOST])
