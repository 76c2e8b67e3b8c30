"""Fixtures of all tests: a small glossary, an assistant made of fakes, and what was trained."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, settings

from bot.app import Assistant  # before anything imports spaCy: it keeps torch out of the process
from bot.glossary.glossary import Glossary
from bot.glossary.names import Names
from bot.settings import Settings
from tests.fakes import fake_assistant
from tests.garden import SOURCES, garden

# No deadline: how long an example takes says nothing on a busy machine.
settings.register_profile(
    "termwise",
    deadline=None,
    max_examples=60,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("termwise")


@pytest.fixture(scope="session")
def sources() -> Mapping[str, str]:
    """The files of the small glossary, by name."""
    return SOURCES


@pytest.fixture(scope="session")
def glossary() -> Glossary:
    """A small glossary of made-up garden things, in English and German."""
    return garden()


@pytest.fixture(scope="session")
def names(glossary: Glossary) -> Names:
    """The names of the small glossary."""
    return Names(glossary)


@pytest.fixture(scope="session")
def assistant(glossary: Glossary) -> Assistant:
    """An assistant over the small glossary, with fakes for all that is trained."""
    return fake_assistant(glossary)


@pytest.fixture(scope="session")
def trained() -> Settings:
    """The settings of an installation that was trained.

    Raises:
        pytest.fail.Exception: something is missing; says how to make it.
    """
    found = Settings.from_environment()
    encoder = (found.encoder / "manifest.json", found.dictionary)
    parts = (*encoder, found.rasa_model, found.index / "current")
    missing = [str(part) for part in parts if not part.is_file()]
    if missing:
        pytest.fail(f"not trained: no {', '.join(missing)}. Run `make train`.", pytrace=False)
    return found
