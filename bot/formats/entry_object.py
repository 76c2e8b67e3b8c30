"""An entry as a JSON object for people and other programs: everything but its spans."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.glossary.entry import Entry, EntryText
from bot.glossary.section import Item, Section, SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status, Term

_BULLET = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+", re.MULTILINE)


def to_object(entry: Entry) -> dict[str, Any]:
    """Return an entry as an object; :func:`from_object` gives the same entry back."""
    return {
        "id": entry.id,
        "terms": [_term(term) for term in entry.terms],
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
        "described": {language: list(said) for language, said in entry.described.items()},
        "extra": json.loads(json.dumps(dict(entry.extra), default=str)),
    }


def from_object(stored: Mapping[str, Any], span: Span) -> Entry:
    """Read what :func:`to_object` made; all of the entry is cited by that span.

    Raises:
        ValueError: it is not of that form.
    """
    texts = {}
    for language, sections in _typed(stored, "texts", dict).items():
        definition, *rest = [_read_section(section, span) for section in _list(sections)]
        if definition.kind is not SectionKind.DEFINITION:
            raise ValueError("the first section of a text is not its definition")
        texts[language] = EntryText(definition, tuple(rest))
    terms = tuple(_read_term(term) for term in _typed(stored, "terms", list))
    if not terms or not texts:
        raise ValueError("it has no term or no text")
    return Entry(
        id=_text(stored, "id"),
        terms=terms,
        texts=texts,
        broader=_texts(stored, "broader"),
        part_of=_texts(stored, "part_of"),
        related=_texts(stored, "related"),
        subject=_text(stored, "subject"),
        updated=_text(stored, "updated"),
        ended=_text(stored, "ended"),
        extra=_typed(stored, "extra", dict),
        described={
            language: _texts(stored["described"], language)
            for language in _typed(stored, "described", dict)
        },
    )


def items(text: str, span: Span) -> tuple[Item, ...]:
    """Return the list items of a text, each up to the next one."""
    bullets = list(_BULLET.finditer(text))
    ends = [bullet.start() for bullet in bullets[1:]] + [len(text)]
    return tuple(
        Item(text[bullet.end() : end].rstrip("\n"), span)
        for bullet, end in zip(bullets, ends, strict=False)
    )


def _term(term: Term) -> dict[str, str]:
    made = {"text": term.text, "language": term.language, "status": term.status.value}
    return made if term.expansion is None else {**made, "expansion": term.expansion}


def _read_term(stored: Any) -> Term:
    expansion = stored.get("expansion") if isinstance(stored, dict) else None
    if not isinstance(expansion, str | None):
        raise ValueError("expansion is no text")
    text, language = _text(stored, "text"), _text(stored, "language")
    if not text.strip() or not language:
        raise ValueError("a term has no text or no language")
    return Term(text, language, Status(_text(stored, "status")), expansion)


def _section(section: Section) -> dict[str, Any]:
    made: dict[str, Any] = {
        "kind": section.kind.value, "heading": section.heading, "text": section.text,
    }  # fmt: skip
    listed = [item.text for item in section.items]
    derived = [item.text for item in items(section.text, section.span)]
    return made if listed == derived else {**made, "items": listed}


def _read_section(stored: Any, span: Span) -> Section:
    kind = SectionKind(_text(stored, "kind"))
    text = _text(stored, "text")
    listed = items(text, span)
    if "items" in stored:
        listed = tuple(Item(item, span) for item in _texts(stored, "items"))
    return Section(kind, _text(stored, "heading"), text, span, listed)


def _text(stored: Any, key: str) -> str:
    return str(_typed(stored, key, str))


def _texts(stored: Any, key: str) -> tuple[str, ...]:
    found = _typed(stored, key, list)
    if not all(isinstance(text, str) for text in found):
        raise ValueError(f"{key} is no list of texts")
    return tuple(found)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise ValueError("texts holds no list of sections")
    return value


def _typed(stored: Any, key: str, kind: type) -> Any:
    """Return a member; one that is not there is empty."""
    if not isinstance(stored, dict):
        raise ValueError("it is no object")
    value = stored.get(key, kind())
    if not isinstance(value, kind):
        raise ValueError(f"{key} is not what it should be")
    return value
