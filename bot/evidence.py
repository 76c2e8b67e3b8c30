"""The evidence behind an answer as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from bot.answering.answer import Answer

_RULES: Mapping[str, str] = {
    "empty": "there is no word in it",
    "choice": "it picks something that was offered",
    "noise": "nothing in it is a word",
    "talk": "small talk, or the wish for a person",
    "several": "several questions in one message",
    "story": "one question in a story",
    "named": "it names its concept",
    "leaning": "it leans on the conversation",
    "described": "it describes its concept",
}


def tables(answer: Answer) -> Iterator[Table]:
    """Yield what was decided, and a table of each part of the evidence that there is."""
    reasons = answer.reasons
    yield _table("Decision", ("", ""), _decision(answer))
    parts: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("matched", "Names found", ("text", "name", "how", "score", "weak", "concepts")),
        ("question_types", "Question type", ("type", "probability")),
        ("candidates", "Candidates", ("id", "score", "dense", "lexical", "words")),
    )
    for key, title, columns in parts:
        rows: Sequence[Mapping[str, Any]] = reasons.get(key) or ()  # type: ignore[assignment]
        if rows:
            yield _table(title, columns, ([row[column] for column in columns] for row in rows))
    numbers = [(k, v) for k, v in reasons.items() if isinstance(v, int | float)]
    if numbers:
        yield _table("Evidence weighed", ("name", "value"), numbers)


def _decision(answer: Answer) -> Iterator[tuple[str, object]]:
    yield "kind", answer.kind.value
    yield "question type", answer.question_type
    yield "confidence", answer.confidence
    rule = str(answer.reasons.get("rule", ""))
    if rule:
        yield "rule", f"{rule}: {_RULES[rule]}"
    judge: Any = answer.reasons.get("judge")
    if judge:
        yield "judge", judge["name"]
        yield "probability", judge["probability"]
        yield "answers from", judge["answer"]
        yield "asks back from", judge["ask"]
    if "margin" in answer.reasons:
        yield "margin", answer.reasons["margin"]


def _table(title: str, columns: Sequence[str], rows: Any) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD,
        show_header=any(columns), pad_edge=False,
    )  # fmt: skip
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(value)) for value in row))
    return table


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
