"""A passage: the smallest text that search can find."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.glossary.entry import Entry
from bot.glossary.section import Section, SectionKind

SENTENCES_UP_TO = 20_000
"""Entries of a glossary whose sentences are passages of their own: they double the index."""
MOST_SENTENCES = 4  # of a definition; the first ones say what the thing is
_FEWEST_WORDS = 3  # of a sentence that describes anything
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"“„'(]?[A-ZÄÖÜ])")
_MARKUP = re.compile(r"\*\*|^[ \t]*[-*+][ \t]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Passage:
    """One section of one entry in one language; ``text`` is what is indexed, names in front.

    ``kind`` is None for the wordings in which people describe the concept, and for sentences of a
    definition by themselves (``sentence``): they are found, and never shown.
    """

    concept: str
    language: str
    kind: SectionKind | None
    text: str
    sentence: bool = False

    @property
    def lexical(self) -> str:
        """The text whose words are indexed; those of a sentence stand in its definition."""
        return "" if self.sentence else self.text


def passages_of(entries: Collection[Entry]) -> list[Passage]:
    """Cut entries into passages, in the order of entries, languages and sections.

    Differences are left out: they are about the neighbours as much as about the entry.
    """
    sentences = has_sentences(len(entries))
    return [passage for entry in entries for passage in passages_in(entry, sentences)]


def has_sentences(entries: int) -> bool:
    """Tell whether sentences are passages in a glossary of so many entries."""
    return entries <= SENTENCES_UP_TO


def passages_in(entry: Entry, sentences: bool) -> list[Passage]:
    """Cut one entry; what people say of a concept describes it better than single sentences."""
    cut = [*_sections(entry), *_wordings(entry)]
    return cut if entry.described or not sentences else [*cut, *_sentences(entry)]


def are_worded(passages: Sequence[Passage]) -> bool:
    """Tell whether most concepts have wordings; those without are cut into sentences."""
    cut = {passage.concept: False for passage in passages}
    cut |= {passage.concept: True for passage in passages if passage.sentence}
    return 2 * sum(cut.values()) <= len(cut)


def _sentences(entry: Entry) -> Iterator[Passage]:
    """Yield the first sentences of each definition, without the name that others do not know."""
    for language, text in entry.texts.items():
        parts = _SENTENCE_END.split(plain(text.definition.text))
        for part in parts[:MOST_SENTENCES]:
            if len(part.split()) >= _FEWEST_WORDS:
                yield Passage(entry.id, language, None, part, sentence=True)


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
