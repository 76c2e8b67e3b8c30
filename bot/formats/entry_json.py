"""Entries as JSON objects: how the index keeps them, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.glossary.entry import Entry, EntryText
from bot.glossary.section import Item, Section, SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status, Term


def to_json(entry: Entry) -> dict[str, Any]:
    """Return an entry as a JSON object; :func:`from_json` gives the same entry back."""
    return {
        "id": entry.id,
        "terms": [[t.text, t.language, t.status.value, t.expansion] for t in entry.terms],
        "texts": {
            language: [_section(s) for s in (text.definition, *text.sections)]
            for language, text in entry.texts.items()
        },
        "broader": list(entry.broader),
        "part_of": list(entry.part_of),
        "related": list(entry.related),
        "subject": entry.subject,
        "updated": entry.updated,
        "ended": entry.ended,
        "described": {code: list(said) for code, said in entry.described.items()},
        "extra": dict(entry.extra),
    }


def from_json(stored: Mapping[str, Any]) -> Entry:
    """Read what :func:`to_json` made."""
    texts = {}
    for language, sections in stored["texts"].items():
        definition, *rest = [_read_section(section) for section in sections]
        texts[language] = EntryText(definition, tuple(rest))
    return Entry(
        id=stored["id"],
        terms=tuple(
            Term(t, lang, Status(status), full) for t, lang, status, full in stored["terms"]
        ),
        texts=texts,
        broader=tuple(stored["broader"]),
        part_of=tuple(stored["part_of"]),
        related=tuple(stored["related"]),
        subject=stored["subject"],
        updated=stored["updated"],
        ended=stored["ended"],
        described={code: tuple(said) for code, said in stored["described"].items()},
        extra=stored["extra"],
    )


def _section(section: Section) -> list[Any]:
    items = [[item.text, _span(item.span)] for item in section.items]
    return [section.kind.value, section.heading, section.text, _span(section.span), items]


def _read_section(stored: list[Any]) -> Section:
    kind, heading, text, span, items = stored
    read = tuple(Item(item, Span(*place)) for item, place in items)
    return Section(SectionKind(kind), heading, text, Span(*span), read)


def _span(span: Span) -> list[str | int]:
    return [span.file, span.line, span.offset, span.length]
