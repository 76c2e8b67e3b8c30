"""Our own format: one Markdown file per concept, YAML front matter, a heading per section.

``docs/glossary-format.md`` describes it. Files without front matter or language headings are
understood too: the first heading is the term, the first paragraph the definition.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.errors import Code, GlossaryError
from bot.formats.front_matter import plain
from bot.formats.headings import kind_of, language_of
from bot.formats.yaml_document import YamlDocument, YamlFault, read_yaml
from bot.glossary.entry import Entry, EntryText
from bot.glossary.folding import fold
from bot.glossary.section import Item, Section, SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status, Term

DEFAULT_LANGUAGE = "en"
_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_ABOVE = 1  # lines above the front matter
_HEADING = re.compile(r"\ufeff?(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_BULLET = re.compile(r"[ \t]*(?:[-*+]|\d+[.)])[ \t]+")
_FENCE = re.compile(r"[ \t]*(```|~~~)")
_KNOWN_KEYS = {
    "id", "title", "terms", "aliases", "synonyms", "abbreviations", "broader", "part-of",
    "related", "subject", "updated", "ended", "lang",
    "described-as",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    offset: int
    text: str


@dataclass(slots=True)
class _Block:
    """Lines under one heading, in one language."""

    language: str
    heading: str | None
    lines: list[_Line] = field(default_factory=list)


class _Source:
    """One file while it is read: knows how to say where something stands."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.lines = list(_split(text))
        self.front = YamlDocument({}, None)

    def span(self, start: int, end: int, line: int) -> Span:
        return Span(self.name, line, start, end - start)

    def wrong(self, key: str, found: object, expected: str) -> GlossaryError:
        """Say that the value of a key, such as ``terms.de.preferred``, is wrong."""
        return GlossaryError(
            Code.G003,
            file=self.name,
            line=self.front.line(*key.split(".")) + _ABOVE,
            key=key,
            found=reprlib.repr(found),
            expected=expected,
        )


def read_entry(name: str, text: str) -> Entry:
    """Turn one file into an entry.

    Args:
        name: path of the file relative to the glossary folder; names it in errors and spans.
        text: its decoded content, line ends untouched.

    Raises:
        GlossaryError: with file and line, what was found and what was expected.
    """
    source = _Source(name, text)
    front, body_offset = _front_matter(source)
    language = _string(source, front, "lang") or DEFAULT_LANGUAGE
    blocks, title = _blocks(source, body_offset, language)
    terms = _terms(source, front, title, language)
    return Entry(
        id=_string(source, front, "id") or _slug(name),
        terms=terms,
        texts=_texts(source, blocks, language),
        broader=_ids(source, front, "broader"),
        part_of=_ids(source, front, "part-of"),
        related=_ids(source, front, "related"),
        subject=_string(source, front, "subject"),
        updated=_plain(source, front, "updated"),
        ended=_plain(source, front, "ended"),
        described=_described(source, front, language),
        extra=_extra(source, front),
    )


def list_items(text: str) -> tuple[Item, ...]:
    """Return the list items of a section's text; their spans count from its beginning."""
    source = _Source("", text)
    return tuple(_items(source, [line for line in source.lines if line.text.strip()]))


def _split(text: str) -> Iterator[_Line]:
    offset = 0
    for number, line in enumerate(re.findall(r"[^\n]*\n|[^\n]+\Z", text), start=1):
        yield _Line(number, offset, line.rstrip("\r\n"))
        offset += len(line)


def _front_matter(source: _Source) -> tuple[dict[str, Any], int]:
    match = _FRONT.match(source.text)
    if not match:
        return {}, 0
    try:
        source.front = read_yaml(match[1])
    except YamlFault as fault:
        line = fault.line + _ABOVE
        raise GlossaryError(Code.G002, file=source.name, line=line, problem=fault.problem) from None
    front = {} if source.front.value is None else source.front.value
    if not isinstance(front, dict):
        raise source.wrong("front matter", front, "keys with values")
    return {str(key): value for key, value in front.items()}, match.end()


def _string(source: _Source, front: Mapping[str, Any], key: str) -> str:
    value = front.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or not value.strip():
        raise source.wrong(key, value, "a text")
    return value.strip()


def _plain(source: _Source, front: Mapping[str, Any], key: str) -> str:
    """Return any value as text."""
    try:
        return str(front.get(key) or "")
    except (RecursionError, ValueError):  # nested without end, or a number of thousands of digits
        raise source.wrong(key, "a value too deep or too long", "a plain value") from None


def _extra(source: _Source, front: Mapping[str, Any]) -> dict[str, Any]:
    """Return what has no place of its own: under ``extra`` as it is, other keys as text."""
    given = front.get("extra")
    kept = (
        {str(key): plain(value) for key, value in given.items()} if isinstance(given, dict) else {}
    )
    known = _KNOWN_KEYS | ({"extra"} if isinstance(given, dict) else set())
    return {**{key: _plain(source, front, key) for key in front if key not in known}, **kept}


def _strings(source: _Source, mapping: Mapping[str, Any], key: str, name: str) -> tuple[str, ...]:
    value = mapping.get(key)
    if value is None:
        return ()
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise source.wrong(name, value, "a list of texts")
    return tuple(v.strip() for v in value)


def _ids(source: _Source, front: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return _strings(source, front, key, key)


def _described(
    source: _Source, front: Mapping[str, Any], language: str
) -> dict[str, tuple[str, ...]]:
    """Return per language how people describe the concept; a plain list is in the entry's own."""
    value = front.get("described-as")
    if value is None:
        return {}
    if not isinstance(value, dict):
        return {language: _strings(source, front, "described-as", "described-as")}
    for code in value:
        if not isinstance(code, str):
            raise source.wrong("described-as", code, 'a language code in quotes, such as "no"')
    return {code: _strings(source, value, code, f"described-as.{code}") for code in value}


def _slug(name: str) -> str:
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return re.sub(r"[^a-z0-9]+", "-", fold(stem)).strip("-") or "entry"


def _terms(
    source: _Source, front: Mapping[str, Any], title: str, language: str
) -> tuple[Term, ...]:
    by_language = front.get("terms")
    if by_language is None:
        plain = dict(front)
        plain["preferred"] = _string(source, front, "title") or title
        if not plain["preferred"]:
            raise GlossaryError(Code.G010, file=source.name, language=language)
        plain["admitted"] = [
            *_strings(source, front, "aliases", "aliases"),
            *_strings(source, front, "synonyms", "synonyms"),
        ]
        return tuple(_designations(source, language, plain, ""))
    if not isinstance(by_language, dict) or not by_language:
        raise source.wrong("terms", by_language, "a mapping from language to terms")
    found = [
        term
        for code, listed in by_language.items()
        for term in _designations(source, code, listed, f"terms.{code}")
    ]
    if not found:
        raise GlossaryError(Code.G010, file=source.name, language=language)
    return tuple(found)


def _designations(source: _Source, code: str, listed: Any, path: str) -> Iterator[Term]:
    if not isinstance(code, str):
        raise source.wrong("terms", code, 'a language code in quotes, such as "no"')
    if not isinstance(listed, dict):
        raise source.wrong(path, listed, "preferred, admitted, abbreviations")
    inside = f"{path}." if path else ""
    preferred = listed.get("preferred")
    if not isinstance(preferred, str) or not preferred.strip():
        raise source.wrong(f"{inside}preferred", preferred, "a text")
    yield Term(preferred.strip(), code, Status.PREFERRED)
    for text in _strings(source, listed, "admitted", f"{inside}admitted"):
        yield Term(text, code, Status.ADMITTED)
    short = listed.get("abbreviations") or {}
    if isinstance(short, (list, str)):
        names = _strings(source, listed, "abbreviations", f"{inside}abbreviations")
        short = dict.fromkeys(names, preferred)
    if not isinstance(short, dict):
        raise source.wrong(f"{inside}abbreviations", short, "a mapping to the full form")
    for text, expansion in short.items():
        fine = all(isinstance(part, str) and part.strip() for part in (text, expansion))
        if not fine:
            raise source.wrong(f"{inside}abbreviations", {text: expansion}, "texts in quotes")
        yield Term(text.strip(), code, Status.ABBREVIATION, expansion.strip())


def _blocks(source: _Source, body_offset: int, language: str) -> tuple[list[_Block], str]:
    """Cut the body at its headings; return the blocks and the title, if a heading gives one."""
    title = ""
    blocks = [_Block(language, None)]
    fence = ""
    for line in source.lines:
        if line.offset < body_offset:
            continue
        sign = _FENCE.match(line.text)
        if sign and fence in ("", sign[1]):
            fence = "" if fence else sign[1]
        heading = None if fence else _HEADING.match(line.text)
        if heading is None:
            blocks[-1].lines.append(line)
            continue
        named = language_of(heading[2]) if len(heading[1]) == 1 else None
        if named:
            language = named
            blocks.append(_Block(language, None))
        elif len(heading[1]) == 1 and not title and not _filled(blocks):
            title = heading[2]
        else:
            blocks.append(_Block(language, heading[2]))
    return blocks, title


def _filled(blocks: list[_Block]) -> bool:
    return any(line.text.strip() for block in blocks for line in block.lines)


def _texts(source: _Source, blocks: list[_Block], language: str) -> dict[str, EntryText]:
    texts: dict[str, EntryText] = {}
    for code in dict.fromkeys(block.language for block in blocks):
        sections = [
            section
            for block in blocks
            if block.language == code
            for section in _sections(source, block)
        ]
        if not sections:
            continue
        definition, *rest = sections
        if definition.kind is not SectionKind.DEFINITION:
            line = definition.span.line
            raise GlossaryError(Code.G004, file=source.name, line=line, language=code)
        texts[code] = EntryText(definition, tuple(rest))
    if not texts:
        raise GlossaryError(
            Code.G004, file=source.name, line=len(source.lines) or 1, language=language
        )
    return texts


def _sections(source: _Source, block: _Block) -> Iterator[Section]:
    """Make sections of a block; the paragraph under a language heading is the definition."""
    paragraphs = list(_paragraphs(block.lines))
    if not paragraphs:
        return
    if block.heading is None:
        first, rest = paragraphs[0], [line for p in paragraphs[1:] for line in p]
        yield _section(source, SectionKind.DEFINITION, "", first)
        if rest:
            yield _section(source, SectionKind.OTHER, "", rest)
        return
    every = [line for p in paragraphs for line in p]
    yield _section(source, kind_of(block.heading), block.heading, every)


def _paragraphs(lines: list[_Line]) -> Iterator[list[_Line]]:
    paragraph: list[_Line] = []
    for line in lines:
        if line.text.strip():
            paragraph.append(line)
        elif paragraph:
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def _section(source: _Source, kind: SectionKind, heading: str, lines: list[_Line]) -> Section:
    start, end = lines[0].offset, lines[-1].offset + len(lines[-1].text)
    span = source.span(start, end, lines[0].number)
    return Section(kind, heading, source.text[start:end], span, tuple(_items(source, lines)))


def _items(source: _Source, lines: list[_Line]) -> Iterator[Item]:
    groups: list[list[_Line]] = []
    for line in lines:
        if _BULLET.match(line.text):
            groups.append([line])
        elif groups:
            groups[-1].append(line)
    for group in groups:
        bullet = _BULLET.match(group[0].text)
        start = group[0].offset + (bullet.end() if bullet else 0)
        end = group[-1].offset + len(group[-1].text)
        text = source.text[start:end]
        if text.strip():  # a bullet before nothing is no item
            yield Item(text, source.span(start, end, group[0].number))
