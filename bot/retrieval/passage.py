"""A passage: the smallest text that search can find."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.glossary.entry import Entry
from bot.glossary.section import Section, SectionKind

_MARKUP = re.compile(r"\*\*|^[ \t]*[-*+][ \t]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Passage:
    """One section of one entry in one language; ``text`` is what is indexed, names in front.

    ``kind`` is None for the wordings in which people describe the concept: they are found, and
    never shown.
    """

    concept: str
    language: str
    kind: SectionKind | None
    text: str


def passages_of(entries: Iterable[Entry]) -> list[Passage]:
    """Cut entries into passages, in the order of entries, languages and sections.

    Differences are left out: they are about the neighbours as much as about the entry.
    """
    return [passage for entry in entries for passage in (*_sections(entry), *_wordings(entry))]


def _sections(entry: Entry) -> Iterator[Passage]:
    for language, text in entry.texts.items():
        for section in (text.definition, *text.sections):
            if section.kind is not SectionKind.DIFFERENCES:
                yield Passage(entry.id, language, section.kind, indexed(entry, language, section))


def _wordings(entry: Entry) -> Iterator[Passage]:
    for language, said in entry.described.items():
        for text in said:
            yield Passage(entry.id, language, None, text)


def indexed(entry: Entry, language: str, section: Section) -> str:
    """Return a section as it is indexed: name and heading before its plain text."""
    name = entry.label(language)
    heading = f", {section.heading}" if section.heading else ""
    return f"{name}{heading}: {plain(section.text)}"


def plain(markdown: str) -> str:
    """Return Markdown text without bold marks, bullets and line ends."""
    return " ".join(_MARKUP.sub("", markdown).split())
