"""An entry: all that the glossary says about one concept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.glossary.section import Section, SectionKind
from bot.glossary.term import Status, Term


@dataclass(frozen=True, slots=True)
class EntryText:
    """The text of an entry in one language: the definition and the sections, in file order."""

    definition: Section
    sections: tuple[Section, ...] = ()

    def section(self, kind: SectionKind) -> Section | None:
        """Return the first section of that kind; the definition counts as one."""
        every = (self.definition, *self.sections)
        return next((section for section in every if section.kind is kind), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """One concept: its terms, its text per language and its relations (ids of other entries).

    ``broader`` is generic or instantial ("is a"), ``part_of`` is partitive. ``ended`` is the
    date, as written, when the thing ceased to exist. ``described`` are wordings, per language, in
    which people describe the concept who do not know its name; they are searched, never shown.
    """

    id: str
    terms: tuple[Term, ...]
    texts: Mapping[str, EntryText]
    broader: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    subject: str = ""
    updated: str = ""
    ended: str = ""
    described: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)

    def preferred(self, language: str) -> str:
        """Return the preferred term in that language, else in the first language there is."""
        chosen = [t for t in self.terms if t.status is Status.PREFERRED]
        in_language = [t for t in chosen if t.language == language]
        return (in_language or chosen or list(self.terms))[0].text

    def abbreviations(self, language: str) -> tuple[Term, ...]:
        """Return the abbreviations in that language, else those of any language."""
        every = [t for t in self.terms if t.status is Status.ABBREVIATION]
        return tuple([t for t in every if t.language == language] or every)

    def label(self, language: str) -> str:
        """Return the preferred term with its abbreviation: ``short message service (SMS)``."""
        term = self.preferred(language)
        short = [t.text for t in self.abbreviations(language) if t.text != term]
        return f"{term} ({short[0]})" if short else term

    def text(self, language: str) -> EntryText:
        """Return the text in that language, else in the first language there is."""
        return self.texts.get(language) or next(iter(self.texts.values()))

    def text_language(self, language: str) -> str:
        """Return the language that :meth:`text` answers in."""
        return language if language in self.texts else next(iter(self.texts))
