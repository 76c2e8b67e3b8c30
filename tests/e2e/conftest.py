"""What the end-to-end tests share: the project as its owner runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings
from tests.integration.processes import Project

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def project(trained: Settings, tmp_path: Path) -> Project:
    """The project with the trained models, run from an empty folder with a state of its own."""
    folder = tmp_path / "empty"
    folder.mkdir()
    return Project(trained.project, folder).having(
        MODELS=trained.models, GLOSSARY=trained.glossary, STATE=tmp_path / "state"
    )
