"""What the integration tests share: the trained assistant and the project as a user runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.app import Assistant, load_assistant
from bot.errors import UserFacingError
from bot.settings import Settings
from tests.integration.processes import Project

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def settings(trained: Settings) -> Settings:
    """The settings of the environment: MODELS names the folder of trained models."""
    return trained


@pytest.fixture(scope="session")
def assistant(settings: Settings) -> Assistant:
    try:
        return load_assistant(settings)
    except UserFacingError as error:
        pytest.fail(f"the tests need what `make train` builds: {error}", pytrace=False)


@pytest.fixture(scope="session")
def project(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with the trained models, run from an empty folder with a state of its own."""
    folder = tmp_path_factory.mktemp("project")
    return Project(settings.project, folder).having(
        MODELS=settings.models, GLOSSARY=settings.glossary, STATE=folder / "state"
    )


@pytest.fixture(scope="session")
def validate(settings: Settings) -> Callable[[Any], None]:
    """Check an object against ``docs/answer.schema.json``."""
    schema = json.loads((settings.project / "docs" / "answer.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema).validate


@pytest.fixture(scope="session")
def source(settings: Settings) -> Callable[[str], str]:
    """Return the content of a file of the glossary, line ends untouched."""

    @cache
    def read(file: str) -> str:
        return (settings.glossary / file).read_bytes().decode("utf-8")

    return read
