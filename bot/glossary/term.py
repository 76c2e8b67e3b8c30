"""A term: a word or phrase that designates a concept."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Status(enum.StrEnum):
    """How a term stands to its concept (ISO 10241-1)."""

    PREFERRED = "preferred"
    ADMITTED = "admitted"
    ABBREVIATION = "abbreviation"


@dataclass(frozen=True, slots=True)
class Term:
    """One designation in one language; an abbreviation knows its ``expansion``."""

    text: str
    language: str
    status: Status
    expansion: str | None = None
