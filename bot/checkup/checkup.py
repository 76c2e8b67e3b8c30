"""The checkup: all checks over one glossary, what they found ranked by how much it hurts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.answering.selftest import Reply
from bot.checkup import (
    definitions,
    duplicates,
    languages,
    links,
    names,
    reach,
    relations,
    undefined,
)
from bot.checkup.duplicates import Pair
from bot.checkup.finding import Finding, ranked
from bot.checkup.subject import Subject

CHECKS: Sequence[Callable[[Subject], Iterable[Finding]]] = (
    relations.missing,
    relations.circles,
    relations.one_sided,
    definitions.wordings,
    definitions.circular,
    names.homonyms,
    names.unexpanded,
    names.unnameable,
    languages.languages,
    links.dead_links,
    undefined.undefined,
)
"""The checks that need the texts alone."""


def examine(
    subject: Subject, pairs: Sequence[Pair] = (), replies: Sequence[Reply] = ()
) -> list[Finding]:
    """Run all checks.

    Args:
        subject: what is examined.
        pairs: entries whose definitions are near; none without an encoder.
        replies: what the self-test led to; none without an assistant.
    """
    return ranked(_found(subject, pairs, replies))


def _found(subject: Subject, pairs: Sequence[Pair], replies: Sequence[Reply]) -> Iterator[Finding]:
    for check in CHECKS:
        yield from check(subject)
    yield from duplicates.duplicates(subject, pairs)
    yield from reach.unreachable(subject, replies)
    yield from reach.confused(subject, replies)
