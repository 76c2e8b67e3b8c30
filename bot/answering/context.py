"""What of the conversation the next question may lean on; kept in one slot of the tracker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.answering.answer import Answer, AnswerKind
from bot.answering.phrases import phrase
from bot.answering.question import SMALLTALK, QuestionType
from bot.glossary.section import section_key

_VERSION = 2
_MOST = 64
PATIENCE = 6
"""After that many messages without an answer about concepts, nobody remembers what "it" was."""


@dataclass(frozen=True, slots=True)
class Context:
    """The last answered question and what was offered since.

    Attributes:
        concepts: what the last answer was about, in its order.
        question_type: the type of question it answered.
        further: the types of the other questions that it answered about the same.
        language: its language.
        shown: keys of the sections of the first concept that were shown.
        sources: where what was shown stands.
        before: what the answer before was about, where that was something else.
        offered: the concepts listed last, in order: "the second one" is one of them.
        pending: the type of the question that we asked back on; empty if we did not.
        age: messages since the last answer about concepts.
    """

    concepts: tuple[str, ...] = ()
    question_type: str = ""
    further: tuple[str, ...] = ()
    language: str = ""
    shown: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    pending: str = ""
    age: int = 0

    def to_dict(self) -> dict[str, object]:
        """Return a JSON object for the tracker."""
        return {
            "version": _VERSION,
            "concepts": list(self.concepts),
            "question_type": self.question_type,
            "further": list(self.further),
            "language": self.language,
            "shown": list(self.shown),
            "sources": list(self.sources),
            "before": list(self.before),
            "offered": list(self.offered),
            "pending": self.pending,
            "age": self.age,
        }

    @classmethod
    def from_dict(cls, stored: object) -> Context:
        """Read what :meth:`to_dict` made; anything else is an empty context."""
        if not isinstance(stored, Mapping) or stored.get("version") != _VERSION:
            return cls()
        age = stored.get("age")
        return cls(
            concepts=_strings(stored, "concepts"),
            question_type=_type(stored, "question_type"),
            further=tuple(k for k in _strings(stored, "further") if k in set(QuestionType)),
            language=str(stored.get("language", "")),
            shown=_strings(stored, "shown"),
            sources=_strings(stored, "sources"),
            before=_strings(stored, "before"),
            offered=_strings(stored, "offered"),
            pending=_type(stored, "pending"),
            age=age if isinstance(age, int) and age >= 0 else PATIENCE,
        )

    @property
    def topic(self) -> tuple[str, ...]:
        """What "it" means: the concepts of the last answer, until it is forgotten."""
        return self.concepts if self.age < PATIENCE else ()


def next_context(answer: Answer, before: Context) -> Context:
    """Return the context that an answer leaves.

    An answer about concepts becomes what the next question leans on; a question back waits for a
    choice; small talk and declines let the memory fade, and a decline has no sources.
    """
    if answer.kind is AnswerKind.CLARIFY:
        offered = tuple(ref.id for ref in answer.alternatives) or before.offered
        return replace(before, offered=offered, pending=answer.question_type, age=before.age + 1)
    if answer.kind is not AnswerKind.ANSWER:
        if answer.question_type in SMALLTALK:
            return replace(before, age=before.age + 1)
        return replace(before, pending="", sources=(), age=before.age + 1)
    return _answered(answer, before)


def _answered(answer: Answer, before: Context) -> Context:
    line = phrase("line", answer.language)
    concepts = tuple(ref.id for ref in answer.concepts)
    same = concepts[:1] == before.concepts[:1]
    now = tuple(section_key(c.kind, c.heading) for c in answer.citations if c.entry == concepts[0])
    listed = tuple(ref.id for ref in answer.listed)
    if not listed and set(concepts) < set(before.offered):
        listed = before.offered  # one of a list was picked: the next may be as well
    return Context(
        concepts=concepts,
        question_type=answer.question_type,
        further=answer.further,
        language=answer.language,
        shown=tuple(dict.fromkeys((before.shown if same else ()) + now)),
        sources=tuple(f"{c.span.file}, {line} {c.span.line}" for c in answer.citations),
        before=before.before if set(concepts) == set(before.concepts) else before.concepts,
        offered=listed or concepts,
    )


def _type(stored: Mapping[str, object], key: str) -> str:
    kind = str(stored.get(key, ""))
    return kind if kind in set(QuestionType) else ""


def _strings(stored: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = stored.get(key)
    if not isinstance(value, list):
        return ()
    return tuple(str(item) for item in value[:_MOST])
