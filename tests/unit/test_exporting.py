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
    piped = subprocess.PIPE
    return subprocess.Popen(command, stdin=piped, stderr=piped, text=True)


FAILING = "import sys; sys.stderr.write('first\\nno room\\n'); sys.exit(3)"
ENDLESS = "import threading; threading.Event().wait()"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"MODELS": str(tmp_path / "models")})


def test_the_verdict_is_on_what_was_made(tmp_path: Path) -> None:
    made, judged = tmp_path / "encoder", tmp_path / "judged"
    making = "import pathlib, sys, time; time.sleep(0.2); pathlib.Path(sys.argv[1]).touch()"
    judging = "import os, sys; sys.stdin.read(); os.rename(sys.argv[1], sys.argv[2])"
    export = Export(tmp_path, process(making, made), process(judging, made, judged))
    assert export.anew
    export.finish()
    export.agree()
    assert judged.exists()
    export.give_up()


def test_an_export_that_failed_says_why(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no room") as raised:
        Export(tmp_path, process(FAILING)).finish()
    assert raised.value.code is Code.M006


def test_a_verdict_against_it_says_why(tmp_path: Path) -> None:
    export = Export(tmp_path, process(""), process(FAILING))
    export.finish()
    with pytest.raises(ModelError, match="no room") as raised:
        export.agree()
    assert raised.value.code is Code.M006


def test_what_is_given_up_ends(tmp_path: Path) -> None:
    running = process(ENDLESS), process(ENDLESS)
    Export(tmp_path, *running).give_up()
    assert None not in [each.poll() for each in running]


def test_an_encoder_that_is_there_is_left_alone() -> None:
    export = Export()
    assert not export.anew
    export.finish()
    export.agree()
    export.give_up()


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
