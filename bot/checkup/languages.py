"""Languages: entries that lack one which the glossary has."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checkup.finding import Check, Finding, Place
from bot.checkup.subject import Subject

KEPT = 0.5  # a language that so many entries have is missed where it lacks


def languages(subject: Subject) -> Iterator[Finding]:
    """Find entries that lack a language of the glossary.

    A language that less than half of the entries have is one finding, not one per entry.
    """
    total = len(subject.glossary)
    for language in subject.glossary.languages:
        lacking = [entry for entry in subject.glossary if language not in entry.texts]
        if lacking and total - len(lacking) < KEPT * total:
            yield Finding(
                Check.NO_LANGUAGE, Place(".", 0),
                f"{len(lacking)} of {total} entries have no text in {language}",
                "Their text in another language is shown, with a note. Add texts, or keep that.",
                weight=len(lacking),
            )  # fmt: skip
            continue
        for entry in lacking:
            yield Finding(
                Check.NO_LANGUAGE, subject.place(entry),
                f"{entry.label(language)} has no text in {language}",
                f"Add a text in {language}; until then another language is shown, with a note.",
                entry.id,
            )  # fmt: skip
