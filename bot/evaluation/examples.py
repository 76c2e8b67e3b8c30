"""Evaluation questions: what people type and what a right answer is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.answering.answer import AnswerKind
from bot.glossary.glossary import Glossary
from bot.glossary.names import Names
from bot.glossary.section import SectionKind

_KEYS = {"kind", "concepts", "any_of", "sections", "missing", "also"}
_OTHER_KINDS = tuple(kind.value for kind in AnswerKind if kind is not AnswerKind.ANSWER)


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
    """Read one question from what a file says: its ``text`` (or ``ask``), and what to ``expect``.

    ``expect`` is an object, or in short: an id or name, a list of them, or the name of another
    kind of answer (``decline``).

    Raises:
        AttributeError, KeyError, TypeError, ValueError: it is not understood.
    """
    expect = item["expect"]
    full = isinstance(expect, Mapping)
    return Example(
        text=str(item["ask"] if "ask" in item else item["text"]),
        language=language,
        kind=kind,
        expect=_full(expect) if full else _short(expect, item.get("section")),
        source=source,
    )


def _full(expect: Mapping[str, Any]) -> Expectation:
    unknown = set(expect) - _KEYS
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    kinds = [expect["kind"], *expect.get("also", [])]
    return Expectation(
        kinds=frozenset(AnswerKind(kind) for kind in kinds),
        concepts=frozenset(expect.get("concepts", [])),
        any_of=frozenset(expect.get("any_of", [])),
        sections=frozenset(SectionKind(kind) for kind in expect.get("sections", [])),
        missing=frozenset(SectionKind(kind) for kind in expect.get("missing", [])),
    )


def _short(expect: object, section: object) -> Expectation:
    if expect in _OTHER_KINDS:
        return Expectation(frozenset([AnswerKind(expect)]))
    named = expect if isinstance(expect, list) else [expect]
    if not named or not all(isinstance(name, str) and name.strip() for name in named):
        raise ValueError(f"expect is {expect!r}, not an id, a name, a list of them or a kind")
    sections = frozenset([SectionKind(str(section))] if section else [])
    concepts = frozenset(str(name).strip() for name in named)
    return Expectation(frozenset([AnswerKind.ANSWER]), concepts, sections=sections)


def resolved(example: Example, glossary: Glossary, names: Names, spoken: str) -> Example:
    """Return an example whose expected concepts are ids, where it names them by a term.

    A term of several entries is answered rightly about any of them, or by asking back.

    Args:
        example: as read.
        glossary: its ids count before its names.
        names: of that glossary.
        spoken: the language of the question, where the file does not say.
    """
    expect = example.expect
    found = {
        name: (name,) if name in glossary else names.of_text(name) or (name,)
        for name in expect.concepts
    }
    several = {concept for ids in found.values() if len(ids) > 1 for concept in ids}
    if several:
        kinds = expect.kinds | {AnswerKind.CLARIFY}
        expect = replace(expect, kinds=kinds, concepts=frozenset(), any_of=frozenset(several))
    else:
        expect = replace(expect, concepts=frozenset(ids[0] for ids in found.values()))
    return replace(example, expect=expect, language=example.language or spoken)
