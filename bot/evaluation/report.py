"""The report of an evaluation: Markdown with pictures, HTML in one file, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.evaluation.contender import OURS, Contender
from bot.evaluation.document import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    Picture,
    Table,
    to_html,
    to_markdown,
)
from bot.evaluation.examples import Expectation
from bot.evaluation.part import Part
from bot.evaluation.plots import comparison_plot, confusion_plot, risk_plot
from bot.evaluation.result import EvaluationResult
from bot.evaluation.scoring import Outcome
from bot.evaluation.talk import Talk


def write_report(result: EvaluationResult, folder: Path) -> Path:
    """Write ``evaluation-<split>.md``, ``.html``, ``.json`` and the pictures; return the HTML."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"evaluation-{result.split}"
    blocks = list(_blocks(result, name))
    for block in blocks:
        if isinstance(block, Picture):
            (folder / block.name).write_bytes(block.png)
    data = json.dumps(result.to_json(), indent=1, ensure_ascii=False)
    page = folder / f"{name}.html"
    (folder / f"{name}.json").write_text(data + "\n", encoding="utf-8")
    (folder / f"{name}.md").write_text(to_markdown(blocks), encoding="utf-8")
    page.write_text(to_html(f"Quality of the answers: {result.split}", blocks), encoding="utf-8")
    return page


def _blocks(result: EvaluationResult, name: str) -> Iterator[Block]:
    yield Heading(1, f"Quality of the answers: {result.split}")
    yield Paragraph("All targets are met." if result.met else "Not all targets are met.")
    yield Bullets(tuple(_facts(result)))
    for part, tables in result.tables().items():
        for about, rows in tables.items():
            yield Heading(2, f"{part}: {about}")
            yield Table(rows)
    yield from _against(result, name)
    if result.ours.outcomes:
        yield from _pictures(result, name)
    yield from _conversations(result, name)
    for each in result.parts:
        yield from _mistakes(each)


def _facts(result: EvaluationResult) -> Iterator[str]:
    for part in result.parts:
        talks = f"{len(part.talks)} conversations of {len(part.turns)} turns"
        yield f"{part.name}: {len(part.outcomes)} single questions, {talks}"
    yield f"glossary version {result.glossary_version}, index version {result.index_version}"
    yield "intervals are Clopper-Pearson intervals of 95 % confidence"
    yield "wrong answers are counted among the answers about concepts that were given"
    yield "follow-ups are the turns of a conversation that have others before them"


def _against(result: EvaluationResult, name: str) -> Iterator[Block]:
    if not result.baselines:
        return
    yield Heading(2, f"{OURS} and the baselines")
    yield Paragraph("Every contender answers the same questions, and the same judge judges.")
    yield Bullets(tuple(f"{each.name}: {each.remark}" for each in result.baselines))
    yield Table(result.comparison())
    drawn = comparison_plot(result.contenders, result.kinds)
    yield Picture(f"{name}-comparison.png", "Share of right answers by kind", drawn)


def _pictures(result: EvaluationResult, name: str) -> Iterator[Block]:
    outcomes = result.ours.outcomes
    yield Heading(2, "What became of the questions")
    drawn = confusion_plot(outcomes)
    yield Picture(f"{name}-confusion.png", "Kinds of questions and what they were taken for", drawn)
    yield Heading(2, "Confidence")
    yield Paragraph(
        "Answers are sorted by confidence. Left: which share of them is wrong (risk) when the "
        "surest are given first, over which share of all questions they answer (coverage). Right: "
        "the same curve on the drill questions that the thresholds were chosen on, for questions "
        "that name their concept and for descriptions."
    )
    drawn = risk_plot(outcomes, result.calibration)
    yield Picture(f"{name}-risk.png", "Risk over coverage", drawn)


def _conversations(result: EvaluationResult, name: str) -> Iterator[Block]:
    follow_ups = tuple(o for part in result.parts for o in part.follow_ups)
    if not follow_ups:
        return
    yield Heading(2, "Follow-ups")
    kinds = sorted({o.example.kind for o in follow_ups})
    drawn = comparison_plot([Contender("follow-ups", follow_ups)], kinds)
    yield Picture(f"{name}-follow-ups.png", "Share of right follow-ups by kind", drawn)


def _mistakes(part: Part) -> Iterator[Block]:
    singles = [o for o in part.outcomes if not o.right]
    turns = [(talk, place) for talk in part.talks for place in _wrong_places(talk)]
    yield Heading(2, f"Wrong on {part.name}: {len(singles)}")
    if not part.shown:
        yield Paragraph("Single questions are not shown, so that nobody tunes on them.")
    elif singles:
        yield Table(mistakes(singles))
    if part.talks:
        yield Heading(2, f"Wrong turns on {part.name}: {len(turns)}")
    if turns and part.shown:
        yield Table([[_BEFORE, *_MISTAKE], *(_wrong_turn(talk, place) for talk, place in turns)])


def mistakes(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """Return what was expected and what came instead as a table with a header."""
    return [_MISTAKE, *map(_mistake, outcomes)]


_BEFORE = "before"
_MISTAKE = ["question", "language", "kind", "expected", "got", "confidence"]


def _wrong_places(talk: Talk) -> list[int]:
    return [place for place, outcome in enumerate(talk.outcomes) if not outcome.right]


def _wrong_turn(talk: Talk, place: int) -> list[str]:
    before = " / ".join(turn.text for turn in talk.conversation.turns[:place])
    return [before, *_mistake(talk.outcomes[place])]


def _mistake(outcome: Outcome) -> list[str]:
    example, answer = outcome.example, outcome.answer
    confidence = f"{answer.confidence:.2f}"
    expected = _expected(example.expect)
    return [example.text, example.language, example.kind, expected, _got(outcome), confidence]


def _expected(expect: Expectation) -> str:
    parts = [" or ".join(sorted(expect.kinds))]
    parts += sorted(expect.concepts)
    parts += [f"one of {', '.join(sorted(expect.any_of))}"] if expect.any_of else []
    parts += [f"section {section}" for section in sorted(expect.sections)]
    parts += [f"no section {section}" for section in sorted(expect.missing)]
    return "; ".join(parts)


def _got(outcome: Outcome) -> str:
    answer = outcome.answer
    parts = [f"{answer.kind} ({answer.question_type})", *(ref.id for ref in answer.concepts)]
    if outcome.answered:
        parts += [f"section {kind}" for kind in dict.fromkeys(c.kind for c in answer.citations)]
        parts += [f"no section {kind}" for kind in answer.missing]
    elif answer.alternatives:
        parts.append("near: " + ", ".join(ref.id for ref in answer.alternatives[:3]))
    return "; ".join(parts)
