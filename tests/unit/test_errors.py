"""The catalogue of messages is complete, used and documented."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from bot.errors import (
    Code,
    ContractError,
    DataError,
    GlossaryError,
    ModelError,
    SettingError,
    TermwiseError,
    UserFacingError,
)
from bot.settings import PROJECT

CATALOGUE = PROJECT / "docs" / "errors.md"
KINDS = {"G": GlossaryError, "D": DataError, "M": ModelError, "S": SettingError}


def raised() -> dict[str, list[tuple[Path, str]]]:
    """Return where each code is raised, and by which class."""
    found: dict[str, list[tuple[Path, str]]] = {}
    for path in (*(PROJECT / "bot").rglob("*.py"), *(PROJECT / "actions").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r"(\w+Error)\(\s*Code\.([A-Z]\d{3})", text):
            found.setdefault(match[2], []).append((path, match[1]))
    return found


@pytest.mark.parametrize("code", Code)
def test_a_code_is_used(code: Code) -> None:
    assert code.name in raised(), f"nothing raises {code.name}"


@pytest.mark.parametrize("code", Code)
def test_a_code_is_raised_by_the_class_of_its_letter(code: Code) -> None:
    for path, name in raised().get(code.name, []):
        assert name == KINDS[code.name[0]].__name__, path


@pytest.mark.parametrize("code", Code)
def test_a_message_says_what_and_ends_like_a_sentence(code: Code) -> None:
    fields = [name for _, name, _, _ in string.Formatter().parse(code.value) if name]
    assert fields, f"{code.name} says nothing of the case at hand"
    assert re.search(r"([.!}]|`)$", code.value)
    facts = {re.split(r"\W", name)[0]: 7.0 for name in fields}
    assert str(UserFacingError(code, **facts)).startswith(f"[{code.name}] ")


def test_a_message_keeps_its_code_and_facts() -> None:
    error = SettingError(Code.S002, port=5005, host="here")
    assert error.code is Code.S002
    assert error.facts == {"port": 5005, "host": "here"}
    assert str(error) == (
        "[S002] Port 5005 on here is in use. Stop the other program or set PORT to a free port."
    )


def test_facts_with_braces_are_shown_as_they_are() -> None:
    assert "{x}" in str(GlossaryError(Code.G009, folder="{x}"))


def test_a_missing_fact_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        GlossaryError(Code.G009)


def test_owners_can_mend_all_errors_but_broken_promises() -> None:
    assert all(issubclass(kind, UserFacingError) for kind in KINDS.values())
    assert not issubclass(ContractError, UserFacingError)
    assert issubclass(ContractError, TermwiseError)
    assert {code.name[0] for code in Code} == set(KINDS)


@pytest.mark.parametrize("code", Code)
def test_a_code_is_documented(code: Code) -> None:
    if not CATALOGUE.is_file():
        pytest.skip("docs/errors.md is not written yet")
    assert code.name in CATALOGUE.read_text(encoding="utf-8")


def test_nothing_is_documented_that_does_not_exist() -> None:
    if not CATALOGUE.is_file():
        pytest.skip("docs/errors.md is not written yet")
    documented = set(re.findall(r"\b[GDMSC]\d{3}\b", CATALOGUE.read_text(encoding="utf-8")))
    assert documented <= {code.name for code in Code}
