"""An answer tells what was read in the question, which rule decided and what the judge weighed."""

from __future__ import annotations

from typing import Any

import pytest

from bot.answering.answer import Answer
from bot.answering.context import Context, next_context
from bot.answering.why import Rule
from bot.app import Assistant
from bot.evidence import _RULES, tables
from tests.fakes import fake_assistant
from tests.garden import garden

DESCRIPTION = "wie nennt man das sichelförmige blatt das wurzeln durchtrennt"
GARDENER = fake_assistant(garden())


@pytest.fixture
def assistant() -> Assistant:
    return GARDENER


def shown(answer: Answer) -> str:
    from io import StringIO

    from rich.console import Console

    console = Console(file=StringIO(), width=100)
    for table in tables(answer):
        console.print(table)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        ("qwrtz plmk", "noise"),
        ("hello", "talk"),
        ("I want to talk to a person", "talk"),
        ("what is a moon spade", "named"),
        ("what is a bed", "named"),
        (DESCRIPTION, "described"),
        ("what is a moon spade? what is a star fork?", "several"),
    ],
)
def test_the_rule_that_decided_is_told(assistant: Assistant, text: str, rule: str) -> None:
    assert assistant.ask(text).reasons["rule"] == rule


def test_a_follow_up_tells_that_it_leans_on_the_conversation(assistant: Assistant) -> None:
    context = next_context(assistant.ask("what is a moon spade"), Context())
    assert assistant.ask("tell me more", context).reasons["rule"] == "leaning"


def test_names_are_told_with_how_they_were_found(assistant: Assistant) -> None:
    answer = assistant.ask("what is a moonspade and a star forkk")
    matched: Any = answer.reasons["matched"]
    assert [(m["text"], m["name"], m["how"], m["concepts"]) for m in matched] == [
        ("moonspade", "moon spade", "joined", ["moon-spade"]),
        ("star forkk", "star fork", "fuzzy", ["star-fork"]),
    ]
    assert matched[0]["score"] == 1.0 > matched[1]["score"] > 0.8


def test_the_likeliest_type_and_the_next_two_are_told(assistant: Assistant) -> None:
    types: Any = assistant.ask("what is a moon spade").reasons["question_types"]
    assert types[0] == {"type": "define", "probability": 0.9}
    assert len(types) == 3
    assert types[1]["probability"] >= types[2]["probability"]


def test_the_judge_that_decided_gives_the_confidence(assistant: Assistant) -> None:
    answer = assistant.ask("what is a moon spade")
    judge: Any = answer.reasons["judge"]
    assert judge["name"] == "named"
    assert judge["probability"] == round(answer.confidence, 4) >= judge["answer"] == 0.5
    assert judge["ask"] == 0.2


def test_candidates_are_told_with_the_parts_of_their_scores(assistant: Assistant) -> None:
    answer = assistant.ask(DESCRIPTION)
    candidates: Any = answer.reasons["candidates"]
    judge: Any = answer.reasons["judge"]
    assert candidates[0]["id"] == "moon-spade"
    assert set(candidates[0]) == {"id", "score", "dense", "lexical", "words", "terms"}
    assert [c["score"] for c in candidates] == [
        pytest.approx(ref.score, abs=1e-4) for ref in answer.alternatives
    ]
    assert judge["name"] == "described"
    first, second = candidates[:2]
    assert answer.reasons["margin"] == pytest.approx(first["score"] - second["score"], abs=2e-4)


def test_where_nothing_was_weighed_there_is_no_judge(assistant: Assistant) -> None:
    assert "judge" not in assistant.ask("hello").reasons


def test_the_tables_show_all_of_it(assistant: Assistant) -> None:
    text = shown(assistant.ask("what is a moonspade"))
    for part in ("named: it names its concept", "joined", "define", "answers from", "misspelt"):
        assert part in text
    text = shown(assistant.ask(DESCRIPTION))
    for part in ("described", "lexical", "margin", "moon-spade"):
        assert part in text


def test_markup_in_a_message_is_shown_as_it_is(assistant: Assistant) -> None:
    answer = assistant.ask("what is a [bold]moon spade[/bold]")
    assert answer.reasons["matched"]
    assert shown(answer)


def test_every_rule_has_words() -> None:
    assert set(_RULES) == set(Rule)
