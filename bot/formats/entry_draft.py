"""An entry while a reader collects it: terms, definitions and sections in any order."""

from __future__ import annotations

import re

from bot.formats.clean_text import clean
from bot.formats.headings import kind_of
from bot.glossary.entry import Entry, EntryText
from bot.glossary.folding import fold
from bot.glossary.section import Item, Section, SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status, Term

FURTHER = "Further definition"
_FEWEST_WORDS = 4
_LONG_WORD = 12  # characters: of a language that writes without spaces
_BULLET = re.compile(r"^[-*+][ \t]+(.*)$", re.MULTILINE)
_BRACKETS = re.compile(r"(?P<long>\S.*?)\s*[(\[](?P<short>[^()\[\]\s]{2,12})[)\]]")
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
        self.extra: dict[str, object] = {}
        self.altered = False
        self.terms: list[Term] = []
        self._definitions: dict[str, Section] = {}
        self._sections: dict[str, list[Section]] = {}

    def term(
        self,
        text: str,
        language: str,
        status: Status = Status.PREFERRED,
        expansion: str | None = None,
    ) -> None:
        """Add a term; a second preferred one of a language is admitted, a known one passed over."""
        text = " ".join(self._clean(text).split())
        known = [term for term in self.terms if term.language == language]
        if not text or any(term.text == text for term in known):
            return
        if status is Status.PREFERRED and any(t.status is Status.PREFERRED for t in known):
            status = Status.ADMITTED
        full = " ".join(self._clean(expansion).split()) if expansion else None
        self.terms.append(Term(text, language, status, full or None))

    def title(self, text: str, language: str) -> None:
        """Add a preferred term, and the abbreviation in brackets that may follow it."""
        text = " ".join(text.split())
        match = _BRACKETS.fullmatch(text)
        if match and sum(map(str.isupper, match["short"])) * 2 >= len(match["short"]):
            self.term(match["long"], language)
            self.term(match["short"], language, Status.ABBREVIATION, match["long"])
        else:
            self.term(text, language)

    def definition(self, text: str, language: str, line: int) -> None:
        """Add a definition.

        Its first paragraph defines, the others are a section without a heading; a second
        definition of a language is a section of its own.
        """
        text = self._prose(text)
        if not text:
            return
        if language in self._definitions:
            if text != self._definitions[language].text:
                self.section(FURTHER, text, language, line)
            return
        first, _, rest = text.partition("\n\n")
        self._definitions[language] = self._section(SectionKind.DEFINITION, "", first, line)
        if rest:
            section = self._section(SectionKind.OTHER, "", rest.strip(), line)
            self._sections.setdefault(language, []).insert(0, section)

    def section(self, heading: str, text: str, language: str, line: int) -> None:
        """Add a section; one of a heading that is there already is appended to it."""
        text = self._prose(text)
        heading = " ".join(self._clean(heading).split())
        if not text:
            return
        held = self._sections.setdefault(language, [])
        for place, section in enumerate(held):
            if section.heading == heading:
                if text not in section.text.split("\n\n"):
                    joined = f"{section.text}\n\n{text}"
                    held[place] = self._section(section.kind, heading, joined, section.span.line)
                return
        kind = kind_of(heading)
        kind = SectionKind.OTHER if kind is SectionKind.DEFINITION else kind
        held.append(self._section(kind, heading, text, line))

    def keep(self, key: str, value: str) -> None:
        """Keep what has no place of its own; a second value of a key makes a list."""
        value = self._prose(value)
        key = clean(key)
        held = self.extra.get(key)
        if not value or held == value:
            return
        if held is None:
            self.extra[key] = value
        elif not isinstance(held, list):
            self.extra[key] = [held, value]
        elif value not in held:
            held.append(value)

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
        for language, sections in self._sections.items():
            named = [s for heading in headings for s in sections if s.heading == heading]
            found = next((s for s in named if _says_something(s.text)), None)
            if found is not None:
                sections.remove(found)
                self.definition(found.text, language, found.span.line)
        return bool(self._definitions)

    def entry(self) -> Entry | None:
        """Return the entry, or None if it has no term or no definition.

        Sections in a language without a definition are kept in ``extra``. If no term is
        preferred in a language, the first that is no abbreviation is, or else the first.
        """
        if not self.terms or not self._definitions:
            return None
        terms = self._preferring()
        texts = {}
        for language, sections in self._sections.items():
            if language not in self._definitions:
                for section in sections:
                    self.keep(f"{section.heading} ({language})", section.text)
        for language, definition in self._definitions.items():
            texts[language] = EntryText(definition, tuple(self._sections.get(language, ())))
        return Entry(
            id=self.id or slug(terms[0].text),
            terms=terms,
            texts=texts,
            broader=tuple(dict.fromkeys(self.broader)),
            part_of=tuple(dict.fromkeys(self.part_of)),
            related=tuple(dict.fromkeys(self.related)),
            subject=" ".join(self._clean(self.subject).split()),
            updated=" ".join(self._clean(self.updated).split()),
            extra=self.extra,
        )

    def _preferring(self) -> tuple[Term, ...]:
        terms = list(self.terms)
        for language in dict.fromkeys(term.language for term in terms):
            own = [term for term in terms if term.language == language]
            if any(term.status is Status.PREFERRED for term in own):
                continue
            named = [term for term in own if term.status is Status.ADMITTED] or own
            place = terms.index(named[0])
            terms[place] = Term(named[0].text, language, Status.PREFERRED)
        return tuple(terms)

    def _section(self, kind: SectionKind, heading: str, text: str, line: int) -> Section:
        span = Span(self.file, line, 0, 0)
        items = tuple(Item(found, span) for found in _BULLET.findall(text))
        return Section(kind, heading, text, span, items)

    def _prose(self, text: str) -> str:
        text = self._clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
        return re.sub(r"\n\s*\n", "\n\n", text)

    def _clean(self, text: str) -> str:
        made = clean(text)
        self.altered = self.altered or made != text
        return made


def _says_something(text: str) -> bool:
    words = [word for word in text.split() if "://" not in word]
    unspaced = len(words) == 1 and not words[0].isascii()
    return len(words) >= _FEWEST_WORDS or (unspaced and len(words[0]) >= _LONG_WORD)


def slug(text: str) -> str:
    """Return an id made from a term: folded letters and digits of any script, joined by "-"."""
    return re.sub(r"[\W_]+", "-", fold(text)).strip("-") or "entry"


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
