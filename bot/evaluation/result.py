"""Everything one evaluation found, and its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.evaluation.contender import OURS, Contender
from bot.evaluation.duel import duel
from bot.evaluation.scoring import Outcome, interval
from bot.evaluation.target import Target, counted, limits, percent, targets

HIDDEN = "test"
"""Questions of this part are counted, never shown: whoever sees them would tune on them."""

_HEADER = [
    "kind", "language", "questions", "right", "95 % interval", "wrong answers", "target", "met",
]  # fmt: skip


@dataclass(frozen=True)
class EvaluationResult:
    """The outcomes of all contenders on the same questions.

    ``parts`` holds our own outcomes by part of the questions (``dev``, ``test``), ``baselines``
    the others' on all parts, in the same order. ``calibration`` is the report of the index on
    its drill questions; the versions tell what was evaluated.
    """

    split: str
    parts: Mapping[str, tuple[Outcome, ...]]
    baselines: tuple[Contender, ...]
    calibration: Mapping[str, Any]
    glossary_version: str
    index_version: str

    @property
    def ours(self) -> Contender:
        """Our own outcomes on all parts."""
        return Contender(OURS, tuple(o for part in self.parts.values() for o in part))

    @property
    def contenders(self) -> tuple[Contender, ...]:
        """We and the baselines."""
        return (self.ours, *self.baselines)

    @property
    def targets(self) -> tuple[Target, ...]:
        """What we promise, on all parts together."""
        return targets(self.ours.outcomes)

    @property
    def met(self) -> bool:
        """Whether all targets are met."""
        return all(target.met for target in self.targets)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of questions, by name."""
        return tuple(sorted({o.example.kind for o in self.ours.outcomes}))

    def wrong(self) -> dict[str, list[Outcome]]:
        """Return our wrong outcomes by part, without the part that is not to be looked at."""
        shown = {name: part for name, part in self.parts.items() if name != HIDDEN}
        return {name: [o for o in part if not o.right] for name, part in shown.items()}

    def table(self) -> list[list[str]]:
        """Return a header, a row per kind and language, the totals, and a row per target."""
        outcomes = self.ours.outcomes
        languages = sorted({o.example.language for o in outcomes})
        groups = [
            (kind, code, _of(outcomes, kind, code)) for kind in self.kinds for code in languages
        ]
        groups += [("all", code, _of(outcomes, None, code)) for code in languages]
        groups += [(f"all {name}", "", part) for name, part in self.parts.items()]
        if len(self.parts) > 1:
            groups.append(("all", "", outcomes))
        rows = [_row(kind, code, group) for kind, code, group in groups if group]
        return [list(_HEADER), *rows, *map(_target_row, self.targets)]

    def comparison(self) -> list[list[str]]:
        """Return a header, right answers per kind, and totals; a column per contender.

        The last rows compare each baseline with us, question by question (McNemar's exact test).
        """
        header = ["", "questions", *(each.name for each in self.contenders)]
        per_kind = [self._compared(kind) for kind in self.kinds]
        return [header, *per_kind, *self._totals(), *self._duels()]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values; of questions not to be looked at only counts."""
        return {
            "split": self.split,
            "met": self.met,
            "glossary_version": self.glossary_version,
            "index_version": self.index_version,
            "questions": {name: len(part) for name, part in self.parts.items()},
            "targets": [_target_json(target) for target in self.targets],
            "contenders": [self._contender_json(each) for each in self.contenders],
            "wrong": {
                name: [_outcome_json(o) for o in part] for name, part in self.wrong().items()
            },
            "calibration": dict(self.calibration),
        }

    def _compared(self, kind: str) -> list[str]:
        groups = [_of(each.outcomes, kind) for each in self.contenders]
        shares = [percent(*_right(group)) for group in groups]
        return [kind, str(len(groups[0])), *shares]

    def _totals(self) -> list[list[str]]:
        everybody = [each.outcomes for each in self.contenders]
        number = str(len(everybody[0]))
        return [
            ["all right", number, *(percent(*_right(o)) for o in everybody)],
            ["95 % interval", "", *(limits(*_right(o)) for o in everybody)],
            ["wrong answers", "", *(counted(*_wrong(o)) for o in everybody)],
            ["wrong among answers", "", *(percent(*_wrong(o)) for o in everybody)],
        ]

    def _duels(self) -> list[list[str]]:
        duels = [duel(self.ours.outcomes, each.outcomes) for each in self.baselines]
        if not duels:
            return []
        return [
            [f"only {OURS} right", "", "", *(str(d.only_first) for d in duels)],
            ["only the baseline right", "", "", *(str(d.only_second) for d in duels)],
            ["p (no difference)", "", "", *(f"{d.p:.2g}" for d in duels)],
        ]

    def _contender_json(self, each: Contender) -> dict[str, Any]:
        languages = sorted({o.example.language for o in each.outcomes})
        groups = {
            f"{kind}/{code}": _counts(_of(each.outcomes, kind, code))
            for kind in self.kinds
            for code in languages
        }
        kept = {name: counts for name, counts in groups.items() if counts["questions"]}
        return {
            "name": each.name,
            "remark": each.remark,
            "all": _counts(each.outcomes),
            "groups": kept,
        }


def _of(
    outcomes: Sequence[Outcome], kind: str | None = None, language: str | None = None
) -> tuple[Outcome, ...]:
    return tuple(
        o
        for o in outcomes
        if kind in (None, o.example.kind) and language in (None, o.example.language)
    )


def _right(outcomes: Sequence[Outcome]) -> tuple[int, int]:
    return sum(o.right for o in outcomes), len(outcomes)


def _wrong(outcomes: Sequence[Outcome]) -> tuple[int, int]:
    answers = [o for o in outcomes if o.answered]
    return sum(not o.right for o in answers), len(answers)


def _counts(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    right, total = _right(outcomes)
    wrong, answers = _wrong(outcomes)
    return {
        "questions": total,
        "right": right,
        "interval": list(interval(right, total)),
        "answers": answers,
        "wrong_answers": wrong,
    }


def _row(kind: str, language: str, outcomes: Sequence[Outcome]) -> list[str]:
    right, total = _right(outcomes)
    cells = [str(total), percent(right, total), limits(right, total), counted(*_wrong(outcomes))]
    return [kind, language, *cells, "", ""]


def _target_row(target: Target) -> list[str]:
    hits, total = target.hits, target.total
    cells = [str(total), percent(hits, total), limits(hits, total), ""]
    return [f"target: {target.name}", "", *cells, target.wanted, target.verdict]


def _target_json(target: Target) -> dict[str, Any]:
    return {
        "name": target.name,
        "hits": target.hits,
        "total": target.total,
        "share": target.share,
        "wanted": target.wanted,
        "met": target.met,
    }


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
            "sections": [citation.kind.value for citation in answer.citations],
            "confidence": round(answer.confidence, 4),
        },
    }
