"""Names: several entries of one name, and acronyms that nobody spells out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.checkup.finding import Check, Finding, Place
from bot.checkup.subject import Subject
from bot.glossary.entry import Entry
from bot.glossary.folding import fold, words
from bot.glossary.names import Name
from bot.glossary.term import Status, Term
from bot.retrieval.passage import plain

_ACRONYM = re.compile(r"[A-Z][A-Z0-9&]{1,6}")
_SMALL = frozenset(
    "a an and at by for from in of on or the to with und der die das fuer von".split()
)
_SHOWN = 4


def homonyms(subject: Subject) -> Iterator[Finding]:
    """Find names that several entries have, and say what a question for them leads to."""
    shared: dict[tuple[str, tuple[str, ...]], list[Name]] = {}
    for name in subject.names.by_squeezed.values():
        if len(name.concepts) > 1:
            shared.setdefault((name.squeezed, name.concepts), []).append(name)
    for name, *others in shared.values():
        languages = ", ".join((name.language, *(other.language for other in others)))
        entries = [subject.glossary[c] for c in name.concepts]
        shown = ", ".join(name.concepts[:_SHOWN]) + (", …" if len(entries) > _SHOWN else "")
        fields = {entry.subject for entry in entries}
        told = len(fields) == len(entries) and "" not in fields
        yield Finding(
            Check.HOMONYM, _place_of(subject, entries[0], name),
            f"{name.text!r} ({languages}) names {len(entries)} entries: {shown}. Who asks for "
            f"it is asked back which is meant",
            "Nothing to do if the word has several meanings; else join the entries or drop the "
            "name from all but one."
            + ("" if told else " A different `subject` in each helps to tell them apart."),
            entries[0].id, len(entries),
        )  # fmt: skip


def _place_of(subject: Subject, entry: Entry, name: Name) -> Place:
    return subject.line_of(entry, "terms", name.text)


def unexpanded(subject: Subject) -> Iterator[Finding]:
    """Find acronyms whose full form is in none of the entry's terms and definitions."""
    for entry in subject.glossary:
        for term in _first_of_each(entry.terms):
            if _is_acronym(term) and not _is_expanded(entry, term):
                yield Finding(
                    Check.UNEXPANDED, subject.place(entry, term.language),
                    f"the full form of {term.text} ({term.language}) is not given",
                    f"Write `abbreviations: {{{term.text}: full form}}`; nothing to do if it "
                    "stands for nothing.",
                    entry.id,
                )  # fmt: skip


def _first_of_each(terms: Iterable[Term]) -> Iterator[Term]:
    yield from {fold(term.text): term for term in reversed(list(terms))}.values()


def _is_acronym(term: Term) -> bool:
    if term.status is Status.ABBREVIATION and " " not in term.text:
        return True
    return bool(_ACRONYM.fullmatch(term.text)) and sum(c.isupper() for c in term.text) >= 2


def _is_expanded(entry: Entry, term: Term) -> bool:
    if any(
        other.expansion and fold(other.expansion) != fold(term.text)
        for other in entry.terms
        if fold(other.text) == fold(term.text)
    ):
        return True
    names = [other.text for other in entry.terms if fold(other.text) != fold(term.text)]
    texts = [plain(text.definition.text) for text in entry.texts.values()]
    letters = [c for c in fold(term.text) if c.isalnum() and not c.isdigit()]
    return any(spells(letters, text) for text in (*names, *texts))


def spells(letters: Sequence[str], text: str) -> bool:
    """Tell whether neighbouring words of a text begin with these letters.

    ``short message service`` spells ``s m s``; the last word may give several of them.
    """
    spoken = [word.folded for word in words(text)]
    width = 2 * len(letters)
    return any(
        _spelt(letters, spoken[place : place + width])
        for place, word in enumerate(spoken)
        if letters and word[0] == letters[0]
    )


def _spelt(letters: Sequence[str], spoken: Sequence[str]) -> bool:
    """Tell whether the letters are told by words from the first one on."""
    rest = list(letters)
    for number, word in enumerate(spoken):
        if not rest:
            return True
        if word[0] == rest[0]:
            rest.pop(0)
        elif number and len(rest) < len(letters) - 1 and _holds(spoken[number - 1], rest):
            return True
        elif word not in _SMALL or not number:
            return False
    return not rest or (len(letters) > len(rest) > 0 and _holds(spoken[-1], rest))


def _holds(word: str, letters: Sequence[str]) -> bool:
    """Tell whether a word has these letters behind its first, in their order."""
    rest = iter(word[1:])
    return all(letter in rest for letter in letters)


def unnameable(subject: Subject) -> Iterator[Finding]:
    """Find entries whose names have no word in them, so that nobody can ask for them."""
    for entry in subject.glossary:
        if not any(words(term.text) for term in entry.terms):
            yield Finding(
                Check.UNREACHABLE, subject.place(entry),
                f"{entry.id} has no name with a letter or digit: {entry.terms[0].text!r:.40}",
                "Add a name in letters, as people say it.", entry.id,
            )  # fmt: skip
