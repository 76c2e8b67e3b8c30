"""The bundled questions: they can be answered, occur once, and are not what was trained on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.answering.answer import AnswerKind
from bot.evaluation.examples import Example
from bot.evaluation.questions import Conversation, Questions, read_questions
from bot.formats.folder import read_folder
from bot.glossary.folding import words
from bot.glossary.glossary import Glossary
from bot.glossary.section import SectionKind

ROOT = Path(__file__).parents[2]
SPLITS = ("dev", "test")
FEW = 4  # words: there are not many ways to say "tell me more", so training may have them too
ANNOTATED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")

FEWEST = 3  # words of a question that a wording may not have in a row

pytestmark = pytest.mark.parametrize("split", SPLITS)


@cache
def asked(split: str) -> Questions:
    return read_questions(ROOT / "data" / "eval" / split)


@cache
def bundled() -> Glossary:
    return read_folder(ROOT / "data" / "glossary")


def folded(text: str) -> str:
    """The words of a text without case and punctuation; the text itself if it has none."""
    return " ".join(word.folded for word in words(text)) or text


@cache
def trained() -> frozenset[str]:
    blocks = [
        block
        for path in (ROOT / "data" / "nlu").rglob("*.yml")
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    ]
    lines = [line for block in blocks for line in block.get("examples", "").splitlines()]
    assert len(lines) > 1000
    return frozenset(folded(ANNOTATED.sub(r"\1", line.removeprefix("- "))) for line in lines)


def openings(questions: Questions) -> list[Example]:
    return [conversation.turns[0] for conversation in questions.conversations]


def has(concept: str, kind: SectionKind, language: str) -> bool:
    return bundled()[concept].text(language).section(kind) is not None


def impossible(example: Example) -> Iterator[str]:
    """What is expected although no answer can have it."""
    expect = example.expect
    about = expect.concepts | expect.any_of
    yield from (f"no {concept}" for concept in about if concept not in bundled())
    known = [concept for concept in about if concept in bundled()]
    for kind in expect.sections - {SectionKind.DEFINITION}:
        if not any(has(concept, kind, example.language) for concept in known):
            yield f"no {kind} of {known}"
    yield from (f"there is {k}" for k in expect.missing for c in known if has(c, k, "en"))
    if AnswerKind.ANSWER in expect.kinds and not about:
        yield "an answer about nothing"


def test_what_is_expected_is_in_the_glossary(split: str) -> None:
    wrong = {e.source: list(impossible(e)) for e in asked(split).all}
    assert not {source: problems for source, problems in wrong.items() if problems}


def test_no_question_occurs_twice_nor_in_both_splits(split: str) -> None:
    of = {each: asked(each).singles + tuple(openings(asked(each))) for each in SPLITS}
    texts = {each: [folded(e.text) for e in of[each] if words(e.text)] for each in SPLITS}
    assert [text for text, count in Counter(texts[split]).items() if count > 1] == []
    (other,) = set(SPLITS) - {split}
    assert set(texts[split]) & set(texts[other]) == set()


def test_longer_follow_ups_are_not_in_both_splits(split: str) -> None:
    later = {
        each: [
            folded(turn.text)
            for conversation in asked(each).conversations
            for turn in conversation.turns[1:]
            if len(words(turn.text)) > FEW
        ]
        for each in SPLITS
    }
    (other,) = set(SPLITS) - {split}
    assert set(later[split]) & set(later[other]) == set()


def test_no_question_was_trained_on(split: str) -> None:
    questions = asked(split)
    turns = [turn for talk in questions.conversations for turn in talk.turns]
    texts = [e.text for e in questions.singles]
    texts += [turn.text for turn in turns if len(words(turn.text)) > FEW]
    assert [text for text in texts if words(text) and folded(text) in trained()] == []


def test_no_question_stands_in_a_wording_nor_a_wording_in_a_question(split: str) -> None:
    said = [folded(w) for e in bundled() for way in e.described.values() for w in way]
    assert len(said) > 1000
    texts = [folded(e.text) for e in asked(split).singles if len(words(e.text)) >= FEWEST]
    pairs = ((f" {text} ", f" {wording} ") for text in texts for wording in said)
    assert [(one, other) for one, other in pairs if one in other or other in one] == []


def test_a_file_is_named_by_language_and_kind(split: str) -> None:
    questions = asked(split)
    items: list[Example | Conversation] = [*questions.singles, *questions.conversations]
    wrong = [i for i in items if i.source.split(".")[0] != f"{i.language}-{i.kind}"]
    assert wrong == []


def test_conversations_have_two_to_six_turns(split: str) -> None:
    assert {len(talk.turns) for talk in asked(split).conversations} <= {2, 3, 4, 5, 6}


@pytest.mark.parametrize("what", ["questions", "conversations"])
def test_there_are_as_many_of_each_kind_as_documented(split: str, what: str) -> None:
    questions = asked(split)
    items = questions.singles if what == "questions" else questions.conversations
    found = Counter(item.kind for item in items)
    text = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    heading = "## Questions" if what == "questions" else "## Conversations"
    table = text.split(f"{heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \|.*\| (\d+) \| (\d+) \|$", table, re.MULTILINE)
    assert dict(found) == {row[0]: int(row[1 + SPLITS.index(split)]) for row in rows}
    assert f"{len(items)} in `{split}`" in table
