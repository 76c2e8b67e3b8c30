"""Entries of any number and questions on them, made of everyday words; the same for a number."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.adapters.word_list import common_words
from bot.glossary.entry import Entry, EntryText
from bot.glossary.glossary import Glossary
from bot.glossary.section import Section, SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status, Term

SEED = 23
_LANGUAGE = "en"
_SHORTEST = 4  # letters of a word that definitions are made of
_ABBREVIATED = 0.2  # of the names of several words have an abbreviation
_ADMITTED = 0.2  # of the entries have a second name
_BROADER = 0.8  # of the entries have a broader one before them
_ENDINGS = ("", "", "", "er", "ing", "ity", "or", "ment", "ix", "al")
_VERBS = ("joins", "measures", "carries", "describes", "protects", "replaces", "orders", "marks")
_GLUE = ("of", "with", "for", "in", "and", "under", "without", "between", "through", "after")


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question, its kind, and the id of the entry it is about (empty: none)."""

    kind: str
    text: str
    about: str


def made_glossary(number: int) -> Glossary:
    """Return a glossary of so many entries: names of 1 to 3 words, definitions of 15 to 40."""
    return Glossary(_entries(number), version=f"made-{SEED}-{number}")


def made_questions(glossary: Glossary, number: int) -> list[MadeQuestion]:
    """Return questions of all kinds in turn, each about another entry picked by chance."""
    chosen = random.Random(f"questions {SEED}")
    entries = list(glossary)
    kinds = (_define, _misspelt, _described, _compared, _asked_why, _outside)
    return [kinds[n % len(kinds)](chosen, entries) for n in range(number)]


def _entries(number: int) -> Iterator[Entry]:
    chosen = random.Random(SEED)
    words = [w for w in common_words((_LANGUAGE,)) if len(w) >= _SHORTEST and w.isalpha()]
    chosen.shuffle(words)
    names = list(_names(chosen, words, number))
    for place, name in enumerate(names):
        yield _entry(chosen, words, names, place, name)


def _names(chosen: random.Random, words: Sequence[str], number: int) -> Iterator[str]:
    """Give different names; a word of a name is a word with an ending, so often a new word."""
    seen: set[str] = set()
    while len(seen) < number:
        size = chosen.choices((1, 2, 3), (3, 5, 2))[0]
        parts = [chosen.choice(words) for _ in range(size)]
        parts[-1] += chosen.choice(_ENDINGS)
        if size == 1:
            parts[0] = chosen.choice(words)[:4] + parts[0]
        name = " ".join(parts)
        if name not in seen:
            seen.add(name)
            yield name


def _entry(
    chosen: random.Random, words: Sequence[str], names: Sequence[str], place: int, name: str
) -> Entry:
    terms = [Term(name, _LANGUAGE, Status.PREFERRED)]
    parts = name.split()
    if len(parts) > 1 and chosen.random() < _ABBREVIATED:
        short = "".join(part[0] for part in parts).upper() + chosen.choice("BCDFGKLMPRST")
        terms.append(Term(short, _LANGUAGE, Status.ABBREVIATION, name))
    if chosen.random() < _ADMITTED:
        terms.append(Term(f"{chosen.choice(words)} {name}", _LANGUAGE, Status.ADMITTED))
    text = _definition(chosen, words, name)
    span = Span(f"{place:06}.md", 5, 40, len(text))
    section = Section(SectionKind.DEFINITION, "", text, span)
    broader = place and chosen.random() < _BROADER
    return Entry(
        id=_id(place),
        terms=tuple(terms),
        texts={_LANGUAGE: EntryText(section)},
        broader=(_id(chosen.randrange(place)),) if broader else (),
        related=(_id(chosen.randrange(len(names))),) if chosen.random() < _BROADER / 2 else (),
    )


def _id(place: int) -> str:
    return f"entry-{place:06}"


def _definition(chosen: random.Random, words: Sequence[str], name: str) -> str:
    """Return a sentence of 15 to 40 words; some words are much more frequent than others."""
    length = chosen.randint(15, 40)
    said = [name, "is", "a", _word(chosen, words), "that", chosen.choice(_VERBS)]
    while len(" ".join(said).split()) < length:
        said.append(_word(chosen, words) if len(said) % 3 else chosen.choice(_GLUE))
    sentence = " ".join(said)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _word(chosen: random.Random, words: Sequence[str]) -> str:
    """Return a word by Zipf's law: the rank is drawn with a density of about 1 / rank."""
    return words[int(len(words) ** chosen.random()) - 1]


# ---- questions


def _define(chosen: random.Random, entries: Sequence[Entry]) -> MadeQuestion:
    entry = chosen.choice(entries)
    frame = chosen.choice(("what is {}", "What does {} mean?", "define {}", "explain {} please"))
    return MadeQuestion("define", frame.format(entry.terms[0].text), entry.id)


def _misspelt(chosen: random.Random, entries: Sequence[Entry]) -> MadeQuestion:
    entry = chosen.choice(entries)
    letters = list(entry.terms[0].text)
    place = chosen.randrange(1, len(letters) - 1)
    letters[place : place + 2] = reversed(letters[place : place + 2])
    return MadeQuestion("misspelt", f"what is {''.join(letters)}", entry.id)


def _described(chosen: random.Random, entries: Sequence[Entry]) -> MadeQuestion:
    entry = chosen.choice(entries)
    said = entry.texts[_LANGUAGE].definition.text.rstrip(".").split()
    kept = [word for word in said[len(entry.terms[0].text.split()) + 2 :] if chosen.random() < 0.5]
    text = f"what do you call a thing that is {' '.join(kept[:14])}?"
    return MadeQuestion("described", text, entry.id)


def _compared(chosen: random.Random, entries: Sequence[Entry]) -> MadeQuestion:
    one, other = chosen.choice(entries), chosen.choice(entries)
    text = f"what is the difference between {one.terms[0].text} and {other.terms[0].text}?"
    return MadeQuestion("compared", text, one.id)


def _asked_why(chosen: random.Random, entries: Sequence[Entry]) -> MadeQuestion:
    entry = chosen.choice(entries)
    frame = chosen.choice(("how does {} work?", "what are the advantages of {}?", "who uses {}?"))
    return MadeQuestion("aspect", frame.format(entry.terms[0].text), entry.id)


def _outside(chosen: random.Random, _entries: Sequence[Entry]) -> MadeQuestion:
    texts = ("book me a flight to Rome", "will it rain tomorrow", "sing me a song about the sea")
    return MadeQuestion("outside", f"{chosen.choice(texts)} {chosen.randrange(1000)}", "")
