"""Damaged models under a running front door, and at its next start."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.integration.processes import Project, index_folder
from tests.integration.test_gateway_life import front_door


@pytest.fixture
def own(project: Project, settings: Settings, tmp_path: Path) -> Project:
    """The project with models of its own, which may be damaged; both have one before."""
    models = tmp_path / "models"
    shutil.copytree(settings.models, models, ignore=shutil.ignore_patterns("state", "baselines"))
    for name in ("tar.gz", "manifest.json"):
        shutil.copy(models / f"termwise.{name}", models / f"termwise.former.{name}")
    index = models / "index"
    version = (index / "current").read_text()
    shutil.copytree(index / version.split()[0], index / "before")
    (index / "former").write_text(version.replace(version.split()[0], "before"))
    return project.having(MODELS=models, STATE=tmp_path / "state")


def cut(path: Path) -> None:
    """Write it anew and leave the end out, as an interrupted copy does; the old file goes."""
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[: len(content) // 2])


def test_what_serves_goes_on_and_the_one_before_serves_after_a_restart(
    own: Project, tmp_path: Path
) -> None:
    with front_door(own, tmp_path / "log") as server:
        said = server.say("what is rcs")["text"]
        cut(own.models / "termwise.tar.gz")
        cut(index_folder(own) / "vectors.npy")
        assert own.termwise("reload").returncode == 0
        assert server.say("what is rcs")["text"] == said
    with front_door(own, tmp_path / "log") as server:
        assert server.say("what is rcs")["text"] == said
        log = server.output()
    assert "termwise.tar.gz: the Rasa model is damaged" in log
    assert "the index is damaged" in log


def test_without_one_before_it_does_not_start_and_says_why(own: Project, tmp_path: Path) -> None:
    (own.models / "termwise.former.manifest.json").unlink()
    os.truncate(own.models / "termwise.tar.gz", 1000)
    done = own.having(SECRET="s" * 32).termwise("rasa")
    assert done.returncode == 2
    assert "[M002]" in done.stderr
