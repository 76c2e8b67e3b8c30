"""What readers have read, assembled into one glossary: ids, languages, relations."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.formats.normal_form import normal
from bot.formats.reader import Reading, Skipped
from bot.formats.short_form import with_short_forms
from bot.formats.slug import slug
from bot.glossary.entry import Entry
from bot.glossary.folding import fold
from bot.glossary.span import Span
from bot.glossary.term import Status

ORIGIN = "imported-from"
"""Key of ``extra`` under which an entry says where its texts come from: ``file:line``."""
UNRESOLVED = "unresolved"
"""Key of ``extra`` for relations to what has no entry."""

_HOMONYMS = 20  # entries with one id that are looked through for the one to be translated
_RELATIONS = ("broader", "part_of", "related")
NO_ENTRY = "which has no entry"
"""How the reason ends for which a relation was not taken."""
_REFERENCE = re.compile(
    r"(?:see(?: also)?|siehe(?: auch)?|vgl\.|→|->)\s*:?\s+[\"“„']?([^.\n]{1,100}?)[\"”“']?"
    r"(?:\s+(?:above|below|oben|unten))?\s*\.?",
    re.IGNORECASE,
)
_OPAQUE = re.compile(r".*://.*|urn:.*|[\W\d_]*\w?[\W\d_]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Assembled:
    """Entries in normal form with unique ids, and what was left out on the way."""

    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...]


def assemble(readings: Sequence[Reading]) -> Assembled:
    """Join what was read into entries that refer to each other by id.

    Entries of one reading with the same id and different languages are one concept. Relations are
    resolved by id or by term; what they do not find is reported and kept in ``extra``. Of broader
    concepts that run in a circle, the relation that closes it is left out.
    """
    skipped = [s for reading in readings for s in reading.skipped]
    concepts = [c for reading in readings for c in _concepts(reading, skipped)]
    named = _Names(concepts)
    named.concepts = _without_references(named, skipped)
    entries = [_related(concept, named, skipped) for concept in named.concepts]
    return Assembled(tuple(_without_circles(entries, skipped)), tuple(skipped))


def _concepts(reading: Reading, skipped: list[Skipped]) -> Iterator[Entry]:
    """Return the entries of a reading, languages of one concept joined."""
    by_id: dict[str, list[Entry]] = defaultdict(list)
    for raw in reading.entries:
        span = _span(raw)
        try:
            entry = normal(with_short_forms(normal(raw)))
        except RecursionError:
            skipped.append(Skipped(span.file, span.line, "it is nested too deeply"))
            continue
        if not entry.terms or not entry.texts:
            what = "term" if not entry.terms else "definition"
            skipped.append(Skipped(span.file, span.line, f"it has no {what}"))
            continue
        same = by_id[entry.id]
        first = enumerate(same[:_HOMONYMS] if entry.id else [])
        fit = next((n for n, e in first if not set(e.texts) & set(entry.texts)), None)
        if fit is None:
            same.append(_with_origin(entry))
        else:
            same[fit] = _joined(same[fit], _with_origin(entry))
    for same in by_id.values():
        yield from same


def _span(entry: Entry) -> Span:
    text = next(iter(entry.texts.values()), None)
    return text.definition.span if text else Span("", 1, 0, 0)


def _with_origin(entry: Entry) -> Entry:
    if ORIGIN in entry.extra:
        return entry
    places = {
        code: f"{text.definition.span.file}:{text.definition.span.line}"
        for code, text in entry.texts.items()
    }
    return replace(entry, extra={**entry.extra, ORIGIN: places})


def _joined(one: Entry, other: Entry) -> Entry:
    """Return two languages of one concept as one entry; English comes first."""
    first, second = (other, one) if "en" in other.texts else (one, other)
    origin = [e.extra.get(ORIGIN) for e in (first, second)]
    places = {k: v for o in origin if isinstance(o, dict) for k, v in o.items()}
    joined = Entry(
        id=first.id,
        terms=(*first.terms, *second.terms),
        texts={**first.texts, **second.texts},
        broader=(*first.broader, *second.broader),
        part_of=(*first.part_of, *second.part_of),
        related=(*first.related, *second.related),
        subject=first.subject or second.subject,
        updated=max(first.updated, second.updated),
        ended=first.ended or second.ended,
        described={**second.described, **first.described},
        extra={**second.extra, **first.extra, ORIGIN: places},
    )
    return normal(joined)


class _Names:
    """The final id of each concept, and the concepts that a name may mean."""

    def __init__(self, concepts: Iterable[Entry]) -> None:
        self.concepts: list[Entry] = []
        self._by_id: dict[str, str] = {}
        self._by_term: dict[str, set[str]] = defaultdict(set)
        used: set[str] = set()
        number: Counter[str] = Counter()
        for concept in concepts:
            made = _unique(_wanted(concept), used, number)
            used.add(made)
            self._by_id.setdefault(fold(concept.id), made)
            for term in concept.terms:
                self._by_term[fold(term.text)].add(made)
            self.concepts.append(replace(concept, id=made))
        self._made = used

    def redirect(self, gone: str, target: str) -> None:
        """Let one id and its names lead to another."""
        self._by_id = {n: target if made == gone else made for n, made in self._by_id.items()}
        self._by_id.setdefault(gone, target)
        self._made.discard(gone)
        for named in self._by_term.values():
            if gone in named:
                named.discard(gone)
                named.add(target)

    def other(self, name: str, own: str) -> str | None:
        """Return the one concept that a name means beside one that has it too, or else that."""
        others = self._by_term.get(fold(name), set()) - {own}
        return next(iter(others)) if len(others) == 1 else self.resolve(name)

    def resolve(self, name: str) -> str | None:
        """Return the id of the one concept with that id or term; None if there is not one."""
        named = self._by_term.get(fold(name), set())
        if fold(name) in self._by_id or len(named) > 1:
            return self._by_id.get(fold(name))
        made = slug(name)
        return next(iter(named), self._by_id.get(made) or (made if made in self._made else None))


def _wanted(concept: Entry) -> str:
    if concept.id and not _OPAQUE.fullmatch(concept.id):
        return slug(concept.id)
    return slug(concept.preferred("en"))


def _unique(wanted: str, used: set[str], number: Counter[str]) -> str:
    """Return the id, or with the next number behind it where it is taken."""
    found = wanted
    while found in used:
        number[wanted] += 1
        found = f"{wanted}-{number[wanted] + 1}"
    return found


def _without_references(named: _Names, skipped: list[Skipped]) -> list[Entry]:
    """Add the names of entries that only say "See X" to X, and leave those entries out."""
    by_id = {concept.id: concept for concept in named.concepts}
    for concept in named.concepts:
        target = _referred(concept, named)
        if target is None or target == concept.id or target not in by_id:
            continue
        other = by_id[target]
        if _referred(other, named) is not None:
            continue
        known = {(fold(t.text), t.language) for t in other.terms}
        more = [t for t in concept.terms if (fold(t.text), t.language) not in known]
        names = tuple(replace(t, status=Status.ADMITTED, expansion=None) for t in more)
        by_id[target] = normal(with_short_forms(replace(other, terms=(*other.terms, *names))))
        del by_id[concept.id]
        named.redirect(concept.id, target)
        span = _span(concept)
        reason = f"it only refers to {target!r}, which took its names"
        skipped.append(Skipped(span.file, span.line, reason, expected=True))
    return list(by_id.values())


def _referred(concept: Entry, named: _Names) -> str | None:
    """Return the concept that an entry refers to, if all it says is "See X"."""
    found = set()
    for text in concept.texts.values():
        match = _REFERENCE.fullmatch(re.sub(r"[*_`]", "", text.definition.text))
        found.add(named.other(match[1], concept.id) if match else None)
    return found.pop() if len(found) == 1 else None


def _related(concept: Entry, named: _Names, skipped: list[Skipped]) -> Entry:
    """Return a concept whose relations are ids; each target in the first relation that has it."""
    seen = {concept.id}
    resolved: dict[str, list[str]] = {name: [] for name in _RELATIONS}
    lost: dict[str, list[str]] = {}
    span = _span(concept)
    for relation in _RELATIONS:
        for target in getattr(concept, relation):
            found = named.resolve(target)
            if found is None:
                lost.setdefault(relation, []).append(target)
                reason = f"{relation.replace('_', ' ')} names {target!r}, {NO_ENTRY}"
                skipped.append(Skipped(span.file, span.line, reason))
            elif found not in seen:
                seen.add(found)
                resolved[relation].append(found)
    extra = {**concept.extra, UNRESOLVED: lost} if lost else concept.extra
    broader, part_of, related = (tuple(resolved[name]) for name in _RELATIONS)
    return replace(concept, extra=extra, broader=broader, part_of=part_of, related=related)


def _without_circles(entries: Sequence[Entry], skipped: list[Skipped]) -> Iterator[Entry]:
    """Leave out each broader relation that closes a circle (depth first, without recursion)."""
    by_id = {entry.id: entry for entry in entries}
    closing: set[tuple[str, str]] = set()
    done: set[str] = set()
    for start in by_id:
        path = [(start, iter(by_id[start].broader))]
        above = {start}
        while path and start not in done:
            here, targets = path[-1]
            target = next(targets, None)
            if target is None:
                path.pop()
                above.discard(here)
                done.add(here)
            elif target in above:
                closing.add((here, target))
            elif target not in done:
                above.add(target)
                path.append((target, iter(by_id[target].broader)))
    for entry in entries:
        kept = tuple(target for target in entry.broader if (entry.id, target) not in closing)
        for target in entry.broader:
            if target not in kept:
                span = _span(entry)
                reason = f"broader {target!r} closes a circle"
                skipped.append(Skipped(span.file, span.line, reason))
        yield replace(entry, broader=kept)


def counts(entries: Sequence[Entry]) -> dict[str, int]:
    """Return how many names and relations entries have."""
    terms = [term for entry in entries for term in entry.terms]
    found = {
        "entries": len(entries),
        "aliases": sum(term.status is Status.ADMITTED for term in terms),
        "abbreviations": sum(term.status is Status.ABBREVIATION for term in terms),
    }
    for relation in _RELATIONS:
        found[relation] = sum(len(getattr(entry, relation)) for entry in entries)
    return found
