"""The file of the helpdesks: what is right is read, what is not is told by its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.errors import SettingError
from bot.helpdesk.config import RulesFile, read
from bot.helpdesk.rules import Mode, Rules

GOOD = """
desks:
  shop:
    kind: generic
    address: https://desk.example.org/
    secrets: ["${ONE}", "${TWO}"]
    window: 60
    agents: de
    inboxes:
      "*": {mode: auto, auto_from: 0.8}
      7:
        suggest_from: 0.4
        hours:
          {zone: Europe/Berlin, mode: off, mon: "09:00-17:00", tue: ["08:00-12:00", "13:00-24:00"]}
        languages: en
        team: 4
keep_days: 7
"""
ENV = {"ONE": "hidden-one", "TWO": "hidden-two"}


def written(folder: Path, text: str) -> Path:
    path = folder / "helpdesk.yml"
    path.write_text(text)
    return path


def test_a_file_is_read(tmp_path: Path) -> None:
    found = read(written(tmp_path, GOOD), ENV)
    [desk] = found.desks
    assert desk.account.name == "shop"
    assert desk.account.address == "https://desk.example.org"
    assert desk.account.secrets == ("hidden-one", "hidden-two")
    assert (desk.account.window, desk.agents, found.keep) == (60, "de", 7 * 86_400)
    assert desk.rules.of("1") == Rules(mode=Mode.AUTO, auto_from=0.8)
    rules = desk.rules.of("7")
    assert (rules.mode, rules.auto_from, rules.suggest_from) == (Mode.AUTO, 0.8, 0.4)
    assert (rules.languages, rules.team) == (("en",), "4")
    assert rules.hours is not None
    monday_noon, monday_night, tuesday_late = 1767610800, 1767654000, 1767740340
    assert [rules.hours.open(at) for at in (monday_noon, monday_night, tuesday_late)] == [
        True, False, True,
    ]  # fmt: skip
    assert rules.mode_at(monday_noon) is Mode.OFF


def test_a_new_inbox_only_suggests(tmp_path: Path) -> None:
    text = "desks: {a: {kind: generic, address: 'https://x.example'}}"
    [desk] = read(written(tmp_path, text), {}).desks
    assert desk.rules.of("any").mode is Mode.SUGGEST


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("kind: generic", "kind: [generic]", "shop.kind: it must be a text"),
        ("window: 60", "window: soon", "shop.window: it must be a number from 1"),
        ("window: 60", "widow: 60", "shop: 'widow' is not known"),
        ("mode: auto", "mode: yes", "inboxes.*.mode: it must be one of off, suggest, auto"),
        ("auto_from: 0.8", "auto_from: 8", "auto_from: it must be a number from 0 to 1"),
        ("suggest_from: 0.4", "suggest_from: 0.9", "suggest_from: it is above auto_from"),
        ("zone: Europe/Berlin", "zone: Moon/Sea", "hours.zone: there is no such time zone"),
        ("zone: Europe/Berlin", "zone: /etc/passwd", "hours.zone: there is no such time zone"),
        ("09:00-17:00", "9-17", "hours.mon: times read"),
        ("09:00-17:00", "17:00-09:00", "hours.mon: times read"),
        ("09:00-17:00", "25:00-26:00", "hours.mon: times read"),
        ("languages: en", "langs: en", "'langs' is not known"),
        ("  shop:", "  Shop!:", "small letters"),
        ("${TWO}", "${THREE}", "the environment has no THREE"),
        ("keep_days: 7", "keep_days: 0", "keep_days: it must be a number from 1"),
        ("desks:", "desk:", "'desk' is not known"),
        ("window: 60", "tokens: [short]", "a token has 20 or more"),
        ("window: 60", "plain: maybe", "it must be true or false"),
        (GOOD, "desks: {}", "desks: it is empty"),
        (GOOD, "a: [", "no YAML"),
        (GOOD, "- 1", "the file: it must hold names"),
    ],
)
def test_what_is_not_right_is_told_by_its_place(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    assert before in GOOD
    path = written(tmp_path, GOOD.replace(before, after))
    with pytest.raises(SettingError) as caught:
        read(path, ENV)
    assert told in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="No such file"):
        read(tmp_path / "none.yml", {})


def test_rules_are_read_again_when_they_are_saved(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    told: list[str] = []
    rules = RulesFile(path, ENV, told.append)
    assert rules.of("shop").of("1").mode is Mode.AUTO
    saved(path, GOOD.replace("mode: auto", "mode: suggest"))
    assert rules.of("shop").of("1").mode is Mode.SUGGEST
    saved(path, GOOD.replace("mode: auto", "mode: loud"))
    assert rules.of("shop").of("1").mode is Mode.SUGGEST
    assert len(told) == 1
    assert "it must be one of" in told[0]
    saved(path, GOOD.replace("  shop:", "  other:"))
    assert rules.of("shop").of("1").mode is Mode.OFF  # an account that is gone says nothing


def saved(path: Path, text: str) -> None:
    before = path.stat()
    path.write_text(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000_000))
