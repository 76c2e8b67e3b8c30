"""What the self-test says about entries: which cannot be reached, which are taken for another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from bot.answering.selftest import Reply
from bot.checkup.finding import Check, Finding
from bot.checkup.subject import Subject

_SHOWN = 3


def unreachable(subject: Subject, replies: Sequence[Reply]) -> Iterator[Finding]:
    """Find entries that do not come back when they are asked for by a name of theirs."""
    lost: dict[str, list[Reply]] = defaultdict(list)
    for reply in replies:
        if reply.question.named and not reply.back and not _is_shared(subject, reply):
            lost[reply.question.concept].append(reply)
    asked = _names_asked(replies)
    for concept, missed in lost.items():
        entry = subject.glossary[concept]
        names = ", ".join(repr(r.question.name) for r in missed[:_SHOWN])
        got = missed[0]
        came = f"{got.kind.value}" + (f", first {got.first}" if got.first else "")
        every = len(missed) == asked[concept]
        yield Finding(
            Check.UNREACHABLE, subject.place(entry, got.question.language),
            f"asked for {names}, {concept} does not come back ({came})"
            + ("; it has no name that works" if every else ""),
            "Add a longer or more usual name; a name that is an everyday word needs a second one.",
            concept, len(missed) / asked[concept],
        )  # fmt: skip


def confused(subject: Subject, replies: Sequence[Reply]) -> Iterator[Finding]:
    """Find entries that are taken for another one, with whom, the most often confused first."""
    pairs: dict[tuple[str, str], list[Reply]] = defaultdict(list)
    for reply in replies:
        if reply.confused and reply.first in subject.glossary and not _is_shared(subject, reply):
            pairs[reply.question.concept, reply.first].append(reply)
    for (concept, other), taken in pairs.items():
        entry = subject.glossary[concept]
        language = taken[0].question.language
        by = "its name" if any(r.question.named for r in taken) else "its definition, names masked"
        yield Finding(
            Check.CONFUSED, subject.place(entry, language),
            f"asked for {concept} by {by}, {other} comes first",
            f"Say in the definitions of {concept} and {other} what tells one from the other, or "
            "add wordings under `described-as`.",
            concept, len(taken) + ((other, concept) in pairs),
        )  # fmt: skip


def _is_shared(subject: Subject, reply: Reply) -> bool:
    """Tell whether the name asked for belongs to what came first as well: a homonym."""
    if not reply.question.named:
        return False
    return len(subject.names.of_text(reply.question.name)) > 1 and reply.first in (
        subject.names.of_text(reply.question.name)
    )


def _names_asked(replies: Sequence[Reply]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for reply in replies:
        found[reply.question.concept] += reply.question.named
    return found
