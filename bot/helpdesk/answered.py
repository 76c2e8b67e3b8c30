"""The assistant's answer to a customer's message, read from the answer contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.answering.answer import AnswerKind

UNHELPFUL = "feedback_bad"  # the question type of a customer who was not helped


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept the answer is about, or that may be meant; ``where`` is file and line if cited."""

    id: str
    term: str
    where: str = ""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What of an answer decides and is shown.

    ``kind`` is None where the turn said nothing of its own. ``confidence`` is the calibrated
    probability that the answer is right.
    """

    kind: AnswerKind | None
    text: str = ""
    question_type: str = ""
    language: str = "en"
    confidence: float = 0.0
    concepts: tuple[Concept, ...] = ()
    choices: tuple[str, ...] = ()

    @property
    def unhelpful(self) -> bool:
        """Whether the customer said that the answer before did not help."""
        return self.question_type == UNHELPFUL


def read(messages: Sequence[Mapping[str, Any]]) -> Answered:
    """Return the answer in a reply group of Rasa's: ours is one message."""
    for message in messages:
        custom = message.get("custom")
        if isinstance(custom, dict) and custom.get("kind") in set(AnswerKind):
            return Answered(
                AnswerKind(custom["kind"]),
                str(message.get("text", "")),
                str(custom.get("question_type", "")),
                str(custom.get("language", "en")),
                float(custom.get("confidence", 0.0)),
                _concepts(custom),
                tuple(str(text) for text in custom.get("suggestions", ())),
            )
    return Answered(None)


def _concepts(custom: Mapping[str, Any]) -> tuple[Concept, ...]:
    cited: dict[str, str] = {}
    for citation in custom.get("citations", ()):
        cited.setdefault(citation["entry"], f"{citation['file']}:{citation['line']}")
    found = [*custom.get("concepts", ()), *custom.get("alternatives", ())]
    return tuple(
        Concept(ref["id"], ref["term"], cited.get(ref["id"], ""), ref.get("score")) for ref in found
    )
