"""What happened in a run, and whether anything was lost, doubled, swapped or made up.

The notions are those of Jepsen's queue checkers: a message that was acknowledged and has no reply
is lost; a reply to nothing that was sent is unexpected; a message whose sender saw no
acknowledgement may or may not be there, and is recovered if it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as its sender saw it; ``acknowledged`` is whether its acceptance was told."""

    conversation: str
    name: str
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A reply group as the outbox has it, in the order of the conversation."""

    conversation: str
    name: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A message as Rasa's tracker has it, in the order of the conversation; by its text."""

    conversation: str
    name: str


@dataclass
class Verdict:
    """The counts of a run, and the names behind those that are faults."""

    attempts: int = 0
    accepted: int = 0
    recovered: int = 0
    answered: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    reordered: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.duplicated or self.reordered or self.unexpected)

    def __str__(self) -> str:
        faults = {name: len(getattr(self, name)) for name in FAULTS}
        counts = {name: getattr(self, name) for name in COUNTS}
        return ", ".join(f"{name} {number}" for name, number in {**counts, **faults}.items())


COUNTS = ("attempts", "accepted", "recovered", "answered")
FAULTS = ("lost", "duplicated", "reordered", "unexpected")


def check(
    sent: Iterable[Sent], seen: Iterable[Seen], taken: Iterable[Taken] | None = None
) -> Verdict:
    """Judge a history.

    Args:
        sent: what the clients sent, in the order in which each of them sent it; the same message
            may have been sent several times.
        seen: what the outbox has at the end.
        taken: what Rasa's tracker has at the end; None leaves it out. A message that was
            quarantined may be missing there.
    """
    attempts = list(sent)
    verdict = Verdict(attempts=len(attempts))
    order = _first_times((one.conversation, one.name) for one in attempts)
    acknowledged = {(one.conversation, one.name) for one in attempts if one.acknowledged}
    verdict.accepted = len(acknowledged)
    replies = [((one.conversation, one.name), one) for one in seen]
    verdict.answered = sum(one.outcome == "answered" for _, one in replies)
    verdict.recovered = len({key for key, _ in replies if key in order} - acknowledged)
    _compare(verdict, "outbox", order, acknowledged, [key for key, _ in replies])
    if taken is not None:
        quarantined = {key for key, one in replies if one.outcome == "quarantined"}
        keys = [(one.conversation, one.name) for one in taken]
        _compare(verdict, "tracker", order, acknowledged - quarantined, keys)
    return verdict


Key = tuple[str, str]


def _compare(
    verdict: Verdict, where: str, order: Mapping[Key, int], must: set[Key], found: Sequence[Key]
) -> None:
    counts = Counter(found)
    verdict.lost += [f"{where} {key}" for key in must - counts.keys()]
    verdict.duplicated += [f"{where} {key}" for key, count in counts.items() if count > 1]
    verdict.unexpected += [f"{where} {key}" for key in counts.keys() - order.keys()]
    by_conversation: dict[str, list[int]] = defaultdict(list)
    for key in dict.fromkeys(found):
        if key in order:
            by_conversation[key[0]].append(order[key])
    for conversation, places in by_conversation.items():
        if places != sorted(places):
            verdict.reordered.append(f"{where} {conversation}")


def _first_times(keys: Iterable[Key]) -> dict[Key, int]:
    return {key: place for place, key in reversed(list(enumerate(keys)))}
