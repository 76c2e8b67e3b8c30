"""Implied names: short forms that an entry's own text uses, though no term of it says so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from bot.glossary.entry import Entry
from bot.glossary.folding import fold, words
from bot.glossary.term import Status, Term

_SMALL = frozenset(
    "a an and by for in of on or the to with und der die das von fuer zur zum im mit".split()
)
_INITIALS = 2  # letters; fewer abbreviate nothing
_COUNTED = 6  # letters; of so long a word people count the letters inside: i18n
_LONGEST = 5  # words; more in bold are a statement
_BOLD = re.compile(r"(?:\w+ ){0,2}\*\*([^*\n]{2,60})\*\*")
_BESIDE = re.compile(r"[*_]*\s?\([*_]*(\w+)[*_]*\)")
_BETWEEN = re.compile(r"[\s-]+")
_ALSO = (
    r"(?:(?:also|commonly|often|sometimes|otherwise|formerly|better) "
    r"(?:known as|called|referred to as|termed)|aka|a\.k\.a\.|auch bekannt als|auch genannt)"
)
_CALLED = re.compile(
    rf"{_ALSO} (?:an? |the |eine? |der |die |das )?[\"“„'*_]*"
    r"(?P<name>[^\W_][\w&’'/-]*(?: [\w&’'/-]+){0,3}?)"
    r"[\"”“'*_]*(?=[,.;:()]|$| or | and | is | oder | und | ist )",
    re.IGNORECASE | re.MULTILINE,
)
_GERMAN_CALLED = re.compile(
    r"\bauch [\"“„*_]*(?P<name>[^\W_][\w-]*(?: [\w-]+){0,3}?)[\"”“*_]* genannt"
)
_LATER = re.compile(rf"(?:it is |they are )?{_ALSO} ", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ])|\n")
_BRACKETS = re.compile(r"\s*\([^()]*\)$")
_OR = (" or ", " oder ")
_LINKING = frozenset("and by for in of on or to with und oder von fuer im mit".split())
_SIDE = 3  # letters; of "TCP/IP" neither side is a name
_FULL = 3  # words; a name of fewer leaves one word without its last, which is too general


def implied_names(entries: Iterable[Entry]) -> tuple[tuple[str, Term], ...]:
    """Return (id of the concept, name) for each short form that is of one concept only.

    An entry "Site Reliability Engineering" whose text has "SRE" is asked for as SRE, one
    "Kubernetes" as K8s, and one "Bare Metal Machine" whose text has "bare metal" without the last
    word as bare metal; so is what a definition begins with in bold, what it says the concept is
    also called, each side of "Mulch / Ground Cover" and of "mulch or cover", the full form of an
    abbreviation, "bed cover" for "cover of bed", and "mulching" for "mulch". What an entry does not
    write is not guessed.
    """
    meant: dict[tuple[str, str], dict[str, Term]] = defaultdict(dict)
    begun: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in entries:
        texts = {code: _text(entry, code) for code in entry.texts}
        for code, text in entry.texts.items():
            lead = _lead(text.definition.text)
            if lead:
                meant[code, fold(lead)][entry.id] = _admitted(lead, code)
            for called in _also_called(text.definition.text):
                meant[code, fold(called)].setdefault(entry.id, _admitted(called, code))
        for term in entry.terms:
            if term.expansion:
                full = _admitted(term.expansion, term.language)
                meant[term.language, fold(full.text)].setdefault(entry.id, full)
            if term.status is Status.ABBREVIATION:
                continue
            parts = term.text.split()
            for size in range(_FULL - 1, len(parts)):
                begun[term.language, fold(" ".join(parts[:size]))].add(entry.id)
            for name in _used(term, texts.get(term.language, "")):
                meant[term.language, fold(name.text)].setdefault(entry.id, name)
    return tuple(
        (concept, name)
        for key, by_concept in meant.items()
        if len(by_concept) == 1 and len(begun.get(key, ())) <= 1
        for concept, name in by_concept.items()
    )


@lru_cache(maxsize=1 << 18)  # of a glossary that was changed, most entries are as they were
def _used(term: Term, text: str) -> tuple[Term, ...]:
    """Return the short forms of a term that a text has."""
    parts = [word.text for word in words(term.text)]
    lowered = text.lower()
    short = (_bracketed(term.text, text, lowered), _initials(parts), _counted(parts))
    found = [
        Term(name, term.language, Status.ABBREVIATION, term.text)
        for name in dict.fromkeys(short)
        if name and any(_ends(text, end) or _ends(text, end, "s") for end in _found(name, text))
    ]
    beginning = _beginning(term.text, lowered)
    doing = _doing(term.text, lowered) if term.language == "en" else ""
    whole = (beginning, doing, *_sides(term.text), *_either(term.text), *_turned(term.text))
    found += [_admitted(name, term.language) for name in whole if name]
    return tuple(found)


def _admitted(name: str, language: str) -> Term:
    return Term(name, language, Status.ADMITTED)


def _sides(name: str) -> Iterator[str]:
    """Yield what a slash in a name sets apart.

    "Mulch / Cover", "Mulch/Cover", "Flower Bed/Seed Plot" and "Bed/Flower Bed" are two names each,
    "Red/Blue Beet" is Red Beet and Blue Beet.
    """
    sides = [_BRACKETS.sub("", side.strip()) for side in name.split("/")]
    said = [fold(side).split() for side in sides]
    if len(sides) < 2 or not all(said):
        return
    single = len(said[0]) == 1
    again = single and any(said[0][0] in other for other in said[1:])
    spaced = " / " in name
    if spaced or again or all(len(side) > 1 for side in said):
        yield from sides
    elif single and all(
        len(side) >= _SIDE and side.isalpha() for side in name.split()[0].split("/")
    ):
        *first, last = sides
        _, *rest = last.split(" ")
        yield from (" ".join((side, *rest)) for side in (*first, last.split(" ")[0]))


def _either(name: str) -> Iterator[str]:
    """Yield both of "mulch or ground cover"; "red or blue beet" may mean "red beet", so nothing."""
    first, found, second = name.partition(next((o for o in _OR if o in name), _OR[0]))
    several = "," in name or any(o in second for o in _OR)
    if found and len(first.split()) >= len(second.split()) and not several:
        yield from (first, second)


def _turned(name: str) -> Iterator[str]:
    """Yield "digging waiver" for "waiver of digging", and "red beet" for "beet, red"."""
    head, found, rest = name.partition(" of ")
    if found and " " not in head and not _joins(rest):
        yield f"{rest.removeprefix('the ')} {head}"
    head, found, rest = name.partition(", ")
    if found and not _joins(name) and "," not in rest:
        yield f"{rest} {head}"


def _joins(name: str) -> bool:
    return any(fold(word) in _LINKING for word in name.split())


def _doing(name: str, text: str) -> str:
    """Return what doing a thing is called, if a text in lower case has it: "mulching"."""
    stems = (name, name.removesuffix("e"), name + name[-1])
    forms = (stem + "ing" for stem in dict.fromkeys(stems))
    written = (f for f in forms if any(_ends(text, end) for end in _found(f.lower(), text)))
    return next(written, "")


@lru_cache(maxsize=1 << 18)
def _also_called(text: str) -> tuple[str, ...]:
    """Return what a definition says its concept is also called.

    That is what the first sentence says, and later ones that begin with it: others may be about
    something else.
    """
    first, *later = _SENTENCE_END.split(text)
    said = [first, *(sentence for sentence in later if _LATER.match(sentence))]
    patterns = (_CALLED, _GERMAN_CALLED)
    found = (match["name"] for s in said for pattern in patterns for match in pattern.finditer(s))
    return tuple(
        dict.fromkeys(
            name for name in found if len(name) > 1 and fold(name.split()[0]) not in _SMALL
        )
    )


def _beginning(name: str, text: str) -> str:
    """Return a name without its last word, if a text in lower case has it so: "bare metal"."""
    *parts, last = name.split()
    short = " ".join(parts)
    if len(parts) < _FULL - 1 or fold(parts[-1]) in _SMALL or short.lower() not in text:
        return ""
    ends = (end for end in _found(short.lower(), text) if _ends(text, end))
    alone = (end for end in ends if not _goes_on(text, end, last.lower()[:-1]))
    return short if next(alone, None) is not None else ""


def _found(name: str, text: str) -> Iterator[int]:
    """Give the places behind a name wherever it begins a word; compiling patterns takes longer."""
    place = text.find(name)
    while place >= 0:
        if not _is_of_word(text[place - 1 : place]):
            yield place + len(name)
        place = text.find(name, place + 1)


def _ends(text: str, place: int, ending: str = "") -> bool:
    """Tell whether a word with that ending ends at a place."""
    end = place + len(ending)
    return text.startswith(ending, place) and not _is_of_word(text[end : end + 1])


def _goes_on(text: str, place: int, beginning: str) -> bool:
    """Tell whether a hyphen or, behind spaces and hyphens, a word with that beginning follows."""
    between = _BETWEEN.match(text, place)
    places = range(place + 1, between.end() + 1) if between else ()
    return text.startswith("-", place) or any(text.startswith(beginning, p) for p in places)


def _is_of_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _bracketed(name: str, text: str, lowered: str) -> str:
    """Return what stands in capitals in brackets behind a name: "Cross-Site Scripting (XSS)"."""
    place = lowered.find(name.lower())
    if place < 0 or "(" not in text or " " not in name:
        return ""
    beside = _BESIDE.match(text, place + len(name))
    capitals = sum(letter.isupper() for letter in beside[1]) if beside else 0
    return beside[1] if beside and capitals >= _INITIALS else ""


def _initials(parts: Sequence[str]) -> str:
    letters = "".join(part[0] for part in parts if fold(part) not in _SMALL).upper()
    return letters if len(letters) >= _INITIALS else ""


def _counted(parts: Sequence[str]) -> str:
    (word,) = parts if len(parts) == 1 else ("",)
    return f"{word[0]}{len(word) - 2}{word[-1]}" if len(word) >= _COUNTED else ""


def _lead(text: str) -> str:
    """Return the name in bold that a definition begins with: "A **lazy load** is"."""
    bold = _BOLD.match(text)
    return bold[1] if bold and len(words(bold[1])) <= _LONGEST else ""


def _text(entry: Entry, language: str) -> str:
    text = entry.texts[language]
    return "\n".join(section.text for section in (text.definition, *text.sections))
