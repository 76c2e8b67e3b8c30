"""What a check finds, and how much it hurts."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

_ERROR, _WARNING = 70, 40


class Level(enum.StrEnum):
    """How bad it is: nothing serves or answers, answers suffer, or it could be better."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"

    def reaches(self, other: Level) -> bool:
        """Tell whether this is as bad as the other level, or worse."""
        order = list(Level)
        return order.index(self) <= order.index(other)


class Check(enum.Enum):
    """A check: its name, the harm of what it finds (0 to 100), and what it looks for."""

    FAULT = "fault", 100, "files that cannot be read as entries"
    MISSING_RELATION = "missing-relation", 97, "relations to entries that do not exist"
    CIRCLE = "circle", 96, "broader concepts that run in a circle"
    UNREACHABLE = "unreachable", 80, "entries that do not come back when asked by their own name"
    EMPTY = "empty", 75, "definitions that say nothing"
    CONTRADICTION = "contradiction", 65, "definitions that contradict each other"
    CIRCULAR = "circular", 60, "definitions that define each other"
    CONFUSED = "confused", 58, "entries that are taken for another one"
    DUPLICATE = "duplicate", 55, "entries that say nearly the same"
    UNMET_BOUND = "unmet-bound", 52, "a bound on wrong answers that is not met"
    DEAD_LINK = "dead-link", 50, "links that lead nowhere in the glossary"
    UNEXPANDED = "unexpanded", 44, "acronyms without their full form"
    SHORT = "short", 41, "definitions that are too short"
    HOMONYM = "homonym", 38, "names of several entries"
    UNDEFINED = "undefined", 35, "terms that are used but have no entry"
    NO_LANGUAGE = "no-language", 30, "entries that lack a language"
    LONG = "long", 25, "definitions that are too long"
    ONE_SIDED = "one-sided", 10, "relations that only one side knows"

    def __init__(self, label: str, harm: int, about: str) -> None:
        self.label = label
        self.harm = harm
        self.about = about

    @property
    def level(self) -> Level:
        """How bad its findings are."""
        if self.harm >= _ERROR:
            return Level.ERROR
        return Level.WARNING if self.harm >= _WARNING else Level.HINT


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file relative to the glossary, and a line from 1 (0: no line)."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where, what was found, and how it is mended.

    ``entry`` is the id of the entry, empty where it is about the whole glossary. ``weight`` ranks
    the findings of one check, more is worse.
    """

    check: Check
    place: Place
    found: str
    mend: str
    entry: str = ""
    weight: float = 0.0

    @property
    def level(self) -> Level:
        """How bad it is."""
        return self.check.level

    def to_dict(self) -> dict[str, object]:
        """Return a JSON object."""
        return {
            "check": self.check.label,
            "level": self.level.value,
            "harm": self.check.harm,
            "entry": self.entry,
            "file": self.place.file,
            "line": self.place.line,
            "found": self.found,
            "mend": self.mend,
        }


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by how much they hurt, then by weight, then by place."""
    return sorted(
        findings,
        key=lambda f: (-f.check.harm, -f.weight, f.place.file, f.place.line, f.found),
    )
