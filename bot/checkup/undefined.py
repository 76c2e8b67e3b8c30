"""Terms that the texts use and no entry names: acronyms, names and frequent phrases."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.checkup.finding import Check, Finding, Place
from bot.checkup.subject import Subject
from bot.glossary.folding import Word, singular, stem, words
from bot.glossary.section import SectionKind
from bot.retrieval.passage import plain

ACRONYM_ENTRIES = 2  # in so many entries a term must stand to count as used
NAME_ENTRIES = 3
PHRASE_ENTRIES = 5
PHRASE_SHARE = 0.015  # of all entries
IN_DEFINITIONS = 2  # of these, at least so many in the definition
COHESION = 0.5  # normalised pointwise mutual information of the words of a phrase
MOST = 50  # findings; the most frequent
LONGEST = 3  # words of a phrase

_ACRONYM = re.compile(r"[A-Z][A-Z0-9]{1,5}")
_ROMAN = re.compile(r"[IVXLC]+")
_GAP = re.compile(r"[ \u00a0]")
_OPENING = re.compile(r"[.!?:;][\"')»“]*\s*$|^\s*$|[(\[\"„“]$")  # before the first of a sentence

_Key = tuple[str, tuple[str, ...]]  # language and stems


@dataclass(frozen=True, slots=True)
class _Body:
    """One section on one line, its words, their stems, and the places of those in a name."""

    entry: str
    language: str
    place: Place
    defining: bool
    text: str
    spoken: Sequence[Word]
    stems: tuple[str, ...]
    named: frozenset[int]


@dataclass(slots=True)
class _Use:
    """Where a term is used: how it is written, in which entries and definitions, first where."""

    shown: str
    place: Place
    entries: set[str] = field(default_factory=set)
    definitions: set[str] = field(default_factory=set)

    def note(self, body: _Body) -> None:
        self.entries.add(body.entry)
        if body.defining:
            self.definitions.add(body.entry)


def undefined(subject: Subject) -> Iterator[Finding]:
    """Find what is used like a term and has no entry, the most frequent first.

    Precision counts more than recall: everyday words, parts of names, sentence openings and what
    few entries use are left out.
    """
    bodies = list(_bodies(subject))
    known = _known(subject)
    found: dict[str, _Use] = {}
    for use in (
        *_acronyms(subject, bodies), *_capitalised(bodies), *_phrases(subject, bodies)
    ):  # fmt: skip
        key = _squeezed(use.shown)
        if key not in known and len(use.entries) > len(found.get(key, _NONE).entries):
            found[key] = use
    for use in sorted(found.values(), key=lambda use: (-len(use.entries), use.shown))[:MOST]:
        number = len(use.entries)
        yield Finding(
            Check.UNDEFINED, use.place,
            f"{use.shown!r} is used in {number} entries and has none of its own",
            "Write an entry for it, or add it to the names of the entry that explains it.",
            weight=number,
        )  # fmt: skip


_NONE = _Use("", Place(""))


def _bodies(subject: Subject) -> Iterator[_Body]:
    for entry in subject.glossary:
        for language, text in entry.texts.items():
            place = subject.place(entry, language)
            for section in (text.definition, *text.sections):
                own = section.span.file == place.file
                body = plain(section.text)
                spoken = words(body)
                stems = tuple(stem(word.folded, language) for word in spoken)
                yield _Body(
                    entry.id, language, Place(place.file, section.span.line) if own else place,
                    section.kind is SectionKind.DEFINITION, body, spoken, stems,
                    frozenset(
                        at for found in subject.naming.among(stems, language)
                        for at in range(found.first, found.last)
                    ),
                )  # fmt: skip


def _acronyms(subject: Subject, bodies: Sequence[_Body]) -> Iterator[_Use]:
    uses: dict[str, _Use] = {}
    for body in bodies:
        if sum(w.text.isupper() for w in body.spoken) * 2 > len(body.spoken):
            continue  # all of it is in capitals
        for number, word in enumerate(body.spoken):
            text = word.text.removesuffix("s")
            if number in body.named or not _is_acronym(text):
                continue
            if not subject.is_common(word.folded):
                uses.setdefault(text, _Use(text, body.place)).note(body)
    return (use for use in uses.values() if len(use.entries) >= ACRONYM_ENTRIES)


def _is_acronym(text: str) -> bool:
    return bool(_ACRONYM.fullmatch(text)) and not _ROMAN.fullmatch(text)


def _capitalised(bodies: Sequence[_Body]) -> Iterator[_Use]:
    """Yield names of several words; German writes all nouns so, and is left out."""
    uses: dict[str, _Use] = {}
    for body in bodies:
        for run in _runs(body) if body.language != "de" else ():
            shown = body.text[run[0].start : run[-1].end]
            uses.setdefault(shown, _Use(shown, body.place)).note(body)
    return (
        use
        for use in uses.values()
        if len(use.entries) >= NAME_ENTRIES and len(use.definitions) >= IN_DEFINITIONS
    )


def _runs(body: _Body) -> Iterator[list[Word]]:
    """Yield runs of two or more capitalised words within a sentence that no name covers."""
    run: list[Word] = []
    for number, word in enumerate(body.spoken):
        fits = number not in body.named and _is_capitalised(word.text)
        if fits and run and _GAP.fullmatch(body.text[run[-1].end : word.start]):
            run.append(word)
            continue
        if len(run) >= 2:
            yield run
        before = body.text[max(0, word.start - 4) : word.start]
        run = [word] if fits and not _OPENING.search(before) else []
    if len(run) >= 2:
        yield run


def _is_capitalised(text: str) -> bool:
    return text[0].isupper() and any(c.islower() for c in text)


def _phrases(subject: Subject, bodies: Sequence[_Body]) -> Iterator[_Use]:
    """Yield frequent phrases of two or three content words that hold together."""
    single: Counter[tuple[str, str]] = Counter()
    total: Counter[str] = Counter()
    stood: Counter[_Key] = Counter()
    uses: dict[_Key, _Use] = {}
    for body in bodies:
        single.update((body.language, each) for each in body.stems)
        total[body.language] += len(body.stems)
        for first, last in _slices(subject, body):
            key = (body.language, body.stems[first:last])
            stood[key] += 1
            shown = body.text[body.spoken[first].start : body.spoken[last - 1].end]
            uses.setdefault(key, _Use(shown, body.place)).note(body)
    least = max(PHRASE_ENTRIES, math.ceil(PHRASE_SHARE * len(subject.glossary)))
    kept = {
        key: use
        for key, use in uses.items()
        if len(use.entries) >= least
        and len(use.definitions) >= IN_DEFINITIONS
        and _cohesion(stood[key], [single[key[0], s] for s in key[1]], total[key[0]]) >= COHESION
    }
    within = _longer(kept)
    return (use for key, use in kept.items() if within.get(key, 0) * 2 <= len(use.entries))


def _slices(subject: Subject, body: _Body) -> Iterator[tuple[int, int]]:
    """Yield the places of two or three content words that stand side by side."""
    content = [
        at not in body.named and _is_content(subject, body, word)
        for at, word in enumerate(body.spoken)
    ]
    for first in range(len(content)):
        for last in range(first + 1, min(first + LONGEST, len(content)) + 1):
            if not content[last - 1]:
                break
            if last - first > 1:
                gap = body.text[body.spoken[last - 2].end : body.spoken[last - 1].start]
                if not _GAP.fullmatch(gap):
                    break
                yield first, last


def _is_content(subject: Subject, body: _Body, word: Word) -> bool:
    """Tell whether a word may be part of a phrase: no function word, no part of a compound."""
    beside = body.text[max(0, word.start - 1) : word.start] + body.text[word.end : word.end + 1]
    return (
        len(word.folded) > 2
        and word.text.isalpha()
        and "-" not in beside
        and not subject.is_stop(word.folded, body.language)
    )


def _cohesion(together: int, alone: Sequence[int], total: int) -> float:
    """Return the normalised pointwise mutual information of words, at most 1."""
    share = together / total
    chance = math.prod(count / total for count in alone)
    if share >= 1:
        return 0.0
    return math.log(share / chance) / (-math.log(share) * (len(alone) - 1))


def _longer(kept: Mapping[_Key, _Use]) -> dict[_Key, int]:
    """Return, per phrase, in how many entries the longer ones stand that it is a part of."""
    found: dict[_Key, int] = defaultdict(int)
    for (language, stems), use in kept.items():
        for part in (stems[:-1], stems[1:]):
            found[language, part] = max(found[language, part], len(use.entries))
    return found


def _known(subject: Subject) -> frozenset[str]:
    """Return what is explained somewhere, as one word: names in any language, full forms, ids."""
    texts = [
        text
        for entry in subject.glossary
        for text in (entry.id, *(said for t in entry.terms for said in (t.text, t.expansion or "")))
    ]
    return frozenset(map(_squeezed, texts))


def _squeezed(text: str) -> str:
    return "".join(singular(word.folded) for word in words(text))
