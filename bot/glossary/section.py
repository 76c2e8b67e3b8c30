"""The parts of an entry's text."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bot.glossary.span import Span


class SectionKind(enum.StrEnum):
    """What a section is about. ``OTHER`` keeps whatever heading an owner invents."""

    DEFINITION = "definition"
    CHARACTERISTICS = "characteristics"
    HOW = "how"
    PURPOSE = "purpose"
    USERS = "users"
    ADVANTAGES = "advantages"
    LIMITS = "limits"
    COST = "cost"
    SAFETY = "safety"
    EXAMPLES = "examples"
    DIFFERENCES = "differences"
    HISTORY = "history"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Item:
    """One list item of a section: ``text`` is the exact slice at ``span``, without its bullet."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of an entry; ``text`` is the exact slice of the source at ``span``."""

    kind: SectionKind
    heading: str
    text: str
    span: Span
    items: tuple[Item, ...] = ()

    @property
    def key(self) -> str:
        """What tells the section from the others of its entry: its kind, or an own heading."""
        return section_key(self.kind, self.heading)


def section_key(kind: SectionKind, heading: str) -> str:
    """Return the key of a section of that kind under that heading."""
    return f"{kind.value}:{heading}" if kind is SectionKind.OTHER else kind.value
