"""The questions of an evaluation: single ones and conversations, as files hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from bot.errors import Code, DataError
from bot.evaluation.examples import Example, example_of, resolved
from bot.glossary.glossary import Glossary
from bot.glossary.names import Names

CONVERSATIONS = "conversations"
"""The folder of the conversations, beside the files of single questions."""

OWN = "own"
"""The kind of questions for which a file names none."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Questions that are asked one after the other, each with what is right at that point."""

    language: str
    kind: str
    turns: tuple[Example, ...]
    source: str

    def resolved(
        self, glossary: Glossary, names: Names, spoken: Callable[[str], str]
    ) -> Conversation:
        """Return it with ids for the names of expected concepts; see ``Questions.resolved``."""
        language = self.language or spoken(self.turns[0].text)
        turns = tuple(resolved(turn, glossary, names, language) for turn in self.turns)
        return replace(self, language=language, turns=turns)


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked: questions on their own, and conversations."""

    singles: tuple[Example, ...]
    conversations: tuple[Conversation, ...]

    @property
    def all(self) -> tuple[Example, ...]:
        """Every question, those of conversations as well."""
        return self.singles + tuple(turn for talk in self.conversations for turn in talk.turns)

    def resolved(self, glossary: Glossary, names: Names, spoken: Callable[[str], str]) -> Questions:
        """Return them with ids where expected concepts are told by a term, and with languages.

        Args:
            glossary: where the terms are.
            names: of that glossary.
            spoken: tells the language of a text.
        """
        return Questions(
            tuple(resolved(each, glossary, names, spoken(each.text)) for each in self.singles),
            tuple(talk.resolved(glossary, names, spoken) for talk in self.conversations),
        )


def read_questions(path: Path) -> Questions:
    """Read a file, or all ``*.yml`` files of a folder and of its folder ``conversations``.

    Raises:
        DataError: there is no file, or one is not what it should be; names file and item.
    """
    folders = (path, path / CONVERSATIONS)
    files = (
        [path] if path.is_file() else [f for each in folders for f in sorted(each.glob("*.yml"))]
    )
    if not files:
        raise DataError(Code.D002, file=path, problem="there are no *.yml files with questions")
    found = [item for file in files for item in _read(file)]
    return Questions(
        tuple(item for item in found if isinstance(item, Example)),
        tuple(item for item in found if isinstance(item, Conversation)),
    )


def _read(path: Path) -> Iterator[Example | Conversation]:
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
            yield _item(item, f"{path.name}#{number}")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            problem = f"question {number} is not understood: {error}"
            raise DataError(Code.D002, file=path, problem=problem) from None


def _item(item: Mapping[str, Any], source: str) -> Example | Conversation:
    language, kind = item.get("lang", ""), item.get("kind", OWN)
    if "turns" not in item:
        return example_of(item, language, kind, source)
    turns = tuple(
        example_of(turn, language, kind, f"{source}.{number}")
        for number, turn in enumerate(item["turns"], start=1)
    )
    if not turns:
        raise ValueError("a conversation without turns")
    return Conversation(language, kind, turns, source)
