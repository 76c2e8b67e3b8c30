"""Relations: to entries that do not exist, in circles, or known to one side only."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from bot.checkup.finding import Check, Finding
from bot.checkup.subject import Subject
from bot.glossary.entry import Entry

UNRESOLVED = "unresolved"
"""Key of ``extra`` for relations of an imported entry to what has no entry."""

_KEYS = (("broader", "broader"), ("part-of", "part_of"), ("related", "related"))


def missing(subject: Subject) -> Iterator[Finding]:
    """Find relations to entries that do not exist, with the nearest id there is."""
    ids = [entry.id for entry in subject.glossary]
    for entry in subject.glossary:
        for key, target in _lost(subject, entry):
            near = difflib.get_close_matches(target, ids, n=1)
            mend = (
                f"Write {near[0]!r} instead." if near else "Write that entry, or remove the line."
            )
            yield Finding(
                Check.MISSING_RELATION, subject.line_of(entry, key, target),
                f"{key} of {entry.id} names {target!r}, which has no entry", mend, entry.id,
            )  # fmt: skip


def _lost(subject: Subject, entry: Entry) -> Iterator[tuple[str, str]]:
    for key, attribute in _KEYS:
        for target in getattr(entry, attribute):
            if target not in subject.glossary:
                yield key, target
    left = entry.extra.get(UNRESOLVED)
    for key, targets in left.items() if isinstance(left, Mapping) else ():
        for target in targets if isinstance(targets, list | tuple) else [targets]:
            yield str(key).replace("_", "-"), str(target)


def circles(subject: Subject) -> Iterator[Finding]:
    """Find circles of broader concepts, each once; the time grows with the relations."""
    for circle in _circles({e.id: e.broader for e in subject.glossary}):
        first = subject.glossary[circle[0]]
        last = circle[1] if len(circle) > 1 else circle[0]
        yield Finding(
            Check.CIRCLE, subject.line_of(first, "broader", last),
            f"the broader concepts run in a circle: {' → '.join((*circle, circle[0]))}",
            "Remove the one of these relations for which 'is a kind of' is not true.",
            first.id, 1 / len(circle),
        )  # fmt: skip


def _circles(graph: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield a circle for each relation that closes one, by a walk in depth without recursion."""
    done: set[str] = set()
    for start in graph:
        path: dict[str, Iterator[str]] = {}
        if start not in done:
            path[start] = iter(graph[start])
        while path:
            node = next(reversed(path))
            step = next(path[node], None)
            if step is None:
                done.add(node)
                del path[node]
            elif step in path:
                circle = list(path)
                yield tuple(circle[circle.index(step) :])
            elif step in graph and step not in done:
                path[step] = iter(graph[step])


def one_sided(subject: Subject) -> Iterator[Finding]:
    """Find neighbours that do not name each other and are not related otherwise."""
    for entry in subject.glossary:
        sole = [target for target in entry.related if _is_one_sided(subject, entry, target)]
        if sole:
            yield Finding(
                Check.ONE_SIDED, subject.line_of(entry, "related", sole[0]),
                f"{entry.id} is related to {', '.join(sole)}, but not the other way round",
                f"Add {entry.id} to related of these, unless it is meant so.",
                entry.id, len(sole),
            )  # fmt: skip


def _is_one_sided(subject: Subject, entry: Entry, target: str) -> bool:
    if target not in subject.glossary or target == entry.id:
        return False
    other = subject.glossary[target]
    return entry.id not in (*other.related, *other.broader, *other.part_of)
