"""Asks both versions the same questions: the owner's, the self-test, and those of a log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.answering.answer import Answer
from bot.answering.selftest import SelfTest, reply_of, self_tests
from bot.app import Assistant
from bot.diff.change import Change, Replay
from bot.diff.version import open_version
from bot.evaluation.examples import Example
from bot.evaluation.questions import Questions
from bot.evaluation.scoring import judge
from bot.evaluation.talk import hold
from bot.glossary.names import Names
from bot.settings import Settings
from bot.workbench import workbench

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Diff:
    """What two versions answered to the same questions; entries are ids."""

    old: str
    new: str
    replays: Sequence[Replay]
    added: Sequence[str] = ()
    removed: Sequence[str] = ()

    @property
    def counts(self) -> dict[Change, int]:
        """How many answers went each way."""
        found = Counter(replay.change for replay in self.replays)
        return {change: found[change] for change in Change}

    def of(self, change: Change) -> list[Replay]:
        """Return the questions whose answers went that way."""
        return [replay for replay in self.replays if replay.change is change]

    def to_dict(self) -> dict[str, object]:
        """Return a JSON object; what stayed the same is only counted."""
        return {
            "old": self.old,
            "new": self.new,
            "entries": {"added": list(self.added), "removed": list(self.removed)},
            "questions": len(self.replays),
            **{change.value: number for change, number in self.counts.items()},
            "answers": [r.to_dict() for r in self.replays if r.change is not Change.SAME],
        }


def compare(
    settings: Settings,
    old: str,
    new: str,
    progress: Progress,
    questions: Questions | None = None,
    log: Sequence[str] = (),
    most: int = 300,
) -> Diff:
    """Ask two versions of a glossary the same questions; what serves is left alone.

    Args:
        settings: where the models are, and the glossary that ``git:REV`` is of.
        old: the version before; see :func:`bot.diff.version.open_version`.
        new: the version after.
        progress: is told what is being done.
        questions: the owner's, with what is right.
        log: what people asked.
        most: of how many entries of each version the self-test asks.

    Raises:
        UserFacingError: a version cannot be read, or nothing was trained.
    """
    with workbench(settings) as bench:
        both = []
        for name in (old, new):
            progress(f"making {name} ready")
            both.append(open_version(name, bench, settings.glossary, progress))
        progress("asking both")
        return replayed((old, both[0]), (new, both[1]), questions, log, most)


def replayed(
    old: tuple[str, Assistant],
    new: tuple[str, Assistant],
    questions: Questions | None = None,
    log: Sequence[str] = (),
    most: int = 300,
) -> Diff:
    """Ask two assistants, each with the name of its version; see :func:`compare`."""
    before, after = old[1], new[1]
    replays = [
        *_own(before, after, questions), *_self(before, after, most), *_log(before, after, log)
    ]  # fmt: skip
    ids = [frozenset(entry.id for entry in each.glossary) for each in (before, after)]
    return Diff(old[0], new[0], replays, sorted(ids[1] - ids[0]), sorted(ids[0] - ids[1]))


def _own(old: Assistant, new: Assistant, questions: Questions | None) -> Iterator[Replay]:
    """Replay the owner's questions; each version is judged by its own names of the concepts."""
    if questions is None:
        return
    sides = [
        questions.resolved(each.glossary, Names(each.glossary), each.language)
        for each in (old, new)
    ]
    for single in zip(*(side.singles for side in sides), strict=True):
        yield _judged(single[0], single[1], old, new)
    for talks in zip(*(side.conversations for side in sides), strict=True):
        held = [hold(talk, each.ask) for talk, each in zip(talks, (old, new), strict=True)]
        for number, (was, now) in enumerate(zip(*(h.outcomes for h in held), strict=True)):
            texts = tuple(turn.text for turn in talks[0].turns[:number])
            example = was.example
            yield Replay(
                example.text, example.source, was.answer, now.answer, was.right, now.right, texts
            )  # fmt: skip


def _judged(was: Example, now: Example, old: Assistant, new: Assistant) -> Replay:
    first, second = judge(was, old.ask(was.text)), judge(now, new.ask(now.text))
    return Replay(
        was.text, was.source, first.answer, second.answer, first.right, second.right
    )  # fmt: skip


def _self(old: Assistant, new: Assistant, most: int) -> Iterator[Replay]:
    """Replay the self-tests of both versions, each question once.

    A question for an entry that one version lacks is answered rightly by the other only.
    """
    tests = {
        (test.text, test.concept): test
        for each in (old, new)
        for test in self_tests(each.glossary, most)
    }
    for test in tests.values():
        was, now = old.ask(test.text), new.ask(test.text)
        back, still = _is_back(test, was), _is_back(test, now)
        yield Replay(test.text, f"self-test of {test.concept}", was, now, back, still)


def _is_back(test: SelfTest, answer: Answer) -> bool:
    """Tell whether the entry came back; asked by its definition, as the first."""
    reply = reply_of(test, answer)
    return reply.back and (test.named or reply.first == test.concept)


def _log(old: Assistant, new: Assistant, log: Sequence[str]) -> Iterator[Replay]:
    for text in log:
        yield Replay(text, "log", old.ask(text), new.ask(text))
