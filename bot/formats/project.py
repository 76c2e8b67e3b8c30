"""The project's own YAML files: refused with file and line where they are no YAML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from bot.errors import Code, DataError

_FOLDERS = ("domain", "data/nlu", "data/rules")


def check_project(project: Path) -> None:
    """Parse the files that the Rasa model is trained on; Rasa passes over some that are broken.

    Raises:
        DataError: a file is no YAML or no mapping; names file and line.
    """
    for path in _files(project):
        name = path.relative_to(project).as_posix()
        try:
            loaded = yaml.load(path.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            found = getattr(error, "problem", None) or "it cannot be parsed"
            line = mark.line + 1 if mark else 1
            raise DataError(Code.D001, file=name, line=line, found=found, expected="YAML") from None
        if not isinstance(loaded, dict):
            found = type(loaded).__name__
            raise DataError(Code.D001, file=name, line=1, found=found, expected="keys with values")


def _files(project: Path) -> Iterator[Path]:
    yield project / "config.yml"
    for folder in _FOLDERS:
        yield from sorted((project / folder).rglob("*.yml"))
