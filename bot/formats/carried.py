"""What an exported file carries so that nothing is lost: each entry as JSON beside plain fields.

Order, headings, expansions of abbreviations and nested extras have no place in SKOS or TBX. A
writer puts the whole entry beside what the format can say; a reader believes it field by field,
as long as the plain fields still say the same: where somebody edited those, they count.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.formats.clean_text import cleaned
from bot.formats.entry_json import from_json, to_json
from bot.glossary.entry import Entry, EntryText
from bot.glossary.section import Section
from bot.glossary.span import Span

NAME = "termwise-entry"
_LARGEST = 5_000_000  # characters
_FIELDS = (
    "id", "terms", "broader", "part_of", "related", "subject", "updated", "ended", "described",
)  # fmt: skip


def carry(entry: Entry) -> str:
    """Return an entry as one line of ASCII JSON without its spans."""
    return json.dumps(to_json(_at(entry, Span("", 1, 0, 0))), default=str)


def carried(text: str, file: str, line: int) -> Entry | None:
    """Read what :func:`carry` made; None if it is not that."""
    try:
        stored = cleaned(json.loads(text)) if len(text) <= _LARGEST else None
        if not isinstance(stored, dict) or not isinstance(stored["extra"], dict):
            return None
        entry = from_json(stored)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    return _at(entry, Span(file, line, 0, 0)) if _sound(entry) else None


def restored(plain: Entry, kept: Entry, plainly: Callable[[Entry], Entry | None]) -> Entry:
    """Return what a file says of a concept, completed by what it carries.

    Args:
        plain: what the plain fields say.
        kept: what is carried.
        plainly: gives back what would be read from the plain fields of an entry.
    """
    again = plainly(kept)
    if again is None:
        return plain
    same = [name for name in _FIELDS if _plain(plain, name) == _plain(again, name)]
    added = {key: v for key, v in plain.extra.items() if again.extra.get(key) != v}
    changes: dict[str, Any] = {name: getattr(kept, name) for name in same}
    return replace(
        plain, **changes, texts=_texts(plain, kept, again), extra={**kept.extra, **added}
    )


def _texts(plain: Entry, kept: Entry, again: Entry) -> Mapping[str, EntryText]:
    unchanged = {
        language
        for language in {*plain.texts, *again.texts}
        if _words(plain.texts.get(language)) == _words(again.texts.get(language))
    }
    if len(unchanged) == len({*plain.texts, *again.texts}):
        return kept.texts
    return {
        language: kept.texts.get(language, text) if language in unchanged else text
        for language, text in plain.texts.items()
    }


def _plain(entry: Entry, name: str) -> object:
    value = getattr(entry, name)
    return set(value) if isinstance(value, tuple) else value


def _words(text: EntryText | None) -> object:
    if text is None:
        return None
    sections = [(s.kind, s.heading, tuple(sorted(s.text.split()))) for s in text.sections]
    return text.definition.text.split(), sorted(sections)


def _at(entry: Entry, span: Span) -> Entry:
    texts = {
        language: EntryText(
            _section_at(text.definition, span),
            tuple(_section_at(section, span) for section in text.sections),
        )
        for language, text in entry.texts.items()
    }
    return replace(entry, texts=texts)


def _section_at(section: Section, span: Span) -> Section:
    items = tuple(replace(item, span=span) for item in section.items)
    return replace(section, span=span, items=items)


def _sound(entry: Entry) -> bool:
    """Return whether all is of the type that it should be; it comes from outside."""
    sections = [s for text in entry.texts.values() for s in (text.definition, *text.sections)]
    texts = [
        entry.id, entry.subject, entry.updated, entry.ended,
        *entry.described, *(said for way in entry.described.values() for said in way),
        *entry.broader, *entry.part_of, *entry.related, *entry.texts,
        *(part for term in entry.terms for part in (term.text, term.language)),
        *(term.expansion for term in entry.terms if term.expansion is not None),
        *(part for section in sections for part in (section.heading, section.text)),
        *(item.text for section in sections for item in section.items),
    ]  # fmt: skip
    if not all(isinstance(text, str) for text in texts):
        return False
    return bool(entry.id and entry.terms and entry.texts)
