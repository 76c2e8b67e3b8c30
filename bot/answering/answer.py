"""An answer and the contract in which it leaves the assistant (``docs/answer.schema.json``)."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.glossary.section import SectionKind
from bot.glossary.span import Span

CONTRACT_VERSION = 1


class AnswerKind(enum.StrEnum):
    """What the assistant does with a message."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    DECLINE = "decline"
    SMALLTALK = "smalltalk"
    HANDOFF = "handoff"


@dataclass(frozen=True, slots=True)
class Citation:
    """The slice of a source file that answer text number ``n`` is, of which glossary version."""

    n: int
    entry: str
    kind: SectionKind
    heading: str
    span: Span
    glossary_version: str

    def to_dict(self) -> dict[str, object]:
        """Return the citation as the contract has it."""
        return {
            "n": self.n,
            "entry": self.entry,
            "section": self.kind.value,
            "heading": self.heading,
            "file": self.span.file,
            "line": self.span.line,
            "offset": self.span.offset,
            "length": self.span.length,
            "glossary_version": self.glossary_version,
        }


@dataclass(frozen=True, slots=True)
class ConceptRef:
    """A concept as it is shown: id, term in the language of the answer, and a score if ranked."""

    id: str
    term: str
    score: float | None = None

    def to_dict(self) -> dict[str, object]:
        """Return the reference as the contract has it."""
        ref: dict[str, object] = {"id": self.id, "term": self.term}
        if self.score is not None:
            ref["score"] = round(self.score, 4)
        return ref


@dataclass(frozen=True, slots=True)
class Answer:
    """What we say: Markdown ``text`` and everything a program needs to know about it.

    ``listed`` are the concepts of a list in the text, in its order; ``further`` the types of the
    other questions that it answers about the same concepts.
    """

    kind: AnswerKind
    question_type: str
    language: str
    text: str
    concepts: tuple[ConceptRef, ...] = ()
    citations: tuple[Citation, ...] = ()
    missing: tuple[SectionKind, ...] = ()
    confidence: float = 1.0
    alternatives: tuple[ConceptRef, ...] = ()
    related: tuple[ConceptRef, ...] = ()
    suggestions: tuple[str, ...] = ()
    listed: tuple[ConceptRef, ...] = ()
    further: tuple[str, ...] = ()
    glossary_version: str = ""
    reasons: Mapping[str, object] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """Return the ``custom`` object of the message."""
        return {
            "version": CONTRACT_VERSION,
            "kind": self.kind.value,
            "question_type": self.question_type,
            "language": self.language,
            "concepts": [ref.to_dict() for ref in self.concepts],
            "sections": [
                {"concept": c.entry, "kind": c.kind.value, "heading": c.heading}
                for c in self.citations
            ],
            "missing": [kind.value for kind in self.missing],
            "citations": [citation.to_dict() for citation in self.citations],
            "confidence": round(self.confidence, 4),
            "alternatives": [ref.to_dict() for ref in self.alternatives],
            "related": [ref.to_dict() for ref in self.related],
            "suggestions": list(self.suggestions),
            "listed": [ref.to_dict() for ref in self.listed],
            "glossary_version": self.glossary_version,
            "reasons": dict(self.reasons),
        }
