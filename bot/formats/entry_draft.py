"""An entry while a reader collects it: terms, definitions and sections in any order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.formats.clean_text import clean
from bot.formats.headings import kind_of
from bot.formats.slug import slug
from bot.glossary.entry import Entry, EntryText
from bot.glossary.section import Item, Section, SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status, Term

FURTHER = "Further definition"
_FEWEST_WORDS = 4
_LONG_WORD = 12  # characters: of a language that writes without spaces
_BULLET = re.compile(r"^[-*+][ \t]+(.*)$", re.MULTILINE)
_GAP = re.compile(r"\n[^\S\n]*\n\s*")
_SCRIPT = re.compile(r"[a-z]{4}")


class EntryDraft:
    """One concept of a source; all texts are cleaned and trimmed on their way in.

    Attributes:
        id: the source's own id, "" to make one from the preferred term.
        altered: whether a text lost characters that no document should hold.
    """

    def __init__(self, file: str, line: int, id: str = "") -> None:
        self.id = clean(id).strip()
        self.file = file
        self.line = line
        self.subject = ""
        self.updated = ""
        self.broader: list[str] = []
        self.part_of: list[str] = []
        self.related: list[str] = []
        self.altered = False
        self._terms: dict[tuple[str, str], Term] = {}
        self._preferred: dict[str, str] = {}
        self._definitions: dict[str, tuple[str, int]] = {}
        self._sections: dict[str, dict[str, _Part]] = {}
        self._kept: dict[str, dict[str, None]] = {}

    @property
    def terms(self) -> list[Term]:
        """The terms so far."""
        return list(self._terms.values())

    def term(
        self,
        text: str,
        language: str,
        status: Status = Status.PREFERRED,
        expansion: str | None = None,
    ) -> None:
        """Add a term; a second preferred one of a language is admitted, a known one passed over."""
        text = self._line(text)
        if not text or (text, language) in self._terms:
            return
        if status is Status.PREFERRED and self._preferred.setdefault(language, text) != text:
            status = Status.ADMITTED
        full = self._line(expansion or "") or None
        self._terms[text, language] = Term(text, language, status, full)

    def definition(self, text: str, language: str, line: int) -> None:
        """Add a definition.

        Its first paragraph defines, the others are a section without a heading; a second
        definition of a language is a section of its own.
        """
        text = self._prose(text)
        if not text:
            return
        if language not in self._definitions:
            first, _, rest = text.partition("\n\n")
            self._definitions[language] = first, line
            self.section("", rest, language, line)
        elif text != self._definitions[language][0]:
            self.section(FURTHER, text, language, line)

    def section(self, heading: str, text: str, language: str, line: int) -> None:
        """Add a section; one of a heading that is there already is appended to it."""
        text = self._prose(text)
        if text:
            held = self._sections.setdefault(language, {})
            held.setdefault(self._line(heading), _Part(line)).texts[text] = None

    def keep(self, key: str, value: str) -> None:
        """Keep what has no place of its own; a second value of a key makes a list."""
        value = self._prose(value)
        if value:
            self._kept.setdefault(self._line(key), {})[value] = None

    def defined(self, language: str = "") -> bool:
        """Return whether there is a definition, if a language is given in that one."""
        return language in self._definitions if language else bool(self._definitions)

    def promote(self, *headings: str) -> bool:
        """Define by a section if there is no definition: by the first of these headings there is.

        A section of fewer than four words, say a reference to a book, defines nothing.

        Returns:
            Whether the entry was without a definition and has one now.
        """
        if self._definitions:
            return False
        for language, parts in self._sections.items():
            named = [heading for heading in headings if heading in parts]
            found = next((h for h in named if _says_something(parts[h].text())), None)
            if found is not None:
                part = parts.pop(found)
                first, _, rest = part.text().partition("\n\n")
                self._definitions[language] = first, part.line
                if rest:
                    parts[found] = _Part(part.line, {rest: None})
        return bool(self._definitions)

    def entry(self) -> Entry | None:
        """Return the entry, or None if it has no term or no definition.

        Sections in a language without a definition are kept in ``extra``. If no term is
        preferred in a language, the first that is no abbreviation is, or else the first.
        """
        if not self._terms or not self._definitions:
            return None
        terms = self._preferring()
        for language, parts in self._sections.items():
            if language not in self._definitions:
                for heading, part in parts.items():
                    self.keep(f"{heading} ({language})", part.text())
        return Entry(
            id=self.id or slug(terms[0].text),
            terms=terms,
            texts={language: self._text(language) for language in self._definitions},
            broader=tuple(dict.fromkeys(self.broader)),
            part_of=tuple(dict.fromkeys(self.part_of)),
            related=tuple(dict.fromkeys(self.related)),
            subject=self._line(self.subject),
            updated=self._line(self.updated),
            extra={key: held[0] if len(held) == 1 else held for key, held in self._extra()},
        )

    def _extra(self) -> Iterator[tuple[str, list[str]]]:
        for key, held in self._kept.items():
            yield key, list(held)

    def _text(self, language: str) -> EntryText:
        text, line = self._definitions[language]
        parts = self._sections.get(language, {})
        headings = sorted(parts, key=bool)  # what has no heading belongs to the definition
        return EntryText(
            self._section(SectionKind.DEFINITION, "", text, line),
            tuple(self._section(_kind(h), h, parts[h].text(), parts[h].line) for h in headings),
        )

    def _preferring(self) -> tuple[Term, ...]:
        terms = dict(self._terms)
        for language in dict.fromkeys(language for _, language in terms):
            own = [term for term in terms.values() if term.language == language]
            if language not in self._preferred:
                first = next((t for t in own if t.status is Status.ADMITTED), own[0])
                terms[first.text, language] = Term(first.text, language, Status.PREFERRED)
        return tuple(terms.values())

    def _section(self, kind: SectionKind, heading: str, text: str, line: int) -> Section:
        span = Span(self.file, line, 0, 0)
        items = tuple(Item(found, span) for found in _BULLET.findall(text))
        return Section(kind, heading, text, span, items)

    def _line(self, text: str) -> str:
        return " ".join(self._clean(text).split())

    def _prose(self, text: str) -> str:
        text = self._clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
        return _GAP.sub("\n\n", text)

    def _clean(self, text: str) -> str:
        made = clean(text)
        self.altered = self.altered or made != text
        return made


@dataclass(slots=True)
class _Part:
    """A section while it is collected: its texts, each once."""

    line: int
    texts: dict[str, None] = field(default_factory=dict)

    def text(self) -> str:
        return "\n\n".join(self.texts)


def _kind(heading: str) -> SectionKind:
    kind = kind_of(heading)
    return SectionKind.OTHER if kind is SectionKind.DEFINITION else kind


def _says_something(text: str) -> bool:
    words = [word for word in text.split() if "://" not in word]
    unspaced = len(words) == 1 and not words[0].isascii()
    return len(words) >= _FEWEST_WORDS or (unspaced and len(words[0]) >= _LONG_WORD)


def language_code(tag: str, default: str) -> str:
    """Return the language of a language tag: ``en`` of ``en-US``.

    A script is kept, and so is the region of Chinese, which stands for one. What is no tag
    (empty, ``und``) is in the default language.
    """
    first, *rest = tag.strip().lower().replace("_", "-").split("-")
    if not re.fullmatch(r"[a-z]{2,3}", first) or first in ("und", "mul", "zxx"):
        return default
    kept = [part for part in rest[:1] if _SCRIPT.fullmatch(part) or first == "zh"]
    return "-".join([first, *kept])
