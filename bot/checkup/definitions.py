"""Definitions: those that say nothing, define each other, or are too short or too long."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.checkup.finding import Check, Finding
from bot.checkup.subject import Subject
from bot.glossary.entry import Entry
from bot.glossary.folding import Word, stem, words
from bot.retrieval.passage import plain

FEWEST = 3  # content words beside the names
SPARSE = 8  # words; with that many, function words and figures carry meaning as well
MOST = 120  # words
GENUS = 14  # words: the concept that something is a kind of stands among the first
LONGEST_CIRCLE = 4
_OPENING = 300  # characters that surely hold those words

_BLANK = re.compile(
    r"\W*(?:tbd|tba|todo|to do|n/?a|none|null|coming soon|to be (?:done|defined|written)|fixme"
    r"|siehe oben|folgt|kommt noch|offen|lorem ipsum.*)?\W*",
    re.IGNORECASE | re.DOTALL,
)
_POINTER = re.compile(r"(?:see|see also|siehe|siehe auch|vgl\.?|→|->)\s*:?\s+\S.{0,80}", re.I)
_EMPTY_WORDS = frozenset(
    "kind type sort form term word concept thing something name use used refer refers mean means "
    "stand stands abbreviation short called described describes definition "
    "art form begriff wort ding etwas bezeichnung bezeichnet bedeutet steht abkuerzung kurz "
    "name".split()
)


def wordings(subject: Subject) -> Iterator[Finding]:
    """Find definitions that say nothing, too little to tell anything apart, or too much."""
    for entry in subject.glossary:
        for language, text in entry.texts.items():
            body = plain(text.definition.text)
            spoken = words(body)
            said = _content(subject, entry, language, spoken)
            shown = f"the definition of {entry.label(language)} ({language})"
            place = subject.place(entry, language)
            why = _emptiness(body, said)
            if why:
                yield Finding(
                    Check.EMPTY, place, f"{shown} {why}",
                    "Write a sentence that says what it is and what tells it from its neighbours.",
                    entry.id,
                )  # fmt: skip
            elif said < FEWEST and len(spoken) < SPARSE:
                yield Finding(
                    Check.SHORT, place, f"{shown} says little: {body!r:.60}",
                    "Say what it is a kind of and what tells it from its neighbours.",
                    entry.id, FEWEST - said,
                )  # fmt: skip
            elif len(spoken) > MOST:
                yield Finding(
                    Check.LONG, place, f"{shown} has {len(spoken)} words",
                    "Keep one or two sentences; move the rest below headings such as "
                    "'How it works'.",
                    entry.id, len(spoken),
                )  # fmt: skip


def _emptiness(body: str, said: int) -> str:
    """Return why a definition says nothing; empty if it does say something."""
    if _BLANK.fullmatch(body):
        return f"is a stub: {body!r:.40}"
    if _POINTER.fullmatch(body):
        return f"only points elsewhere: {body!r:.60}"
    return "" if said else f"only repeats the term: {body!r:.60}"


def _content(subject: Subject, entry: Entry, language: str, spoken: Sequence[Word]) -> int:
    """Return how many words of a definition are neither of the names nor empty."""
    own = {
        stem(word.folded, language)
        for term in entry.terms
        for word in (*words(term.text), *words(term.expansion or ""))
    }
    return sum(
        word.folded not in _EMPTY_WORDS
        and not subject.is_stop(word.folded, language)
        and stem(word.folded, language) not in own
        for word in spoken
    )


def circular(subject: Subject) -> Iterator[Finding]:
    """Find circles of definitions: each is explained, in its first words, by the next one."""
    for language in subject.glossary.languages:
        by = dict(_explained_by(subject, language))
        for circle in _circles(by):
            first = subject.glossary[circle[0]]
            shown = [subject.glossary[c].preferred(language) for c in (*circle, circle[0])]
            yield Finding(
                Check.CIRCULAR, subject.place(first, language),
                f"definitions in a circle ({language}): {' is explained by '.join(shown)}",
                f"Explain {shown[-2]} without {shown[-1]}, or join the entries.",
                first.id, 1 / len(circle),
            )  # fmt: skip


def _explained_by(subject: Subject, language: str) -> Iterator[tuple[str, str]]:
    """Yield (concept, the one that its definition explains it by)."""
    for entry in subject.glossary:
        if language not in entry.texts:
            continue
        opening = plain(entry.texts[language].definition.text)[:_OPENING]
        named = subject.naming.find(opening, language)
        found = [each for each in named if entry.id not in each.name.concepts]
        own = [each for each in named if entry.id in each.name.concepts]
        start = own[0].last if own and own[0].first < 3 else 0
        genus = next((n for n in found if start <= n.first < start + GENUS), None)
        if genus and len(genus.name.concepts) == 1:
            yield entry.id, genus.name.concepts[0]


def _circles(by: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Yield the circles of a mapping once each, from their least member on."""
    seen: set[str] = set()
    for start in by:
        path: dict[str, int] = {}
        step: str | None = start
        while step is not None and step not in seen and step not in path:
            path[step] = len(path)
            step = by.get(step)
        seen.update(path)
        if step in path:
            circle = list(path)[path[step] :]
            least = circle.index(min(circle))
            if len(circle) <= LONGEST_CIRCLE:
                yield (*circle[least:], *circle[:least])
