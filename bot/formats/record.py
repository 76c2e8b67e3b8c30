"""A record: the fields that a row or an object gives to one concept, and the entry they make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.formats.clean_text import clean, cleaned
from bot.formats.entry_draft import FURTHER, EntryDraft
from bot.formats.fields import Field, Role, language_code
from bot.formats.reader import Skipped
from bot.formats.slug import slug
from bot.glossary.entry import Entry
from bot.glossary.folding import fold
from bot.glossary.term import Status, Term

NO_TERM = "it has no term"
NO_DEFINITION = "it has no definition"
_LONGEST_PHRASE = 150  # characters; the full form of an abbreviation is shorter
_LONGEST_LISTED = 40  # characters; commas separate names only if all of them are short
_SEPARATORS = re.compile(r"[;|\n\r]+")
_COMMAS = re.compile(r"[,;|\n\r]+")
_BRACKET = re.compile(r"(?P<outside>[^()\[\]]+)[(\[](?P<inside>[^()\[\]]+)[)\]]")
_ABBREVIATION = re.compile(r"[\w&/.+\-]{2,12}")
_UNPUBLISHED = {"draft", "excluded", "entwurf", "deleted", "geloescht"}
_VOID = {"-", "--", "–", "—", "n/a", "tbd"}  # how people fill cells that hold nothing
_LISTS = (Role.SYNONYMS, Role.ABBREVIATION, Role.BROADER, Role.PART_OF, Role.RELATED)
_OF_TERMS = (Role.TERM, Role.ABBREVIATION, Role.EXPANSION, Role.SYNONYMS)


@dataclass(slots=True)
class Record:
    """What one row or object says, field by field.

    ``language`` is that of fields without one, unless a field of the record tells another.
    """

    file: str
    line: int
    language: str
    values: dict[tuple[Role, str | None], list[str]] = field(default_factory=dict)
    sections: list[tuple[str | None, str, str]] = field(default_factory=list)
    extra: dict[str, object] = field(default_factory=dict)

    def add(self, what: Field, value: str, name: str) -> None:
        """Take in a cell, which may list several names.

        Args:
            what: what the cell holds.
            value: its text.
            name: what its column is called.
        """
        if what.role in _LISTS:
            for part in listed(value):
                self.put(what, part, name)
        elif what.role is Role.TERM:
            for part in _parts(_SEPARATORS, " ".join(value.split())):
                self.put(what, part, name)
        else:
            self.put(what, value, name)

    def put(self, what: Field, value: str, name: str) -> None:
        """Take in one value; ``name`` is what its column or key is called."""
        value = value.strip()
        if not value or what.role is Role.IGNORED or (what.role is not Role.TERM and _void(value)):
            return
        known = self.values.setdefault((what.role, what.language), [])
        if what.role is Role.SECTION:
            self.sections.append((what.language, what.heading, value))
        elif what.role is Role.EXTRA or (what.role is Role.STATE and not self.unpublished(value)):
            self.extra[name] = value
        elif what.role is Role.DEFINITION and (known or self._defined(what.language)):
            self.sections.append((what.language, what.heading or name, value))
        elif known and what.role not in (*_LISTS, Role.TERM):
            self.extra[name] = value
        else:
            known.append(value)

    def _defined(self, language: str | None) -> bool:
        """Return whether a definition without a language would be the second of the record's."""
        return language is None and (Role.DEFINITION, self.language) in self.values

    @staticmethod
    def unpublished(state: str) -> bool:
        """Tell whether a value of ``state`` says that the record is not for readers."""
        return len(state) < _LONGEST_LISTED and fold(state) in _UNPUBLISHED

    def first(self, role: Role) -> str:
        """Return the first value of that role in any language, or nothing."""
        return next((v[0] for (r, _), v in self.values.items() if r is role and v), "")

    def entry(self) -> Entry | str:
        """Return the entry, without an id if it has none of its own; or why there is none."""
        state = self.first(Role.STATE)
        if state:
            return f"its state is {state!r}"
        told = self.first(Role.LANGUAGE)
        default = language_code(told) or (told if _is_code(told) else self.language)
        draft = EntryDraft(self.file, self.line)
        terms = self._terms(default)
        for term in terms:
            draft.term(term.text, term.language, term.status, term.expansion)
        if not draft.terms:
            return NO_TERM
        self._define(draft, default)
        draft.subject = "; ".join(self._every(Role.SUBJECT))
        draft.updated = self.first(Role.UPDATED)
        draft.broader, draft.part_of = self._every(Role.BROADER), self._every(Role.PART_OF)
        draft.related = self._every(Role.RELATED)
        entry = draft.entry()
        if entry is None:
            return NO_DEFINITION
        extra = {clean(key): cleaned(value) for key, value in self.extra.items()}
        return replace(
            entry,
            id=clean(self.first(Role.ID)),
            ended=clean(self.first(Role.ENDED)),
            extra={**entry.extra, **extra},
        )

    def skipped(self, reason: str) -> Skipped:
        """Return that the record was left out; that one of a draft is was to be expected."""
        draft = bool(self.first(Role.STATE))
        return Skipped(self.file, self.line, reason, expected=draft)

    def _define(self, draft: EntryDraft, default: str) -> None:
        """Add definitions and sections; without any definition, full forms stand for them."""
        for language in self._languages((Role.DEFINITION,), default):
            first, *others = self._in(Role.DEFINITION, language, default)
            draft.definition(first, language, self.line)
            for text in others:
                draft.section(FURTHER, text, language, self.line)
        if not draft.defined():
            for language in self._languages((Role.EXPANSION,), default):
                draft.definition(
                    self._in(Role.EXPANSION, language, default)[0], language, self.line
                )
        for code, heading, text in self.sections:
            draft.section(heading, text, code or default, self.line)

    def _every(self, role: Role) -> list[str]:
        found = (v for (r, _), values in self.values.items() if r is role for v in values)
        return [clean(value) for value in found]

    def _in(self, role: Role, language: str, default: str) -> list[str]:
        """Return the values in a language; those without one are in the default language."""
        found = self.values.get((role, language), [])
        return found + self.values.get((role, None), []) if language == default else found

    def _languages(self, roles: Iterable[Role], default: str) -> list[str]:
        wanted = set(roles)
        found = [code or default for (role, code), v in self.values.items() if role in wanted and v]
        return sorted(dict.fromkeys(found), key=lambda code: code != default)

    def _terms(self, default: str) -> list[Term]:
        found: list[Term] = []
        for language in self._languages(_OF_TERMS, default):
            names = {role: self._in(role, language, default) for role in _OF_TERMS}
            if found:  # a language with nothing but synonyms
                names[Role.TERM] = names[Role.TERM] or names[Role.SYNONYMS][:1]
            found += designations(names, language)
        return found


def designations(names: Mapping[Role, list[str]], language: str) -> list[Term]:
    """Return the terms of one language out of what the fields hold; none if they hold nothing.

    Without a term the full form is the preferred term, or else the abbreviation. A term and its
    abbreviation may stand in one field: "unique selling proposition (USP)", or the other way round.
    """
    titles, short = list(names[Role.TERM]), list(names[Role.ABBREVIATION])
    full, other = list(names[Role.EXPANSION]), list(names[Role.SYNONYMS])
    if titles and full and not short and is_abbreviation(titles[0]):
        short, titles = titles[:1], titles[1:]
    if titles and not full and not short and is_abbreviation(titles[0]):
        full = [name for name in other if spells(titles[0], name)][:1]
        short, titles = (titles[:1], full + titles[1:]) if full else (short, titles)
    titles = titles or full[:1] or short[:1]
    if not titles:
        return []
    preferred, inside, aside = _opened(titles[0])
    expansion = full[0] if full else preferred
    pairs = {a: expansion if a != expansion else None for a in (*short, *inside) if a}
    admitted = []
    for name in (*titles[1:], *full, *aside, *other):
        if is_abbreviation(name) and spells(name, preferred):
            pairs.setdefault(name, preferred)
        else:
            admitted.append(name)
    terms = [Term(preferred, language, Status.PREFERRED)]
    kept = [name for name in dict.fromkeys(admitted) if name != preferred and name not in pairs]
    terms += [Term(name, language, Status.ADMITTED) for name in kept]
    return terms + [
        Term(a, language, Status.ABBREVIATION, whole)
        for a, whole in pairs.items()
        if a != preferred or whole
    ]


def _opened(title: str) -> tuple[str, list[str], list[str]]:
    """Return the preferred term, abbreviations and other names of a title with brackets."""
    match = _BRACKET.fullmatch(title)
    if not match:
        return title, [], []
    outside, inside = match["outside"].strip(), match["inside"].strip()
    if not outside or not inside:
        return title, [], []
    if is_abbreviation(inside) and spells(inside, outside):
        return outside, [inside], []
    if is_abbreviation(outside) and spells(outside, inside):
        return inside, [outside], []
    if len(inside) <= 2:  # the "(s)" of a plural
        return title, [], [outside, outside + inside]
    return title, [], [outside]  # "mercury (planet)" is asked for as "mercury" too


def is_abbreviation(text: str) -> bool:
    """Tell whether a text looks like an abbreviation: one short word, half of it capitals."""
    if not _ABBREVIATION.fullmatch(text):
        return False
    letters = [c for c in text if c.isalpha()]
    capitals = sum(c.isupper() for c in letters)
    return capitals >= 2 and 2 * capitals >= len(letters)


def spells(abbreviation: str, phrase: str) -> bool:
    """Tell whether an abbreviation can be one of a phrase: its letters stand there in order."""
    if len(phrase) > _LONGEST_PHRASE:
        return False
    letters = [c for c in fold(abbreviation) if c.isalpha()]
    text = fold(phrase)
    parts = len(re.findall(r"\w+", text))
    if not letters or parts > 3 * len(letters) or (parts < 2 and text[:1] != letters[0]):
        return False
    rest = iter(text)
    return fold(abbreviation) != text and all(letter in rest for letter in letters)


def listed(value: str) -> list[str]:
    """Return the names in a value; commas part them only if all parts are short."""
    parts = _parts(_SEPARATORS, value)
    if len(parts) > 1 or "," not in value:
        return parts
    by_comma = _parts(_COMMAS, value)
    return by_comma if all(len(part) <= _LONGEST_LISTED for part in by_comma) else parts


def distinct(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Give every entry an id of its own.

    Entries with one id in different languages are one concept, told row by row: they are joined.
    Entries that share an id otherwise are numbered, and so are those without an id of their own
    whose preferred terms are alike.
    """
    found: dict[str, Entry] = {}
    count: dict[str, int] = {}
    for entry in sorted(entries, key=lambda entry: not entry.id):  # own ids first
        own, known = entry.id or slug(entry.terms[0].text[:_LONGEST_PHRASE]), found.get(entry.id)
        if known and not known.texts.keys() & entry.texts.keys():
            found[entry.id] = _joined(known, entry)
            continue
        name = own
        while name in found:
            count[own] = count.get(own, 1) + 1
            name = f"{own}-{count[own]}"
        found[name] = replace(entry, id=name)
    return tuple(found.values())


def _joined(one: Entry, other: Entry) -> Entry:
    def both(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(getattr(one, name) + getattr(other, name)))

    return replace(
        one,
        terms=tuple(dict.fromkeys(one.terms + other.terms)),
        texts={**one.texts, **other.texts},
        broader=both("broader"),
        part_of=both("part_of"),
        related=both("related"),
        subject=one.subject or other.subject,
        updated=max(one.updated, other.updated),
        ended=one.ended or other.ended,
        extra={**other.extra, **one.extra},
    )


def _void(value: str) -> bool:
    return len(value) <= 3 and fold(value) in _VOID


def _parts(separators: re.Pattern[str], value: str) -> list[str]:
    return [part.strip() for part in separators.split(value) if part.strip()]


def _is_code(text: str) -> bool:
    return re.fullmatch(r"[a-z]{2,3}", text) is not None
