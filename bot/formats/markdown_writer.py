"""Writes our own format: one Markdown file per entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from bot.formats.headings import language_heading
from bot.formats.slug import slug
from bot.glossary.entry import Entry, EntryText
from bot.glossary.section import Section
from bot.glossary.term import Status

_NOT_READ = frozenset({"readme", "license", "contributing", "changelog"})  # names folders skip


class MarkdownWriter:
    """Writes entries in normal form, such that reading them gives the same entries."""

    name = "termwise"

    def files(self, entries: Sequence[Entry]) -> Mapping[str, bytes]:
        """Return the files of a glossary folder by name."""
        found: dict[str, bytes] = {}
        for entry in entries:
            name = stem = file_name(entry).removesuffix(".md")
            number = 2
            while f"{name}.md" in found:
                name, number = f"{stem}-{number}", number + 1
            found[f"{name}.md"] = self.one(entry)
        return found

    def one(self, entry: Entry) -> bytes:
        """Return the file of one entry, which must be in normal form."""
        texts = [_text(code, text) for code, text in entry.texts.items()]
        body = "\n".join(texts)
        return f"---\n{_yaml(_front(entry))}---\n\n{body}".encode()


def file_name(entry: Entry) -> str:
    """Return the name of an entry's file."""
    stem = slug(entry.id)
    return f"{stem}-entry.md" if stem in _NOT_READ else f"{stem}.md"


def _front(entry: Entry) -> dict[str, Any]:
    front = {
        "id": entry.id,
        "subject": entry.subject,
        "updated": entry.updated,
        "ended": entry.ended,
        "terms": _terms(entry),
        "broader": list(entry.broader),
        "part-of": list(entry.part_of),
        "related": list(entry.related),
        "described-as": {code: list(said) for code, said in entry.described.items()},
        "extra": dict(entry.extra),
    }
    return {key: value for key, value in front.items() if value}


def _terms(entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for term in entry.terms:
        listed = found.setdefault(term.language, {})
        if term.status is Status.PREFERRED:
            listed["preferred"] = term.text
        elif term.status is Status.ADMITTED:
            listed.setdefault("admitted", []).append(term.text)
        else:
            listed.setdefault("abbreviations", {})[term.text] = term.expansion or term.text
    return found


def _text(language: str, text: EntryText) -> str:
    parts = [f"# {language_heading(language)}"]
    for section in (text.definition, *text.sections):
        parts += _section(section)
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> list[str]:
    return [f"## {section.heading}", section.text] if section.heading else [section.text]


def _yaml(front: Mapping[str, Any]) -> str:
    return str(yaml.dump(front, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100))


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes everything out: our reader bounds what aliases may repeat."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
