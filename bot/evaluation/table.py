"""The tables of an evaluation: rows of cells, the header first."""

from __future__ import annotations

from collections.abc import Sequence

from bot.evaluation.contender import OURS, Contender
from bot.evaluation.duel import duel
from bot.evaluation.part import Part
from bot.evaluation.scoring import Outcome
from bot.evaluation.talk import Talk
from bot.evaluation.target import Target, counted, limits, percent

Rows = list[list[str]]

_QUESTIONS = ["kind", "language", "questions", "right", "95 % interval", "wrong answers"]
_TALKS = [
    "kind", "language", "conversations", "all turns right", "95 % interval",
    "follow-ups", "right", "95 % interval", "wrong answers",
]  # fmt: skip
_TARGETS = ["target", "of", "share", "95 % interval", "wanted", "met"]


def question_table(outcomes: Sequence[Outcome]) -> Rows:
    """Return a row per kind and language of single questions, and the totals."""
    kinds = sorted({(o.example.kind, o.example.language) for o in outcomes})
    rows = [[*key, *_figures(of(outcomes, *key))] for key in kinds]
    rows += [["all", code, *_figures(of(outcomes, None, code))] for code in _languages(kinds)]
    return [_QUESTIONS, *rows, ["all", "", *_figures(outcomes)]]


def talk_table(talks: Sequence[Talk]) -> Rows:
    """Return a row per kind and language of conversations, and the totals.

    Follow-ups are the turns that have others before them.
    """
    keys = [(talk.conversation.kind, talk.conversation.language) for talk in talks]
    kinds = sorted(set(keys))
    rows = [
        [*kind, *_talked([talk for talk, key in zip(talks, keys, strict=True) if key == kind])]
        for kind in kinds
    ]
    for code in _languages(kinds):
        rows.append(["all", code, *_talked([t for t in talks if t.conversation.language == code])])
    return [_TALKS, *rows, ["all", "", *_talked(talks)]]


def target_table(targets: Sequence[Target]) -> Rows:
    """Return a row per target."""
    return [
        _TARGETS,
        *(
            [
                target.name,
                str(target.total),
                percent(target.hits, target.total),
                limits(target.hits, target.total),
                target.wanted,
                target.verdict,
            ]
            for target in targets
        ),
    ]


def part_tables(part: Part, targets: Sequence[Target]) -> dict[str, Rows]:
    """Return the tables of a part by what they are about, without empty ones."""
    tables = {"targets": target_table(targets)}
    if part.outcomes:
        tables["single questions"] = question_table(part.outcomes)
    if part.talks:
        tables["conversations"] = talk_table(part.talks)
    return tables


def comparison_table(contenders: Sequence[Contender]) -> Rows:
    """Return right answers per kind, and totals; a column per contender.

    The last rows compare each contender with the first, question by question (McNemar's exact
    test).
    """
    first, *others = contenders
    kinds = sorted({o.example.kind for o in first.outcomes})
    header = ["", "questions", *(each.name for each in contenders)]
    per_kind = [_compared(kind, contenders) for kind in kinds]
    return [header, *per_kind, *_totals(contenders), *_duels(first, others)]


def of(
    outcomes: Sequence[Outcome], kind: str | None = None, language: str | None = None
) -> tuple[Outcome, ...]:
    """Return the outcomes of a kind (``None``: of all) in a language (``None``: in any)."""
    return tuple(
        o
        for o in outcomes
        if kind in (None, o.example.kind) and language in (None, o.example.language)
    )


def right(outcomes: Sequence[Outcome]) -> tuple[int, int]:
    """Return how many of how many are right."""
    return sum(o.right for o in outcomes), len(outcomes)


def wrong(outcomes: Sequence[Outcome]) -> tuple[int, int]:
    """Return how many of how many answers about concepts are wrong."""
    answers = [o for o in outcomes if o.answered]
    return sum(not o.right for o in answers), len(answers)


def _languages(kinds: Sequence[tuple[str, str]]) -> list[str]:
    return sorted({language for _, language in kinds})


def _figures(outcomes: Sequence[Outcome]) -> list[str]:
    hits, total = right(outcomes)
    return [str(total), percent(hits, total), limits(hits, total), counted(*wrong(outcomes))]


def _talked(talks: Sequence[Talk]) -> list[str]:
    whole, total = sum(talk.right for talk in talks), len(talks)
    follow_ups = [outcome for talk in talks for outcome in talk.follow_ups]
    return [str(total), percent(whole, total), limits(whole, total), *_figures(follow_ups)]


def _compared(kind: str, contenders: Sequence[Contender]) -> list[str]:
    groups = [of(each.outcomes, kind) for each in contenders]
    return [kind, str(len(groups[0])), *(percent(*right(group)) for group in groups)]


def _totals(contenders: Sequence[Contender]) -> Rows:
    everybody = [each.outcomes for each in contenders]
    number = str(len(everybody[0]))
    return [
        ["all right", number, *(percent(*right(o)) for o in everybody)],
        ["95 % interval", "", *(limits(*right(o)) for o in everybody)],
        ["wrong answers", "", *(counted(*wrong(o)) for o in everybody)],
        ["wrong among answers", "", *(percent(*wrong(o)) for o in everybody)],
    ]


def _duels(first: Contender, others: Sequence[Contender]) -> Rows:
    duels = [duel(first.outcomes, each.outcomes) for each in others]
    if not duels:
        return []
    return [
        [f"only {OURS} right", "", "", *(str(d.only_first) for d in duels)],
        ["only the baseline right", "", "", *(str(d.only_second) for d in duels)],
        ["p (no difference)", "", "", *(f"{d.p:.2g}" for d in duels)],
    ]
