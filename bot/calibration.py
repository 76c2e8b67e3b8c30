"""What the calibration of the decision says, in plain words: the report that an index keeps."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.stats import beta

from bot.adapters.decision_trainer import CONFIDENCE
from bot.answering.drill import MOST_ENTRIES

FEWEST = 30  # drill questions, for a judge to be fitted at all
_MOST = 10_000_000  # answers; so many no glossary gives


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one judge: whether its bound is met, and what that means.

    ``needed`` is about how many drill questions would do where the glossary is too small for the
    bound; None where it is met, or where more questions would not mend it.
    """

    judge: str
    met: bool
    sentence: str
    needed: int | None = None


def verdicts(report: Mapping[str, Mapping[str, Any]], entries: int) -> list[Verdict]:
    """Return a verdict per judge.

    Args:
        report: by name of the judge, as the index keeps it.
        entries: how many entries the glossary has.
    """
    return [_verdict(name, found, entries) for name, found in report.items()]


def _verdict(name: str, found: Mapping[str, Any], entries: int) -> Verdict:
    what = _KINDS.get(name, name)
    questions = int(found["questions"])
    bound = float(found.get("bound", 0.0))
    if "limit" not in found:
        needed = max(FEWEST, answers_needed(0.0, bound) or 0) if bound else FEWEST
        said = (
            f"{what}: too few entries to tell how sure the answers are; the self-test has only "
            f"{questions} questions and takes {needed}, right and wrong ones. It answers all the "
            "same, with the usual threshold."
        )
        return Verdict(name, False, said, needed)
    limit, wrong = float(found["limit"]), float(found["wrong"])
    if found["met"]:
        return Verdict(name, True, (
            f"{what}: at most {_percent(bound)} of the answers are wrong in the self-test, with "
            f"{_percent(CONFIDENCE)} confidence (upper limit {_percent(limit)}); "
            f"{_percent(float(found['coverage']))} of what can be answered is."
        ))  # fmt: skip
    had = answers_counted(wrong, limit)
    enough = answers_needed(wrong, bound)
    if enough is None and lower_limit(wrong * had, had) <= bound:
        enough = answers_needed(bound / 2, bound)  # so few do not tell how many will be wrong
    found_wrong = (
        f"{_percent(wrong)} of its answers in the self-test were wrong, at most {_percent(bound)} "
        "is the aim"
    )
    remedy = _REMEDIES.get(name, "")
    if enough is None or enough <= had or entries >= MOST_ENTRIES:
        return Verdict(name, False, (
            f"{what}: {found_wrong}, and up to {_percent(limit)} cannot be ruled out. {remedy}"
        ))  # fmt: skip
    factor = enough / had
    asked = math.ceil(questions * factor)
    return Verdict(name, False, (
        f"{what}: {found_wrong}, but the glossary is too small to be sure of it: after {questions} "
        f"questions up to {_percent(limit)} cannot be ruled out. That is no fault and needs "
        f"nothing done; about {asked} questions, from about {math.ceil(entries * factor)} entries, "
        f"would settle it. {remedy}"
    ), asked)  # fmt: skip


_KINDS = {
    "named": "questions that name their term",
    "described": 'questions that describe a thing ("what do you call it when …")',
}
_REMEDIES = {
    "named": "`termwise doctor glossary` lists the entries that are taken for one another.",
    "described": (
        "The self-test asks with definitions of which most words are taken out, so it is harder "
        "than people are; questions that name their term are not concerned. What helps is to note "
        "under `described-as` how people speak of the entries that they ask for most."
    ),
}
"""What an owner can do, by judge."""


def rows(report: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """Return the figures of all judges as a table with a header."""
    table = [["judge", "drill questions", "bound", "upper limit", "wrong", "coverage", "met"]]
    for name, found in report.items():
        figures = [_figure(found, key) for key in ("bound", "limit", "wrong", "coverage")]
        table.append([name, str(found["questions"]), *figures, "yes" if found["met"] else "NO"])
    return table


def _figure(found: Mapping[str, Any], key: str) -> str:
    return _percent(float(found[key])) if key in found else "–"


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %".replace(".0 %", " %")


def upper_limit(wrong: float, answers: float) -> float:
    """Return the one-sided Clopper-Pearson limit of a share at the calibration's confidence."""
    return float(beta.ppf(CONFIDENCE, wrong + 1, answers - wrong)) if wrong < answers else 1.0


def lower_limit(wrong: float, answers: float) -> float:
    """Return the one-sided lower Clopper-Pearson limit of a share at that confidence."""
    return float(beta.ppf(1 - CONFIDENCE, wrong, answers - wrong + 1)) if wrong > 0 else 0.0


def answers_needed(wrong: float, bound: float) -> int | None:
    """Return from how many answers on, with that share wrong, the limit stays within the bound.

    None if the share is not below the bound: no number of answers would do.
    """
    if wrong >= bound:
        return None
    return _first(lambda n: upper_limit(wrong * n, n) <= bound)


def answers_counted(wrong: float, limit: float) -> int:
    """Return how many answers a limit was made of."""
    return _first(lambda n: upper_limit(wrong * n, n) <= limit + 1e-9)


def _first(holds: Callable[[int], bool]) -> int:
    """Return the least number from 1 on for which something holds that then holds for all."""
    high = 1
    while not holds(high) and high < _MOST:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def curves(report: Mapping[str, Mapping[str, Any]]) -> dict[str, Sequence[Sequence[float]]]:
    """Return the risk over the coverage of the drill questions, by judge."""
    return {name: found.get("curve", []) for name, found in report.items()}
