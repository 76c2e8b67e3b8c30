"""A public data set: utterances with intents to learn from, and others to be asked."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import BenchmarkError, Code, DataError


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody said; ``intent`` is None if it is out of scope."""

    text: str
    intent: str | None


@dataclass(frozen=True, slots=True)
class Dataset:
    """Utterances to train on, all in scope, and utterances to test on.

    Only ``train`` may be used to choose anything.
    """

    name: str
    train: tuple[Utterance, ...]
    test: tuple[Utterance, ...]

    @property
    def texts(self) -> list[str]:
        """The texts to train on."""
        return [each.text for each in self.train]

    @property
    def intents(self) -> list[str]:
        """The intents of these texts."""
        return [each.intent for each in self.train if each.intent is not None]


def read_table(path: Path, out_of_scope: str | None = None) -> tuple[Utterance, ...]:
    """Read a CSV file with a heading and the columns text and intent.

    Args:
        path: the file, UTF-8.
        out_of_scope: the intent that stands for none.

    Raises:
        BenchmarkError: the file is not there.
        DataError: a row has fewer than two columns, or the file is no UTF-8 text.
    """
    rows = list(csv.reader(_read(path).splitlines(keepends=True)))[1:]
    for number, row in enumerate(rows, 2):
        if len(row) < 2:
            problem = f"row {number} has {len(row)} columns, expected text and intent"
            raise DataError(Code.D002, file=path, problem=problem)
    return tuple(Utterance(row[0], None if row[1] == out_of_scope else row[1]) for row in rows)


def read_lines(texts: Path, intents: Path) -> tuple[Utterance, ...]:
    """Read two files of equally many lines, one with the texts and one with their intents.

    Raises:
        BenchmarkError: a file is not there.
        DataError: the numbers of lines differ, or a file is no UTF-8 text.
    """
    said, meant = (_read(path).removesuffix("\n").split("\n") for path in (texts, intents))
    if len(said) != len(meant):
        problem = f"{len(said)} texts, but {len(meant)} intents in {intents.name}"
        raise DataError(Code.D002, file=texts, problem=problem)
    return tuple(Utterance(text, intent) for text, intent in zip(said, meant, strict=True))


def read_parts(path: Path, names: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Read pairs of text and intent from a JSON object of lists, by name of the list.

    Raises:
        BenchmarkError: the file is not there.
        DataError: it is no such object.
    """
    try:
        parts: dict[str, Any] = json.loads(_read(path))
        return {name: [(str(text), str(intent)) for text, intent in parts[name]] for name in names}
    except (ValueError, KeyError, TypeError) as error:
        problem = f"these are not lists of text and intent: {error!r}"
        raise DataError(Code.D002, file=path, problem=problem) from None


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        said = f"{path}: no such file. Clone the public data as docs/bench-nlu.md says."
        raise BenchmarkError(said) from None
    except UnicodeDecodeError as error:
        raise DataError(Code.D002, file=path, problem=f"not UTF-8 text: {error}") from None
