"""Where a piece of text stands in its source file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A slice of a source file.

    ``file`` is relative to the glossary folder; ``line`` counts from 1; ``offset`` and
    ``length`` count characters of the decoded file, so ``text[offset:offset + length]``
    is the slice.
    """

    file: str
    line: int
    offset: int
    length: int
