"""Settings come from the environment, with a default for each, and a wrong one is named."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from bot.errors import Code, SettingError
from bot.settings import PROJECT, Settings


def test_without_an_environment_all_is_where_the_project_is() -> None:
    settings = Settings.from_environment({})
    assert settings == Settings()
    assert (settings.project / "config.yml").is_file()
    assert settings.glossary == PROJECT / "data" / "glossary"
    assert settings.state == PROJECT / "models" / "state"
    assert (settings.host, settings.port) == ("127.0.0.1", 5005)


def test_empty_values_are_as_good_as_none() -> None:
    names = ("GLOSSARY", "MODELS", "STATE", "HOST", "PORT")
    assert Settings.from_environment(dict.fromkeys(names, "")) == Settings()


def test_each_value_is_taken(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {
            "GLOSSARY": str(tmp_path / "g"),
            "MODELS": str(tmp_path / "m"),
            "STATE": str(tmp_path / "s"),
            "HOST": "0.0.0.0",
            "PORT": "65535",
        }
    )
    assert (settings.glossary, settings.models) == (tmp_path / "g", tmp_path / "m")
    assert (settings.state, settings.host, settings.port) == (tmp_path / "s", "0.0.0.0", 65535)
    assert settings.encoder == tmp_path / "m" / "encoder"
    assert settings.index == tmp_path / "m" / "index"
    assert settings.rasa_model == tmp_path / "m" / "termwise.tar.gz"


def test_the_state_lies_with_the_models_unless_told_otherwise(tmp_path: Path) -> None:
    settings = Settings.from_environment({"MODELS": str(tmp_path)})
    assert settings.state == tmp_path / "state"
    assert settings.rasa_environment()["TRACKER_DB"] == str(tmp_path / "state" / "conversations.db")


def test_relative_folders_are_made_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({"GLOSSARY": "here", "MODELS": "./there"})
    assert (settings.glossary, settings.models) == (tmp_path / "here", tmp_path / "there")


@pytest.mark.parametrize(
    "port", ["0", "65536", "-1", "80 80", "http", "5005.0", "0x50", "\u0660", "½"]
)
def test_a_wrong_port_is_named(port: str) -> None:
    with pytest.raises(SettingError) as caught:
        Settings.from_environment({"PORT": port})
    assert caught.value.code is Code.S001
    assert str(caught.value) == (f"[S001] PORT is {port!r}, expected a number from 1 to 65535.")


def test_the_environment_of_the_process_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "6006")
    assert Settings.from_environment().port == 6006


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


def test_how_the_glossary_is_watched_is_one_of_three_words() -> None:
    assert Settings.from_environment({}).watch == "on"
    assert Settings.from_environment({"WATCH": "poll"}).watch == "poll"
    with pytest.raises(SettingError, match="WATCH"):
        Settings.from_environment({"WATCH": "no"})
