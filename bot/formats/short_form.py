"""Abbreviations: told from the full forms beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.formats.slug import slug
from bot.glossary.entry import Entry
from bot.glossary.folding import fold
from bot.glossary.term import Status, Term

_BRACKETS = re.compile(r"(?P<base>\S.*?)\s*\((?P<inner>[^()]{1,80})\)")
_SMALL = frozenset({"a", "an", "and", "as", "at", "by", "for", "in", "of", "on", "or", "the", "to",
                    "und", "der", "die", "das", "von", "fuer", "zur", "zum"})  # fmt: skip
_OR = re.compile(r"\s+(?:or|oder)\s+|\s*[,/]\s*")
_MARKS = re.compile(r"\*\*|[_`*]")
_LONGEST = 12
_LEAD = 400  # characters of a definition in which a term is spelt out


def abbreviates(short: str, full: str) -> bool:
    """Say whether a name is the short form of another: its initials, or letters of it in order."""
    letters = _letters(short)
    if not _looks_short(short) or len(_letters(full)) <= len(letters):
        return False
    words = re.findall(r"[^\W_]+", fold(full))
    initials = "".join(word[0] for word in words)
    main = "".join(word[0] for word in words if word not in _SMALL)
    if letters in (initials, main):
        return True
    if re.fullmatch(r"[a-z]\d{1,2}[a-z]", letters):  # i18n
        plain = _letters(full)
        return plain[0] == letters[0] and plain[-1] == letters[-1]
    return len(words) > 0 and letters[:1] == words[0][:1] and _in_order(letters, "".join(words))


def with_short_forms(entry: Entry) -> Entry:
    """Return an entry in which short forms that stand beside their full form are abbreviations.

    A title ``Application Programming Interface (API)`` is cut in two; other names that abbreviate
    the preferred term become abbreviations; a definition that begins ``An API (Application
    Programming Interface) is`` spells the title out. Any other word in brackets tells meanings
    apart: the title keeps it, the name without it is added.
    """
    by_language: dict[str, list[Term]] = {}
    subject = entry.subject
    for term in entry.terms:
        cut, qualifier = _cut(term, entry.id)
        subject = subject or (qualifier if term.status is Status.PREFERRED else "")
        by_language.setdefault(term.language, []).extend(cut)
    terms: list[Term] = []
    for language, listed in by_language.items():
        text = entry.texts.get(language)
        terms += _told(listed, text.definition.text if text else "")
    return replace(entry, terms=tuple(terms), subject=subject)


def _cut(term: Term, concept: str) -> tuple[list[Term], str]:
    """Return the terms that one with brackets stands for, and what tells its meaning."""
    match = _BRACKETS.fullmatch(term.text)
    if not match or term.status is Status.ABBREVIATION:
        return [term], ""
    base, inner = match["base"], match["inner"].strip()
    language, status = term.language, term.status
    short = _OR.split(inner)
    if all(abbreviates(s, base) or _is_token(s, base) or _is_id(s, concept) for s in short):
        cut = [Term(s, language, Status.ABBREVIATION, base) for s in short]
        return [Term(base, language, status), *cut], ""
    if abbreviates(base, inner):
        return [Term(inner, language, status), Term(base, language, Status.ABBREVIATION, inner)], ""
    return [term, Term(base, language, Status.ADMITTED)], inner


def _told(listed: list[Term], definition: str) -> Iterator[Term]:
    title = next((t.text for t in listed if t.status is Status.PREFERRED), listed[0].text)
    known = {t.text for t in listed if t.status is Status.ABBREVIATION}
    for term in listed:
        short = term.status is Status.ADMITTED and abbreviates(term.text, title)
        yield Term(term.text, term.language, Status.ABBREVIATION, title) if short else term
        spelt = term.status is Status.ADMITTED and abbreviates(title, term.text)
        if spelt and title not in known:
            known.add(title)
            yield Term(title, term.language, Status.ABBREVIATION, term.text)
    full = "" if title in known else _spelt_out(title, definition)
    if full:
        yield Term(title, listed[0].language, Status.ABBREVIATION, full)


def _spelt_out(title: str, definition: str) -> str:
    """Return the full form that a definition gives in brackets beside the title, or nothing."""
    if not _looks_short(title):
        return ""
    lead = _MARKS.sub("", definition[:_LEAD])
    behind = re.search(rf"(?<!\w){re.escape(title)}\s*\(([^()]{{3,100}})\)", lead)
    if behind:
        for part in re.split(r"[,;]|\bor\b|\boder\b|\bfür\b|\bfor\b", behind[1]):
            if abbreviates(title, part.strip()):
                return part.strip()
    before = re.search(rf"((?:[\w'’-]+\s+){{1,9}})\({re.escape(title)}\)", lead)
    words = before[1].split() if before else []
    for start in range(len(words)):
        if abbreviates(title, " ".join(words[start:])) and words[start].lower() not in _SMALL:
            return " ".join(words[start:])
    return ""


def _is_id(inner: str, concept: str) -> bool:
    """Say whether brackets hold what the concept is filed under: ``Interface réseau (CNI)``."""
    return _looks_short(inner) and slug(inner) == slug(concept)


def _is_token(inner: str, base: str) -> bool:
    """Say whether brackets hold an abbreviation of one long word, as German makes them."""
    return (
        bool(re.fullmatch(r"[A-ZÄÖÜ][A-ZÄÖÜa-z0-9]{1,6}", inner))
        and sum(letter.isupper() for letter in inner) > 1
        and " " not in base
        and len(base) > 2 * len(inner) + 6
    )


def _looks_short(name: str) -> bool:
    capitals = sum(letter.isupper() for letter in name)
    counted = re.fullmatch(r"[A-Za-z]\d{1,2}[a-z]", name)
    return len(name) <= _LONGEST and " " not in name and bool(capitals > 1 or counted)


def _letters(name: str) -> str:
    return "".join(re.findall(r"[^\W_]", fold(re.sub(r"(?<=[A-Z])s$", "", name))))


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)
