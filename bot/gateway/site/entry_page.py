"""An entry as its page shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from markupsafe import Markup

from bot.formats.markdown_html import to_html, words_of
from bot.gateway.site.catalogue import Catalogue, Row
from bot.gateway.site.reply import anchor, bare
from bot.gateway.site.words import Words
from bot.glossary.entry import Entry
from bot.glossary.section import Section, SectionKind
from bot.glossary.term import Status

_MOST_RELATIONS = 60  # links of one relation on the page; a list has the rest
_ASKED = (SectionKind.HOW, SectionKind.PURPOSE, SectionKind.ADVANTAGES)
_LONGEST_DESCRIPTION = 300  # characters of what search engines are told


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the page: its place, heading and text, and where it stands in the source."""

    anchor: str
    heading: str
    html: Markup
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Relation:
    """Entries to which this one stands in a relation; ``left`` is how many are not in ``rows``."""

    name: str
    rows: Sequence[Row]
    left: int


@dataclass(frozen=True, slots=True)
class EntryPage:
    """What the page of an entry shows. ``language`` is that of the text."""

    id: str
    term: str
    short: Sequence[str]
    others: Sequence[str]
    expansions: Sequence[tuple[str, str]]
    language: str
    definition: Part
    parts: Sequence[Part]
    relations: Sequence[Relation]
    way: Sequence[Row]
    before: Row | None
    after: Row | None
    subject: str
    updated: str
    ended: str
    description: str


def entry_page(
    catalogue: Catalogue, entry: Entry, language: str, words: Words, link: Callable[[str], str]
) -> EntryPage:
    """Return the page of an entry.

    Args:
        catalogue: of the version that the entry is of.
        entry: what to show.
        language: in which the reader wants it.
        words: the words of the page.
        link: returns the address of an entry's page.
    """
    spoken = entry.text_language(language)
    text = entry.text(language)
    term = entry.preferred(spoken)
    terms = [t for t in entry.terms if t.language == spoken and t.text != term]
    resolve = _Resolver(catalogue, text.definition.span.file, link)
    definition, *parts = _parts((text.definition, *text.sections), words, resolve)
    before, after = catalogue.neighbours(entry.id, language)
    return EntryPage(
        id=entry.id,
        term=term,
        short=[t.text for t in terms if t.status is Status.ABBREVIATION],
        others=[t.text for t in terms if t.status is not Status.ABBREVIATION],
        expansions=[(t.text, t.expansion) for t in terms if t.expansion and t.expansion != term],
        language=spoken,
        definition=definition,
        parts=parts,
        relations=list(_relations(catalogue, entry, language)),
        way=catalogue.rows(catalogue.way_up(entry.id), language),
        before=before,
        after=after,
        subject=entry.subject,
        updated=entry.updated,
        ended=entry.ended,
        description=shortened(words_of(text.definition.text), _LONGEST_DESCRIPTION),
    )


def shortened(text: str, most: int) -> str:
    """Return at most so many characters of a text, cut between words where there are any."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0] + "…"


def questions(entry: Entry, page: EntryPage, words: Words) -> list[str]:
    """Return questions about the entry that its page can offer."""
    asked = {
        SectionKind.HOW: "how_does",
        SectionKind.PURPOSE: "what_for",
        SectionKind.ADVANTAGES: "what_advantages",
    }
    term = page.short[0] if page.short else bare(page.term)
    kinds = {section.kind for section in entry.text(page.language).sections}
    return [words(asked[kind], term=term) for kind in _ASKED if kind in kinds]


def linked_data(page: EntryPage, address: str, glossary: str, title: str) -> Markup:
    """Return the entry as JSON-LD (schema.org ``DefinedTerm``), safe inside a script element.

    Args:
        page: the entry.
        address: of its page.
        glossary: the address of the glossary.
        title: the name of the glossary.
    """
    told = {
        "@context": "https://schema.org",
        "@type": "DefinedTerm",
        "@id": address,
        "url": address,
        "name": page.term,
        "alternateName": [*page.short, *page.others],
        "description": page.description,
        "inLanguage": page.language,
        "termCode": page.id,
        "inDefinedTermSet": {"@type": "DefinedTermSet", "name": title, "url": glossary},
    }
    text = json.dumps(told, ensure_ascii=False)
    escaped = {
        "<": "\\u003c",
        ">": "\\u003e",
        "&": "\\u0026",
        "\u2028": "\\u2028",
        "\u2029": "\\u2029",
    }
    return Markup(re.sub("[<>&\u2028\u2029]", lambda found: escaped[found[0]], text))


class _Resolver:
    """Finds the pages of entries that other entries link to by their file."""

    def __init__(self, catalogue: Catalogue, file: str, link: Callable[[str], str]) -> None:
        self._catalogue = catalogue
        self._folder = PurePosixPath(file).parent
        self._link = link

    def __call__(self, target: str) -> str:
        path = unquote(target.partition("#")[0].partition("?")[0])
        if not path or path.startswith("/") or ":" in path:
            return ""
        steps: list[str] = []
        for step in (self._folder / path).parts:
            if step == ".." and steps:
                steps.pop()
            else:
                steps.append(step)
        entry = self._catalogue.by_file.get("/".join(steps))
        return self._link(entry) if entry else ""


def _parts(sections: Sequence[Section], words: Words, resolve: _Resolver) -> list[Part]:
    taken: dict[str, int] = {}
    parts = []
    for section in sections:
        name = anchor(section.kind.value, section.heading)
        taken[name] = taken.get(name, 0) + 1
        place = name if taken[name] == 1 else f"{name}-{taken[name]}"
        html = Markup(to_html(section.text, resolve))
        heading = section.heading or words("definition")
        parts.append(Part(place, heading, html, section.span.file, section.span.line))
    return parts


def _relations(catalogue: Catalogue, entry: Entry, language: str) -> list[Relation]:
    glossary = catalogue.glossary
    listed = [
        ("broader", entry.broader),
        ("part_of", entry.part_of),
        ("narrower", glossary.narrower(entry.id)),
        ("parts", glossary.parts(entry.id)),
        ("related", entry.related),
    ]
    found = []
    for name, others in listed:
        known = [other for other in others if other in glossary]
        rows = catalogue.rows(known[:_MOST_RELATIONS], language)
        if rows:
            found.append(Relation(name, rows, len(known) - len(rows)))
    return found
