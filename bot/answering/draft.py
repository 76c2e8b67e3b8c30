"""A draft: collects slices of entries and numbers their citations while an answer is composed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.answering.answer import Citation, ConceptRef
from bot.answering.phrases import phrase
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary
from bot.glossary.section import Item, Section, SectionKind
from bot.glossary.span import Span

_SENTENCE = re.compile(r"[^\W\d_]{3,}[)\"”“’]*[.!?](?=\s+[^\W\d_a-zßäöü])")


def first_sentence(text: str) -> int:
    """Return where the first sentence of a text ends; the whole length where that is not clear.

    A full stop ends it behind a word of at least three letters and before a capital: "e.g." and
    "3.6" do not.
    """
    found = _SENTENCE.search(text)
    return found.end() if found else len(text)


class Draft:
    """Text and citations of an answer in the making, in one language."""

    def __init__(self, glossary: Glossary, language: str) -> None:
        self.glossary = glossary
        self.language = language
        self.citations: list[Citation] = []
        self.missing: list[SectionKind] = []
        self.listed: list[str] = []
        self._parts: list[str] = []

    def say(self, name: str, **facts: object) -> None:
        """Add one of our own phrases as a paragraph."""
        self._parts.append(phrase(name, self.language, **facts))

    def title(self, entry: Entry) -> None:
        """Add the name of a concept in bold, and a note if its text is in another language."""
        self._parts.append(f"**{entry.label(self.language)}**")
        written = entry.text_language(self.language)
        if written != self.language:
            name = phrase(written, self.language) if written in ("en", "de") else written
            self.say("other_language", written=name)

    def define(self, entry: Entry) -> None:
        """Add the definition of an entry, cited."""
        definition = entry.text(self.language).definition
        number = self._cite(entry, definition.kind, definition.heading, definition.span)
        self._parts.append(f"{definition.text} [{number}]")

    def shorten(self, entry: Entry) -> None:
        """Add the first sentence of the definition of an entry, cited."""
        self._parts.append(self._sentence(entry))

    def section(self, entry: Entry, section: Section) -> None:
        """Add a section with its heading, cited."""
        number = self._cite(entry, section.kind, section.heading, section.span)
        heading = f"**{section.heading}** [{number}]\n\n" if section.heading else ""
        self._parts.append(heading + section.text + ("" if heading else f" [{number}]"))

    def item(self, entry: Entry, section: Section, item: Item) -> None:
        """Add one list item of a section, cited."""
        number = self._cite(entry, section.kind, section.heading, item.span)
        self._parts.append(f"- {item.text} [{number}]")

    def concepts(self, ids: Iterable[str]) -> None:
        """Add a list of concepts by name; "the second one" will be one of them."""
        ids = [i for i in ids if i in self.glossary]
        self.listed += ids
        lines = [f"- {self.glossary[i].label(self.language)}" for i in ids]
        self._parts.append("\n".join(lines))

    def candidates(self, ids: Iterable[str]) -> None:
        """Add a list of concepts, each with the first sentence of its definition, cited."""
        for concept in ids:
            entry = self.glossary[concept]
            self.listed.append(concept)
            self._parts.append(f"- **{entry.label(self.language)}**: {self._sentence(entry)}")

    def names(self, ids: Iterable[str]) -> str:
        """Return the names of concepts, separated by commas."""
        return ", ".join(self.glossary[i].label(self.language) for i in ids if i in self.glossary)

    def refs(self, ids: Iterable[str]) -> tuple[ConceptRef, ...]:
        """Return references to concepts, without those the glossary lacks."""
        return tuple(
            ConceptRef(i, self.glossary[i].label(self.language)) for i in ids if i in self.glossary
        )

    def text(self) -> str:
        """Return the Markdown of the whole, with the sources below."""
        return "\n\n".join([*self._parts, *self._sources()])

    def _sentence(self, entry: Entry) -> str:
        """Return the first sentence of the definition of an entry, cited."""
        definition = entry.text(self.language).definition
        end = first_sentence(definition.text)
        span = replace(definition.span, length=end)
        number = self._cite(entry, definition.kind, definition.heading, span)
        return f"{definition.text[:end]} [{number}]"

    def _cite(self, entry: Entry, kind: SectionKind, heading: str, span: Span) -> int:
        number = len(self.citations) + 1
        version = self.glossary.version
        self.citations.append(Citation(number, entry.id, kind, heading, span, version))
        return number

    def _sources(self) -> list[str]:
        if not self.citations:
            return []
        line = phrase("line", self.language)
        each = [f"[{c.n}] {c.span.file}, {line} {c.span.line}" for c in self.citations]
        word = phrase("source" if len(each) == 1 else "sources", self.language)
        return [f"{word}: " + "; ".join(each)]
