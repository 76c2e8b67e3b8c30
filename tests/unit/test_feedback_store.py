"""Feedback is kept with the answer it is about, in bounds, and never in the way of an answer."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest

from bot.errors import Code, SettingError
from bot.feedback_store import Count, Feedback, FeedbackStore, counts


def feedback(
    verdict: str = "bad", turn: str = "1", *entries: str, conversation: str = "ada"
) -> Feedback:
    return Feedback(
        "2026-01-02T03:04:05+00:00", verdict, entries, "define", "en", "5eed", conversation,
        turn, "what is a secret spade", "a secret comment",
    )  # fmt: skip


def test_what_is_kept_comes_back_in_order(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path / "state" / "feedback.db")
    assert store.all() == []
    assert store.keep(feedback("bad", "1", "spade", "fork"))
    assert store.keep(feedback("good", "2", "Brücke"))
    first, second = store.all()
    assert (first.verdict, first.entries, first.question_type) == (
        "bad",
        ("spade", "fork"),
        "define",
    )
    assert (second.verdict, second.entries, second.turn) == ("good", ("Brücke",), "2")
    assert first.conversation == second.conversation


def test_neither_texts_nor_conversations_can_be_read_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "feedback.db"
    FeedbackStore(path).keep(feedback(conversation="ada.lovelace"))
    assert b"secret" not in path.read_bytes()
    assert b"lovelace" not in path.read_bytes()
    other = FeedbackStore(tmp_path / "other.db")
    other.keep(feedback(conversation="ada.lovelace"))
    assert other.all()[0].conversation != FeedbackStore(path).all()[0].conversation


def test_texts_are_kept_where_the_owner_wants_it(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path / "feedback.db", texts=True)
    store.keep(feedback())
    assert store.all()[0].text == "what is a secret spade"
    assert store.all()[0].comment == "a secret comment"


def test_a_verdict_that_is_taken_back_is_kept_no_more(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path / "feedback.db")
    assert store.take_back("ada", "1")
    for turn in ("1", "2"):
        store.keep(feedback("bad", turn))
    assert store.take_back("eve", "1")
    assert store.take_back("ada", "1")
    assert [kept.turn for kept in store.all()] == ["2"]


def test_a_second_verdict_on_an_answer_replaces_the_first(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path / "feedback.db")
    store.keep(feedback("good", "1"))
    store.keep(feedback("bad", "1"))
    store.keep(feedback("good", "1", conversation="bob"))
    assert [each.verdict for each in store.all()] == ["bad", "good"]


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path / "feedback.db", most=3)
    for turn in "123425":
        store.keep(feedback("bad", turn))
    assert [each.turn for each in store.all()] == ["4", "2", "5"]


def test_entries_are_bounded(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path / "feedback.db", texts=True)
    store.keep(feedback("bad", "1", *("x" * 900,) * 5))
    assert len(store.all()[0].entries) == 2


def test_a_locked_file_is_logged_once_and_breaks_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "feedback.db"
    store = FeedbackStore(path)
    assert store.keep(feedback())
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with caplog.at_level(logging.ERROR):
        assert not store.keep(feedback("good", "2"))
        assert not store.keep(feedback("good", "3"))
    other.execute("ROLLBACK")
    other.close()
    assert len(caplog.records) == 1
    assert "secret" not in caplog.text
    assert store.keep(feedback("good", "4"))


def test_a_disk_that_is_full_breaks_nothing(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs a device that is always full")
    assert not FeedbackStore(Path("/dev/full")).keep(feedback())
    file = tmp_path / "file"
    file.touch()
    assert not FeedbackStore(file / "feedback.db").keep(feedback())


def test_a_damaged_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "feedback.db"
    path.write_bytes(b"no database " * 100)
    store = FeedbackStore(path)
    assert not store.keep(feedback())
    for ask in (store.all, store.clear):
        with pytest.raises(SettingError) as caught:
            ask()
        assert caught.value.code is Code.S031
    assert path.read_bytes() == b"no database " * 100


def test_clearing_forgets_all(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path / "feedback.db", texts=True)
    assert store.clear() == 0
    store.keep(feedback("bad", "1", "spade"))
    before = store.all()[0].conversation
    assert store.clear() == 1
    assert store.all() == []
    assert not any(b"secret" in file.read_bytes() for file in tmp_path.iterdir())
    store.keep(feedback("bad", "2", "spade"))
    assert store.all()[0].conversation != before


def test_counts_are_per_entry_the_worst_first() -> None:
    found = [
        feedback("good", "1", "spade"), feedback("bad", "2", "spade", "fork"),
        feedback("bad", "3", "fork"), feedback("bad", "4"), feedback("good", "5", "rake"),
    ]  # fmt: skip
    assert counts(found) == [
        Count("fork", 0, 2), Count("spade", 1, 1), Count("", 0, 1), Count("rake", 1, 0)
    ]  # fmt: skip
