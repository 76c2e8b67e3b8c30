"""An owner's questions in short: what is expected is a name, an id, several, or a kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answering.answer import AnswerKind
from bot.app import Assistant
from bot.evaluation.examples import Example, Expectation
from bot.evaluation.questions import OWN, Questions, read_questions
from bot.evaluation.scoring import judge
from bot.glossary.glossary import Glossary
from bot.glossary.names import Names
from bot.glossary.section import SectionKind

K = AnswerKind


def read(folder: Path, text: str) -> Questions:
    path = folder / "questions.yml"
    path.write_text(text, encoding="utf-8")
    return read_questions(path)


def ids(folder: Path, text: str, assistant: Assistant) -> tuple[Example, ...]:
    known = assistant.glossary
    return read(folder, text).resolved(known, Names(known), assistant.language).singles


@pytest.mark.parametrize(
    ("expect", "concepts"),
    [
        ("moon-spade", {"moon-spade"}),
        ("Crescent Spades", {"moon-spade"}),
        ("RIS", {"root-irrigation"}),
        ("[moon spade, star fork]", {"moon-spade", "star-fork"}),
        ("nothing of ours", {"nothing of ours"}),
    ],
)
def test_a_concept_is_told_by_id_or_name(
    assistant: Assistant, tmp_path: Path, expect: str, concepts: set[str]
) -> None:
    (found,) = ids(tmp_path, f"- ask: what is it\n  expect: {expect}\n", assistant)
    assert found.expect == Expectation(frozenset({K.ANSWER}), frozenset(concepts))
    assert (found.language, found.kind) == ("en", OWN)


def test_a_name_of_several_entries_may_be_asked_back(assistant: Assistant, tmp_path: Path) -> None:
    (found,) = ids(tmp_path, "- ask: was ist ein Beet\n  expect: Beet\n", assistant)
    assert found.expect.any_of == {"flower-bed", "seedbed"}
    assert found.expect.kinds == {K.ANSWER, K.CLARIFY}
    assert found.language == "de"


@pytest.mark.parametrize("kind", ["decline", "clarify", "smalltalk", "handoff"])
def test_other_kinds_of_answers(assistant: Assistant, tmp_path: Path, kind: str) -> None:
    (found,) = ids(tmp_path, f"- ask: x\n  expect: {kind}\n", assistant)
    assert found.expect == Expectation(frozenset({K(kind)}))


def test_a_section_can_be_asked_for(assistant: Assistant, tmp_path: Path) -> None:
    text = "- ask: history of moon spade\n  expect: moon spade\n  section: history\n"
    (found,) = ids(tmp_path, text, assistant)
    assert found.expect.sections == {SectionKind.HISTORY}
    assert judge(found, assistant.ask(found.text)).right


def test_the_full_form_and_conversations_stand_beside_it(
    glossary: Glossary, tmp_path: Path
) -> None:
    text = """
- text: whats ris
  lang: en
  kind: expand
  expect: {kind: answer, concepts: [root-irrigation]}
- turns:
  - {ask: was ist ein Mondspaten, expect: Mondspaten}
  - {ask: und wozu, expect: Mondspaten}
"""
    found = read(tmp_path, text).resolved(glossary, Names(glossary), lambda text: "de")
    assert found.singles[0].language == "en"
    (talk,) = found.conversations
    assert [turn.expect.concepts for turn in talk.turns] == [{"moon-spade"}] * 2
    assert [turn.language for turn in talk.turns] == ["de", "de"]
