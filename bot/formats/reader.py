"""The port of the glossary formats: a reader turns source files into entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.glossary.entry import Entry


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a glossary: its name relative to what was imported, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that did not become (part of) an entry, and why; ``line`` counts from 1.

    ``expected`` says that it was never meant to be one: a template, a picture, a draft.
    """

    file: str
    line: int
    reason: str
    expected: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of its files.

    Attributes:
        entries: entries as read: ``id`` is the source's own id or made from the preferred term,
            relations hold ids or terms as the source names them (they are resolved later), spans
            name the file and line something was read from, and fields without a place of their
            own are in ``extra``.
        skipped: what was left out.
        notes: what the owner should know: how columns were understood, which macros were resolved.
    """

    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What the owner says about his source.

    Attributes:
        language: the language of texts that do not tell theirs.
        columns: for tables, which column or key holds what: ``{"Abkürzung": "abbreviation"}``.
    """

    language: str = "en"
    columns: Mapping[str, str] = field(default_factory=dict)


class Reader(Protocol):
    """Reads one format. Readers keep no state and never open a file, a socket or an entity."""

    @property
    def name(self) -> str:
        """What the owner calls the format: ``csv``, ``skos``, ``hugo``."""

    def claim(self, source: Source) -> float:
        """Return how surely a file is of this format, from 0 to 1, by its content.

        The file's extension may only break ties: 0.9 and more means that the content itself
        says so, 0.5 that it can be read so.
        """

    def read(self, sources: Sequence[Source], options: Options) -> Reading:
        """Read files of this format into entries.

        Raises:
            GlossaryError: a file is damaged or oversized; names file, line, value and remedy.
        """
