"""The diff: what became of an answer, where questions are from, how versions are opened."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.answer import Answer, AnswerKind, ConceptRef
from bot.app import Assistant
from bot.diff.change import Change, Replay
from bot.diff.log import read_log
from bot.diff.replay import replayed
from bot.diff.report import rows, write_report
from bot.diff.version import checked_out
from bot.errors import DataError, SettingError
from bot.evaluation.questions import read_questions
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary
from bot.glossary.term import Status, Term
from tests.fakes import fake_assistant
from tests.garden import garden, plant

K = AnswerKind


def answer(kind: K = K.ANSWER, about: str = "a", text: str = "A.") -> Answer:
    return Answer(kind, "define", "en", text, concepts=(ConceptRef(about, about),))


@pytest.mark.parametrize(
    ("old", "new", "right", "change"),
    [
        (answer(), answer(), (None, None), Change.SAME),
        (answer(), answer(text="B."), (None, None), Change.REWORDED),
        (answer(), answer(about="b"), (None, None), Change.CHANGED),
        (answer(), answer(K.DECLINE), (None, None), Change.LOST),
        (answer(K.DECLINE), answer(), (None, None), Change.GAINED),
        (answer(), answer(about="b"), (True, False), Change.LOST),
        (answer(about="b"), answer(), (False, True), Change.GAINED),
        (answer(about="b"), answer(about="c"), (False, False), Change.CHANGED),
        (answer(), answer(K.DECLINE), (False, True), Change.GAINED),
        (answer(), answer(text="B."), (True, True), Change.REWORDED),
    ],
)
def test_what_became_of_an_answer(
    old: Answer, new: Answer, right: tuple[bool | None, bool | None], change: Change
) -> None:
    assert Replay("?", "log", old, new, *right).change is change


@pytest.fixture(scope="module")
def changed() -> Assistant:
    """The garden without the star fork, where the comet rake is called leaf rake as well."""
    entries = [_renamed(entry) for entry in garden().without(["star-fork"])]
    return fake_assistant(Glossary(entries, "new"))


def _renamed(entry: Entry) -> Entry:
    if entry.id != "comet-rake":
        return entry
    return replace(entry, terms=(*entry.terms, Term("leaf rake", "en", Status.ADMITTED)))


def test_lost_and_gained_entries_show(assistant: Assistant, changed: Assistant) -> None:
    diff = replayed(("old", assistant), ("new", changed))
    assert (list(diff.added), list(diff.removed)) == ([], ["star-fork"])
    lost = {replay.text for replay in diff.of(Change.LOST)}
    assert "What is star fork?" in lost
    assert "What is leaf rake?" in {replay.text for replay in diff.of(Change.GAINED)}
    assert "What is moon spade?" not in {r.text for r in diff.replays if r.change != Change.SAME}
    back = replayed(("new", changed), ("old", assistant))
    assert lost <= {replay.text for replay in back.of(Change.GAINED)}


def test_a_version_and_itself_do_not_differ(assistant: Assistant) -> None:
    diff = replayed(("x", assistant), ("x", assistant), log=["what is moon spade", "weather"])
    assert diff.counts[Change.SAME] == len(diff.replays) > 20


def test_own_questions_conversations_and_logs_are_replayed(
    assistant: Assistant, changed: Assistant, tmp_path: Path
) -> None:
    path = tmp_path / "mine.yml"
    path.write_text(
        "- ask: what is leaf rake\n  expect: comet rake\n"
        "- turns:\n"
        "  - {ask: what is star fork, expect: star fork}\n"
        "  - {ask: history of star fork, expect: star-fork}\n"
    )
    diff = replayed(
        ("old", assistant), ("new", changed), read_questions(path), ["what is star fork"], most=0
    )
    changes = {(r.source, r.text): r.change for r in diff.replays}
    assert changes["mine.yml#1", "what is leaf rake"] is Change.GAINED
    assert changes["mine.yml#2.1", "what is star fork"] is Change.LOST
    assert changes["log", "what is star fork"] is Change.LOST
    turn = next(r for r in diff.replays if r.source == "mine.yml#2.2")
    assert turn.before == ("what is star fork",)
    assert [row[0] for row in rows(diff)[1:]] == sorted(
        (row[0] for row in rows(diff)[1:]), key=["lost", "changed", "gained"].index
    )


@pytest.mark.parametrize("name", ["diff.html", "diff.md"])
def test_the_report_shows_what_was_lost(
    assistant: Assistant, changed: Assistant, tmp_path: Path, name: str
) -> None:
    diff = replayed(("a <b>", assistant), ("new", changed))
    write_report(diff, tmp_path / "deep" / name)
    text = (tmp_path / "deep" / name).read_text(encoding="utf-8")
    assert "What is star fork?" in text
    assert "<b>" not in text
    assert (tmp_path / "deep" / "diff-answers.png").exists() is name.endswith(".md")


def test_a_log_is_lines_or_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text(
        'what is a hoe\n\n{"sender": "x", "text": "and a rake"}\n{odd}\nwhat is a hoe\n',
        encoding="utf-8",
    )
    assert read_log(path) == ["and a rake", "{odd}", "what is a hoe"]


@pytest.mark.parametrize("data", [b'{"no": "question"}\n', b"\xff\n"])
def test_a_log_of_something_else_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "log").write_bytes(data)
    with pytest.raises(DataError, match="log"):
        read_log(tmp_path / "log")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose folder ``terms`` is the garden in the first commit, less in the second."""
    plant(tmp_path / "repo" / "terms")
    (tmp_path / "repo" / "other.md").write_text("not of it")
    _git(tmp_path / "repo", "init", "-q")
    _git(tmp_path / "repo", "add", ".")
    _git(tmp_path / "repo", "commit", "-qm", "one")
    (tmp_path / "repo" / "terms" / "seedbed.md").unlink()
    _git(tmp_path / "repo", "commit", "-qam", "two")
    return tmp_path / "repo" / "terms"


def _git(folder: Path, *arguments: str) -> None:
    names = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_commit_gives_the_glossary_as_it_was(repository: Path, tmp_path: Path) -> None:
    before, now = tmp_path / "before", tmp_path / "now"
    then = checked_out("HEAD~1", repository, before)
    assert (then / "seedbed.md").is_file()
    assert (then / "tools" / "moon-spade.md").is_file()
    assert not (before / "other.md").exists()
    assert not (checked_out("HEAD", repository, now) / "seedbed.md").exists()
    assert not (repository / "seedbed.md").exists(), "the working copy stays as it is"


def test_a_single_file_of_a_commit(repository: Path, tmp_path: Path) -> None:
    found = checked_out("HEAD~1", repository / "seedbed.md", tmp_path / "x")
    assert found.read_text().startswith("---")


@pytest.mark.parametrize("revision", ["", "no-such-commit", "--output=x"])
def test_no_commit_is_one_line(repository: Path, tmp_path: Path, revision: str) -> None:
    with pytest.raises(SettingError, match=r"\[S001\] git:"):
        checked_out(revision, repository, tmp_path / "x")
