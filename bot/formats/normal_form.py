"""The normal form of an entry: what our own format can hold, and nothing that could do harm."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.formats.front_matter import plain
from bot.formats.headings import heading_of, kind_of
from bot.formats.markdown import list_items
from bot.formats.prose import plain_line, plain_text
from bot.glossary.entry import Entry, EntryText
from bot.glossary.section import Section, SectionKind
from bot.glossary.term import Status, Term

LONGEST_TEXT = 200_000  # characters of one section
LONGEST_TERM = 300  # characters
_BLANK = re.compile(r"\n[^\S\n]*\n")
_ORDER = (Status.PREFERRED, Status.ADMITTED, Status.ABBREVIATION)


def normal(entry: Entry) -> Entry:
    """Return an entry in normal form, which is the same as before for one that was in it.

    Texts have no HTML, no headings and no links except to the web; each language has one preferred
    term, the others behind it, none twice; the definition is one paragraph, what follows is a
    section without heading; headings tell the kinds of their sections. Languages without a
    definition are dropped, so the entry may end up without a text.
    """
    texts = {code: _text(text, code) for code, text in entry.texts.items()}
    return Entry(
        id=_line(entry.id),
        terms=tuple(_terms(entry.terms)),
        texts={code: text for code, text in texts.items() if text is not None},
        broader=_names(entry.broader),
        part_of=_names(entry.part_of),
        related=_names(entry.related),
        subject=plain_line(_writable(entry.subject)),
        updated=_line(entry.updated),
        ended=_line(entry.ended),
        described={
            code: names for code, said in entry.described.items() if (names := _names(said))
        },
        extra=_extra(entry.extra),
    )


def _terms(terms: Iterable[Term]) -> Iterator[Term]:
    by_language: dict[str, list[Term]] = {}
    for term in terms:
        text = plain_line(_writable(term.text))
        if text and len(text) <= LONGEST_TERM:
            expansion = plain_line(_writable(term.expansion or ""))
            named = Term(text, term.language, term.status, expansion or None)
            by_language.setdefault(term.language, []).append(named)
    for listed in by_language.values():
        yield from _in_order(listed)


def _in_order(listed: list[Term]) -> Iterator[Term]:
    first = min(listed, key=lambda term: _ORDER.index(term.status))
    yield Term(first.text, first.language, Status.PREFERRED)
    names = {first.text}
    short: set[str] = set()
    for term in sorted(listed, key=lambda term: _ORDER.index(term.status)):
        if term.status is Status.ABBREVIATION:
            if term.text not in short:
                short.add(term.text)
                full = term.expansion or first.text
                yield Term(term.text, term.language, Status.ABBREVIATION, full)
        elif term.text not in names:
            names.add(term.text)
            yield Term(term.text, term.language, Status.ADMITTED)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in map(_line, names) if name))


def _text(text: EntryText, language: str) -> EntryText | None:
    definition, rest = _definition(text.definition)
    if not definition.text:
        return None
    sections: list[Section] = []
    if rest:
        sections.append(_made(text.definition, SectionKind.OTHER, "", rest))
    for section in text.sections:
        clean = plain_text(_writable(section.text[:LONGEST_TEXT]))
        if not clean:
            continue
        kind, heading = _headed(section, language)
        if not heading and (sections or definition.heading):
            heading = heading_of(SectionKind.OTHER, language)
        sections.append(_made(section, kind, heading, clean))
    return EntryText(definition, tuple(sections))


def _definition(section: Section) -> tuple[Section, str]:
    """Return the definition, and what follows its first paragraph."""
    text = plain_text(_writable(section.text[:LONGEST_TEXT]))
    heading = _heading(section.heading)
    if kind_of(heading) is SectionKind.DEFINITION:
        return _made(section, SectionKind.DEFINITION, heading, text), ""
    first, *rest = _BLANK.split(text, maxsplit=1)
    # Cut in two, each part needs its own code blocks closed.
    after = plain_text(rest[0]) if rest else ""
    return _made(section, SectionKind.DEFINITION, "", plain_text(first)), after


def _headed(section: Section, language: str) -> tuple[SectionKind, str]:
    """Return kind and heading such that the heading tells the kind."""
    heading = _heading(section.heading)
    told = kind_of(heading)
    if heading and section.kind in (told, SectionKind.OTHER):
        return told, heading
    if section.kind is SectionKind.OTHER:
        return SectionKind.OTHER, ""
    return section.kind, heading_of(section.kind, language)


def _heading(heading: str) -> str:
    return re.sub(r"[\s#]+$", "", plain_line(_writable(heading)))


def _made(section: Section, kind: SectionKind, heading: str, text: str) -> Section:
    return Section(kind, heading, text, section.span, list_items(text))


def _extra(extra: Mapping[str, object]) -> dict[str, Any]:
    return {_writable(str(key)): _cleaned(plain(value)) for key, value in extra.items()}


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _writable(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {_writable(key): _cleaned(item) for key, item in value.items()}
    return value


def _line(text: str) -> str:
    return " ".join(_writable(text).split())


def _writable(text: str) -> str:
    """Return the text without what UTF-8 cannot write."""
    return text.encode("utf-8", "ignore").decode("utf-8")
