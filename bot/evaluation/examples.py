"""Evaluation questions: what people type and what a right answer is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.answering.answer import AnswerKind
from bot.errors import Code, DataError
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


def read_examples(folder: Path) -> list[Example]:
    """Read all ``*.yml`` files of a split.

    Raises:
        DataError: a file is not what it should be; names file and item.
    """
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise DataError(Code.D002, file=folder, problem="there are no *.yml files with questions")
    return [example for path in files for example in _read(path)]


def _read(path: Path) -> Iterator[Example]:
    try:
        items = yaml.load(
            path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(Code.D002, file=path, problem=str(error)) from None
    if not isinstance(items, list):
        raise DataError(Code.D001, file=path, line=1, found=type(items).__name__, expected="a list")
    for number, item in enumerate(items, start=1):
        try:
            yield _example(item, f"{path.name}#{number}")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            problem = f"question {number} is not understood: {error}"
            raise DataError(Code.D002, file=path, problem=problem) from None


def _example(item: Mapping[str, Any], source: str) -> Example:
    expect = item["expect"]
    unknown = set(expect) - _KEYS
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    kinds = [expect["kind"], *expect.get("also", [])]
    return Example(
        text=str(item["text"]),
        language=item["lang"],
        kind=item["kind"],
        expect=Expectation(
            kinds=frozenset(AnswerKind(kind) for kind in kinds),
            concepts=frozenset(expect.get("concepts", [])),
            any_of=frozenset(expect.get("any_of", [])),
            sections=frozenset(SectionKind(kind) for kind in expect.get("sections", [])),
            missing=frozenset(SectionKind(kind) for kind in expect.get("missing", [])),
        ),
        source=source,
    )
