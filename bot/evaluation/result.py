"""Everything one evaluation found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.evaluation.contender import OURS, Contender
from bot.evaluation.part import Part
from bot.evaluation.scoring import Outcome, interval
from bot.evaluation.table import Rows, comparison_table, of, part_tables, right, wrong
from bot.evaluation.talk import Talk
from bot.evaluation.target import Bound, Target


@dataclass(frozen=True)
class EvaluationResult:
    """What all contenders answered to the same questions.

    ``split`` is the name of the only part, or ``all``. ``parts`` holds our own outcomes by part
    of the questions (``dev``, ``test``), ``baselines`` the others' on the single questions of all
    parts, in the same order. ``calibration`` is the report of the index on its drill questions,
    ``bounds`` the shares of wrong answers that it states, by name of the judge; the versions tell
    what was evaluated.
    """

    split: str
    parts: tuple[Part, ...]
    baselines: tuple[Contender, ...]
    calibration: Mapping[str, Any]
    bounds: Mapping[str, Bound]
    glossary_version: str
    index_version: str

    @property
    def ours(self) -> Contender:
        """Our own outcomes on the single questions of all parts."""
        return Contender(OURS, tuple(o for part in self.parts for o in part.outcomes))

    @property
    def contenders(self) -> tuple[Contender, ...]:
        """We and the baselines."""
        return (self.ours, *self.baselines)

    @property
    def met(self) -> bool:
        """Whether all targets are met on every part."""
        return all(target.met for part in self.parts for target in self.targets(part))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of single questions, by name."""
        return tuple(sorted({o.example.kind for o in self.ours.outcomes}))

    def targets(self, part: Part) -> tuple[Target, ...]:
        """Return what we promise, on a part of the questions."""
        return part.targets(self.bounds)

    def tables(self) -> dict[str, dict[str, Rows]]:
        """Return the tables by part, and by what they are about; each with a header."""
        return {part.name: part_tables(part, self.targets(part)) for part in self.parts}

    def comparison(self) -> Rows:
        """Return the table of all contenders, with a header."""
        return comparison_table(self.contenders)

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values; of questions not to be looked at only counts."""
        return {
            "split": self.split,
            "met": self.met,
            "glossary_version": self.glossary_version,
            "index_version": self.index_version,
            "parts": {part.name: self._part_json(part) for part in self.parts},
            "contenders": [self._contender_json(each) for each in self.contenders],
            "calibration": dict(self.calibration),
        }

    def _part_json(self, part: Part) -> dict[str, Any]:
        counted = {
            "targets": [_target_json(target) for target in self.targets(part)],
            "questions": _counts(part.outcomes) | {"groups": _groups(part.outcomes)},
            "conversations": {
                "conversations": len(part.talks),
                "all_right": sum(talk.right for talk in part.talks),
                "turns": _counts(part.turns),
                "follow_ups": _counts(part.follow_ups) | {"groups": _groups(part.follow_ups)},
            },
        }
        if not part.shown:
            return counted
        return counted | {
            "wrong": [_outcome_json(o) for o in part.outcomes if not o.right],
            "wrong_turns": [turn for talk in part.talks for turn in _wrong_turns(talk)],
        }

    def _contender_json(self, each: Contender) -> dict[str, Any]:
        return {
            "name": each.name,
            "remark": each.remark,
            "all": _counts(each.outcomes),
            "groups": _groups(each.outcomes),
        }


def _groups(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    keys = sorted({(o.example.kind, o.example.language) for o in outcomes})
    return {f"{kind}/{code}": _counts(of(outcomes, kind, code)) for kind, code in keys}


def _counts(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    hits, total = right(outcomes)
    wrong_answers, answers = wrong(outcomes)
    return {
        "questions": total,
        "right": hits,
        "interval": list(interval(hits, total)),
        "answers": answers,
        "wrong_answers": wrong_answers,
    }


def _target_json(target: Target) -> dict[str, Any]:
    return {
        "name": target.name,
        "hits": target.hits,
        "total": target.total,
        "share": target.share,
        "wanted": target.wanted,
        "met": target.met,
    }


def _wrong_turns(talk: Talk) -> list[dict[str, Any]]:
    texts = [turn.text for turn in talk.conversation.turns]
    return [
        {"before": texts[:place], **_outcome_json(outcome)}
        for place, outcome in enumerate(talk.outcomes)
        if not outcome.right
    ]


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    example, answer = outcome.example, outcome.answer
    expect = example.expect
    return {
        "source": example.source,
        "text": example.text,
        "language": example.language,
        "kind": example.kind,
        "expected": {
            "kinds": sorted(expect.kinds),
            "concepts": sorted(expect.concepts),
            "any_of": sorted(expect.any_of),
            "sections": sorted(expect.sections),
            "missing": sorted(expect.missing),
        },
        "got": {
            "kind": answer.kind.value,
            "question_type": answer.question_type,
            "concepts": [ref.id for ref in answer.concepts],
            "offered": [ref.id for ref in answer.alternatives],
            "sections": [citation.kind.value for citation in answer.citations],
            "confidence": round(answer.confidence, 4),
        },
    }
