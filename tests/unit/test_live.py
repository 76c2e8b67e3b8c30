"""The live glossary serves the last good version, and says what is wrong with a later one."""

from __future__ import annotations

import gc
import weakref
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest

import bot.live
from bot.adapters.index_store import IndexStore
from bot.edition import Edition
from bot.errors import Code, GlossaryError
from bot.glossary.glossary import Glossary
from bot.live import LiveGlossary
from tests.unit.test_edition import Recorder, changed, first_edition


class Files:
    """A source that gives what it is told to."""

    def __init__(self, first: Glossary) -> None:
        self.next: Glossary | Exception = first

    def read(self) -> Glossary:
        """Return the glossary, or raise."""
        if isinstance(self.next, Exception):
            raise self.next
        return self.next


@pytest.fixture
def edition() -> Edition:
    return first_edition(Recorder())


@pytest.fixture
def store(tmp_path: Path, edition: Edition) -> IndexStore:
    store = IndexStore(tmp_path / "index")
    store.write(edition.to_stored())
    return store


@pytest.fixture
def files(edition: Edition) -> Files:
    return Files(edition.glossary)


@pytest.fixture
def live(edition: Edition, files: Files, store: IndexStore) -> LiveGlossary:
    return LiveGlossary(edition, files, store, private=(Path("/home/owner/words"),))


def test_nothing_changes_while_the_files_are_the_same(live: LiveGlossary) -> None:
    before = live.assistant
    assert live.refresh().problem == ""
    assert live.assistant is before
    assert not live.keep()


def test_a_change_is_answered_from(live: LiveGlossary, files: Files) -> None:
    files.next = changed(live.assistant.glossary)
    status = live.refresh()
    assert status.version == "next"
    assert status.calibrated_on != "next"
    assert "purple turnips" in live.assistant.ask("What is a moon spade?").text


def test_a_fault_is_told_and_goes_away(live: LiveGlossary, files: Files) -> None:
    before = live.assistant
    files.next = GlossaryError(Code.G009, folder="/home/owner/words/sub")
    problem = live.refresh().problem
    assert "G009" in problem
    assert "/home/owner" not in problem
    assert live.assistant is before
    files.next = before.glossary
    assert live.refresh().problem == ""


@pytest.mark.parametrize(
    "error",
    [FileNotFoundError(2, "gone", "/secret/a.md"), PermissionError(13, "no", "/secret/a.md"),
     ValueError("/secret")],
)  # fmt: skip
def test_no_error_ends_it_or_tells_a_path(
    live: LiveGlossary, files: Files, error: Exception
) -> None:
    before = live.assistant
    files.next = error
    problem = live.refresh().problem
    assert problem
    assert "secret" not in problem
    assert live.assistant is before


def test_what_is_served_is_kept_for_the_next_start(
    live: LiveGlossary, files: Files, store: IndexStore
) -> None:
    files.next = changed(live.assistant.glossary)
    live.refresh()
    assert live.keep()
    assert not live.keep()
    stored = store.read()
    assert stored.glossary_version == "next"
    assert stored.version != "trained"


def test_what_training_wrote_is_not_written_over_and_its_decision_is_taken(
    live: LiveGlossary, files: Files, store: IndexStore, edition: Edition
) -> None:
    trained: Any = edition.following(changed(edition.glossary)).to_stored()
    trained.decision["calibrated_on"] = "next"
    store.write(trained)
    assert live.is_outdated
    assert not live.keep()
    files.next = changed(edition.glossary)
    assert live.refresh().calibrated_on == "next"
    assert not live.is_outdated
    assert not live.keep()
    assert store.current() == trained.version


def test_nothing_is_kept_once_the_models_were_replaced(
    edition: Edition, files: Files, store: IndexStore
) -> None:
    live = LiveGlossary(edition, files, store, is_ours=lambda: False)
    files.next = changed(edition.glossary)
    assert live.refresh().version == "next"
    assert not live.keep()
    assert store.current() == "trained"


def test_the_former_version_is_freed_at_once(store: IndexStore) -> None:
    files = Files(changed(first_edition(Recorder()).glossary))
    live = LiveGlossary(first_edition(Recorder()), files, store)
    former = weakref.ref(live.assistant)
    gc.disable()  # a full collection may come hours later, or never
    try:
        live.refresh()
        assert former() is None
    finally:
        gc.enable()


def test_a_turn_ends_on_the_version_it_began_with(
    live: LiveGlossary, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.live, "shared_live", lambda: live)
    turn = copy_context()
    before = turn.run(bot.live.begin_turn)
    files.next = changed(before.glossary)
    live.refresh()
    assert turn.run(bot.live.shared_assistant) is before
    assert bot.live.shared_assistant() is live.assistant
    assert turn.run(bot.live.begin_turn) is live.assistant


def test_a_mention_of_a_concept_that_went_is_passed_over(live: LiveGlossary, files: Files) -> None:
    text = "What is a dew barrel?"
    mentions = live.assistant.spotter.spot(text)
    intents = live.assistant.classify(text, mentions)
    assert mentions
    files.next = changed(live.assistant.glossary)
    live.refresh()
    now = live.assistant
    assert now.answerer.answer(now.question(text, mentions, intents)).kind.value != "answer"
