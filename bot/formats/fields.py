"""Fields: what a column of a table or a key of a record holds, told by its name."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.formats.headings import kind_of
from bot.glossary.folding import fold
from bot.glossary.section import SectionKind


class Role(enum.StrEnum):
    """What a field is to its concept. ``EXTRA`` keeps what has no place of its own."""

    TERM = "term"
    ABBREVIATION = "abbreviation"
    EXPANSION = "expansion"
    SYNONYMS = "synonyms"
    DEFINITION = "definition"
    SECTION = "section"
    SUBJECT = "subject"
    BROADER = "broader"
    PART_OF = "part-of"
    RELATED = "related"
    LANGUAGE = "language"
    ID = "id"
    STATE = "state"
    UPDATED = "updated"
    ENDED = "ended"
    EXTRA = "extra"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Field:
    """A role, the language if the name tells one, and the heading of a section.

    ``rank`` orders several fields of one role: "definition" (0) before "description".
    ``bare`` is a name that is a language and nothing else.
    """

    role: Role
    language: str | None = None
    heading: str = ""
    rank: int = 0
    bare: bool = False

    def __str__(self) -> str:
        named = f"{self.role.value} ({self.heading})" if self.heading else self.role.value
        return f"{named}, {self.language}" if self.language else named


_R = Role
# The first words are the surest: they win where two columns would be the same.
_NAMES: dict[Role, tuple[str, ...]] = {
    _R.TERM: (
        "preferred term", "preferred label", "pref label", "preferred", "term", "terms",
        "glossary term", "business term", "headword", "lemma", "title", "concept", "name", "label",
        "phrase", "word", "entry", "keyword", "Vorzugsbenennung", "Begriff", "Begriffe",
        "Fachbegriff", "Benennung", "Bezeichnung", "Terminus", "Stichwort", "Titel", "Ausdruck",
        "Wort", "Schlagwort", "terme", "termino", "termine",
    ),
    _R.ABBREVIATION: (
        "abbreviation", "abbreviations", "acronym", "acronyms", "initialism", "abbr", "abbrev",
        "abbrv", "short form", "short name", "short", "Abkürzung", "Abkürzungen", "Abk", "Akronym",
        "Akronyme", "Kürzel", "Kurzform", "Kurzbezeichnung", "Kurzwort", "sigle", "siglas",
    ),
    _R.EXPANSION: (
        "expansion", "expansions", "expanded form", "expanded", "full form", "full name",
        "full term", "full title", "long form", "long name", "spelled out", "spelt out",
        "stands for", "acronym expansion", "abbreviation expansion", "Langform", "Vollform",
        "Langbezeichnung", "ausgeschrieben", "steht für", "voller Name", "Auflösung",
    ),
    _R.SYNONYMS: (
        "synonyms", "synonym", "aliases", "alias", "aka", "also known as", "also called",
        "alt labels", "alt label", "alternative terms", "alternative term", "alternative names",
        "alternative name", "alternative labels", "alternative label", "alternatives",
        "other names", "other terms", "variants", "variant", "admitted", "admitted terms",
        "hidden label", "hidden labels", "Synonyme", "Aliasse", "auch bekannt als",
        "auch genannt", "andere Namen",
        "andere Bezeichnungen", "Varianten", "Variante", "alternative Bezeichnung",
        "alternative Bezeichnungen", "Nebenbenennung", "Nebenbenennungen",
    ),
    _R.DEFINITION: (
        "definition", "definitions", "def", "term definition", "glossary definition", "meaning",
        "meanings", "explanation", "description", "long description", "desc", "descr",
        "short definition",
        "short description", "summary", "text", "content", "body", "details", "Bedeutung",
        "Begriffsbestimmung", "Begriffserklärung", "Erklärung", "Erläuterung", "Beschreibung",
        "Kurzbeschreibung", "Inhalt", "definicion", "definizione", "definicao",
    ),
    _R.SUBJECT: (
        "subject", "subject field", "subject area", "category", "categories", "domain", "area",
        "field", "topic", "theme", "group", "tags", "tag", "Kategorie", "Kategorien", "Sachgebiet",
        "Fachgebiet", "Fachbereich", "Bereich", "Thema", "Themengebiet", "Gruppe", "Rubrik",
        "Domäne",
    ),
    _R.BROADER: (
        "broader", "broader term", "broader terms", "broader concept", "parent", "parents",
        "parent term", "parent concept", "hypernym", "is a", "bt", "Oberbegriff", "Oberbegriffe",
        "Überbegriff", "übergeordnet", "übergeordneter Begriff",
    ),
    _R.PART_OF: ("part of", "whole", "Teil von", "gehört zu"),
    _R.RELATED: (
        "related", "related term", "related terms", "related concepts", "related entries",
        "see also", "see", "rt", "cross reference", "cross references", "ref", "refs",
        "verwandt", "verwandte Begriffe", "siehe auch", "siehe", "Querverweise", "Verweise",
    ),
    _R.LANGUAGE: ("language", "lang", "locale", "language code", "Sprache", "Sprachcode"),
    _R.ID: (
        "id", "identifier", "slug", "uri", "concept id", "entry id", "term id", "uuid", "Kennung",
    ),
    _R.STATE: ("state", "status", "draft", "Zustand", "Entwurf"),
    _R.UPDATED: (
        "updated", "last updated", "modified", "last modified", "updated at", "modified at",
        "Stand", "geändert", "aktualisiert", "zuletzt geändert",
    ),
    _R.ENDED: ("ended", "end date", "eingestellt"),
    _R.SECTION: (
        "note", "notes", "scope note", "remark", "remarks", "usage note", "usage notes",
        "Anmerkung", "Anmerkungen", "Hinweis", "Hinweise", "Bemerkung", "Bemerkungen",
    ),
    _R.EXTRA: ("extra", "keep"),
    _R.IGNORED: ("ignored", "ignore", "skip", "drop"),
}  # fmt: skip
_LANGUAGE_NAMES: dict[str, tuple[str, ...]] = {
    "ar": ("arabic", "arabisch"),
    "bn": ("bengali",),
    "cs": ("czech", "tschechisch", "čeština"),
    "da": ("danish", "dänisch", "dansk"),
    "de": ("german", "deutsch", "ger", "deu"),
    "el": ("greek", "griechisch"),
    "en": ("english", "englisch", "eng"),
    "es": ("spanish", "spanisch", "español", "spa"),
    "fa": ("persian", "farsi", "persisch"),
    "fi": ("finnish", "finnisch", "suomi"),
    "fr": ("french", "französisch", "français", "fra", "fre"),
    "he": ("hebrew", "hebräisch"),
    "hi": ("hindi",),
    "hu": ("hungarian", "ungarisch", "magyar"),
    "id": ("indonesian", "indonesisch"),
    "it": ("italian", "italienisch", "italiano", "ita"),
    "ja": ("japanese", "japanisch", "jpn"),
    "ko": ("korean", "koreanisch", "kor"),
    "nl": ("dutch", "niederländisch", "nederlands"),
    "no": ("norwegian", "norwegisch", "norsk", "nb"),
    "pl": ("polish", "polnisch", "polski"),
    "pt": ("portuguese", "portugiesisch", "português"),
    "ro": ("romanian", "rumänisch"),
    "ru": ("russian", "russisch"),
    "sv": ("swedish", "schwedisch", "svenska"),
    "tr": ("turkish", "türkisch"),
    "uk": ("ukrainian", "ukrainisch"),
    "ur": ("urdu",),
    "vi": ("vietnamese", "vietnamesisch"),
    "zh": ("chinese", "chinesisch", "zho", "cmn"),
}
_ROLES = {
    fold(name): (role, rank) for role, names in _NAMES.items() for rank, name in enumerate(names)
}
_LANGUAGES = {
    **{code: code for code in _LANGUAGE_NAMES},
    **{fold(name): code for code, names in _LANGUAGE_NAMES.items() for name in names},
}
_NO_BARE_CODE = ("id", "no", "uk")  # alone they are more often an identifier, a number, a country
_REGION = re.compile(r"[A-Z]{2}|[A-Z][a-z]{3}|\d{3}|[a-z]{2}")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BREAKS = re.compile(r"[\s_\-./:@#()\[\]{}|,;*?!\"'’]+")
_LONGEST_NAME = 60  # characters; what is longer is a text, not the name of a field


def field_of(name: str) -> Field | None:
    """Return what a field of that name holds, or None if the name says nothing.

    Understands English and German names in any case and style, with a language before or behind:
    ``term_en``, ``Definition (DE)``, ``prefLabel@de``, ``German term``, ``Deutsch``.
    """
    if len(name) > _LONGEST_NAME:
        return None
    words = _words(name)
    known = _known(words, None)
    if known:
        return known
    for language, rest in _without_language(words):
        if not rest:
            bare = fold(name.strip()) not in _NO_BARE_CODE
            return Field(Role.TERM, language, bare=True) if bare else None
        known = _known(rest, language)
        if known:
            return known
    return None


def target_of(name: str) -> Field | None:
    """Return the field that an owner means by ``definition:de`` or ``section:How it works``."""
    kind, _, heading = name.partition(":")
    if fold(kind.strip()) == "section" and heading.strip():
        return Field(Role.SECTION, heading=heading.strip())
    return field_of(name)


def language_code(name: str) -> str | None:
    """Return the code of a language by its code, locale (``de-AT``) or name, or None."""
    words = _words(name[:_LONGEST_NAME])
    return next((language for language, rest in _without_language(words) if not rest), None)


def _words(name: str) -> list[str]:
    return [word for word in _BREAKS.split(_HUMP.sub(" ", name.strip())) if word]


def _known(words: list[str], language: str | None) -> Field | None:
    text = " ".join(words)
    role, rank = _ROLES.get(fold(text), (None, 0))
    kind = kind_of(text)
    if role is Role.SECTION or (role is None and kind is not SectionKind.OTHER):
        heading = text[:1].upper() + text[1:]
        if kind is SectionKind.DEFINITION:
            return Field(Role.DEFINITION, language)
        return Field(Role.SECTION, language, heading)
    return Field(role, language, rank=rank) if role else None


def _without_language(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the ways to take a language, or a locale such as ``en_US``, off either end."""
    for start, end in ((-2, None), (-1, None), (0, 2), (0, 1)):
        taken = words[start:end]
        wanted = (end or 0) - start
        if len(taken) < wanted or fold(taken[0]) not in _LANGUAGES:
            continue
        if wanted == 2 and not _REGION.fullmatch(taken[1]):
            continue
        rest = words[:start] if end is None else words[end:]
        yield _LANGUAGES[fold(taken[0])], rest
