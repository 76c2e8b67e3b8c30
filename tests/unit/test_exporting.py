"""The export of the encoder beside training: put in place when training says so, or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import Code, ModelError, SettingError
from bot.exporting import Export, exporting
from bot.settings import Settings


def process(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def served(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "model").write_text("before")
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"MODELS": str(tmp_path / "models")})


def test_what_was_made_takes_the_place_of_the_one_before(served: Path, tmp_path: Path) -> None:
    made = tmp_path / "scratch" / "encoder"
    code = "import pathlib, sys; p = pathlib.Path(sys.argv[1]); p.mkdir(parents=True); "
    code += "(p / 'model').write_text('new')"
    running = process(code, made)
    export = Export(served, running, made)
    assert export.anew
    running.wait()
    assert (served / "model").read_text() == "before"
    export.finish()
    assert (served / "model").read_text() == "new"
    export.give_up()
    assert (served / "model").read_text() == "new"


def test_an_export_that_failed_says_why_and_changes_nothing(served: Path, tmp_path: Path) -> None:
    code = "import sys; sys.stderr.write('first\\nno room\\n'); sys.exit(3)"
    with pytest.raises(ModelError, match="no room") as raised:
        Export(served, process(code), tmp_path / "made").finish()
    assert raised.value.code is Code.M006
    assert (served / "model").read_text() == "before"


def test_one_that_is_given_up_ends(served: Path, tmp_path: Path) -> None:
    running = process("import threading; threading.Event().wait()")
    Export(served, running, tmp_path / "made").give_up()
    assert running.poll() is not None
    assert (served / "model").read_text() == "before"


def test_an_encoder_that_is_there_is_left_alone(served: Path) -> None:
    export = Export(served)
    assert not export.anew
    export.finish()
    export.give_up()
    assert (served / "model").read_text() == "before"


def test_a_fault_found_meanwhile_leaves_nothing(settings: Settings) -> None:
    told: list[str] = []

    def train() -> None:
        with exporting(settings, told.append) as export:
            assert export.anew
            assert [path.name[:7] for path in settings.models.iterdir()] == ["export-"]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        train()
    assert told == ["exporting the sentence encoder"]
    assert not list(settings.models.iterdir())


def test_a_folder_that_cannot_be_made_is_told(settings: Settings) -> None:
    settings.models.write_text("a file")
    with pytest.raises(SettingError) as raised, exporting(settings, print):
        pass
    assert raised.value.code is Code.S003
