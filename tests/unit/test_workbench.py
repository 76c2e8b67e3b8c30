"""A workbench has every part that answering needs, and takes nothing along when it goes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.model_archive import manifest_of
from bot.settings import Settings
from bot.workbench import workbench


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = replace(Settings.from_environment(), models=tmp_path / "models")
    found.encoder.mkdir(parents=True)
    for path in (found.dictionary, found.rasa_model, manifest_of(found.rasa_model)):
        path.write_text(path.name)
    return found


def test_encoder_dictionary_and_model_are_there(settings: Settings) -> None:
    with workbench(settings) as bench:
        assert bench.models != settings.models
        assert bench.encoder.is_dir()
        for path in (bench.dictionary, bench.rasa_model, manifest_of(bench.rasa_model)):
            assert path.read_text() == path.name


def test_it_is_gone_afterwards_and_what_it_showed_is_not(settings: Settings) -> None:
    with workbench(settings) as bench:
        pass
    assert not bench.models.exists()
    assert settings.dictionary.read_text() == settings.dictionary.name
