"""Evaluation questions: what people type and what a right answer is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.answering.answer import AnswerKind
from bot.glossary.section import SectionKind

_KEYS = {"kind", "concepts", "any_of", "sections", "missing", "also"}


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a right answer is.

    ``kinds`` are the answer kinds that are right; ``concepts`` must all be answered about, and no
    others; ``any_of`` are concepts of which one is enough; ``sections`` must be shown and
    ``missing`` must be admitted to be missing, for an answer.
    """

    kinds: frozenset[AnswerKind]
    concepts: frozenset[str] = frozenset()
    any_of: frozenset[str] = frozenset()
    sections: frozenset[SectionKind] = frozenset()
    missing: frozenset[SectionKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Example:
    """One question, in which language and of which kind, and what is expected."""

    text: str
    language: str
    kind: str
    expect: Expectation
    source: str


def example_of(item: Mapping[str, Any], language: str, kind: str, source: str) -> Example:
    """Read one question from what a file says: its ``text`` and what to ``expect``.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: it is not understood.
    """
    expect = item["expect"]
    unknown = set(expect) - _KEYS
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    kinds = [expect["kind"], *expect.get("also", [])]
    return Example(
        text=str(item["text"]),
        language=language,
        kind=kind,
        expect=Expectation(
            kinds=frozenset(AnswerKind(kind) for kind in kinds),
            concepts=frozenset(expect.get("concepts", [])),
            any_of=frozenset(expect.get("any_of", [])),
            sections=frozenset(SectionKind(kind) for kind in expect.get("sections", [])),
            missing=frozenset(SectionKind(kind) for kind in expect.get("missing", [])),
        ),
        source=source,
    )
